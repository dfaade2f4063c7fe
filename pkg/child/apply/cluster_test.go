/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"errors"
	"maps"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/managedfields"
	apiwatch "k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/dynamic/fake"
	clientgotesting "k8s.io/client-go/testing"
)

var (
	crdKind           = schema.GroupVersionKind{Group: "apiextensions.k8s.io", Version: "v1", Kind: "CustomResourceDefinition"}
	configurationKind = schema.GroupVersionKind{Group: "serving.knative.dev", Version: "v1", Kind: "Configuration"}
	deploymentKind    = schema.GroupVersionKind{Group: "apps", Version: "v1", Kind: "Deployment"}
	serviceKind       = schema.GroupVersionKind{Version: "v1", Kind: "Service"}
)

// fakeCluster does what client-go's fake leaves to a server: UIDs, resource
// versions, preconditions, field managers, server-side apply, label selectors.
type fakeCluster struct {
	*fake.FakeDynamicClient
	tracker clientgotesting.ObjectTracker

	// mutate stands for what an admission webhook or defaulting does to a write.
	mutate func(*unstructured.Unstructured)

	mu      sync.Mutex
	version int
}

func newFakeCluster(t *testing.T, objects ...*unstructured.Unstructured) *fakeCluster {
	t.Helper()
	scheme, lists := runtime.NewScheme(), make(map[schema.GroupVersionResource]string)
	for _, gvk := range []schema.GroupVersionKind{crdKind, configurationKind, deploymentKind, serviceKind, strategyKind} {
		scheme.AddKnownTypeWithName(gvk, &unstructured.Unstructured{})
		lists[resourceOf(gvk)] = gvk.Kind + "List"
	}
	c := &fakeCluster{FakeDynamicClient: fake.NewSimpleDynamicClientWithCustomListKinds(scheme, lists), version: 1000}
	c.tracker = clientgotesting.NewObjectTracker(scheme, serializer.NewCodecFactory(scheme).UniversalDecoder())
	c.PrependReactor("*", "*", clientgotesting.ObjectReaction(c.tracker))
	c.PrependReactor("create", "*", c.create)
	c.PrependReactor("patch", "*", c.patch)
	c.PrependReactor("delete", "*", c.checkPreconditions)
	c.PrependWatchReactor("*", c.watch)
	for _, object := range objects {
		c.put(t, object)
	}
	return c
}

// put stores an object as another client would write it.
func (c *fakeCluster) put(t *testing.T, object *unstructured.Unstructured) *unstructured.Unstructured {
	t.Helper()
	object = object.DeepCopy()
	c.stamp(object)
	gvr := resourceOf(object.GroupVersionKind())
	err := c.tracker.Create(gvr, object, object.GetNamespace())
	if apierrs.IsAlreadyExists(err) {
		err = c.tracker.Update(gvr, object, object.GetNamespace())
	}
	if err != nil {
		t.Fatalf("Storing %s %q: %v", object.GetKind(), object.GetName(), err)
	}
	return object
}

// remove deletes an object as another client would.
func (c *fakeCluster) remove(t *testing.T, object *unstructured.Unstructured) {
	t.Helper()
	gvr := resourceOf(object.GroupVersionKind())
	if err := c.tracker.Delete(gvr, object.GetNamespace(), object.GetName()); err != nil {
		t.Fatalf("Deleting %s %q: %v", object.GetKind(), object.GetName(), err)
	}
}

// get returns the stored object, nil if there is none.
func (c *fakeCluster) get(t *testing.T, gvk schema.GroupVersionKind, name string) *unstructured.Unstructured {
	t.Helper()
	object, err := c.tracker.Get(resourceOf(gvk), namespace, name)
	if apierrs.IsNotFound(err) {
		return nil
	}
	if err != nil {
		t.Fatalf("Reading %s %q: %v", gvk.Kind, name, err)
	}
	return object.(*unstructured.Unstructured)
}

// requests returns the requests since the last call, except lists and watches.
func (c *fakeCluster) requests() []string {
	var requests []string
	for _, action := range c.Actions() {
		switch action := action.(type) {
		case clientgotesting.ListActionImpl, clientgotesting.WatchActionImpl:
		case clientgotesting.PatchActionImpl:
			verb := map[types.PatchType]string{types.ApplyPatchType: "apply", types.JSONPatchType: "upgrade"}[action.PatchType]
			requests = append(requests, verb+" "+action.Resource.Resource)
		default:
			requests = append(requests, action.GetVerb()+" "+action.GetResource().Resource)
		}
	}
	c.ClearActions()
	return requests
}

func (c *fakeCluster) stamp(object *unstructured.Unstructured) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.version++
	object.SetResourceVersion(strconv.Itoa(c.version))
	if object.GetUID() == "" {
		object.SetUID(types.UID("uid-" + strconv.Itoa(c.version)))
	}
	if object.GetGeneration() == 0 {
		object.SetGeneration(1)
	}
}

func (c *fakeCluster) create(action clientgotesting.Action) (bool, runtime.Object, error) {
	create := action.(clientgotesting.CreateActionImpl)
	object := create.Object.(*unstructured.Unstructured).DeepCopy()
	c.stamp(object)
	if c.mutate != nil {
		c.mutate(object)
	}
	blank := &unstructured.Unstructured{}
	blank.SetGroupVersionKind(object.GroupVersionKind())
	stored, err := fieldManagerOf(object).Update(blank, object, create.CreateOptions.FieldManager)
	if err != nil {
		return true, nil, err
	}
	if err := c.tracker.Create(create.Resource, stored, create.Namespace); err != nil {
		return true, nil, err
	}
	return true, stored, nil
}

func (c *fakeCluster) patch(action clientgotesting.Action) (bool, runtime.Object, error) {
	patch := action.(clientgotesting.PatchActionImpl)
	stored, err := c.tracker.Get(patch.Resource, patch.Namespace, patch.Name)
	if err != nil {
		return true, nil, err
	}
	live := stored.(*unstructured.Unstructured)
	object, err := patched(live.DeepCopy(), patch)
	if err != nil {
		return true, nil, err
	}
	if c.mutate != nil {
		c.mutate(object)
	}
	if reflect.DeepEqual(withoutTimes(live), withoutTimes(object)) {
		return true, live, nil
	}
	if !reflect.DeepEqual(live.Object["spec"], object.Object["spec"]) {
		object.SetGeneration(live.GetGeneration() + 1)
	}
	c.stamp(object)
	return true, object, c.tracker.Update(patch.Resource, object, patch.Namespace)
}

func patched(live *unstructured.Unstructured, patch clientgotesting.PatchActionImpl) (*unstructured.Unstructured, error) {
	object := &unstructured.Unstructured{}
	if patch.PatchType == types.ApplyPatchType {
		if err := object.UnmarshalJSON(patch.Patch); err != nil {
			return nil, err
		}
		if uid := object.GetUID(); uid != "" && uid != live.GetUID() {
			return nil, apierrs.NewConflict(patch.Resource.GroupResource(), patch.Name, errors.New("uid mismatch"))
		}
		merged, err := fieldManagerOf(live).Apply(live, object, patch.PatchOptions.FieldManager, *patch.PatchOptions.Force)
		if err != nil {
			return nil, err
		}
		return merged.(*unstructured.Unstructured), nil
	}
	operations, err := jsonpatch.DecodePatch(patch.Patch)
	if err != nil {
		return nil, err
	}
	before, err := live.MarshalJSON()
	if err != nil {
		return nil, err
	}
	after, err := operations.Apply(before)
	if err != nil {
		return nil, err
	}
	if err := object.UnmarshalJSON(after); err != nil {
		return nil, err
	}
	if object.GetResourceVersion() != live.GetResourceVersion() {
		return nil, apierrs.NewConflict(patch.Resource.GroupResource(), patch.Name, errors.New("the object was changed"))
	}
	managed, err := fieldManagerOf(live).Update(live, object, patch.PatchOptions.FieldManager)
	if err != nil {
		return nil, err
	}
	return managed.(*unstructured.Unstructured), nil
}

func withoutTimes(object *unstructured.Unstructured) *unstructured.Unstructured {
	object = object.DeepCopy()
	entries := object.GetManagedFields()
	for i := range entries {
		entries[i].Time = nil
	}
	object.SetManagedFields(entries)
	return object
}

func (c *fakeCluster) checkPreconditions(action clientgotesting.Action) (bool, runtime.Object, error) {
	del := action.(clientgotesting.DeleteActionImpl)
	stored, err := c.tracker.Get(del.Resource, del.Namespace, del.Name)
	if err != nil {
		return true, nil, err
	}
	if p := del.DeleteOptions.Preconditions; p != nil && p.UID != nil && *p.UID != stored.(metav1.Object).GetUID() {
		return true, nil, apierrs.NewConflict(del.Resource.GroupResource(), del.Name, errors.New("uid mismatch"))
	}
	return false, nil, nil
}

// watch reports to a watcher that an object which leaves its selection is deleted.
func (c *fakeCluster) watch(action clientgotesting.Action) (bool, apiwatch.Interface, error) {
	w := action.(clientgotesting.WatchActionImpl)
	selector, err := labels.Parse(w.ListOptions.LabelSelector)
	if err != nil {
		return true, nil, err
	}
	source, err := c.tracker.Watch(w.Resource, w.Namespace, w.ListOptions)
	if err != nil {
		return true, nil, err
	}
	return true, apiwatch.Filter(source, func(event apiwatch.Event) (apiwatch.Event, bool) {
		// The tracker hands out what it stores, and informers change what they get.
		event.Object = event.Object.DeepCopyObject()
		if !selector.Matches(labels.Set(event.Object.(metav1.Object).GetLabels())) {
			event.Type = apiwatch.Deleted
		}
		return event, true
	}), nil
}

func fieldManagerOf(object *unstructured.Unstructured) *managedfields.FieldManager {
	gvk := object.GroupVersionKind()
	manager, err := managedfields.NewDefaultCRDFieldManager(managedfields.NewDeducedTypeConverter(),
		asItIs{}, asItIs{}, asItIs{}, gvk, gvk.GroupVersion(), "", nil)
	if err != nil {
		panic(err)
	}
	return manager
}

// asItIs converts and defaults nothing.
type asItIs struct{}

func (asItIs) Convert(_, _, _ any) error { return errors.New("nothing to convert") }

func (asItIs) ConvertToVersion(in runtime.Object, _ runtime.GroupVersioner) (runtime.Object, error) {
	return in, nil
}

func (asItIs) ConvertFieldLabel(_ schema.GroupVersionKind, label, value string) (string, string, error) {
	return label, value, nil
}

func (asItIs) Default(runtime.Object) {}

func (asItIs) New(gvk schema.GroupVersionKind) (runtime.Object, error) {
	u := &unstructured.Unstructured{}
	u.SetGroupVersionKind(gvk)
	return u, nil
}

// crd returns an established definition of a kind.
func crd(gvk schema.GroupVersionKind) *unstructured.Unstructured {
	gvr := resourceOf(gvk)
	u := object(crdKind, gvr.GroupResource().String(), map[string]any{
		"spec": map[string]any{"versions": []any{map[string]any{
			"name": gvr.Version, "served": true, "schema": map[string]any{"description": strings.Repeat("long ", 100)},
		}}},
		"status": map[string]any{"conditions": []any{map[string]any{"type": "Established", "status": "True"}}},
	})
	u.SetNamespace("")
	return u
}

// object returns an object in our namespace with that content.
func object(gvk schema.GroupVersionKind, name string, content map[string]any) *unstructured.Unstructured {
	u := &unstructured.Unstructured{Object: maps.Clone(content)}
	if u.Object == nil {
		u.Object = make(map[string]any)
	}
	u.SetGroupVersionKind(gvk)
	u.SetNamespace(namespace)
	u.SetName(name)
	return u
}
