/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"errors"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrs "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	clientgotesting "k8s.io/client-go/testing"
	logtesting "knative.dev/pkg/logging/testing"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
)

// A kind that is not installed is a condition; it heals when the kind appears,
// and comes back when the kind goes.
func TestKindComesAndGoes(t *testing.T) {
	f := newFixture(t, newFakeCluster(t), configurations).start()
	owner, cfg := newOwner("fn-uid"), configuration("c", spec("x"))
	missing := func() {
		t.Helper()
		o := f.apply(owner, cfg)[0]
		wantCondition(t, o, corev1.ConditionFalse, "KnativeNotInstalled")
		if want := "Knative is not installed (no Configuration.serving.knative.dev); install Knative Serving"; o.Condition.Message != want {
			t.Errorf("Message = %q, want %q", o.Condition.Message, want)
		}
		if !IsNotInstalled(o.Condition) || o.Live != nil {
			t.Errorf("Observation = %+v, want one of a kind that is not installed", o)
		}
		f.wantRequests()
	}
	missing()

	definition := f.put(t, crd(configurationKind))
	f.awaitResync()
	if o := f.apply(owner, cfg)[0]; o.Live == nil {
		t.Errorf("Observation = %+v, want one of a live child", o)
	}
	f.wantRequests("create configurations")

	f.remove(t, definition)
	f.awaitResync()
	missing()

	f.put(t, crd(configurationKind))
	f.awaitResync()
	if o := f.apply(owner, cfg)[0]; o.Live == nil {
		t.Errorf("Observation = %+v, want one of a live child", o)
	}
}

// Only what the API server serves counts as installed.
func TestKindIsServed(t *testing.T) {
	set := func(value any, fields ...string) func(*unstructured.Unstructured) {
		return func(u *unstructured.Unstructured) { _ = unstructured.SetNestedField(u.Object, value, fields...) }
	}
	for name, test := range map[string]struct {
		change func(*unstructured.Unstructured)
		want   bool
	}{
		"served":       {func(*unstructured.Unstructured) {}, true},
		"not accepted": {set([]any{}, "status", "conditions"), false},
		"not established": {set([]any{map[string]any{"type": "Established", "status": "False"}},
			"status", "conditions"), false},
		"other version": {set([]any{map[string]any{"name": "v2", "served": true}}, "spec", "versions"), false},
		"version off":   {set([]any{map[string]any{"name": "v1", "served": false}}, "spec", "versions"), false},
		"one of two versions": {set([]any{
			map[string]any{"name": "v2", "served": false},
			map[string]any{"name": "v1", "served": true},
		}, "spec", "versions"), true},
		"terminating": {deleting, false},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, newFakeCluster(t, with(crd(configurationKind), test.change)), configurations).start()
			if got := f.watches.watch(configurations).running(); got != test.want {
				t.Errorf("The kind is watched: %t, want %t", got, test.want)
			}
		})
	}
}

// The definition that is kept is a small part of what the API server returns.
func TestSchemasAreDropped(t *testing.T) {
	f := newFixture(t, newFakeCluster(t, with(crd(configurationKind), func(u *unstructured.Unstructured) {
		u.SetAnnotations(map[string]string{"long": "story"})
	})), configurations).start()
	obj, ok, err := f.watches.crds.GetStore().GetByKey("configurations.serving.knative.dev")
	if err != nil || !ok {
		t.Fatalf("GetByKey() = %v, %v", ok, err)
	}
	kept := obj.(*unstructured.Unstructured)
	versions, _, _ := unstructured.NestedSlice(kept.Object, "spec", "versions")
	if len(versions) != 1 || versions[0].(map[string]any)["schema"] != nil || kept.GetAnnotations() != nil {
		t.Errorf("Kept %v", kept)
	}
}

// More than half of an object is the fields that everybody manages.
func TestManagedFieldsAreDropped(t *testing.T) {
	f := newFixture(t, newFakeCluster(t, crd(configurationKind)), configurations).start()
	f.apply(newOwner("fn-uid"), configuration("c", spec("x")))
	f.awaitSeen(configurations)
	if kept := f.watches.watch(configurations).get(types.NamespacedName{Namespace: namespace, Name: "c"}); kept.GetManagedFields() != nil {
		t.Errorf("Kept %v", kept.GetManagedFields())
	}
}

// Once the watches count as synced, no kind that is installed looks missing.
func TestHasSynced(t *testing.T) {
	f := newFixture(t, newFakeCluster(t, crd(configurationKind)), configurations, deployments)
	if f.watches.HasSynced() {
		t.Error("HasSynced() before Run()")
	}
	f.start()
	for _, kind := range []child.Kind{configurations, deployments} {
		if !f.watches.watch(kind).synced() {
			t.Errorf("%s is not synced", kind.Kind)
		}
	}
	// Kinds of Kubernetes itself have no definition.
	if o := f.apply(newOwner("fn-uid"), child.Object{Resource: deployment("i")})[0]; o.Live == nil {
		t.Errorf("Observation = %+v, want one of a live child", o)
	}
}

// At shutdown work in progress must not find every product missing.
func TestStopKeepsWhatIsKnown(t *testing.T) {
	f := newFixture(t, newFakeCluster(t, crd(configurationKind)), configurations).start()
	owner, cfg := newOwner("fn-uid"), configuration("c", spec("x"))
	f.apply(owner, cfg)
	f.awaitSeen(configurations)
	f.awaitResync()
	informer := f.watches.watch(configurations).informer
	f.stop()
	f.await("the informer stopped", informer.IsStopped)
	if o := f.apply(owner, cfg)[0]; o.Live == nil || o.Condition != nil {
		t.Errorf("Observation after the stop = %+v, want one of a live child", o)
	}
	if len(f.resynced) != 0 {
		t.Error("The stop enqueued the owners")
	}
}

func TestResourceOf(t *testing.T) {
	for resource, gvk := range map[schema.GroupVersionResource]schema.GroupVersionKind{
		{Group: "serving.knative.dev", Version: "v1", Resource: "configurations"}:             {Group: "serving.knative.dev", Version: "v1", Kind: "Configuration"},
		{Group: "serving.knative.dev", Version: "v1", Resource: "routes"}:                     {Group: "serving.knative.dev", Version: "v1", Kind: "Route"},
		{Group: "shipwright.io", Version: "v1beta1", Resource: "builds"}:                      {Group: "shipwright.io", Version: "v1beta1", Kind: "Build"},
		{Group: "shipwright.io", Version: "v1beta1", Resource: "buildruns"}:                   {Group: "shipwright.io", Version: "v1beta1", Kind: "BuildRun"},
		{Group: "apps", Version: "v1", Resource: "deployments"}:                               {Group: "apps", Version: "v1", Kind: "Deployment"},
		{Group: "apps", Version: "v1", Resource: "statefulsets"}:                              {Group: "apps", Version: "v1", Kind: "StatefulSet"},
		{Version: "v1", Resource: "services"}:                                                 {Version: "v1", Kind: "Service"},
		{Version: "v1", Resource: "serviceaccounts"}:                                          {Version: "v1", Kind: "ServiceAccount"},
		{Version: "v1", Resource: "configmaps"}:                                               {Version: "v1", Kind: "ConfigMap"},
		{Group: "batch", Version: "v1", Resource: "jobs"}:                                     {Group: "batch", Version: "v1", Kind: "Job"},
		{Group: "networking.k8s.io", Version: "v1", Resource: "ingresses"}:                    {Group: "networking.k8s.io", Version: "v1", Kind: "Ingress"},
		{Group: "keda.sh", Version: "v1alpha1", Resource: "scaledobjects"}:                    {Group: "keda.sh", Version: "v1alpha1", Kind: "ScaledObject"},
		{Group: "keda.sh", Version: "v1alpha1", Resource: "scaledjobs"}:                       {Group: "keda.sh", Version: "v1alpha1", Kind: "ScaledJob"},
		{Group: "keda.sh", Version: "v1alpha1", Resource: "triggerauthentications"}:           {Group: "keda.sh", Version: "v1alpha1", Kind: "TriggerAuthentication"},
		{Group: "http.keda.sh", Version: "v1beta1", Resource: "interceptorroutes"}:            {Group: "http.keda.sh", Version: "v1beta1", Kind: "InterceptorRoute"},
		{Group: "gateway.networking.k8s.io", Version: "v1", Resource: "httproutes"}:           {Group: "gateway.networking.k8s.io", Version: "v1", Kind: "HTTPRoute"},
		{Group: "gateway.networking.k8s.io", Version: "v1beta1", Resource: "referencegrants"}: {Group: "gateway.networking.k8s.io", Version: "v1beta1", Kind: "ReferenceGrant"},
		{Group: "dapr.io", Version: "v1alpha1", Resource: "components"}:                       {Group: "dapr.io", Version: "v1alpha1", Kind: "Component"},
		{Group: "dapr.io", Version: "v2alpha1", Resource: "subscriptions"}:                    {Group: "dapr.io", Version: "v2alpha1", Kind: "Subscription"},
		{Group: "networking.k8s.io", Version: "v1", Resource: "networkpolicies"}:              {Group: "networking.k8s.io", Version: "v1", Kind: "NetworkPolicy"},
		{Group: "gateway.networking.k8s.io", Version: "v1", Resource: "gateways"}:             {Group: "gateway.networking.k8s.io", Version: "v1", Kind: "Gateway"},
		{Group: "keda.sh", Version: "v1alpha1", Resource: "clustertriggerauthentications"}:    {Group: "keda.sh", Version: "v1alpha1", Kind: "ClusterTriggerAuthentication"},
	} {
		if got := resourceOf(gvk); got != resource {
			t.Errorf("resourceOf(%v) = %v, want %v", gvk, got, resource)
		}
	}
}

// A kind that we may not list is distinguished from one that is slow to list, and
// does not hold up the others.
func TestWatchIsRefused(t *testing.T) {
	f := newFixture(t, newFakeCluster(t, crd(configurationKind)), configurations, deployments)
	refuse := make(chan error, 1)
	f.PrependReactor("list", "configurations", func(clientgotesting.Action) (bool, runtime.Object, error) {
		err := <-refuse
		return err != nil, nil, err
	})
	refuse <- apierrs.NewForbidden(resourceOf(configurationKind).GroupResource(), "", errors.New("no right"))
	f.start()
	// Once for the Deployments that are known, once for the rejected list.
	f.awaitResync()
	f.awaitResync()
	owner, cfg := newOwner("fn-uid"), configuration("c", spec("x"))
	if o := f.apply(owner, child.Object{Resource: deployment("i")})[0]; o.Live == nil {
		t.Errorf("Observation = %+v, want one of a live child", o)
	}
	f.requests()
	o := f.apply(owner, cfg)[0]
	wantCondition(t, o, corev1.ConditionFalse, v1beta2.ReasonForbidden)
	if want := "watching Configuration.serving.knative.dev was refused: "; !strings.HasPrefix(o.Condition.GetMessage(), want) {
		t.Errorf("Message = %q, want %q and the reason", o.Condition.GetMessage(), want)
	}
	f.wantRequests()

	close(refuse)
	f.await("the kind is synced", f.watches.watch(configurations).synced)
	if o := f.apply(owner, cfg)[0]; o.Live == nil {
		t.Errorf("Observation = %+v, want one of a live child", o)
	}
}

// A request that fails for another reason is retried, and the child's status does not change.
func TestWatchFails(t *testing.T) {
	f := newFixture(t, newFakeCluster(t, crd(configurationKind)), configurations)
	f.fail("list", errors.New("the API server is away"))
	f.start()
	if o := f.apply(newOwner("fn-uid"), configuration("c", spec("x")))[0]; o.Live != nil || o.Condition != nil {
		t.Errorf("Observation = %+v, want one of a child of which nothing is known", o)
	}
	f.wantRequests()
	if len(f.resynced) != 0 {
		t.Error("A failure that goes away by itself enqueued the owners")
	}
}

func TestWatchesFromContext(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("WatchesFromContext() without Watches does not panic")
		}
	}()
	WatchesFromContext(logtesting.TestContextWithLogger(t))
}
