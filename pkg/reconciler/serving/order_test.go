/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package serving

import (
	"context"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	rtesting "knative.dev/pkg/reconciler/testing"
	servingv1 "knative.dev/serving/pkg/apis/serving/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	functionruntime "openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/async"
	"openfunction.dev/openfunction/pkg/runtime/knative"
	"openfunction.dev/openfunction/pkg/runtime/runtimetest"
	. "openfunction.dev/openfunction/pkg/testing"
)

// sendsOnBoth makes the function send to the component that its events come from.
func sendsOnBoth() WithServing {
	return spec(func(spec *v1beta2.ServingSpec) {
		ref := &v1beta2.DaprComponentRef{Name: "orders", Topic: "new"}
		spec.Triggers = &v1beta2.Triggers{HTTP: &v1beta2.HTTPTrigger{}, Dapr: []*v1beta2.DaprTrigger{{DaprComponentRef: ref}}}
		spec.Outputs = []*v1beta2.Output{{Dapr: &v1beta2.DaprOutput{DaprComponentRef: ref}}}
		spec.Pubsub = map[string]*v1beta2.DaprComponent{"orders": {Type: "pubsub.redis", Version: "v1"}}
	})
}

// Two runtimes return the same Dapr objects, so the second finds them unchanged. The
// components precede the pods that load them.
func TestComponentsComeBeforePods(t *testing.T) {
	s := serving(sendsOnBoth())
	s.SetDefaults(context.Background())
	requests, err := runtimetest.Objects(context.Background(), knative.New(), s)
	if err != nil {
		t.Fatal(err)
	}
	events, err := runtimetest.Objects(context.Background(), async.New(), s)
	if err != nil {
		t.Fatal(err)
	}
	last := len(requests) - 1
	if _, ok := requests[last].Resource.(*servingv1.Configuration); !ok || last != 2 {
		t.Fatalf("%d objects for requests, the last is %T; want the component and its policies before the pods", last+1, requests[last].Resource)
	}
	for _, object := range requests[:last] {
		found := false
		for _, other := range events {
			if reflect.TypeOf(object.Resource) == reflect.TypeOf(other.Resource) && object.GetName() == other.GetName() {
				found = true
				if diff := cmp.Diff(object, other); diff != "" {
					t.Errorf("%T %s (-for requests, +for events): %s", object.Resource, object.GetName(), diff)
				}
			}
		}
		if !found {
			t.Errorf("%T %s is made for requests alone", object.Resource, object.GetName())
		}
	}
}

func TestComponentsOfBothAreRecordedOnce(t *testing.T) {
	recorded := func(s *v1beta2.Serving) {
		s.Status.ResourceRef = map[string]string{
			"configuration.serving.knative.dev": name, "deployment.apps": name, "networkpolicy.networking.k8s.io": name + "-events",
			"component.dapr.io": name + "-orders", "resiliency.dapr.io": name, "subscription.dapr.io": name + "-orders",
		}
		s.Status.PropagateTriggers([]v1beta2.TriggerStatus{{
			Key: "orders", Status: corev1.ConditionTrue, Reason: v1beta2.ReasonScalerNotDerived,
			Message: "no scaler can be derived: redisHost is missing; or write KEDA's trigger in scaleOptions.keda.triggers",
		}})
	}
	rtesting.TableTest{{
		Name:              "new",
		Key:               key,
		Objects:           []runtime.Object{serving(sendsOnBoth())},
		WantStatusUpdates: status(serving(sendsOnBoth(), bothStart(logHint), WithServing(recorded))),
	}}.Test(t, factory(func(r *Reconciler) {
		r.runtimes = functionruntime.NewSet(knative.New(), async.New())
	}))
}
