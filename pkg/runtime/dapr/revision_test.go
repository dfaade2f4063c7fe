/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
)

// liveOrders returns a component of the namespace.
func liveOrders() *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"kind":     "Component",
		"metadata": map[string]any{"name": "orders", "namespace": "shop"},
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
}

// orders returns what is read from liveOrders.
func orders() Component {
	return Component{
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
}

// onForeign has two triggers of components that it does not describe, and one of a
// component that it does.
const onForeign = `
triggers: {dapr: [{name: orders, topic: new}, {name: own, topic: new}, {name: refunds, topic: new}]}
pubsub: {own: {type: pubsub.redis}}
`

func TestReferences(t *testing.T) {
	refs := References("shop", &serving(t, onForeign).Spec.WorkloadSpec)
	var got []string
	for _, ref := range refs {
		got = append(got, ref.Path+" "+ref.Reference.Kind.Kind+" "+ref.NamespacedName.String())
	}
	want := []string{"triggers.dapr[0].name Component shop/orders", "triggers.dapr[2].name Component shop/refunds"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal("References() (-want, +got):", diff)
	}
	const message = `the Dapr component "orders" is missing in this function and in its namespace; define it in ` +
		"spec.serving.bindings, pubsub or states, or create it: kubectl get components -n shop shows those that exist"
	if refs[0].MissingReason != v1beta2.ReasonComponentNotFound || refs[0].MissingMessage != message {
		t.Errorf("the condition of a missing component is %s: %s", refs[0].MissingReason, refs[0].MissingMessage)
	}
	if got := References("shop", &v1beta2.WorkloadSpec{}); len(got) != 0 {
		t.Errorf("References() = %v of an empty spec", got)
	}
}

func TestComponentsOf(t *testing.T) {
	unreadableSpec := liveOrders()
	unreadableSpec.Object["spec"] = map[string]any{"type": int64(1)}
	unreadable := child.Failed(v1beta2.ReasonUnreadable, `component "orders" cannot be read: cannot convert int64 to string; `+
		"correct it: kubectl edit components.dapr.io orders -n shop")
	missing := child.Failed("DaprNotInstalled", "Dapr is not installed (no Component.dapr.io); install it")
	forbidden := child.Failed(v1beta2.ReasonForbidden, "watching Component.dapr.io was refused: no right")
	failing := &apis.Condition{Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonUnreadable, Message: "watching Component.dapr.io fails: boom"}
	listing := &apis.Condition{Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonPending, Message: "waiting until it is listed"}
	unknown := func(cond *apis.Condition) *apis.Condition {
		cond = cond.DeepCopy()
		cond.Message = `component "orders" is not known: ` + cond.Message
		return cond
	}
	at := func(cond *apis.Condition) *apis.Condition {
		cond = cond.DeepCopy()
		cond.Message = "spec.serving.triggers.dapr[0].name: " + cond.Message
		return cond
	}
	for name, tt := range map[string]struct {
		live       *unstructured.Unstructured
		unknown    *apis.Condition
		want       Components
		unresolved *apis.Condition
	}{
		"a component of the namespace is read as it is":   {liveOrders(), nil, Components{"orders": orders()}, nil},
		"a component that does not exist is left out":     {nil, nil, Components{}, nil},
		"a component that cannot be read is named":        {unreadableSpec, nil, Components{"orders": {Unknown: unreadable}}, at(unreadable)},
		"components that are being listed are waited for": {nil, listing, Components{"orders": {Unknown: runtime.Pending()}}, runtime.Pending()},
		"a product that is not installed is reported":     {nil, missing, Components{"orders": {Unknown: unknown(missing)}}, at(unknown(missing))},
		"a missing right is reported":                     {nil, forbidden, Components{"orders": {Unknown: unknown(forbidden)}}, at(unknown(forbidden))},
		"a failing watch is reported":                     {nil, failing, Components{"orders": {Unknown: unknown(failing)}}, at(unknown(failing))},
	} {
		t.Run(name, func(t *testing.T) {
			ref := References("shop", &serving(t, onForeign).Spec.WorkloadSpec)[0]
			before := tt.unknown.DeepCopy()
			got, unresolved := componentsOf([]runtime.ResolvedReference{{Reference: ref, Live: tt.live, Unknown: tt.unknown}})
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error("the components (-want, +got):", diff)
			}
			if diff := cmp.Diff(tt.unresolved, unresolved); diff != "" {
				t.Error("unresolved (-want, +got):", diff)
			}
			if diff := cmp.Diff(before, tt.unknown); diff != "" {
				t.Error("the condition of the reference was changed (-before, +after):", diff)
			}
		})
	}
}

// The reason that represents several components is the worst, with the field that names
// the component. A reference of another kind is ignored.
func TestComponentsOfSeveral(t *testing.T) {
	refs := References("shop", &serving(t, onForeign).Spec.WorkloadSpec)
	forbidden := child.Failed(v1beta2.ReasonForbidden, "no right")
	other := runtime.Reference{Path: "other", Reference: child.Reference{Kind: child.Kind{GroupVersionKind: schema.GroupVersionKind{Kind: "Secret"}}}}
	other.Name = "another"
	components, unresolved := componentsOf([]runtime.ResolvedReference{
		{Reference: refs[0], Unknown: runtime.Pending()},
		{Reference: refs[1], Unknown: forbidden},
		{Reference: other, Unknown: child.Failed("Other", "")},
	})
	want := child.Failed(v1beta2.ReasonForbidden, `spec.serving.triggers.dapr[2].name: component "refunds" is not known: no right`)
	if diff := cmp.Diff(want, unresolved); diff != "" || len(components) != 2 {
		t.Errorf("%d components, unresolved (-want, +got): %s", len(components), diff)
	}
}

// The model is built once for all runtimes of a revision, from everything in the Input.
func TestRevisionOf(t *testing.T) {
	s := serving(t, onForeign)
	s.Labels = revision(active).Serving.Labels
	own := runtime.Peer{Serving: s}
	in := inputOf(own, revision(reserve, podWith(terminating(time.Minute))))
	for _, ref := range References("shop", &s.Spec.WorkloadSpec) {
		in.References = append(in.References, runtime.ResolvedReference{Reference: ref, Live: liveOrders()})
	}
	in.References[1].Unknown = runtime.Pending()
	got := RevisionOf(in)
	if got != RevisionOf(in) {
		t.Error("RevisionOf() builds the model twice")
	}
	if diff := cmp.Diff(runtime.Pending(), got.Unresolved); diff != "" {
		t.Error("Unresolved (-want, +got):", diff)
	}
	if got.RequeueAfter != time.Minute+presumedGoneAfter {
		t.Errorf("RequeueAfter = %s", got.RequeueAfter)
	}
	components, _ := componentsOf(in.References)
	want := NewModel(s, components, true)
	if diff := cmp.Diff(want.Objects, got.Objects); diff != "" {
		t.Error("the objects (-want, +got):", diff)
	}
	if diff := cmp.Diff(want.Problems, got.Problems); diff != "" {
		t.Error("the problems (-want, +got):", diff)
	}
}

// A component of the namespace whose broker has sessions is put on standby.
func TestRevisionOnStandby(t *testing.T) {
	const spec = `
triggers: {dapr: [{name: orders, topic: new}]}
pubsub: {orders: {type: pubsub.mqtt3, metadata: [{name: url, value: "mqtt://broker:1883"}]}}
`
	s := serving(t, spec)
	for _, standby := range []bool{false, true} {
		in := inputOf(runtime.Peer{Serving: s})
		if standby {
			in.Peers = []runtime.Peer{revision(active)}
		}
		got := RevisionOf(in)
		if len(got.Triggers) != 1 || got.Triggers[0].Standby != standby || got.Unresolved != nil || got.RequeueAfter != 0 {
			t.Errorf("beside an active revision: %t, the model has the triggers %+v, %v and %s", standby, got.Triggers, got.Unresolved, got.RequeueAfter)
		}
	}
}
