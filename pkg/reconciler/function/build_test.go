/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"errors"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgotesting "k8s.io/client-go/testing"
	rtesting "knative.dev/pkg/reconciler/testing"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	. "openfunction.dev/openfunction/pkg/testing"
)

func failing(verb, resource string) []clientgotesting.ReactionFunc {
	return []clientgotesting.ReactionFunc{rtesting.InduceFailure(verb, resource)}
}

// refusing returns err for every create request.
func refusing(err error) []clientgotesting.ReactionFunc {
	return []clientgotesting.ReactionFunc{func(action clientgotesting.Action) (bool, runtime.Object, error) {
		return action.Matches("create", "builders") || action.Matches("create", "servings"), nil, err
	}}
}

func namespaceTerminating() error {
	err := apierrs.NewForbidden(v1beta2.Resource("builders"), "", errors.New("the namespace goes"))
	err.ErrStatus.Details.Causes = []metav1.StatusCause{{Type: corev1.NamespaceTerminatingCause}}
	return err
}

func internalError(format string, args ...any) []string {
	return []string{rtesting.Eventf(corev1.EventTypeWarning, "InternalError", format, args...)}
}

func TestBuildPhase(t *testing.T) {
	first := readyOn(fn(), builderOf(fn(), built(digestA)), servingOf(fn(), imageA, fn(), isTrue()))
	second := edited(first, devBranch)
	good := servingOf(fn(), imageA, fn(), isTrue())

	testRows(t, rtesting.TableTest{{
		Name:    "a new function gets a Builder",
		Key:     key,
		Objects: []runtime.Object{fn()},
		WantCreates: []runtime.Object{
			wantBuilder(fn()),
		},
		WantStatusUpdates: updates(expect(fn(), func(fs *v1beta2.FunctionStatus) {
			fs.PropagateBuilder(wantBuilder(fn()), "")
			fs.MarkWaitingForImage()
			fs.MarkRouteWaitingForServing()
		})),
	}, {
		Name: "a running build writes nothing",
		Key:  key,
		Objects: []runtime.Object{
			expect(fn(), func(fs *v1beta2.FunctionStatus) {
				fs.PropagateBuilder(wantBuilder(fn()), "")
				fs.MarkWaitingForImage()
				fs.MarkRouteWaitingForServing()
			}),
			builderOf(fn(), building()),
		},
	}, {
		Name:         "a Builder that the cache does not have yet is no error",
		Key:          key,
		Objects:      []runtime.Object{fn()},
		WithReactors: refusing(apierrs.NewAlreadyExists(v1beta2.Resource("builders"), wantBuilder(fn()).Name)),
		WantCreates:  []runtime.Object{wantBuilder(fn())},
		WantStatusUpdates: updates(expect(fn(), func(fs *v1beta2.FunctionStatus) {
			fs.PropagateBuilder(wantBuilder(fn()), "")
			fs.MarkWaitingForImage()
			fs.MarkRouteWaitingForServing()
		})),
	}, {
		Name:         "a namespace that is being deleted is no error",
		Key:          key,
		Objects:      []runtime.Object{fn()},
		WithReactors: refusing(namespaceTerminating()),
		WantCreates:  []runtime.Object{wantBuilder(fn())},
		WantStatusUpdates: updates(expect(fn(), func(fs *v1beta2.FunctionStatus) {
			fs.PropagateBuilder(wantBuilder(fn()), "")
			fs.MarkWaitingForImage()
			fs.MarkRouteWaitingForServing()
		})),
	}, {
		Name:         "a failure to create the Builder is retried",
		Key:          key,
		Objects:      []runtime.Object{fn()},
		WithReactors: failing("create", "builders"),
		WantErr:      true,
		WantCreates:  []runtime.Object{wantBuilder(fn())},
		WantEvents:   internalError("creating Builder %q: inducing failure for create builders", wantBuilder(fn()).Name),
		WantStatusUpdates: updates(expect(fn(), func(*v1beta2.FunctionStatus) {
		})),
	}, {
		Name: "a built image is served by digest",
		Key:  key,
		Objects: []runtime.Object{
			fn(), builderOf(fn(), built(digestA)),
		},
		WantCreates: []runtime.Object{wantServing(fn(), imageA, fn())},
		WantStatusUpdates: updates(expect(fn(), func(fs *v1beta2.FunctionStatus) {
			fs.PropagateBuilder(builderOf(fn(), built(digestA)), "")
			serves(fs, wantServing(fn(), imageA, fn()), "")
			fs.MarkRouteWaitingForServing()
		})),
	}, {
		Name: "a failed build keeps the last ready revision",
		Key:  key,
		Objects: []runtime.Object{
			second, builderOf(fn(), built(digestA)), builderOf(second, buildFailed("BuildFailed", "no such file")), good,
		},
		OtherTestData: Observe(answers(isTrue())),
		WantStatusUpdates: updates(expect(second, func(fs *v1beta2.FunctionStatus) {
			fs.PropagateBuilder(builderOf(second, buildFailed("BuildFailed", "no such file")), good.Name)
			fs.MarkWaitingForImage()
		})),
		PostConditions: []func(*testing.T, *rtesting.TableRow){WantApplied(to(good))},
	}, {
		Name: "a running build is superseded before the next one starts",
		Key:  key,
		Objects: []runtime.Object{
			edited(fn(), devBranch), builderOf(fn(), building()),
		},
		WantUpdates: updates(builderOf(fn(), building(), superseded())),
		WantStatusUpdates: updates(expect(edited(fn(), devBranch), func(fs *v1beta2.FunctionStatus) {
			fs.MarkBuildWaitingForCancel(wantBuilder(fn()).Name)
			fs.MarkWaitingForImage()
			fs.MarkRouteWaitingForServing()
		})),
	}, {
		Name: "a failure to supersede a build is retried",
		Key:  key,
		Objects: []runtime.Object{
			edited(fn(), devBranch), builderOf(fn(), building()),
		},
		WithReactors:      failing("update", "builders"),
		WantErr:           true,
		WantUpdates:       updates(builderOf(fn(), building(), superseded())),
		WantEvents:        internalError("cancelling Builder %q: inducing failure for update builders", wantBuilder(fn()).Name),
		WantStatusUpdates: updates(expect(edited(fn(), devBranch), func(*v1beta2.FunctionStatus) {})),
	}, {
		Name: "a superseded Builder is deleted if its inputs are current again",
		Key:  key,
		Objects: []runtime.Object{
			fn(), builderOf(fn(), building(), superseded()),
		},
		WantDeletes: []clientgotesting.DeleteActionImpl{{
			ActionImpl: clientgotesting.ActionImpl{Namespace: namespace, Verb: "delete", Resource: v1beta2.SchemeGroupVersion.WithResource("builders")},
			Name:       wantBuilder(fn()).Name,
		}},
		WantStatusUpdates: updates(expect(fn(), func(fs *v1beta2.FunctionStatus) {
			fs.MarkBuildWaitingForCancel(wantBuilder(fn()).Name)
			fs.MarkWaitingForImage()
			fs.MarkRouteWaitingForServing()
		})),
	}, {
		Name: "a request to cancel is passed on to the Builder",
		Key:  key,
		Objects: []runtime.Object{
			edited(fn(), cancelled), builderOf(fn(), building()),
		},
		WantUpdates: updates(builderOf(fn(), building(), cancelRequested())),
		WantStatusUpdates: updates(expect(edited(fn(), cancelled), func(fs *v1beta2.FunctionStatus) {
			fs.PropagateBuilder(builderOf(fn(), building()), "")
			fs.MarkWaitingForImage()
			fs.MarkRouteWaitingForServing()
		})),
	}, {
		Name:    "a build that is cancelled before it starts is not created",
		Key:     key,
		Objects: []runtime.Object{fn(cancelled)},
		WantStatusUpdates: updates(expect(fn(cancelled), func(fs *v1beta2.FunctionStatus) {
			fs.MarkBuildCancelled()
			fs.MarkWaitingForImage()
			fs.MarkRouteWaitingForServing()
		})),
	}, {
		Name: "a Builder of another owner is not used",
		Key:  key,
		Objects: []runtime.Object{
			fn(), builderOf(fn(), WithBuilder(func(b *v1beta2.Builder) { foreign(b) })),
		},
		WantErr: true, // the planned retry
		WantStatusUpdates: updates(expect(fn(), func(fs *v1beta2.FunctionStatus) {
			fs.MarkBuilderNotOwned(wantBuilder(fn()).Name)
			fs.MarkWaitingForImage()
			fs.MarkRouteWaitingForServing()
		})),
	}, {
		Name:          "a deleted Builder of a served image is not built again",
		Key:           key,
		Objects:       []runtime.Object{readyOn(fn(), builderOf(fn(), built(digestA)), good), good},
		OtherTestData: Observe(answers(isTrue())),
	}, {
		Name: "build only: the function is ready after the build",
		Key:  key,
		Objects: []runtime.Object{
			fn(buildOnly), builderOf(fn(), built(digestA)),
		},
		WantStatusUpdates: updates(expect(fn(buildOnly), func(fs *v1beta2.FunctionStatus) {
			fs.PropagateBuilder(builderOf(fn(), built(digestA)), "")
			fs.MarkServingNotRequired()
			fs.MarkRouteNotRequired()
		})),
		PostConditions: []func(*testing.T, *rtesting.TableRow){WantPruned()},
	}, {
		Name: "build only: a Builder that was deleted after success is not built again",
		Key:  key,
		Objects: []runtime.Object{expect(fn(buildOnly), func(fs *v1beta2.FunctionStatus) {
			fs.PropagateBuilder(builderOf(fn(), built(digestA)), "")
			fs.MarkServingNotRequired()
			fs.MarkRouteNotRequired()
		})},
	}, {
		Name: "build only: status.inUse alone prevents a second build after the Builder was deleted",
		Key:  key,
		Objects: []runtime.Object{expect(fn(buildOnly), func(fs *v1beta2.FunctionStatus) {
			fs.PropagateBuilder(builderOf(fn(), built(digestA)), "")
			fs.Build, fs.Revision, fs.Image = nil, nil, ""
			fs.MarkServingNotRequired()
			fs.MarkRouteNotRequired()
		})},
		WantStatusUpdates: updates(expect(fn(buildOnly), func(fs *v1beta2.FunctionStatus) {
			fs.MarkBuilt(wantBuilder(fn()).Name, imageA)
			fs.MarkServingNotRequired()
			fs.MarkRouteNotRequired()
		})),
	}, {
		Name: "build only: the image of an earlier spec is used again, although its Builder and Servings are gone",
		Key:  key,
		Objects: []runtime.Object{expect(fn(buildOnly), func(fs *v1beta2.FunctionStatus) {
			fs.PropagateBuilder(builderOf(fn(), built(digestA)), "")
			fs.PropagateBuilder(builderOf(second, built(digestB)), "")
			fs.MarkServingNotRequired()
			fs.MarkRouteNotRequired()
		})},
		WantStatusUpdates: updates(expect(fn(buildOnly), func(fs *v1beta2.FunctionStatus) {
			fs.PropagateBuilder(builderOf(fn(), built(digestA)), "")
			fs.PropagateBuilder(builderOf(second, built(digestB)), "")
			fs.MarkBuilt(wantBuilder(fn()).Name, imageA)
			fs.MarkServingNotRequired()
			fs.MarkRouteNotRequired()
		})),
	}, {
		Name: "build only: status.build is not read if status.inUse names another Builder",
		Key:  key,
		Objects: []runtime.Object{expect(fn(buildOnly), func(fs *v1beta2.FunctionStatus) {
			fs.PropagateBuilder(builderOf(fn(), built(digestA)), "")
			fs.InUse.Builds[0].Builder = "another"
			fs.MarkServingNotRequired()
			fs.MarkRouteNotRequired()
		})},
		WantCreates: []runtime.Object{wantBuilder(fn())},
		WantStatusUpdates: updates(expect(fn(buildOnly), func(fs *v1beta2.FunctionStatus) {
			fs.PropagateBuilder(builderOf(fn(), built(digestA)), "")
			fs.InUse.Builds[0].Builder = "another"
			fs.PropagateBuilder(wantBuilder(fn()), "")
			fs.MarkServingNotRequired()
			fs.MarkRouteNotRequired()
		})),
	}, {
		Name: "build only: an image that the last release recorded is not built again",
		Key:  key,
		Objects: []runtime.Object{expect(fn(buildOnly), func(fs *v1beta2.FunctionStatus) {
			fs.PropagateBuilder(builderOf(second, buildFailed("BuildFailed", "no such file")), "")
			fs.InUse, fs.LastBuild = nil, &v1beta2.FunctionLastBuild{Builder: wantBuilder(fn()).Name, Image: imageA}
			fs.MarkServingNotRequired()
			fs.MarkRouteNotRequired()
		})},
		WantStatusUpdates: updates(expect(fn(buildOnly), func(fs *v1beta2.FunctionStatus) {
			fs.MarkBuilt(wantBuilder(fn()).Name, imageA)
			fs.MarkServingNotRequired()
			fs.MarkRouteNotRequired()
		})),
	}, {
		Name: "build only: an image that a release before recorded is not built again",
		Key:  key,
		Objects: []runtime.Object{expect(fn(buildOnly), func(fs *v1beta2.FunctionStatus) {
			fs.PropagateBuilder(builderOf(fn(), built(digestA)), "")
			fs.InUse = nil
			fs.MarkServingNotRequired()
			fs.MarkRouteNotRequired()
		})},
		WantStatusUpdates: updates(expect(fn(buildOnly), func(fs *v1beta2.FunctionStatus) {
			fs.PropagateBuilder(builderOf(fn(), built(digestA)), "")
			fs.MarkServingNotRequired()
			fs.MarkRouteNotRequired()
		})),
	}, {
		Name: "build only: an object of an older release without an image is built",
		Key:  key,
		Objects: []runtime.Object{expect(fn(buildOnly), func(fs *v1beta2.FunctionStatus) {
			fs.PropagateBuilder(builderOf(fn(), built(digestA)), "")
			fs.InUse, fs.Build.Output = nil, nil
			fs.MarkServingNotRequired()
			fs.MarkRouteNotRequired()
		})},
		WantCreates: []runtime.Object{wantBuilder(fn())},
		WantStatusUpdates: updates(expect(fn(buildOnly), func(fs *v1beta2.FunctionStatus) {
			fs.PropagateBuilder(builderOf(fn(), built(digestA)), "")
			fs.InUse = nil
			fs.PropagateBuilder(wantBuilder(fn()), "")
			fs.MarkServingNotRequired()
			fs.MarkRouteNotRequired()
		})),
	}, {
		Name: "build only: an edit that is undone after its build failed needs no build",
		Key:  key,
		Objects: []runtime.Object{expect(fn(buildOnly), func(fs *v1beta2.FunctionStatus) {
			fs.PropagateBuilder(builderOf(fn(), built(digestA)), "")
			fs.PropagateBuilder(builderOf(second, buildFailed("BuildFailed", "no such file")), "")
			fs.MarkServingNotRequired()
			fs.MarkRouteNotRequired()
		})},
		WantStatusUpdates: updates(expect(fn(buildOnly), func(fs *v1beta2.FunctionStatus) {
			fs.MarkBuilt(wantBuilder(fn()).Name, imageA)
			fs.MarkServingNotRequired()
			fs.MarkRouteNotRequired()
		})),
	}, {
		Name:          "an edit that is undone needs no build if a Serving has the image",
		Key:           key,
		Objects:       []runtime.Object{readyOn(fn(), builderOf(second, built(digestB)), good), good},
		OtherTestData: Observe(answers(isTrue())),
		WantStatusUpdates: updates(expect(readyOn(fn(), builderOf(second, built(digestB)), good), func(fs *v1beta2.FunctionStatus) {
			fs.MarkBuilt(wantBuilder(fn()).Name, imageA)
		})),
	}, {
		Name: "build only: a Builder that was deleted after a failure is built again",
		Key:  key,
		Objects: []runtime.Object{expect(fn(buildOnly), func(fs *v1beta2.FunctionStatus) {
			fs.PropagateBuilder(builderOf(second, built(digestA)), "")
			fs.PropagateBuilder(builderOf(fn(), buildFailed("BuildFailed", "no such file")), "")
			fs.MarkServingNotRequired()
			fs.MarkRouteNotRequired()
		})},
		WantCreates: []runtime.Object{wantBuilder(fn())},
		WantStatusUpdates: updates(expect(fn(buildOnly), func(fs *v1beta2.FunctionStatus) {
			fs.PropagateBuilder(builderOf(second, built(digestA)), "")
			fs.PropagateBuilder(wantBuilder(fn()), "")
			fs.MarkServingNotRequired()
			fs.MarkRouteNotRequired()
		})),
	}}, newReconciler)
}
