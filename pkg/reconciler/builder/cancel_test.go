/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package builder

import (
	"context"
	"errors"
	"testing"
	"time"

	buildv1beta1 "github.com/shipwright-io/build/pkg/apis/build/v1beta1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	clocktesting "k8s.io/utils/clock/testing"
	"knative.dev/pkg/kmeta"
	rtesting "knative.dev/pkg/reconciler/testing"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/strategy/shipwright"
	. "openfunction.dev/openfunction/pkg/testing"
)

func TestCancelBeforeTheStart(t *testing.T) {
	superseded := cancel(v1beta2.StateReasonSuperseded)
	message := "the build was cancelled before it began"
	run(t, []row{{
		TableRow: rtesting.TableRow{
			Name:              "no run is created",
			Key:               key,
			Objects:           objects(builder(superseded)),
			WantStatusUpdates: updates(builder(superseded, wasCancelled(v1beta2.StateReasonSuperseded, message, now))),
			WantEvents:        normal(v1beta2.StateReasonSuperseded, message),
		},
		pruned: true,
	}, {
		TableRow: rtesting.TableRow{
			Name:              "no run is created after an earlier failure",
			Key:               key,
			Objects:           objects(builder(waiting("ShipwrightNotInstalled", "install it"), cancel(""))),
			WantStatusUpdates: updates(builder(cancel(""), wasCancelled(v1beta2.StateReasonCancelled, message, now))),
			WantEvents:        normal(v1beta2.StateReasonCancelled, message),
		},
		pruned: true,
	}, {
		TableRow: rtesting.TableRow{
			Name:              "a failure to delete a possible run is retried",
			Key:               key,
			Objects:           objects(builder(superseded)),
			OtherTestData:     Observe(PruneFails(errAPI)),
			WantErr:           true,
			WantStatusUpdates: updates(builder(superseded, WithBuilder(untouched))),
			WantEvents: []string{rtesting.Eventf(corev1.EventTypeWarning, "InternalError",
				"deleting what Builder %q began: %v", name, errAPI)},
		},
		pruned: true,
	}})
}

func TestCancel(t *testing.T) {
	superseded := cancel(v1beta2.StateReasonSuperseded)
	justNow, longAgo := cancellingSince(now.Add(-10*time.Second)), cancellingSince(now.Add(-cancelGrace))
	run(t, []row{{
		TableRow: rtesting.TableRow{
			Name:          "the run is cancelled",
			Key:           key,
			Objects:       objects(builder(WithBuilder(started), superseded)),
			OtherTestData: Observe(runRuns()),
			WantStatusUpdates: updates(builder(WithBuilder(started), superseded,
				waiting(v1beta2.ReasonCancelling, "the build is being cancelled"))),
		},
		applied:  []child.Object{again(), stop()},
		requeued: cancelGrace,
	}, {
		TableRow: rtesting.TableRow{
			Name:          "a failure to cancel the run is retried",
			Key:           key,
			Objects:       objects(builder(WithBuilder(started), superseded, justNow)),
			OtherTestData: Observe(runRuns(), ApplyFails(errAPI)),
			WantErr:       true,
			WantEvents:    warning("InternalError", errAPI.Error()),
		},
		applied: []child.Object{stop()},
	}, {
		TableRow: rtesting.TableRow{
			Name:          "the run has not ended yet",
			Key:           key,
			Objects:       objects(builder(WithBuilder(started), superseded, justNow)),
			OtherTestData: Observe(runRuns()),
		},
		applied:  []child.Object{stop(), stop()},
		requeued: cancelGrace - 10*time.Second,
	}, {
		TableRow: rtesting.TableRow{
			Name:          "the run ended",
			Key:           key,
			Objects:       objects(builder(WithBuilder(started), superseded, justNow)),
			OtherTestData: Observe(runFailed("BuildRunCanceled", "canceled")),
			WantStatusUpdates: updates(builder(WithBuilder(started), superseded,
				wasCancelled(v1beta2.StateReasonSuperseded, cancelled, ended))),
			WantEvents: normal(v1beta2.StateReasonSuperseded, cancelled),
		},
		applied: []child.Object{stop()},
	}, {
		TableRow: rtesting.TableRow{
			Name:              "a run that pushed its image before is not cancelled",
			Key:               key,
			Objects:           objects(builder(WithBuilder(started), superseded)),
			OtherTestData:     Observe(runSucceeded(digest)),
			WantStatusUpdates: updates(builder(WithBuilder(started), superseded, WithBuilder(succeeded))),
		},
		applied: []child.Object{again()},
	}, {
		TableRow: rtesting.TableRow{
			Name:          "the run was deleted",
			Key:           key,
			Objects:       objects(builder(WithBuilder(started), superseded, justNow)),
			OtherTestData: Observe(absent(v1beta2.ReasonGone, "gone")),
			WantStatusUpdates: updates(builder(WithBuilder(started), superseded,
				wasCancelled(v1beta2.StateReasonSuperseded, cancelled, now))),
			WantEvents: normal(v1beta2.StateReasonSuperseded, cancelled),
		},
		applied: []child.Object{stop()},
	}, {
		TableRow: rtesting.TableRow{
			Name:          "a run that never reports its end",
			Key:           key,
			Objects:       objects(builder(WithBuilder(started), superseded, longAgo)),
			OtherTestData: Observe(runRuns()),
			WantStatusUpdates: updates(builder(WithBuilder(started), superseded,
				wasCancelled(v1beta2.StateReasonSuperseded, cancelled, now))),
			WantEvents: normal(v1beta2.StateReasonSuperseded, cancelled),
		},
		applied: []child.Object{stop(), stop()},
	}})
}

// deaf is a child.Applier whose run runs and cannot be cancelled.
type deaf struct{ child.Applier }

func (deaf) Apply(_ context.Context, _ kmeta.OwnerRefable, objects []child.Object) ([]child.Observation, error) {
	run, ok := objects[0].Resource.(*buildv1beta1.BuildRun)
	if ok && run.IsCanceled() {
		return nil, errAPI
	}
	return []child.Observation{{Name: name, Live: &unstructured.Unstructured{Object: map[string]any{}}}}, nil
}

func TestAFailedCancellationIsRetried(t *testing.T) {
	r := &Reconciler{
		strategy:     shipwright.New(),
		children:     deaf{},
		clock:        clocktesting.NewFakePassiveClock(now),
		enqueueAfter: func(any, time.Duration) {},
	}
	tests := map[string]*v1beta2.Builder{
		"cancelled": builder(WithBuilder(started), cancel("")),
		"expired":   builder(WithBuilder(started), timeout(time.Minute)),
	}
	for name, b := range tests {
		t.Run(name, func(t *testing.T) {
			if err := r.ReconcileKind(context.Background(), b); !errors.Is(err, errAPI) {
				t.Errorf("ReconcileKind() = %v, want %v", err, errAPI)
			}
			if b.Status.CompletionTime != nil {
				t.Errorf("the build is over, and its run runs: %+v", b.Status)
			}
		})
	}
}
