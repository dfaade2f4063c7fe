/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package builder

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	clientgotesting "k8s.io/client-go/testing"
	"knative.dev/pkg/apis"
	rtesting "knative.dev/pkg/reconciler/testing"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	. "openfunction.dev/openfunction/pkg/testing"
)

func TestEnd(t *testing.T) {
	noDigest := "the build succeeded without reporting which image it pushed; " +
		"its strategy has to report the image's digest" + failLog
	run(t, []row{{
		TableRow: rtesting.TableRow{
			Name:              "the image was pushed",
			Key:               key,
			Objects:           objects(builder(WithBuilder(started))),
			OtherTestData:     Observe(runSucceeded(digest)),
			WantStatusUpdates: updates(builder(WithBuilder(started), WithBuilder(succeeded))),
		},
		applied: []child.Object{again()},
	}, {
		TableRow: rtesting.TableRow{
			Name:              "the run ended before the first reconcile",
			Key:               key,
			Objects:           objects(builder()),
			OtherTestData:     Observe(runSucceeded(digest)),
			WantStatusUpdates: updates(builder(WithBuilder(started), WithBuilder(succeeded))),
		},
		applied: allObjects(),
	}, {
		TableRow: rtesting.TableRow{
			Name:              "no event is recorded if the outcome cannot be written",
			Key:               key,
			Objects:           objects(builder(WithBuilder(started))),
			OtherTestData:     Observe(runSucceeded(digest)),
			WithReactors:      []clientgotesting.ReactionFunc{rtesting.InduceFailure("update", "builders")},
			WantErr:           true,
			WantStatusUpdates: updates(builder(WithBuilder(started), WithBuilder(succeeded))),
			WantEvents: warning("UpdateFailed",
				`Failed to update status for "hello-5fca1b20d9": inducing failure for update builders`),
		},
		applied: []child.Object{again()},
	}, {
		TableRow: rtesting.TableRow{
			Name:              "the image has no digest",
			Key:               key,
			Objects:           objects(builder(WithBuilder(started))),
			OtherTestData:     Observe(runSucceeded("")),
			WantStatusUpdates: updates(builder(WithBuilder(started), failed(v1beta2.ReasonDigestMissing, noDigest, ended))),
			WantEvents:        warning(v1beta2.ReasonDigestMissing, noDigest),
		},
		applied: []child.Object{again()},
	}, {
		TableRow: rtesting.TableRow{
			Name:              "the digest is malformed",
			Key:               key,
			Objects:           objects(builder(WithBuilder(started))),
			OtherTestData:     Observe(runSucceeded("sha256:latest")),
			WantStatusUpdates: updates(builder(WithBuilder(started), failed(v1beta2.ReasonDigestMissing, noDigest, ended))),
			WantEvents:        warning(v1beta2.ReasonDigestMissing, noDigest),
		},
		applied: []child.Object{again()},
	}, {
		TableRow: rtesting.TableRow{
			Name:              "the build failed",
			Key:               key,
			Objects:           objects(builder(WithBuilder(started))),
			OtherTestData:     Observe(runFailed("BuildFailed", "undefined: x\nexit status 1")),
			WantStatusUpdates: updates(builder(WithBuilder(started), failed("BuildFailed", "undefined: x | exit status 1"+failLog, ended))),
			WantEvents:        warning("BuildFailed", "undefined: x | exit status 1"+failLog),
		},
		applied: []child.Object{again()},
	}, {
		TableRow: rtesting.TableRow{
			Name:              "Tekton ended the run at its timeout",
			Key:               key,
			Objects:           objects(builder(WithBuilder(started))),
			OtherTestData:     Observe(runFailed("BuildRunTimeout", "too slow")),
			WantStatusUpdates: updates(builder(WithBuilder(started), timedOut("too slow"+failLog, ended))),
			WantEvents:        warning(v1beta2.ReasonTimeout, "too slow"+failLog),
		},
		applied: []child.Object{again()},
	}, {
		TableRow: rtesting.TableRow{
			Name:          "a user cancelled the run",
			Key:           key,
			Objects:       objects(builder(WithBuilder(started))),
			OtherTestData: Observe(runFailed("BuildRunCanceled", "marked canceled")),
			WantStatusUpdates: updates(builder(WithBuilder(started),
				wasCancelled(v1beta2.StateReasonCancelled, "a user cancelled the run: marked canceled", ended))),
			WantEvents: warning(v1beta2.StateReasonCancelled, "a user cancelled the run: marked canceled"),
		},
		applied: []child.Object{again()},
	}, {
		TableRow: rtesting.TableRow{
			Name:          "a user deleted the run",
			Key:           key,
			Objects:       objects(builder(WithBuilder(started))),
			OtherTestData: Observe(absent(v1beta2.ReasonGone, `BuildRun "hello-5fca1b20d9" was deleted`)),
			WantStatusUpdates: updates(builder(WithBuilder(started), failed(v1beta2.ReasonRunMissing,
				`BuildRun "hello-5fca1b20d9" was deleted before the build ended; set another spec.build.rebuildToken to build again`, now))),
			WantEvents: warning(v1beta2.ReasonRunMissing,
				`BuildRun "hello-5fca1b20d9" was deleted before the build ended; set another spec.build.rebuildToken to build again`),
		},
		applied: []child.Object{again()},
	}, {
		TableRow: rtesting.TableRow{
			Name:          "the run cannot be read",
			Key:           key,
			Objects:       objects(builder(WithBuilder(started))),
			OtherTestData: Observe(LiveChild(garbage(), &apis.Condition{Status: corev1.ConditionTrue})),
			WantErr:       true,
			WantEvents: warning("InternalError",
				`reading BuildRun "hello-5fca1b20d9": cannot restore struct from: string`),
		},
		applied: []child.Object{again()},
	}, {
		TableRow: rtesting.TableRow{
			Name:          "the clock of Shipwright is behind",
			Key:           key,
			Objects:       objects(builder(WithBuilder(started), startedAt(ended.Add(time.Second)))),
			OtherTestData: Observe(runFailed("BuildFailed", "x")),
			WantStatusUpdates: updates(builder(WithBuilder(started), startedAt(ended.Add(time.Second)),
				failed("BuildFailed", "x"+failLog, ended.Add(time.Second)))),
			WantEvents: warning("BuildFailed", "x"+failLog),
		},
		applied: []child.Object{again()},
	}})
}

// podRefused is the condition of a Builder whose pod was refused.
var podRefused = waiting(v1beta2.ReasonPodRefused, "the pod of the build was refused: exceeded quota: small; the build starts once the pod is accepted")

// refusedAt is a run whose pod was refused.
func refusedAt(at time.Time) ChildOption {
	const words = `failed to create task run pod "b": pods "b-pod" is forbidden: exceeded quota: small. Maybe invalid TaskSpec`
	return buildRun(map[string]any{"completionTime": at.Format(time.RFC3339)},
		&apis.Condition{Status: corev1.ConditionFalse, Reason: "PodCreationFailed", Message: words})
}

// A build that was refused waits, and starts again after a while, whether the cause is gone
// or not.
func TestRefusedRuns(t *testing.T) {
	noSecret := waiting(v1beta2.ReasonSecretNotFound, `spec.imageCredentials: the Secret "push" does not exist; create it: `+
		"kubectl create secret docker-registry push -n team --docker-server=registry.example.com --docker-username=ME --docker-password=TOKEN; "+
		"the build starts within a minute after that")
	startedAt := func(at time.Time) WithBuilder {
		return func(b *v1beta2.Builder) { b.Status.StartTime = &metav1.Time{Time: at} }
	}
	for cause, refusal := range map[string]struct {
		at      func(time.Time) ChildOption
		refused WithBuilder
	}{
		"pod":    {refusedAt, podRefused},
		"Secret": {withoutSecret, noSecret},
	} {
		refused := refusal.refused
		run(t, []row{{
			TableRow: rtesting.TableRow{
				Name:              cause + ": it was refused just now",
				Key:               key,
				Objects:           objects(builder(WithBuilder(started))),
				OtherTestData:     Observe(refusal.at(now.Add(-20 * time.Second))),
				WantStatusUpdates: updates(builder(WithBuilder(started), refused)),
			},
			applied:  []child.Object{again()},
			requeued: 40 * time.Second,
		}, {
			TableRow: rtesting.TableRow{
				Name:          cause + ": a minute later the run is deleted, so that another one starts",
				Key:           key,
				Objects:       objects(builder(WithBuilder(started), refused)),
				OtherTestData: Observe(refusal.at(now.Add(-refusedRetry))),
				WantStatusUpdates: updates(builder(refused, WithBuilder(func(b *v1beta2.Builder) {
					b.Status.StartTime, b.Status.ResourceRef = nil, nil
				}))),
			},
			applied: []child.Object{again()},
			pruned:  true,
		}, {
			TableRow: rtesting.TableRow{
				Name:          cause + ": the next run may be refused, too",
				Key:           key,
				Objects:       objects(builder(WithBuilder(started), refused, startedAt(now.Add(-time.Second)))),
				OtherTestData: Observe(runRuns()),
			},
			applied:  []child.Object{again()},
			requeued: 9 * time.Second,
		}})
	}
}

func TestRefusedPod(t *testing.T) {
	refused := podRefused
	run(t, []row{{
		TableRow: rtesting.TableRow{
			Name:          "the run could not be deleted",
			Key:           key,
			Objects:       objects(builder(WithBuilder(started), refused)),
			OtherTestData: Observe(refusedAt(now.Add(-refusedRetry)), PruneFails(errAPI)),
			WantErr:       true,
			WantEvents:    warning("InternalError", `deleting the refused run of Builder "hello-5fca1b20d9": `+errAPI.Error()),
		},
		applied: []child.Object{again()},
		pruned:  true,
	}, {
		TableRow: rtesting.TableRow{
			Name:          "a build that was cancelled meanwhile does not start again",
			Key:           key,
			Objects:       objects(builder(WithBuilder(started), refused, cancel(v1beta2.StateReasonSuperseded))),
			OtherTestData: Observe(refusedAt(ended)),
			WantStatusUpdates: updates(builder(WithBuilder(started), refused, cancel(v1beta2.StateReasonSuperseded),
				wasCancelled(v1beta2.StateReasonSuperseded, cancelled, ended))),
			WantEvents: []string{rtesting.Eventf(corev1.EventTypeNormal, v1beta2.StateReasonSuperseded, "%s", cancelled)},
		},
		applied: []child.Object{again()},
	}, {
		TableRow: rtesting.TableRow{
			Name:              "the next run got its pod",
			Key:               key,
			Objects:           objects(builder(WithBuilder(started), refused)),
			OtherTestData:     Observe(runRuns()),
			WantStatusUpdates: updates(builder(WithBuilder(started))),
		},
		applied:  []child.Object{again()},
		requeued: 50 * time.Minute,
	}, {
		TableRow: rtesting.TableRow{
			Name:    "the quota is used up",
			Key:     key,
			Objects: objects(builder(WithBuilder(started))),
			OtherTestData: Observe(buildRun(map[string]any{},
				&apis.Condition{Status: corev1.ConditionUnknown, Reason: "ExceededResourceQuota", Message: "TaskRun Pod exceeded available resources"})),
			WantStatusUpdates: updates(builder(WithBuilder(started), waiting(v1beta2.ReasonPodRefused,
				"the build waits for room for its pod: TaskRun Pod exceeded available resources"))),
		},
		applied:  []child.Object{again()},
		requeued: 50 * time.Minute,
	}})
}

// withoutSecret is a run that ended because the Secret to push with did not exist.
func withoutSecret(at time.Time) ChildOption {
	cond := &apis.Condition{Status: corev1.ConditionFalse, Reason: "BuildRegistrationFailed", Message: "referenced secret push not found"}
	live := liveRun(map[string]any{"completionTime": at.Format(time.RFC3339)}, cond)
	live.SetNamespace("team")
	live.Object["spec"] = map[string]any{"build": map[string]any{"spec": map[string]any{
		"output": map[string]any{"image": "registry.example.com/team/hello", "pushSecret": "push"},
	}}}
	return LiveChild(live, cond)
}

func TestOutcomeIsFinal(t *testing.T) {
	over := builder(WithBuilder(started), WithBuilder(succeeded))
	late := over.DeepCopy()
	cancel(v1beta2.StateReasonSuperseded)(late)
	seen := late.DeepCopy()
	seen.Status.ObservedGeneration = seen.Generation
	broken := builder(failed("BuildFailed", "x", ended))
	run(t, []row{{
		// Nothing is applied: the controller does not read the run, which may be
		// deleted.
		TableRow: rtesting.TableRow{Name: "a build that succeeded", Key: key, Objects: objects(over)},
	}, {
		TableRow: rtesting.TableRow{Name: "a build that failed", Key: key, Objects: objects(broken)},
	}, {
		TableRow: rtesting.TableRow{
			Name:              "a request to cancel after the end",
			Key:               key,
			Objects:           objects(late),
			WantStatusUpdates: updates(seen),
		},
	}})
}

func TestDeadline(t *testing.T) {
	minute := timeout(time.Minute)
	message := "the build did not end within 1m0s" + failLog
	run(t, []row{{
		TableRow: rtesting.TableRow{
			Name:              "the run is cancelled at the deadline",
			Key:               key,
			Objects:           objects(builder(minute, WithBuilder(started))),
			OtherTestData:     Observe(runRuns()),
			WantStatusUpdates: updates(builder(minute, WithBuilder(started), timedOut(message, now))),
			WantEvents:        warning(v1beta2.ReasonTimeout, message),
		},
		applied: []child.Object{again(minute), stop(minute)},
	}, {
		TableRow: rtesting.TableRow{
			Name:              "the deadline is exact to the second",
			Key:               key,
			Objects:           objects(builder(timeout(10*time.Minute), WithBuilder(started))),
			OtherTestData:     Observe(runRuns()),
			WantStatusUpdates: updates(builder(timeout(10*time.Minute), WithBuilder(started), timedOut("the build did not end within 10m0s"+failLog, now))),
			WantEvents:        warning(v1beta2.ReasonTimeout, "the build did not end within 10m0s"+failLog),
		},
		applied: []child.Object{again(timeout(10 * time.Minute)), stop(timeout(10 * time.Minute))},
	}, {
		TableRow: rtesting.TableRow{
			Name:          "the run continues before the deadline",
			Key:           key,
			Objects:       objects(builder(timeout(10*time.Minute+time.Second), WithBuilder(started))),
			OtherTestData: Observe(runRuns()),
		},
		applied:  []child.Object{again(timeout(10*time.Minute + time.Second))},
		requeued: time.Second,
	}, {
		TableRow: rtesting.TableRow{
			Name:              "a run that ended in time while the controller was down",
			Key:               key,
			Objects:           objects(builder(minute, WithBuilder(started))),
			OtherTestData:     Observe(runSucceeded(digest)),
			WantStatusUpdates: updates(builder(minute, WithBuilder(started), WithBuilder(succeeded))),
		},
		applied: []child.Object{again(minute)},
	}, {
		TableRow: rtesting.TableRow{
			Name:              "a policy rejects a change of the run",
			Key:               key,
			Objects:           objects(builder(minute, WithBuilder(started))),
			OtherTestData:     Observe(absent(v1beta2.ReasonRejected, "no"), ApplyFails(child.RetryRefusal())),
			WantStatusUpdates: updates(builder(minute, WithBuilder(started), timedOut(message, now))),
			WantEvents:        warning(v1beta2.ReasonTimeout, message),
		},
		applied: []child.Object{again(minute)},
	}, {
		TableRow: rtesting.TableRow{
			Name:              "a policy rejects the cancellation of the run",
			Key:               key,
			Objects:           objects(builder(minute, WithBuilder(started))),
			OtherTestData:     Observe(runRuns(), ApplyFails(child.RetryRefusal())),
			WantStatusUpdates: updates(builder(minute, WithBuilder(started), timedOut(message, now))),
			WantEvents:        warning(v1beta2.ReasonTimeout, message),
		},
		applied: []child.Object{again(minute), stop(minute)},
	}, {
		TableRow: rtesting.TableRow{
			Name:              "Shipwright was removed meanwhile",
			Key:               key,
			Objects:           objects(builder(minute, WithBuilder(started))),
			OtherTestData:     Observe(absent("ShipwrightNotInstalled", "install it")),
			WantStatusUpdates: updates(builder(minute, WithBuilder(started), timedOut(message, now))),
			WantEvents:        warning(v1beta2.ReasonTimeout, message),
		},
		applied: []child.Object{again(minute)},
	}})
}

func startedAt(at time.Time) WithBuilder {
	return func(b *v1beta2.Builder) { b.Status.StartTime.Time = at }
}

func garbage() *unstructured.Unstructured {
	live := &unstructured.Unstructured{Object: map[string]any{"status": "done"}}
	live.SetKind(kind)
	live.SetName(name)
	return live
}
