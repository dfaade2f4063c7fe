/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"reflect"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	apiwatch "k8s.io/apimachinery/pkg/watch"
	clientgotesting "k8s.io/client-go/testing"
	"knative.dev/pkg/controller"

	"openfunction.dev/openfunction/pkg/apis/functions"
	"openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
)

func TestApplyCreates(t *testing.T) {
	f := newFixture(t, newFakeCluster(t, crd(configurationKind)), configurations).start()
	observations := f.apply(newOwner("fn-uid"), configuration("c", spec("x")))
	f.wantRequests("create configurations")

	stored := f.get(t, configurationKind, "c")
	if field(stored) != "x" || stored.GetLabels()[functions.ManagedLabelKey] != functions.ManagedLabelValue {
		t.Errorf("Stored %v", stored)
	}
	refs := stored.GetOwnerReferences()
	if len(refs) != 1 || refs[0].UID != "fn-uid" || !*refs[0].Controller || refs[0].APIVersion != "core.openfunction.io/v1beta2" {
		t.Errorf("Owner references = %v", refs)
	}
	if o := observations[0]; o.Live == nil || o.Name != "c" || o.Kind != "Configuration" || o.ConditionType != reported || o.Condition != nil {
		t.Errorf("Observation = %+v, want one of a child that has not reported", o)
	}
	f.put(t, with(stored, ready("True", "")))
	f.awaitOwner()
}

// Neither the second look nor one that comes before the watch costs a request.
func TestApplyTwiceAsksOnce(t *testing.T) {
	f := newFixture(t, newFakeCluster(t, crd(configurationKind)), configurations).start()
	owner := newOwner("fn-uid")
	f.apply(owner, configuration("c", spec("x")))
	f.wantRequests("create configurations")
	f.apply(owner, configuration("c", spec("x")))
	f.wantRequests()
	f.awaitSeen(configurations)
	f.apply(owner, configuration("c", spec("x")))
	f.wantRequests()
}

func TestApplyObserves(t *testing.T) {
	owner := newOwner("fn-uid")
	cfg := configuration("c", spec("x"))
	f := newFixture(t, newFakeCluster(t, crd(configurationKind),
		with(live(t, owner, cfg), ready("True", ""))), configurations).start()
	o := f.apply(owner, cfg)[0]
	f.wantRequests()
	wantCondition(t, o, corev1.ConditionTrue, "")
}

// A change of what is wanted is written once, and what is wanted no longer goes.
func TestApplyUpdates(t *testing.T) {
	f := newFixture(t, newFakeCluster(t, crd(configurationKind)), configurations).start()
	owner := newOwner("fn-uid")
	f.apply(owner, configuration("c", map[string]any{"field": "x", "other": "y"}))
	f.wantRequests("create configurations")

	f.apply(owner, configuration("c", spec("z")))
	f.wantRequests("get configurations", "upgrade configurations", "apply configurations")
	stored := f.get(t, configurationKind, "c")
	if other, found, _ := unstructured.NestedString(stored.Object, "spec", "other"); found || field(stored) != "z" {
		t.Errorf("spec.field = %v, spec.other = %q, want z and nothing", field(stored), other)
	}
	f.apply(owner, configuration("c", spec("z")))
	f.wantRequests()

	// The fields count as applied by now.
	f.apply(owner, configuration("c", spec("zz")))
	f.wantRequests("get configurations", "apply configurations")
	f.awaitSeen(configurations)
	f.apply(owner, configuration("c", spec("zz")))
	f.wantRequests()
}

func TestApplyRepairsDrift(t *testing.T) {
	f := newFixture(t, newFakeCluster(t, crd(configurationKind)), configurations).start()
	owner := newOwner("fn-uid")
	f.apply(owner, configuration("c", spec("x")))
	f.awaitSeen(configurations)
	f.requests()

	f.put(t, with(f.get(t, configurationKind, "c"), func(u *unstructured.Unstructured) {
		_ = unstructured.SetNestedField(u.Object, "drifted", "spec", "field")
		_ = unstructured.SetNestedField(u.Object, "theirs", "spec", "added")
	}))
	f.awaitOwner()
	f.awaitSeen(configurations)
	f.apply(owner, configuration("c", spec("x")))
	f.wantRequests("get configurations", "upgrade configurations", "apply configurations")
	stored := f.get(t, configurationKind, "c")
	if added, _, _ := unstructured.NestedString(stored.Object, "spec", "added"); field(stored) != "x" || added != "theirs" {
		t.Errorf("spec.field = %v, spec.added = %q, want x, and what others added", field(stored), added)
	}
	f.awaitSeen(configurations)
	f.apply(owner, configuration("c", spec("x")))
	f.wantRequests()
}

func TestApplyMakesAgainWhatWasDeleted(t *testing.T) {
	f := newFixture(t, newFakeCluster(t, crd(configurationKind)), configurations).start()
	owner := newOwner("fn-uid")
	f.apply(owner, configuration("c", spec("x")))
	f.awaitSeen(configurations)
	f.remove(t, f.get(t, configurationKind, "c"))
	f.awaitOwner()
	f.awaitSeen(configurations)
	f.requests()
	f.apply(owner, configuration("c", spec("x")))
	f.wantRequests("create configurations")
}

// The reply to a create was lost, or the watch is behind: the child is ours.
func TestApplyFindsWhatItMade(t *testing.T) {
	owner, cfg := newOwner("fn-uid"), configuration("c", spec("x"))
	for name, test := range map[string]struct {
		stored child.Object
		want   []string
	}{
		"as wanted": {cfg, []string{"create configurations", "get configurations"}},
		"as wanted before": {configuration("c", spec("w")), []string{
			"create configurations", "get configurations",
			"get configurations", "apply configurations",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, newFakeCluster(t, crd(configurationKind)), configurations)
			// A watch that delivers nothing is as far behind as can be.
			f.PrependWatchReactor("configurations", func(clientgotesting.Action) (bool, apiwatch.Interface, error) {
				return true, apiwatch.NewFake(), nil
			})
			f.start()
			f.put(t, live(t, owner, test.stored))
			if o := f.apply(owner, cfg)[0]; o.Live == nil || field(o.Live) != "x" {
				t.Errorf("Observation = %+v, want one of a child as it is wanted", o)
			}
			f.wantRequests(test.want...)
			f.apply(owner, cfg)
			f.wantRequests()
		})
	}
}

// A child without our label is not seen by the watch.
func TestApplyLabelsAgain(t *testing.T) {
	f := newFixture(t, newFakeCluster(t, crd(configurationKind)), configurations).start()
	owner, cfg := newOwner("fn-uid"), configuration("c", spec("x"))
	f.apply(owner, cfg)
	f.awaitSeen(configurations)
	f.put(t, with(f.get(t, configurationKind, "c"), func(u *unstructured.Unstructured) { u.SetLabels(nil) }))
	f.awaitOwner()
	f.await("the watch lost it", func() bool {
		return f.watches.watch(configurations).get(types.NamespacedName{Namespace: namespace, Name: "c"}) == nil
	})
	f.apply(owner, cfg)
	if f.get(t, configurationKind, "c").GetLabels()[functions.ManagedLabelKey] != functions.ManagedLabelValue {
		t.Error("The label is still missing")
	}
}

// Whatever has the child's name and is not ours is left alone, whether we see it
// at once or when we create.
func TestApplyLeavesForeignObjectsAlone(t *testing.T) {
	owner, cfg := newOwner("fn-uid"), configuration("c", spec("x"))
	ownedBy := func(o *v1beta2.Function, kind string) *unstructured.Unstructured {
		return with(live(t, o, configuration("c", spec("theirs"))), func(u *unstructured.Unstructured) {
			refs := u.GetOwnerReferences()
			refs[0].Kind = kind
			u.SetOwnerReferences(refs)
		})
	}
	namesake, other := newOwner("old-uid"), newOwner("old-uid")
	other.Name = "other"
	group := with(ownedBy(namesake, "Function"), func(u *unstructured.Unstructured) {
		refs := u.GetOwnerReferences()
		refs[0].APIVersion = "example.com/v1"
		u.SetOwnerReferences(refs)
	})
	orphan := with(live(t, namesake, cfg), func(u *unstructured.Unstructured) { u.SetOwnerReferences(nil) })
	for name, foreign := range map[string]*unstructured.Unstructured{
		"without owner, but another spec": with(orphan, func(u *unstructured.Unstructured) { u.Object["spec"] = spec("theirs") }),
		"without owner, but not applied":  with(orphan, func(u *unstructured.Unstructured) { u.SetAnnotations(nil) }),
		"with a simple owner": with(orphan, func(u *unstructured.Unstructured) {
			u.SetOwnerReferences([]metav1.OwnerReference{{APIVersion: "v1", Kind: "ConfigMap", Name: "x", UID: "x"}})
		}),
		"made by a user":           object(configurationKind, "c", map[string]any{"spec": spec("theirs")}),
		"labelled by a user":       with(object(configurationKind, "c", map[string]any{"spec": spec("theirs")}), managed),
		"of another owner":         ownedBy(other, "Function"),
		"of another kind":          ownedBy(namesake, "Serving"),
		"of a kind of other group": group,
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, newFakeCluster(t, crd(configurationKind), foreign), configurations).start()
			before := f.get(t, configurationKind, "c")
			observations, err := f.Apply(f.ctx, owner, []child.Object{cfg})
			if again, _ := controller.IsRequeueKey(err); !again {
				t.Errorf("Apply() = %v, want to look again later", err)
			}
			o := observations[0]
			wantCondition(t, o, corev1.ConditionFalse, v1beta2.ReasonNotOwned)
			if want := `Configuration "c" exists and does not belong to this object; delete or rename it`; o.Condition.Message != want {
				t.Errorf("Message = %q, want %q", o.Condition.Message, want)
			}
			if err := f.Prune(f.ctx, owner, nil); err != nil {
				t.Errorf("Prune() = %v", err)
			}
			if !reflect.DeepEqual(before, f.get(t, configurationKind, "c")) {
				t.Errorf("Changed from %v to %v", before, f.get(t, configurationKind, "c"))
			}

			f.remove(t, before)
			f.awaitSeen(configurations)
			f.apply(owner, cfg)
			if got := field(f.get(t, configurationKind, "c")); got != "x" {
				t.Errorf("spec.field = %v once the name is free, want x", got)
			}
		})
	}
}

// A child that kubectl delete --cascade=orphan left belongs to an owner that wants the same:
// only its owner changes.
func TestApplyAdoptsOrphans(t *testing.T) {
	cfg := configuration("c", spec("x"))
	orphan := with(live(t, newOwner("old-uid"), cfg), func(u *unstructured.Unstructured) {
		u.SetUID("kept")
		u.SetOwnerReferences(nil)
	})
	f := newFixture(t, newFakeCluster(t, crd(configurationKind), orphan), configurations).start()
	owner := newOwner("fn-uid")
	if o := f.apply(owner, cfg)[0]; o.Live == nil {
		t.Errorf("Observation = %+v, want the child", o)
	}
	got := f.get(t, configurationKind, "c")
	if !metav1.IsControlledBy(got, owner) || got.GetUID() != "kept" || field(got) != "x" {
		t.Errorf("the child is %v, want the same one with another owner", got)
	}
}

// The child of a deleted owner of the same name goes away by itself.
func TestApplyWaitsForStaleChildren(t *testing.T) {
	cfg := configuration("c", spec("x"))
	stale := live(t, newOwner("old-uid"), cfg)
	f := newFixture(t, newFakeCluster(t, crd(configurationKind), stale), configurations).start()
	observations, err := f.Apply(f.ctx, newOwner("fn-uid"), []child.Object{cfg})
	if err == nil || !strings.Contains(err.Error(), "belongs to a deleted owner") {
		t.Errorf("Apply() = %v, want an error about what is left over", err)
	}
	if o := observations[0]; o.Live != nil || o.Condition != nil {
		t.Errorf("Observation = %+v, want one of a child that is not there", o)
	}
	f.wantRequests()
	f.remove(t, stale)
	f.awaitSeen(configurations)
	f.apply(newOwner("fn-uid"), cfg)
	f.wantRequests("create configurations")
}

// A child that is being deleted is neither changed nor believed.
func TestApplyLeavesDeletedChildren(t *testing.T) {
	owner := newOwner("fn-uid")
	going := with(with(live(t, owner, configuration("c", spec("w"))), ready("True", "")), deleting)
	f := newFixture(t, newFakeCluster(t, crd(configurationKind), going), configurations).start()
	o := f.apply(owner, configuration("c", spec("x")))[0]
	if o.Live == nil || o.Condition != nil {
		t.Errorf("Observation = %+v, want one of a child that has not reported", o)
	}
	f.wantRequests()
}

// What comes later may need what comes first.
func TestApplyInOrder(t *testing.T) {
	f := newFixture(t, newFakeCluster(t), deployments, configurations).start()
	owner := newOwner("fn-uid")
	first := child.Object{Resource: deployment("i")}
	last := child.Object{Resource: &corev1.Service{ObjectMeta: metav1.ObjectMeta{Name: "s"}}}
	observations := f.apply(owner, first, configuration("c", spec("x")), last)
	if len(observations) != 2 || observations[0].Live == nil {
		t.Errorf("Observations = %+v, want one of a live child and one of what is missing", observations)
	}
	f.wantRequests("create deployments")

	_, err := f.Apply(f.ctx, owner, []child.Object{first, last})
	if err == nil || !strings.Contains(err.Error(), "Kind=Service is not among the kinds") {
		t.Errorf("Apply() = %v, want an error about an unknown kind", err)
	}
}

// What the API server makes of a write is not written again.
func TestApplyAcceptsWhatTheServerMakes(t *testing.T) {
	for name, mutate := range map[string]func(*unstructured.Unstructured){
		"normalised": func(u *unstructured.Unstructured) { _ = unstructured.SetNestedField(u.Object, "X", "spec", "field") },
		"dropped":    func(u *unstructured.Unstructured) { unstructured.RemoveNestedField(u.Object, "spec", "field") },
		"injected": func(u *unstructured.Unstructured) {
			_ = unstructured.SetNestedStringSlice(u.Object, []string{"ours", "theirs"}, "spec", "items")
		},
		"hash taken off": func(u *unstructured.Unstructured) { u.SetAnnotations(nil) },
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, newFakeCluster(t, crd(configurationKind)), configurations)
			f.mutate = mutate
			f.start()
			owner := newOwner("fn-uid")
			cfg := func(value string) child.Object {
				return configuration("c", map[string]any{"field": value, "items": []any{"ours"}, "other": "o"})
			}
			f.apply(owner, cfg("x"))
			f.wantRequests("create configurations")
			f.awaitSeen(configurations)
			f.apply(owner, cfg("x"))
			f.wantRequests()

			// Drift of anything else is repaired, and a change is written.
			f.put(t, with(f.get(t, configurationKind, "c"), func(u *unstructured.Unstructured) {
				_ = unstructured.SetNestedField(u.Object, "drifted", "spec", "other")
			}))
			f.await("the drift is seen", func() bool {
				seen := f.watches.watch(configurations).get(types.NamespacedName{Namespace: namespace, Name: "c"})
				other, _, _ := unstructured.NestedString(seen.Object, "spec", "other")
				return other == "drifted"
			})
			f.apply(owner, cfg("x"))
			if other, _, _ := unstructured.NestedString(f.get(t, configurationKind, "c").Object, "spec", "other"); other != "o" {
				t.Errorf("spec.other = %q, want o", other)
			}
			f.requests()
			f.apply(owner, cfg("y"))
			f.wantRequests("get configurations", "apply configurations")
			f.awaitSeen(configurations)
			f.apply(owner, cfg("y"))
			f.wantRequests()

			// Nothing is kept of a child that is gone.
			f.remove(t, f.get(t, configurationKind, "c"))
			w := f.watches.watch(configurations)
			f.await("all records are removed", func() bool {
				w.repairs.mu.RLock()
				defer w.repairs.mu.RUnlock()
				return w.written.Len()+len(w.repairs.forms)+len(w.repairs.limiters) == 0
			})
		})
	}
}

// The child was replaced by another of its name since the watch saw it.
func TestApplyToReplacedChild(t *testing.T) {
	owner := newOwner("fn-uid")
	f := newFixture(t, newFakeCluster(t, crd(configurationKind)), configurations)
	f.start()
	f.apply(owner, configuration("c", spec("x")))
	f.awaitSeen(configurations)
	f.requests()
	f.PrependReactor("get", "configurations", func(clientgotesting.Action) (bool, runtime.Object, error) {
		return true, with(live(t, owner, configuration("c", spec("x"))), func(u *unstructured.Unstructured) {
			u.SetUID("another")
			u.SetResourceVersion("5000")
		}), nil
	})
	if _, err := f.Apply(f.ctx, owner, []child.Object{configuration("c", spec("y"))}); err == nil {
		t.Error("Apply() wrote over an object that it does not know")
	}
	f.wantRequests("get configurations")
}

// Two controllers that want different things must not fight for ever.
func TestApplyDoesNotFight(t *testing.T) {
	f := newFixture(t, newFakeCluster(t, crd(configurationKind)), configurations).start()
	owner, cfg := newOwner("fn-uid"), configuration("c", spec("x"))
	f.apply(owner, cfg)
	disturb := func() {
		t.Helper()
		f.put(t, with(f.get(t, configurationKind, "c"), func(u *unstructured.Unstructured) {
			_ = unstructured.SetNestedField(u.Object, "theirs", "spec", "field")
		}))
		f.awaitSeen(configurations)
	}
	for range repairBurst {
		disturb()
		f.apply(owner, cfg)
	}
	disturb()
	f.requests()
	observations, err := f.Apply(f.ctx, owner, []child.Object{cfg})
	if err == nil {
		t.Error("Apply() = nil, want an error, as it has to be tried again")
	}
	wantCondition(t, observations[0], corev1.ConditionFalse, v1beta2.ReasonContested)
	if message := observations[0].Condition.GetMessage(); !strings.HasPrefix(message, `.spec.field of Configuration "c" is repeatedly changed by another client`) {
		t.Errorf("Message = %q, want one that names the field", message)
	}
	f.wantRequests()

	// A change of ours is not held up, and in time the field is ours again.
	f.apply(owner, configuration("c", spec("y")))
	f.awaitSeen(configurations)
	for range repairBurst - 1 {
		disturb()
		f.apply(owner, configuration("c", spec("y")))
	}
	disturb()
	f.clock.Step(repairInterval)
	f.apply(owner, configuration("c", spec("y")))
	if got := field(f.get(t, configurationKind, "c")); got != "y" {
		t.Errorf("spec.field = %v, want y", got)
	}
}
