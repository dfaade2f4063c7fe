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
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"knative.dev/pkg/apis"
	rtesting "knative.dev/pkg/reconciler/testing"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	functionruntime "openfunction.dev/openfunction/pkg/runtime"
	. "openfunction.dev/openfunction/pkg/testing"
)

// onForeign makes the function use a component that its spec does not define.
func onForeign() WithServing {
	return spec(func(spec *v1beta2.ServingSpec) {
		spec.Triggers = &v1beta2.Triggers{
			HTTP: &v1beta2.HTTPTrigger{},
			Dapr: []*v1beta2.DaprTrigger{{DaprComponentRef: &v1beta2.DaprComponentRef{Name: "orders", Topic: "new"}}},
		}
	})
}

var liveOrders = &unstructured.Unstructured{Object: map[string]any{
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

// wantReference fails unless the plan received live as the component orders.
func wantReference(t *testing.T, in *functionruntime.Input, live *unstructured.Unstructured, unknown *apis.Condition) {
	t.Helper()
	if len(in.References) != 1 {
		t.Fatalf("the plan got %d references, want 1", len(in.References))
	}
	got := in.References[0]
	if got.Name != "orders" || got.Namespace != ns || got.Path != "triggers.dapr[0].name" {
		t.Errorf("reference %s at %s", got.NamespacedName, got.Path)
	}
	if diff := cmp.Diff(unknown, got.Unknown); diff != "" {
		t.Errorf("Unknown (-want, +got): %s", diff)
	}
	if diff := cmp.Diff(live, got.Live); diff != "" {
		t.Errorf("Live (-want, +got): %s", diff)
	}
}

// The status reports why a component cannot be read, and recovers later.
func TestUnknownComponents(t *testing.T) {
	withKinds := func(cond *apis.Condition) context.Context {
		return context.WithValue(context.Background(), foundKey{}, (*Unlisted)(cond))
	}
	named := func(options ...ServingOption) *v1beta2.Serving {
		return serving(append([]ServingOption{onForeign()}, options...)...)
	}
	const field = "spec.serving.triggers.dapr[0].name: "
	at := func(cond *apis.Condition) *apis.Condition {
		cond = cond.DeepCopy()
		cond.Message = field + `component "orders" is not known: ` + cond.Message
		return cond
	}
	missing := failed("DaprNotInstalled", "Dapr is not installed (no Component.dapr.io); install it")
	forbidden := failed(v1beta2.ReasonForbidden, "watching Component.dapr.io was refused: no right")
	away := &apis.Condition{Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonUnreadable, Message: "watching Component.dapr.io fails: boom"}
	var got functionruntime.Input
	given := func(cond *apis.Condition) func(*testing.T, *rtesting.TableRow) {
		return func(t *testing.T, _ *rtesting.TableRow) {
			t.Helper()
			wantReference(t, &got, nil, cond)
		}
	}
	running := named(bothReport(isTrue), scaled)
	row := func(name string, withKinds context.Context, before, after *v1beta2.Serving, post ...func(*testing.T, *rtesting.TableRow)) rtesting.TableRow {
		r := rtesting.TableRow{Name: name, Key: key, Ctx: withKinds, Objects: []runtime.Object{before}, PostConditions: post}
		if after != nil {
			r.WantStatusUpdates = status(after)
		}
		return r
	}
	healed := row("Dapr is there: it heals", context.WithValue(context.Background(), foundKey{}, Found{"Component team/orders": liveOrders}),
		named(bothReport(at(missing)), scaled), running)
	healed.OtherTestData = Observe(ready...)

	rtesting.TableTest{
		row("Dapr is not installed: nothing is made", withKinds(missing), named(), named(bothReport(at(missing)), withoutRef()), given(missing)),
		row("Dapr is gone: existing objects stay, and the status reports it", withKinds(missing), running, named(bothReport(at(missing)), scaled), nothing...),
		row("the status reports it already", withKinds(missing), named(bothReport(at(missing)), scaled), nil, nothing...),
		healed,
		row("it is forbidden to us", withKinds(forbidden), named(), named(bothReport(at(forbidden)), withoutRef()), given(forbidden)),
		row("it cannot be listed: nothing is made", withKinds(away), named(), named(bothReport(at(away)), withoutRef()), given(away)),
		row("it cannot be listed: what is ready stays so", withKinds(away), running, nil, nothing...),
		row("it cannot be listed: a revision that is not ready reports it", withKinds(away), named(bothStart(logHint), scaled), named(bothReport(at(away)), scaled), nothing...),
	}.Test(t, factory(twoRuntimes(eventRuntime{in: &got})))
}

// The condition for several components is the worst of theirs.
func TestWorseUnresolved(t *testing.T) {
	bad, worst := failed("First", ""), failed("Second", "")
	away := &apis.Condition{Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonUnreadable}
	for name, tt := range map[string]struct{ a, b, want *apis.Condition }{
		"no condition":        {nil, nil, nil},
		"none and pending":    {nil, functionruntime.Pending(), functionruntime.Pending()},
		"pending and none":    {functionruntime.Pending(), nil, functionruntime.Pending()},
		"pending and unknown": {functionruntime.Pending(), away, away},
		"unknown and pending": {away, functionruntime.Pending(), away},
		"unknown and failed":  {away, bad, bad},
		"failed and unknown":  {bad, away, bad},
		"two failures":        {bad, worst, bad},
		"pending and failed":  {functionruntime.Pending(), worst, worst},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, functionruntime.WorseUnresolved(tt.a, tt.b)); diff != "" {
				t.Error("WorseUnresolved() (-want, +got):", diff)
			}
		})
	}
}

func TestComponents(t *testing.T) {
	finds := func(found Found) context.Context { return context.WithValue(context.Background(), foundKey{}, found) }
	named := func(options ...ServingOption) *v1beta2.Serving {
		return serving(append([]ServingOption{onForeign()}, options...)...)
	}
	pending := &apis.Condition{Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonPending, Message: "waiting to get ready"}
	listing := &apis.Condition{Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonPending, Message: "waiting until it is listed"}
	unreadableSpec := liveOrders.DeepCopy()
	unreadableSpec.Object["spec"] = map[string]any{"type": int64(1)}
	unreadable := failed(v1beta2.ReasonUnreadable, `component "orders" cannot be read: cannot convert int64 to string; `+
		"correct it: kubectl edit components.dapr.io orders -n team")
	unreadableAt := failed(unreadable.Reason, "spec.serving.triggers.dapr[0].name: "+unreadable.Message)
	var got functionruntime.Input
	want := func(live *unstructured.Unstructured, unknown *apis.Condition) func(*testing.T, *rtesting.TableRow) {
		return func(t *testing.T, _ *rtesting.TableRow) {
			t.Helper()
			wantReference(t, &got, live, unknown)
		}
	}
	rtesting.TableTest{{
		Name:              "the runtime receives a component of the namespace",
		Key:               key,
		Ctx:               finds(Found{"Component team/orders": liveOrders}),
		Objects:           []runtime.Object{named()},
		WantStatusUpdates: status(named(bothStart(logHint), unscaled)),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){want(liveOrders, nil)},
	}, {
		Name:              "the runtime reports a component that does not exist",
		Key:               key,
		Ctx:               finds(Found{"Component other/orders": liveOrders}),
		Objects:           []runtime.Object{named()},
		WantStatusUpdates: status(named(bothStart(logHint), unscaled)),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){want(nil, nil)},
	}, {
		Name:              "no child is created before the components are listed",
		Key:               key,
		Ctx:               finds(Found{Awaited: nil}),
		Objects:           []runtime.Object{named()},
		WantStatusUpdates: status(named(bothReport(pending), withoutRef())),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){want(nil, listing)},
	}, {
		Name:           "existing children stay until the components are listed",
		Key:            key,
		Ctx:            finds(Found{Awaited: nil}),
		Objects:        []runtime.Object{named(bothReport(isTrue), scaled)},
		PostConditions: nothing,
	}, {
		Name:              "a component that cannot be read is reported, and no child is created",
		Key:               key,
		Ctx:               finds(Found{"Component team/orders": unreadableSpec}),
		Objects:           []runtime.Object{named()},
		WantStatusUpdates: status(named(bothReport(unreadableAt), withoutRef())),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){want(unreadableSpec, nil)},
	}, {
		Name:              "a component that can no longer be read is reported, and existing children stay",
		Key:               key,
		Ctx:               finds(Found{"Component team/orders": unreadableSpec}),
		Objects:           []runtime.Object{named(bothReport(isTrue), scaled)},
		WantStatusUpdates: status(named(bothReport(unreadableAt), scaled)),
		PostConditions:    nothing,
	}}.Test(t, factory(twoRuntimes(eventRuntime{in: &got})))
}
