/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package builder

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	clientgotesting "k8s.io/client-go/testing"
	"knative.dev/pkg/apis"
	rtesting "knative.dev/pkg/reconciler/testing"

	"openfunction.dev/openfunction/pkg/apis/fielderror"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/strategy"
	"openfunction.dev/openfunction/pkg/strategy/shipwright"
	. "openfunction.dev/openfunction/pkg/testing"
)

func TestStart(t *testing.T) {
	run(t, []row{{
		TableRow: rtesting.TableRow{Name: "no such Builder", Key: "team/absent"},
	}, {
		TableRow: rtesting.TableRow{
			Name:              "the run is created and recorded",
			Key:               key,
			Objects:           objects(builder()),
			OtherTestData:     Observe(buildRun(map[string]any{}, nil)),
			WantStatusUpdates: updates(builder(WithBuilder(started))),
		},
		applied:  allObjects(),
		requeued: 50 * time.Minute,
	}, {
		TableRow: rtesting.TableRow{
			Name:              "a run of unknown age is as old as its Builder",
			Key:               key,
			Objects:           objects(builder()),
			WantStatusUpdates: updates(builder(WithBuilder(started))),
		},
		applied:  allObjects(),
		requeued: 50 * time.Minute,
	}, {
		TableRow: rtesting.TableRow{
			Name:          "a running run is read and not written",
			Key:           key,
			Objects:       objects(builder(WithBuilder(started))),
			OtherTestData: Observe(runRuns()),
		},
		applied:  []child.Object{again()},
		requeued: 50 * time.Minute,
	}, {
		TableRow: rtesting.TableRow{
			Name:              "the status cannot be written",
			Key:               key,
			Objects:           objects(builder()),
			WithReactors:      []clientgotesting.ReactionFunc{rtesting.InduceFailure("update", "builders")},
			WantErr:           true,
			WantStatusUpdates: updates(builder(WithBuilder(started))),
			WantEvents: warning("UpdateFailed",
				`Failed to update status for "hello-5fca1b20d9": inducing failure for update builders`),
		},
		applied:  allObjects(),
		requeued: 50 * time.Minute,
	}, {
		TableRow: rtesting.TableRow{
			Name:              "a failure to create the run is retried",
			Key:               key,
			Objects:           objects(builder()),
			OtherTestData:     Observe(AbsentChild(kind, name, nil), ApplyFails(errAPI)),
			WantErr:           true,
			WantStatusUpdates: updates(builder(waiting(v1beta2.ReasonPending, "waiting for the run to be created"))),
			WantEvents:        warning("InternalError", errAPI.Error()),
		},
		applied: allObjects(),
	}, {
		TableRow: rtesting.TableRow{
			Name:          "an error during the run does not change the status",
			Key:           key,
			Objects:       objects(builder(WithBuilder(started))),
			OtherTestData: Observe(AbsentChild(kind, name, nil), ApplyFails(errAPI)),
			WantErr:       true,
			WantEvents:    warning("InternalError", errAPI.Error()),
		},
		applied: []child.Object{again()},
	}})
}

func TestRunCannotBeCreated(t *testing.T) {
	run(t, []row{{
		TableRow: rtesting.TableRow{
			Name:              "Shipwright is not installed",
			Key:               key,
			Objects:           objects(builder()),
			OtherTestData:     Observe(absent("ShipwrightNotInstalled", "install it")),
			WantStatusUpdates: updates(builder(waiting("ShipwrightNotInstalled", "install it"))),
		},
		applied:  allObjects(),
		requeued: child.TakenNameRetry,
	}, {
		TableRow: rtesting.TableRow{
			Name:          "Shipwright is still not installed at the deadline",
			Key:           key,
			Objects:       objects(builder(timeout(time.Minute), waiting("ShipwrightNotInstalled", "install it"))),
			OtherTestData: Observe(absent("ShipwrightNotInstalled", "install it")),
		},
		applied:  allObjects(timeout(time.Minute)),
		requeued: child.TakenNameRetry,
	}, {
		TableRow: rtesting.TableRow{
			Name:              "Shipwright was installed meanwhile",
			Key:               key,
			Objects:           objects(builder(waiting("ShipwrightNotInstalled", "install it"))),
			OtherTestData:     Observe(buildRun(map[string]any{}, nil)),
			WantStatusUpdates: updates(builder(WithBuilder(started))),
		},
		applied:  allObjects(),
		requeued: 50 * time.Minute,
	}, {
		TableRow: rtesting.TableRow{
			Name:              "the name is taken",
			Key:               key,
			Objects:           objects(builder()),
			OtherTestData:     Observe(absent(v1beta2.ReasonNotOwned, "not yours")),
			WantStatusUpdates: updates(builder(waiting(v1beta2.ReasonNotOwned, "not yours"))),
		},
		applied:  allObjects(),
		requeued: child.TakenNameRetry,
	}, {
		TableRow: rtesting.TableRow{
			Name:              "the controller lacks a permission",
			Key:               key,
			Objects:           objects(builder()),
			OtherTestData:     Observe(absent(v1beta2.ReasonForbidden, "forbidden"), ApplyFails(errAPI)),
			WantErr:           true,
			WantStatusUpdates: updates(builder(waiting(v1beta2.ReasonForbidden, "forbidden"))),
			WantEvents:        warning("InternalError", errAPI.Error()),
		},
		applied: allObjects(),
	}, {
		TableRow: rtesting.TableRow{
			Name:              "the namespace is being deleted",
			Key:               key,
			Objects:           objects(builder()),
			OtherTestData:     Observe(AbsentChild(kind, name, nil)),
			WantStatusUpdates: updates(builder(waiting(v1beta2.ReasonPending, "waiting for the run to be created"))),
		},
		applied:  allObjects(),
		requeued: child.TakenNameRetry,
	}, {
		TableRow: rtesting.TableRow{
			Name:              "the API server rejects the run",
			Key:               key,
			Objects:           objects(builder()),
			OtherTestData:     Observe(absent(v1beta2.ReasonRejected, "spec.timeout: invalid"), ApplyFails(child.RetryRefusal())),
			WantStatusUpdates: updates(builder(failed(v1beta2.ReasonRejected, "spec.timeout: invalid", now))),
			WantEvents:        warning(v1beta2.ReasonRejected, "spec.timeout: invalid"),
		},
		applied: allObjects(),
	}, {
		TableRow: rtesting.TableRow{
			Name:    "a policy rejects the run, which is retried later",
			Key:     key,
			Objects: objects(builder()),
			OtherTestData: Observe(absent(v1beta2.ReasonRejected, "no build today"),
				DeniedChild(kind, name), ApplyFails(child.RetryRefusal())),
			WantErr:           true,
			WantStatusUpdates: updates(builder(waiting(v1beta2.ReasonRejected, "no build today"))),
		},
		applied: allObjects(),
	}, {
		TableRow: rtesting.TableRow{
			Name:              "another object has the name of the service account",
			Key:               key,
			Objects:           objects(builder(privateBuilder)),
			OtherTestData:     Observe(AbsentChild("ServiceAccount", name, notOwned())),
			WantStatusUpdates: updates(builder(privateBuilder, waiting(v1beta2.ReasonNotOwned, "not yours"))),
		},
		applied:  allObjects(privateBuilder)[:1],
		requeued: child.TakenNameRetry,
	}, {
		TableRow: rtesting.TableRow{
			Name:          "the service account is not written after the run was created",
			Key:           key,
			Objects:       objects(builder(privateBuilder, WithBuilder(started))),
			OtherTestData: Observe(runRuns()),
		},
		applied:  []child.Object{again(privateBuilder)},
		requeued: 50 * time.Minute,
	}})
}

func TestMistakes(t *testing.T) {
	noSource := WithBuilder(func(b *v1beta2.Builder) { b.Spec.SrcRepo = nil })
	_, err := (&Reconciler{strategy: shipwright.New()}).plan(context.Background(), builder(noSource), false)
	if err == nil || !strings.Contains(err.Error(), "spec.srcRepo") {
		t.Fatalf("plan() = %v, want an error that names spec.srcRepo", err)
	}
	var mistake *apis.FieldError
	if !errors.As(err, &mistake) {
		t.Fatalf("%T is no mistake of the author", err)
	}
	message := strategy.Message(fielderror.Text(mistake))
	run(t, []row{{
		TableRow: rtesting.TableRow{
			Name:              "a Builder without source",
			Key:               key,
			Objects:           objects(builder(noSource)),
			WantStatusUpdates: updates(builder(noSource, failed(v1beta2.ReasonInvalidSpec, message, now))),
			WantEvents:        warning(v1beta2.ReasonInvalidSpec, message),
		},
		pruned: true,
	}, {
		TableRow: rtesting.TableRow{
			Name:              "a failure to delete the run is retried",
			Key:               key,
			Objects:           objects(builder(noSource)),
			OtherTestData:     Observe(PruneFails(errAPI)),
			WantErr:           true,
			WantStatusUpdates: updates(builder(noSource, WithBuilder(untouched))),
			WantEvents: []string{rtesting.Eventf(corev1.EventTypeWarning, "InternalError",
				"deleting the run of Builder %q: %v", name, errAPI)},
		},
		pruned: true,
	}})
}
