/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"context"
	"errors"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/logging"
	rtesting "knative.dev/pkg/reconciler/testing"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	functionsclient "openfunction.dev/openfunction/pkg/client/injection/client"
	functionreconciler "openfunction.dev/openfunction/pkg/client/injection/reconciler/functions/v1beta2/function"
	"openfunction.dev/openfunction/pkg/namespaces"
	. "openfunction.dev/openfunction/pkg/testing"
)

// annotated returns reconcilers for a namespace with the annotation.
func annotated(annotation, value string) Ctor {
	return func(ctx context.Context, listers *Listers, children *Children) controller.Reconciler {
		live := fake.NewClientset(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
			Name: namespace, Annotations: map[string]string{annotation: value},
		}})
		r := &Reconciler{
			namespaces: namespaces.ReaderOf(corelisters.NewNamespaceLister(cache.NewIndexer(cache.MetaNamespaceKeyFunc, nil)), live),
			client:     functionsclient.Get(ctx),
			builders:   listers.Builders(),
			servings:   listers.Servings(),
			plugins:    testPlugins(),
			meter:      meterIn(ctx),
			children:   children,
			hostnames:  newHostnames(listers.FunctionIndexer()),
			identities: newIdentities(listers.FunctionIndexer()),
		}
		return functionreconciler.NewReconciler(ctx, logging.FromContext(ctx), functionsclient.Get(ctx),
			listers.FunctionLister(), controller.GetEventRecorder(ctx), r, controller.Options{ConfigStore: defaultConfig{}})
	}
}

// defaultConfig contains the settings without any ConfigMap.
type defaultConfig struct{}

func (defaultConfig) ToContext(ctx context.Context) context.Context {
	return config.ToContext(ctx, config.FromContext(context.Background()))
}

const (
	allowed    = "config-build.openfunction.io/allowed-repositories"
	elsewhere  = "registry.example.com/elsewhere"
	notAllowed = `spec.image: Forbidden: repository policy: "registry.example.com/team/hello:v1" is outside of ` +
		"allowed-repositories in config-build: " + elsewhere
)

// A function that was admitted under an older rule keeps running, and no child is
// created from it.
func TestRejectedByRule(t *testing.T) {
	first := readyOn(fn(), builderOf(fn(), built(digestA)), servingOf(fn(), imageA, fn(), isTrue()))
	good := servingOf(fn(), imageA, fn(), isTrue())
	second := edited(first, devBranch)

	testRows(t, rtesting.TableTest{{
		Name:    "a new function gets no Builder",
		Key:     key,
		Objects: []runtime.Object{fn()},
		WantStatusUpdates: updates(expect(fn(), func(fs *v1beta2.FunctionStatus) {
			fs.MarkBuildRefused(v1beta2.ReasonInvalidSpec, notAllowed)
			fs.MarkWaitingForImage()
			fs.MarkRouteWaitingForServing()
		})),
	}, {
		Name:    "a built function gets no Serving",
		Key:     key,
		Objects: []runtime.Object{fn(), builderOf(fn(), built(digestA))},
		WantStatusUpdates: updates(expect(fn(), func(fs *v1beta2.FunctionStatus) {
			fs.PropagateBuilder(builderOf(fn(), built(digestA)), "")
			fs.MarkServingRefused(v1beta2.ReasonInvalidSpec, notAllowed)
			fs.MarkRouteWaitingForServing()
		})),
	}, {
		Name:          "the active revision stays ready",
		Key:           key,
		Objects:       []runtime.Object{first, builderOf(fn(), built(digestA)), good},
		OtherTestData: Observe(answers(isTrue())),
	}, {
		Name:          "a new source gets no Builder, and the active revision keeps serving",
		Key:           key,
		Objects:       []runtime.Object{second, builderOf(fn(), built(digestA)), good},
		OtherTestData: Observe(answers(isTrue())),
		WantStatusUpdates: updates(expect(second, func(fs *v1beta2.FunctionStatus) {
			fs.MarkBuildRefused(v1beta2.ReasonInvalidSpec, notAllowed)
			fs.MarkWaitingForImage()
		})),
	}}, annotated(allowed, elsewhere))
}

// While a setting of the namespace is invalid, no child is created.
func TestRejectedByNamespaceSetting(t *testing.T) {
	const mistake = `the configuration of namespace "ns" is invalid; an administrator has to correct its annotation ` +
		allowed + ": allowed-repositories: must not be empty; * allows all"
	testRows(t, rtesting.TableTest{{
		Name:    "a new function gets no Builder",
		Key:     key,
		Objects: []runtime.Object{fn()},
		WantStatusUpdates: updates(expect(fn(), func(fs *v1beta2.FunctionStatus) {
			fs.MarkBuildRefused(v1beta2.ReasonNamespaceInvalid, mistake)
			fs.MarkWaitingForImage()
			fs.MarkRouteWaitingForServing()
		})),
	}, {
		Name:    "a built function gets no Serving",
		Key:     key,
		Objects: []runtime.Object{fn(), builderOf(fn(), built(digestA))},
		WantStatusUpdates: updates(expect(fn(), func(fs *v1beta2.FunctionStatus) {
			fs.PropagateBuilder(builderOf(fn(), built(digestA)), "")
			fs.MarkServingRefused(v1beta2.ReasonNamespaceInvalid, mistake)
			fs.MarkRouteWaitingForServing()
		})),
	}}, annotated(allowed, ""))
}

// A child that admission rejects is retried after minutes, because no event reports
// that a policy was relaxed. The active revision keeps its traffic.
func TestRejectedByAdmission(t *testing.T) {
	denied := apierrs.NewBadRequest("admission webhook denied the request: spec.env[A]: Forbidden")
	quota := apierrs.NewForbidden(v1beta2.Resource("builders"), "b", errors.New("exceeded quota: q"))
	testRows(t, rtesting.TableTest{{
		Name:         "the Builder is rejected",
		Key:          key,
		Objects:      []runtime.Object{fn()},
		WithReactors: refusing(denied),
		WantErr:      true,
		WantCreates:  []runtime.Object{wantBuilder(fn())},
		WantStatusUpdates: updates(expect(fn(), func(fs *v1beta2.FunctionStatus) {
			fs.MarkBuildRefused(v1beta2.ReasonRejected, denied.Error())
			fs.MarkWaitingForImage()
			fs.MarkRouteWaitingForServing()
		})),
	}, {
		Name:         "the Serving is rejected",
		Key:          key,
		Objects:      []runtime.Object{fn(), builderOf(fn(), built(digestA))},
		WithReactors: refusing(denied),
		WantErr:      true,
		WantCreates:  []runtime.Object{wantServing(fn(), imageA, fn())},
		WantStatusUpdates: updates(expect(fn(), func(fs *v1beta2.FunctionStatus) {
			fs.PropagateBuilder(builderOf(fn(), built(digestA)), "")
			fs.MarkServingRefused(v1beta2.ReasonRejected, denied.Error())
			fs.MarkRouteWaitingForServing()
		})),
	}, {
		Name:         "the Builder exceeds a quota",
		Key:          key,
		Objects:      []runtime.Object{fn()},
		WithReactors: refusing(quota),
		WantErr:      true,
		WantCreates:  []runtime.Object{wantBuilder(fn())},
		WantStatusUpdates: updates(expect(fn(), func(fs *v1beta2.FunctionStatus) {
			fs.MarkBuildRefused(v1beta2.ReasonForbidden, quota.Error())
			fs.MarkWaitingForImage()
			fs.MarkRouteWaitingForServing()
		})),
	}}, newReconciler)
}
