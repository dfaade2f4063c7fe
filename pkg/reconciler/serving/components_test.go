/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package serving

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"knative.dev/pkg/apis"
	rtesting "knative.dev/pkg/reconciler/testing"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	functionruntime "openfunction.dev/openfunction/pkg/runtime"
	. "openfunction.dev/openfunction/pkg/testing"
)

// onForeign names a component that it does not describe.
func onForeign() WithServing {
	return spec(func(spec *v1beta2.ServingSpec) {
		spec.Triggers = &v1beta2.Triggers{
			HTTP: &v1beta2.HTTPTrigger{},
			Dapr: []*v1beta2.DaprTrigger{{DaprComponentRef: &v1beta2.DaprComponentRef{Name: "orders", Topic: "new"}}},
		}
	})
}

var (
	liveOrders = &unstructured.Unstructured{Object: map[string]any{
		"kind":     "Component",
		"metadata": map[string]any{"name": "orders", "namespace": ns},
		"spec": map[string]any{
			"type": "pubsub.redis", "version": "v1",
			"metadata": []any{
				map[string]any{"name": "redisHost", "value": "redis:6379"},
				map[string]any{"name": "redisPassword", "secretKeyRef": map[string]any{"name": "redis", "key": "password"}},
			},
		},
		"scopes": []any{"hello-team"},
		"auth":   map[string]any{"secretStore": "vault"},
	}}
	orders = functionruntime.Component{
		DaprComponent: v1beta2.DaprComponent{
			Type: "pubsub.redis", Version: "v1",
			Metadata: []v1beta2.DaprMetadata{
				{Name: "redisHost", Value: &apiextensionsv1.JSON{Raw: []byte(`"redis:6379"`)}},
				{Name: "redisPassword", SecretKeyRef: &v1beta2.DaprSecretKeyRef{Name: "redis", Key: "password"}},
			},
		},
		Scopes:      []string{"hello-team"},
		SecretStore: "vault",
	}
)

func TestComponents(t *testing.T) {
	finds := func(found Found) context.Context { return context.WithValue(context.Background(), foundKey{}, found) }
	named := func(options ...ServingOption) *v1beta2.Serving {
		return serving(append([]ServingOption{onForeign()}, options...)...)
	}
	pending := &apis.Condition{Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonPending, Message: "waiting to get ready"}
	unreadableSpec := liveOrders.DeepCopy()
	unreadableSpec.Object["spec"] = map[string]any{"type": int64(1)}
	var got functionruntime.Components
	want := func(components functionruntime.Components) func(*testing.T, *rtesting.TableRow) {
		return func(t *testing.T, _ *rtesting.TableRow) {
			t.Helper()
			if diff := cmp.Diff(components, got); diff != "" {
				t.Errorf("the runtime was given other components (-want, +got): %s", diff)
			}
			got = nil
		}
	}
	rtesting.TableTest{{
		Name:              "one of the namespace is given to the runtime as it is",
		Key:               key,
		Ctx:               finds(Found{"Component team/orders": liveOrders}),
		Objects:           []runtime.Object{named()},
		WantStatusUpdates: status(named(bothStart(logHint), unscaled)),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){want(functionruntime.Components{"orders": orders})},
	}, {
		Name:              "one that the namespace lacks is not: the runtime says what that means",
		Key:               key,
		Ctx:               finds(Found{"Component other/orders": liveOrders}),
		Objects:           []runtime.Object{named()},
		WantStatusUpdates: status(named(bothStart(logHint), unscaled)),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){want(functionruntime.Components{})},
	}, {
		Name:              "nothing is made before it is known which there are",
		Key:               key,
		Ctx:               finds(Found{Awaited: nil}),
		Objects:           []runtime.Object{named()},
		WantStatusUpdates: status(named(bothSay(pending), withoutRef())),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){want(functionruntime.Components{})},
	}, {
		Name:           "what was made stays meanwhile",
		Key:            key,
		Ctx:            finds(Found{Awaited: nil}),
		Objects:        []runtime.Object{named(bothSay(isTrue), scaled)},
		PostConditions: append([]func(*testing.T, *rtesting.TableRow){want(nil)}, nothing...),
	}, {
		Name:    "one that cannot be read is an error",
		Key:     key,
		Ctx:     finds(Found{"Component team/orders": unreadableSpec}),
		Objects: []runtime.Object{named(bothSay(isTrue), scaled)},
		WantErr: true,
		WantEvents: []string{rtesting.Eventf(corev1.EventTypeWarning, "InternalError",
			`reading the Dapr component "orders": cannot convert int64 to string`)},
		PostConditions: append([]func(*testing.T, *rtesting.TableRow){want(nil)}, nothing...),
	}}.Test(t, factory(twoRuntimes(eventRuntime{components: &got})))
}
