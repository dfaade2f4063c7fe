/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"errors"
	"strings"
	"testing"

	autoscalingv1 "k8s.io/api/autoscaling/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	apierrs "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
)

func TestReadyPods(t *testing.T) {
	slice := func(service string, endpoints ...discoveryv1.Endpoint) *discoveryv1.EndpointSlice {
		s := &discoveryv1.EndpointSlice{Endpoints: endpoints}
		s.Name, s.Namespace = service+"-abc", "team"
		s.Labels = map[string]string{discoveryv1.LabelServiceName: service}
		return s
	}
	endpoint := func(uid types.UID, ready *bool) discoveryv1.Endpoint {
		return discoveryv1.Endpoint{TargetRef: &corev1.ObjectReference{UID: uid}, Conditions: discoveryv1.EndpointConditions{Ready: ready}}
	}
	client := fake.NewClientset(
		slice("fn", endpoint("one", new(true)), endpoint("two", new(false)), endpoint("three", nil), discoveryv1.Endpoint{}),
		slice("other", endpoint("four", new(true))),
	)
	got, err := Workloads{Client: client}.ReadyPods(t.Context(), "team", "fn")
	if want := sets.New[types.UID]("one", "three"); err != nil || !got.Equal(want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	client.PrependReactor("list", "*", func(clienttesting.Action) (bool, runtime.Object, error) { return true, nil, errors.New("boom") })
	if _, err := (Workloads{Client: client}).ReadyPods(t.Context(), "team", "fn"); err == nil || !strings.Contains(err.Error(), "Service fn in namespace team: boom") {
		t.Errorf("got %v, want an error with the name of the Service", err)
	}
}

func TestScaledToZero(t *testing.T) {
	scale := func(wanted, there int32) *autoscalingv1.Scale {
		return &autoscalingv1.Scale{
			Spec: autoscalingv1.ScaleSpec{Replicas: wanted}, Status: autoscalingv1.ScaleStatus{Replicas: there},
		}
	}
	for _, test := range []struct {
		name                 string
		deployment, stateful *autoscalingv1.Scale
		err                  error
		want                 bool
		wantErr              string
	}{
		{name: "a Deployment without pods", deployment: scale(0, 0), want: true},
		{name: "a Deployment with pods", deployment: scale(1, 1)},
		{name: "a Deployment whose pods do not run yet", deployment: scale(1, 0)},
		{name: "a Deployment whose pods still run", deployment: scale(0, 1)},
		{name: "a StatefulSet without pods", stateful: scale(0, 0), want: true},
		{name: "a StatefulSet with pods", stateful: scale(0, 2)},
		{name: "no workload", wantErr: "metadata target: no Deployment or StatefulSet"},
		{name: "an error of the API server", deployment: scale(0, 0), err: errors.New("boom"), wantErr: "boom"},
	} {
		t.Run(test.name, func(t *testing.T) {
			client := fake.NewClientset()
			client.PrependReactor("*", "*", func(action clienttesting.Action) (bool, runtime.Object, error) {
				get, ok := action.(clienttesting.GetAction)
				if !ok || action.GetVerb() != "get" || action.GetSubresource() != "scale" || get.GetName() != "fn" || action.GetNamespace() != "team" {
					t.Errorf("unexpected request %v, want a read of the scale", action)
				}
				found := map[string]*autoscalingv1.Scale{"deployments": test.deployment, "statefulsets": test.stateful}
				if test.err != nil {
					return true, nil, test.err
				}
				if scale := found[action.GetResource().Resource]; scale != nil {
					return true, scale, nil
				}
				return true, nil, apierrs.NewNotFound(schema.GroupResource{Resource: action.GetResource().Resource}, "fn")
			})
			got, err := Workloads{Client: client}.ScaledToZero(t.Context(), "team", "fn")
			if got != test.want || (err != nil) != (test.wantErr != "") {
				t.Errorf("got %t, %v, want %t, %s", got, err, test.want, test.wantErr)
			}
			if err != nil && !strings.Contains(err.Error(), test.wantErr) {
				t.Errorf("got %v, want %s", err, test.wantErr)
			}
		})
	}
}
