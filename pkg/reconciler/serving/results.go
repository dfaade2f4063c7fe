/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package serving

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"knative.dev/pkg/apis"
	duckv1 "knative.dev/pkg/apis/duck/v1"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
)

// result is what one runtime contributes to a Serving. A Serving that both requests
// and events call has two.
type result struct {
	runtime.Description

	plan         *runtime.Plan
	snapshot     runtime.Snapshot
	observations []child.Observation
	status       runtime.RevisionStatus
}

// plan translates s once for each of its runtimes.
func (r *Reconciler) plan(ctx context.Context, s *v1beta2.Serving, runtimes []runtime.Runtime) ([]result, error) {
	peers, err := peersOf(r.servings, s)
	if err != nil {
		return nil, err
	}
	in := &runtime.Input{
		Serving: s, Config: config.FromContext(ctx), References: r.resolve(s), Pods: r.observers.Pods(s), Now: r.clock.Now(),
	}
	fn := r.functionOf(s)
	in.Address, in.Tags = addressIn(workloadOf(fn, s))
	in.KeepWarm = keptWarm(fn) == s.Name
	for _, peer := range peers {
		in.Peers = append(in.Peers, runtime.Peer{Serving: peer, Pods: r.observers.Pods(peer)})
	}
	results := make([]result, 0, len(runtimes))
	for _, rt := range runtimes {
		description := rt.Describe()
		plan, err := rt.Plan(in)
		if err != nil {
			return nil, err
		}
		if plan.RequeueAfter > 0 {
			r.enqueueAfter(s, plan.RequeueAfter)
		}
		results = append(results, result{Description: description, plan: plan, snapshot: r.observers.Observe(description.Name, s)})
	}
	return results, nil
}

// apply applies the objects of each runtime independently: a problem of one of them
// does not delay the other.
func (r *Reconciler) apply(ctx context.Context, s *v1beta2.Serving, results []result) error {
	errs := make([]error, 0, len(results))
	for i := range results {
		var err error
		results[i].observations, err = r.children.Apply(ctx, s, results[i].plan.Objects)
		errs = append(errs, err)
	}
	return child.JoinErrors(errs...)
}

// observe reads the status of each runtime from what was observed.
func (r *Reconciler) observe(s *v1beta2.Serving, results []result) {
	for i := range results {
		res := &results[i]
		if res.plan.Status == nil {
			continue
		}
		res.status = res.plan.Status(runtime.Observed{Children: res.observations, Snapshot: res.snapshot})
		r.observers.Watch(res.Name, s, res.status.Attention)
	}
}

// failureOf sets the status of each event trigger, and returns why the revision is not
// ready: the failure of its pods or of the first trigger that fails; nil if there is
// none.
func failureOf(s *v1beta2.Serving, results []result) *apis.Condition {
	trigger := propagateTriggers(s, results)
	propagateDeliveries(s, results)
	for _, res := range results {
		if failure := res.status.Failure; failure != nil {
			failure.Message = short(failure.Message)
			return failure
		}
	}
	return trigger
}

// propagateTriggers sets the status of each event trigger, and returns the condition
// of the first that fails; nil if none does.
func propagateTriggers(s *v1beta2.Serving, results []result) *apis.Condition {
	var triggers []v1beta2.TriggerStatus
	for _, res := range results {
		triggers = append(triggers, res.status.Triggers...)
	}
	var failed *apis.Condition
	for i := range triggers {
		triggers[i].Message = short(triggers[i].Message)
		if failed == nil && triggers[i].Status == corev1.ConditionFalse {
			failed = &apis.Condition{
				Status: corev1.ConditionFalse, Reason: triggers[i].Reason,
				Message: fmt.Sprintf("trigger %q: %s", triggers[i].Key, triggers[i].Message),
			}
		}
	}
	s.Status.PropagateTriggers(triggers)
	return failed
}

// propagateDeliveries sets how the events of the triggers ended, and which triggers the
// scaler cannot read.
func propagateDeliveries(s *v1beta2.Serving, results []result) {
	var deliveries []v1beta2.TriggerDeliveries
	var failing *apis.Condition
	for _, res := range results {
		for i := range res.status.Deliveries {
			if last := res.status.Deliveries[i].LastFailure; last != nil {
				last.Message = short(last.Message)
			}
		}
		deliveries = append(deliveries, res.status.Deliveries...)
		if failing == nil && res.status.NotHandled != nil {
			failing = res.status.NotHandled
			failing.Message = short(failing.Message)
		}
	}
	s.Status.PropagateDeliveries(deliveries, failing)
	s.Status.ScalerFailures = nil
	for _, res := range results {
		for _, failure := range res.status.ScalerFailures {
			failure.Message = short(failure.Message)
			s.Status.ScalerFailures = append(s.Status.ScalerFailures, failure)
		}
	}
}

// recordAddress records the address of the revision after it is ready, because
// recording each part earlier would cost one write each.
func recordAddress(s *v1beta2.Serving, results []result) {
	if !s.Status.GetCondition(v1beta2.ServingConditionReady).IsTrue() {
		return
	}
	for _, res := range results {
		if res.status.Address != nil {
			s.Status.Address = &duckv1.Addressable{URL: res.status.Address}
		}
	}
}

func objectsOf(results []result) []child.Object {
	var objects []child.Object
	for _, res := range results {
		objects = append(objects, res.plan.Objects...)
	}
	return objects
}

func observationsOf(results []result) []child.Observation {
	var observations []child.Observation
	for _, res := range results {
		observations = append(observations, res.observations...)
	}
	return observations
}
