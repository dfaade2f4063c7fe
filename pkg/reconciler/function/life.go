/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/record"
	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/plaintext"
)

// Reasons of the Kubernetes events of a Function.
const (
	// eventBuilt: a build succeeded.
	eventBuilt = "Built"
	// eventRolledOut: a revision received all of the traffic.
	eventRolledOut = "RolledOut"
	// eventRolledBack: an older revision has all of the traffic again.
	eventRolledBack = "RolledBack"
	// eventBuildFailed, eventServingFailed and eventRouteFailed: a condition of the
	// Function became False.
	eventBuildFailed   = "BuildFailed"
	eventServingFailed = "ServingFailed"
	eventRouteFailed   = "RouteFailed"
)

// eventMessageSize is how many bytes the API server accepts as the message of an event.
const eventMessageSize = 1024

// lifeEvent is a Kubernetes event on a Function.
type lifeEvent struct {
	kind, reason, message string
}

// recordLife returns a handler that records the events of a Function's life. It compares
// two versions of the status that the API server stored, and not what a reconciliation
// computes from a cache that may be late. So a change is recorded once, and a restart
// repeats nothing. Only the replica that leads for a Function records its events.
func recordLife(recorder record.EventRecorder, leads func(types.NamespacedName) bool) cache.ResourceEventHandler {
	return cache.ResourceEventHandlerFuncs{UpdateFunc: func(oldObj, newObj any) {
		before, ok := oldObj.(*v1beta2.Function)
		after, is := newObj.(*v1beta2.Function)
		if !ok || !is || before.UID != after.UID || !leads(nameOf(after)) {
			return
		}
		for _, e := range lifeEvents(&before.Status, &after.Status) {
			recorder.Event(after, e.kind, e.reason, plaintext.Head(e.message, eventMessageSize))
		}
	}}
}

// lifeEvents returns the events of the change from one status to the next.
func lifeEvents(before, after *v1beta2.FunctionStatus) []lifeEvent {
	var events []lifeEvent
	if build := newBuild(before, after); build != nil {
		message := fmt.Sprintf("Builder %q built %s", build.Builder, build.Image)
		if build.Commit != "" {
			message += " from commit " + build.Commit
		}
		events = append(events, lifeEvent{corev1.EventTypeNormal, eventBuilt, message})
	}
	if e := trafficEvent(before, after); e != nil {
		events = append(events, *e)
	}
	return append(events, failures(before, after)...)
}

// newBuild returns the latest build if it succeeded since then; nil otherwise. The builds
// that an older release recorded are not new.
func newBuild(before, after *v1beta2.FunctionStatus) *v1beta2.FunctionBuild {
	if after.InUse == nil || len(after.InUse.Builds) == 0 || before.LastBuild != nil {
		return nil
	}
	latest := &after.InUse.Builds[0]
	if before.InUse.ImageOf(latest.Builder) == latest.Image {
		return nil
	}
	return latest
}

// trafficEvent returns the event of a Serving that received all of the traffic; nil if
// none did.
func trafficEvent(before, after *v1beta2.FunctionStatus) *lifeEvent {
	rollout := after.Rollout
	if rollout != nil && rollout.Phase == v1beta2.RolloutRolledBack {
		if before.HasRolledBack(rollout.Candidate) {
			return nil
		}
		return &lifeEvent{corev1.EventTypeWarning, eventRolledBack, fmt.Sprintf(
			"Serving %q failed its rollout, and %q receives all of the traffic: %s", rollout.Candidate, rollout.Stable, rollout.Message)}
	}
	name, previous := servesAll(after), mostUsed(before)
	switch {
	case name == "", name == servesAll(before):
		return nil
	case isOlder(after, name, previous), isOlder(before, name, previous):
		return &lifeEvent{corev1.EventTypeNormal, eventRolledBack, fmt.Sprintf(
			"Serving %q receives all of the traffic again, in place of %q", name, previous)}
	}
	return &lifeEvent{corev1.EventTypeNormal, eventRolledOut, fmt.Sprintf("Serving %q receives all of the traffic", name)}
}

// servesAll returns the name of the Serving with all of the traffic; empty if several
// share it, or none receives any.
func servesAll(status *v1beta2.FunctionStatus) string {
	if name := mostUsed(status); name != "" && status.InUse.Revisions[name] == 100 {
		return name
	}
	return ""
}

// mostUsed returns the name of the Serving with the largest share of the traffic; empty if
// none receives any.
func mostUsed(status *v1beta2.FunctionStatus) string {
	if status.InUse == nil {
		return ""
	}
	most := ""
	for name, percent := range status.InUse.Revisions {
		if percent > status.InUse.Revisions[most] || most != "" && percent == status.InUse.Revisions[most] && name < most {
			most = name
		}
	}
	return most
}

// isOlder reports whether the status lists both Servings, and the first is the older.
func isOlder(status *v1beta2.FunctionStatus, name, other string) bool {
	first, second := createdAt(status, name), createdAt(status, other)
	return first != nil && second != nil && first.Before(second)
}

func createdAt(status *v1beta2.FunctionStatus, serving string) *metav1.Time {
	if status.Serving == nil {
		return nil
	}
	for i := range status.Serving.Revisions {
		if status.Serving.Revisions[i].Name == serving {
			return status.Serving.Revisions[i].Created
		}
	}
	return nil
}

// failures returns an event for each condition that became False, or is False for another
// reason or child than before. Another message alone is not another failure.
func failures(before, after *v1beta2.FunctionStatus) []lifeEvent {
	var events []lifeEvent
	for _, part := range []struct {
		condition apis.ConditionType
		reason    string
		child     func(*v1beta2.FunctionStatus) string
	}{
		{v1beta2.FunctionConditionBuilderReady, eventBuildFailed, builderIn},
		{v1beta2.FunctionConditionServingReady, eventServingFailed, servingIn},
		{v1beta2.FunctionConditionRouteReady, eventRouteFailed, servingIn},
	} {
		was, now := before.GetCondition(part.condition), after.GetCondition(part.condition)
		if !now.IsFalse() || now.Reason == v1beta2.ReasonRolledBack {
			continue
		}
		if was.IsFalse() && was.Reason == now.Reason && part.child(before) == part.child(after) {
			continue
		}
		events = append(events, lifeEvent{corev1.EventTypeWarning, part.reason, now.Reason + ": " + now.Message})
	}
	return events
}

// builderIn returns the name of the Builder that the status describes.
func builderIn(status *v1beta2.FunctionStatus) string {
	if status.Build == nil {
		return ""
	}
	return status.Build.ResourceRef
}

// servingIn returns the name of the Serving of the latest generation.
func servingIn(status *v1beta2.FunctionStatus) string {
	if status.Serving == nil {
		return ""
	}
	return status.Serving.ResourceRef
}
