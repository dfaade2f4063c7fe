/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package testing

import (
	"context"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/kmeta"
	rtesting "knative.dev/pkg/reconciler/testing"

	"openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
)

// childrenKey is the key of the Children in the OtherTestData of a row.
const childrenKey = "openfunction.dev/children"

// Children is a child.Applier that records its calls. A child that the row does not
// mention was just created: it exists and has no status.
type Children struct {
	// Applied are the objects of all calls of Apply, in order.
	Applied []child.Object
	// Deleted are the objects of all calls of Delete, in order.
	Deleted []child.Object
	// Kept are the objects of each call of Prune.
	Kept [][]child.Object

	scheme   *runtime.Scheme
	answers  map[childKey]answer
	errors   map[childKey]error
	applyErr error
	pruneErr error
}

var _ child.Applier = (*Children)(nil)

type childKey struct{ kind, name string }

type answer struct {
	live      *unstructured.Unstructured
	condition *apis.Condition
	denied    bool
}

// ChildOption sets what is observed of the children of a row.
type ChildOption func(*Children)

// Observe returns the OtherTestData of a row with these children.
func Observe(options ...ChildOption) map[string]any {
	return map[string]any{childrenKey: options}
}

func childrenOf(row *rtesting.TableRow, scheme *runtime.Scheme) *Children {
	children := &Children{scheme: scheme, answers: make(map[childKey]answer), errors: make(map[childKey]error)}
	options, _ := row.OtherTestData[childrenKey].([]ChildOption)
	for _, option := range options {
		option(children)
	}
	// The row is a copy, its map is not.
	data := maps.Clone(row.OtherTestData)
	if data == nil {
		data = make(map[string]any)
	}
	data[childrenKey] = children
	row.OtherTestData = data
	return children
}

// Child sets the condition of the child of that kind and name; the type of the condition
// is not used. A nil condition means that the child has no status yet.
func Child(kind, name string, condition *apis.Condition) ChildOption {
	return func(c *Children) {
		a := c.answers[childKey{kind, name}]
		a.condition = condition
		if a.live == nil {
			a.live = &unstructured.Unstructured{Object: map[string]any{}}
		}
		c.answers[childKey{kind, name}] = a
	}
}

// ReadyChild sets the condition of the child of that kind and name to True.
func ReadyChild(kind, name string) ChildOption {
	return Child(kind, name, &apis.Condition{Status: corev1.ConditionTrue})
}

// FailedChild sets the condition of the child of that kind and name to False.
func FailedChild(kind, name, reason, message string) ChildOption {
	return Child(kind, name, &apis.Condition{Status: corev1.ConditionFalse, Reason: reason, Message: message})
}

// LiveChild sets the live object of the child of its kind and name.
func LiveChild(live *unstructured.Unstructured, condition *apis.Condition) ChildOption {
	return func(c *Children) {
		c.answers[childKey{live.GetKind(), live.GetName()}] = answer{live: live, condition: condition}
	}
}

// ChangeChild changes the live object of the child of that kind and name.
func ChangeChild(kind, name string, change func(live *unstructured.Unstructured)) ChildOption {
	return func(c *Children) { change(c.answers[childKey{kind, name}].live) }
}

// AbsentChild makes the child of that kind and name absent, because of the condition.
// nil means that the watch of the kind has not synced or the namespace is being
// deleted.
func AbsentChild(kind, name string, condition *apis.Condition) ChildOption {
	return func(c *Children) {
		c.answers[childKey{kind, name}] = answer{condition: condition}
	}
}

// DeniedChild makes a policy deny the child of that kind and name.
func DeniedChild(kind, name string) ChildOption {
	return func(c *Children) {
		a := c.answers[childKey{kind, name}]
		a.denied = true
		c.answers[childKey{kind, name}] = a
	}
}

// ApplyFails makes Apply return err after it has observed all children.
func ApplyFails(err error) ChildOption {
	return func(c *Children) { c.applyErr = err }
}

// ChildFails makes Apply return err after it has observed the child of that kind and
// name.
func ChildFails(kind, name string, err error) ChildOption {
	return func(c *Children) { c.errors[childKey{kind, name}] = err }
}

// PruneFails makes Prune return err.
func PruneFails(err error) ChildOption {
	return func(c *Children) { c.pruneErr = err }
}

// Apply implements child.Applier.
func (c *Children) Apply(_ context.Context, owner kmeta.OwnerRefable, objects []child.Object) ([]child.Observation, error) {
	observations := make([]child.Observation, 0, len(objects))
	for _, object := range objects {
		c.Applied = append(c.Applied, object)
		if object.After && object.Blocked == nil {
			object.Blocked = waitingFor(observations)
		}
		observation := c.observe(owner, object)
		observations = append(observations, observation)
		if err := c.errors[childKey{observation.Kind, observation.Name}]; err != nil {
			return observations, err
		}
		if observation.Live == nil && !observation.Blocked {
			break
		}
	}
	return observations, c.applyErr
}

// waitingFor blocks children with After until those before them are ready.
func waitingFor(others []child.Observation) *apis.Condition {
	for _, o := range others {
		if o.ConditionType != "" && !o.Condition.IsTrue() {
			return &apis.Condition{Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonPending, Message: "waiting for " + o.Name}
		}
	}
	return nil
}

func (c *Children) observe(owner kmeta.OwnerRefable, object child.Object) child.Observation {
	gvk := c.kindOf(object)
	a, known := c.answers[childKey{gvk.Kind, object.GetName()}]
	held := object.Blocked != nil && a.live == nil
	switch {
	case held:
		a.condition = object.Blocked
	case !known:
		a.live = &unstructured.Unstructured{Object: map[string]any{}}
	}
	if a.live != nil {
		a.live = a.live.DeepCopy()
		a.live.SetGroupVersionKind(gvk)
		a.live.SetNamespace(owner.GetObjectMeta().GetNamespace())
		a.live.SetName(object.GetName())
	}
	return child.Observation{
		GroupVersionKind: gvk,
		Name:             object.GetName(),
		Live:             a.live,
		ConditionType:    object.ConditionType,
		Condition:        a.condition.DeepCopy(),
		Blocked:          held,
		Denied:           a.denied,
	}
}

// kindOf returns the kind of the scheme, otherwise that in the object.
func (c *Children) kindOf(object child.Object) schema.GroupVersionKind {
	kinds, _, err := c.scheme.ObjectKinds(object.Resource)
	if err != nil {
		return object.GetObjectKind().GroupVersionKind()
	}
	return kinds[0]
}

// Delete implements child.Applier.
func (c *Children) Delete(_ context.Context, _ kmeta.OwnerRefable, objects []child.Object) error {
	c.Deleted = append(c.Deleted, objects...)
	return nil
}

// Prune implements child.Applier.
func (c *Children) Prune(_ context.Context, _ kmeta.OwnerRefable, keep []child.Object) error {
	c.Kept = append(c.Kept, keep)
	return c.pruneErr
}

// WantApplied is a post-condition: exactly these objects were applied, in order.
func WantApplied(want ...child.Object) func(*testing.T, *rtesting.TableRow) {
	return func(t *testing.T, row *rtesting.TableRow) {
		t.Helper()
		if diff := cmp.Diff(want, childrenIn(t, row).Applied, equateObjects...); diff != "" {
			t.Errorf("Unexpected objects applied (-want, +got):\n%s", diff)
		}
	}
}

// WantPruned is a post-condition: Prune was called exactly once, to keep these.
func WantPruned(keep ...child.Object) func(*testing.T, *rtesting.TableRow) {
	return func(t *testing.T, row *rtesting.TableRow) {
		t.Helper()
		if diff := cmp.Diff([][]child.Object{keep}, childrenIn(t, row).Kept, equateObjects...); diff != "" {
			t.Errorf("Unexpected objects kept (-want, +got):\n%s", diff)
		}
	}
}

// WantNotPruned is a post-condition: Prune was not called.
func WantNotPruned(t *testing.T, row *rtesting.TableRow) {
	t.Helper()
	if kept := childrenIn(t, row).Kept; len(kept) != 0 {
		t.Errorf("Prune was called, keeping %v", kept)
	}
}

var equateObjects = []cmp.Option{
	cmpopts.EquateEmpty(),
	cmpopts.IgnoreUnexported(resource.Quantity{}),
}

func childrenIn(t *testing.T, row *rtesting.TableRow) *Children {
	t.Helper()
	children, ok := row.OtherTestData[childrenKey].(*Children)
	if !ok {
		t.Fatal("The row was not run by a factory of MakeFactory.")
	}
	return children
}
