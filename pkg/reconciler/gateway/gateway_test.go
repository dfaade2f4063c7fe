/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package gateway

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	dynamicfake "k8s.io/client-go/dynamic/fake"
	clientgotesting "k8s.io/client-go/testing"
	"knative.dev/pkg/apis"
	_ "knative.dev/pkg/system/testing"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"openfunction.dev/openfunction/pkg/apis/functions"
	"openfunction.dev/openfunction/pkg/apis/networking"
	"openfunction.dev/openfunction/pkg/apis/networking/v1alpha1"
	"openfunction.dev/openfunction/pkg/child"
)

// administrators is the namespace of the installation in tests.
const administrators = "knative-testing"

var kind = child.Kind{GroupVersionKind: schema.GroupVersion(gatewayv1.GroupVersion).WithKind("Gateway")}

// tracker knows the Gateways of a client, unless cond says why not.
type tracker struct {
	client *dynamicfake.FakeDynamicClient
	cond   *apis.Condition
}

func (k tracker) Track(_ types.NamespacedName, ref child.Reference) (*unstructured.Unstructured, *apis.Condition) {
	if k.cond != nil {
		return nil, k.cond
	}
	obj, err := k.client.Tracker().Get(resource, ref.Namespace, ref.Name)
	if err != nil {
		return nil, nil
	}
	live, _ := obj.(*unstructured.Unstructured)
	return live, nil
}

// fixture is a Reconciler with Gateways of the Gateway API.
type fixture struct {
	*Reconciler
	client  *dynamicfake.FakeDynamicClient
	tracker *tracker
	// refuse is the error of every write, if it is set.
	refuse error
}

func newFixture(t *testing.T, live ...*unstructured.Unstructured) *fixture {
	t.Helper()
	client := dynamicfake.NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(),
		map[schema.GroupVersionResource]string{resource: "GatewayList"})
	f := &fixture{client: client, tracker: &tracker{client: client}}
	f.Reconciler = &Reconciler{kind: kind, references: f.tracker, client: client.Resource(resource)}
	for _, gateway := range live {
		f.add(t, gateway)
	}
	client.PrependReactor("*", "gateways", func(action clientgotesting.Action) (bool, runtime.Object, error) {
		if f.refuse != nil && action.GetVerb() != "get" && action.GetVerb() != "list" {
			return true, nil, f.refuse
		}
		switch write := action.(type) {
		case clientgotesting.PatchAction:
			return true, f.applied(t, write), nil
		case clientgotesting.CreateAction:
			created, _ := write.GetObject().DeepCopyObject().(*unstructured.Unstructured)
			created.SetUID("created")
			manage(t, created)
			f.add(t, created)
			return true, created, nil
		}
		return false, nil, nil
	})
	return f
}

// add creates a Gateway. The tracker would guess another plural.
func (f *fixture) add(t *testing.T, gateway *unstructured.Unstructured) {
	t.Helper()
	if err := f.client.Tracker().Create(resource, gateway, gateway.GetNamespace()); err != nil {
		t.Fatal(err)
	}
}

// applied does what the API server does to a Gateway that one manager applies.
func (f *fixture) applied(t *testing.T, patch clientgotesting.PatchAction) *unstructured.Unstructured {
	t.Helper()
	want := &unstructured.Unstructured{}
	if err := want.UnmarshalJSON(patch.GetPatch()); err != nil {
		t.Fatal(err)
	}
	live := f.live(t, patch.GetNamespace(), patch.GetName()).DeepCopy()
	live.SetAnnotations(want.GetAnnotations())
	listeners, _, _ := unstructured.NestedSlice(want.Object, "spec", "listeners")
	if err := unstructured.SetNestedSlice(live.Object, listeners, "spec", "listeners"); err != nil {
		t.Fatal(err)
	}
	manage(t, live)
	if err := f.client.Tracker().Update(resource, live, patch.GetNamespace()); err != nil {
		t.Fatal(err)
	}
	return live
}

// manage records that the Reconciler owns the listeners of a Gateway.
func manage(t *testing.T, live *unstructured.Unstructured) {
	t.Helper()
	own := map[string]any{}
	listeners, _, _ := unstructured.NestedSlice(live.Object, "spec", "listeners")
	for _, item := range listeners {
		listener, _ := item.(map[string]any)
		own[fmt.Sprintf(`k:{"name":%q}`, listener["name"])] = map[string]any{}
	}
	fields, err := json.Marshal(map[string]any{"f:spec": map[string]any{"f:listeners": own}})
	if err != nil {
		t.Fatal(err)
	}
	live.SetManagedFields([]metav1.ManagedFieldsEntry{{
		Manager: "openfunction-gateway-" + administrators + ".old", Operation: metav1.ManagedFieldsOperationApply, FieldsV1: metav1.NewFieldsV1(string(fields)),
	}})
}

// writes returns the writes since the last call, and forgets them.
func (f *fixture) writes() []string {
	var writes []string
	for _, action := range f.client.Actions() {
		if verb := action.GetVerb(); verb != "get" && verb != "list" {
			writes = append(writes, verb)
		}
	}
	f.client.ClearActions()
	return writes
}

func (f *fixture) expectWrites(t *testing.T, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, f.writes()); diff != "" {
		t.Errorf("the writes are (-want, +got):\n%s", diff)
	}
}

func defined(namespace string) *v1alpha1.Gateway {
	g := &v1alpha1.Gateway{ObjectMeta: metav1.ObjectMeta{Namespace: administrators, Name: "old", UID: "1", Generation: 1}}
	g.Spec.Domain = "ofn.io"
	g.Spec.GatewayDef = &v1alpha1.GatewayDef{Namespace: namespace, GatewayClassName: "contour"}
	g.Spec.GatewaySpec.Listeners = []v1alpha1.Listener{{
		Name: "ofn-http-external", Port: 443, Protocol: "HTTPS",
		TLS: &v1alpha1.RawObject{RawExtension: runtime.RawExtension{Raw: []byte(`{"certificateRefs":[{"name":"c"}]}`)}},
	}}
	g.Status.InitializeConditions()
	return g
}

func named() *v1alpha1.Gateway {
	g := defined("")
	g.Spec.GatewayDef, g.Spec.GatewayRef = nil, &v1alpha1.GatewayRef{Namespace: "gateways", Name: "shared"}
	return g
}

func shared(annotation string) *unstructured.Unstructured {
	live := &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{"gatewayClassName": "contour"}}}
	live.SetGroupVersionKind(kind.GroupVersionKind)
	live.SetNamespace("gateways")
	live.SetName("shared")
	live.SetUID("2")
	if annotation != "" {
		live.SetAnnotations(map[string]string{networking.GatewayAnnotationKey: annotation})
	}
	return live
}

func withListener(live *unstructured.Unstructured) *unstructured.Unstructured {
	listener := map[string]any{"name": "ofn-http-external", "port": int64(443), "protocol": "HTTPS"}
	spec, _ := live.Object["spec"].(map[string]any)
	spec["listeners"] = []any{listener}
	return live
}

func (f *fixture) live(t *testing.T, namespace, name string) *unstructured.Unstructured {
	t.Helper()
	obj, err := f.client.Tracker().Get(resource, namespace, name)
	if err != nil {
		t.Fatal(err)
	}
	live, _ := obj.(*unstructured.Unstructured)
	return live
}

func TestDefinedGateway(t *testing.T) {
	for _, namespace := range []string{administrators, "gateways"} {
		f := newFixture(t)
		g := defined(namespace)
		if err := f.ReconcileKind(t.Context(), g); err != nil {
			t.Fatal("ReconcileKind() =", err)
		}
		f.expectWrites(t, "create")
		live := f.live(t, namespace, "old")
		want := []any{
			map[string]any{
				"name": "ofn-http-internal", "hostname": "*.cluster.local", "port": int64(80), "protocol": "HTTP",
				"allowedRoutes": map[string]any{"namespaces": map[string]any{"from": "All"}},
			},
			map[string]any{
				"name": "ofn-http-external", "hostname": "*.ofn.io", "port": int64(443), "protocol": "HTTPS",
				"tls": map[string]any{"certificateRefs": []any{map[string]any{"name": "c"}}},
			},
		}
		got, _, _ := unstructured.NestedSlice(live.Object, "spec", "listeners")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the listeners are (-want, +got):\n%s", diff)
		}
		if class, _, _ := unstructured.NestedString(live.Object, "spec", "gatewayClassName"); class != "contour" {
			t.Errorf("the class is %q", class)
		}
		// An owner in another namespace would make the API server delete the Gateway.
		if owned := len(live.GetOwnerReferences()) == 1; owned != (namespace == administrators) {
			t.Errorf("in namespace %s the owners are %v", namespace, live.GetOwnerReferences())
		}
		if live.GetLabels()[functions.ManagedLabelKey] != functions.ManagedLabelValue {
			t.Errorf("the labels are %v", live.GetLabels())
		}
		if cond := g.Status.GetCondition(v1alpha1.GatewayConditionReady); !cond.IsUnknown() || cond.Reason != v1alpha1.ReasonPending {
			t.Errorf("Ready is %+v before the Gateway reports", cond)
		}
		g.Status.ObservedGeneration = g.Generation
		if err := f.ReconcileKind(t.Context(), g); err != nil {
			t.Fatal("ReconcileKind() =", err)
		}
		f.expectWrites(t)
		if err := f.ObserveDeletion(t.Context(), types.NamespacedName{Namespace: g.Namespace, Name: g.Name}); err != nil {
			t.Fatal("ObserveDeletion() =", err)
		}
		f.expectWrites(t, "delete")
	}
}

func TestNamedGateway(t *testing.T) {
	f := newFixture(t)
	g := named()
	reconcile := func(want corev1.ConditionStatus, reason string) {
		t.Helper()
		if err := f.ReconcileKind(t.Context(), g); err != nil {
			t.Fatal("ReconcileKind() =", err)
		}
		if cond := g.Status.GetCondition(v1alpha1.GatewayConditionReady); cond.Status != want || cond.Reason != reason {
			t.Errorf("Ready is %+v, want %s because of %q", cond, want, reason)
		}
	}
	reconcile("False", v1alpha1.ReasonNotFound)
	f.expectWrites(t)

	f.add(t, shared(""))
	reconcile("Unknown", v1alpha1.ReasonPending)
	f.expectWrites(t, "patch")

	live := f.live(t, "gateways", "shared")
	report := func(programmed string) {
		t.Helper()
		live.Object["status"] = map[string]any{
			"addresses": []any{map[string]any{"type": "IPAddress", "value": "192.0.2.1"}},
			"conditions": []any{
				map[string]any{"type": "Accepted", "status": "True", "reason": "Accepted"},
				map[string]any{"type": "Programmed", "status": programmed, "reason": "R", "message": "m"},
			},
		}
		if err := f.client.Tracker().Update(resource, live, "gateways"); err != nil {
			t.Fatal(err)
		}
	}
	report("Unknown")
	reconcile("Unknown", v1alpha1.ReasonPending)
	report("False")
	reconcile("False", "R")
	report("True")
	reconcile("True", "")
	if len(g.Status.Addresses) != 1 || g.Status.Addresses[0].Value != "192.0.2.1" {
		t.Errorf("the addresses are %v", g.Status.Addresses)
	}
	f.expectWrites(t)

	// Another Gateway is named: the one before loses the listeners, and is not deleted.
	g.Spec.GatewayRef, g.Spec.GatewayDef, g.Generation = nil, defined(administrators).Spec.GatewayDef, 2
	reconcile("Unknown", v1alpha1.ReasonPending)
	f.expectWrites(t, "create", "patch")
	if live := f.live(t, "gateways", "shared"); live.GetAnnotations() != nil {
		t.Errorf("the Gateway before has the annotations %v", live.GetAnnotations())
	}
}

func TestGatewayThatCannotBeUsed(t *testing.T) {
	group := schema.GroupResource{Group: gatewayv1.GroupName, Resource: "gateways"}
	for name, tt := range map[string]struct {
		gateway *v1alpha1.Gateway
		live    []*unstructured.Unstructured
		refuse  error
		unknown *apis.Condition
		reason  string
		message string
	}{
		"the Gateway API is not installed": {
			gateway: named(), unknown: child.Failed("GatewayAPINotInstalled", "install it"), reason: "GatewayAPINotInstalled", message: "install it",
		},
		"the Gateway of another namespace": {
			gateway: func() *v1alpha1.Gateway { g := named(); g.Namespace = "team"; return g }(),
			live:    []*unstructured.Unstructured{shared("")}, reason: v1alpha1.ReasonRefNotPermitted, message: "must be team",
		},
		"a Gateway with the listeners of another object": {
			gateway: named(), live: []*unstructured.Unstructured{shared("team/other")}, reason: v1alpha1.ReasonConflict, message: "team/other",
		},
		"a listener that the Gateway has already": {
			gateway: named(), live: []*unstructured.Unstructured{withListener(shared(""))}, reason: v1alpha1.ReasonConflict, message: "ofn-http-external",
		},
		"a Gateway to define that exists": {
			gateway: func() *v1alpha1.Gateway { g := defined("gateways"); g.Name = "shared"; return g }(),
			live:    []*unstructured.Unstructured{shared("")}, reason: v1alpha1.ReasonConflict, message: "gatewayRef",
		},
		"a listener of another writer": {
			gateway: named(), live: []*unstructured.Unstructured{shared("")}, refuse: apierrs.NewConflict(group, "shared", errors.New("conflict with kubectl")),
			reason: v1alpha1.ReasonConflict, message: "conflict with kubectl",
		},
		"a Gateway that the API server refuses": {
			gateway: named(), live: []*unstructured.Unstructured{shared("")}, refuse: apierrs.NewInvalid(kind.GroupKind(), "shared", nil),
			reason: v1alpha1.ReasonRejected, message: "cannot be written",
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, tt.live...)
			f.refuse, f.tracker.cond = tt.refuse, tt.unknown
			if err := f.ReconcileKind(t.Context(), tt.gateway); err != nil {
				t.Fatal("ReconcileKind() =", err)
			}
			cond := tt.gateway.Status.GetCondition(v1alpha1.GatewayConditionReady)
			if !cond.IsFalse() || cond.Reason != tt.reason || !strings.Contains(cond.Message, tt.message) {
				t.Errorf("Ready is %+v, want False with reason %s and %q", cond, tt.reason, tt.message)
			}
			if tt.refuse == nil {
				f.expectWrites(t)
			}
		})
	}
}

func TestFailedWriteIsRetried(t *testing.T) {
	f := newFixture(t, shared(""))
	f.refuse = apierrs.NewInternalError(errors.New("no answer"))
	if err := f.ReconcileKind(t.Context(), named()); err == nil {
		t.Error("ReconcileKind() returns no error")
	}
	f = newFixture(t, shared(administrators+"/old"))
	f.refuse = apierrs.NewInternalError(errors.New("no answer"))
	if err := f.ObserveDeletion(t.Context(), types.NamespacedName{Namespace: administrators, Name: "old"}); err == nil {
		t.Error("ObserveDeletion() returns no error")
	}
}

// All Gateways are listed once for each generation of an object that may not use its own.
func TestGatewaysAreListedOnce(t *testing.T) {
	f := newFixture(t, shared("team/named"))
	g := named()
	g.Namespace, g.Generation = "team", 2
	lists := func() int {
		f.client.ClearActions()
		if err := f.ReconcileKind(t.Context(), g); err != nil {
			t.Fatal(err)
		}
		g.Status.ObservedGeneration = g.Generation // as the generated reconciler does
		count := 0
		for _, action := range f.client.Actions() {
			if action.GetVerb() == "list" {
				count++
			}
		}
		return count
	}
	if first, second := lists(), lists(); first != 1 || second != 0 {
		t.Errorf("Gateways are listed %d times, and %d times again, want once", first, second)
	}
	g.Generation++
	if again := lists(); again != 1 {
		t.Errorf("a new generation lists %d times, want once", again)
	}
}
