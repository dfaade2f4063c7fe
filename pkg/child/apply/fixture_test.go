/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"context"
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	kubescheme "k8s.io/client-go/kubernetes/scheme"
	clientgotesting "k8s.io/client-go/testing"
	clocktesting "k8s.io/utils/clock/testing"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/kmeta"
	logtesting "knative.dev/pkg/logging/testing"

	"openfunction.dev/openfunction/pkg/apis/functions"
	"openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
)

const (
	namespace = "ns"
	// eventTimeout limits how long a test waits for an expected event.
	eventTimeout = 20 * time.Second

	reported = v1beta2.FunctionConditionRouteReady
)

var (
	configurations = child.Kind{GroupVersionKind: configurationKind, Product: "Knative", InstallHint: "install Knative Serving"}
	deployments    = child.Kind{GroupVersionKind: deploymentKind}
)

// fixture is an Applier for Functions with all around it.
type fixture struct {
	*fakeCluster
	*Applier
	t        *testing.T
	ctx      context.Context //nolint:containedctx // lives as long as the test
	stop     context.CancelFunc
	clock    *clocktesting.FakeClock
	resynced chan struct{}
	queue    chan types.NamespacedName
}

// newFixture returns a fixture that has not started.
func newFixture(t *testing.T, cluster *fakeCluster, kinds ...child.Kind) *fixture {
	t.Helper()
	ctx, stop := context.WithCancel(logtesting.TestContextWithLogger(t))
	f := &fixture{
		fakeCluster: cluster, t: t, stop: stop, clock: clocktesting.NewFakeClock(time.Unix(1000, 0)),
		resynced: make(chan struct{}, 100), queue: make(chan types.NamespacedName, 100),
	}
	f.ctx = WithWatches(ctx, NewWatches(cluster))
	impl := controller.NewContext(f.ctx, nil, controller.ControllerOptions{WorkQueueName: t.Name(), Logger: logtesting.TestLogger(t)})
	f.Applier = New(f.ctx, kubescheme.Scheme, v1beta2.Kind("Function"), impl,
		func() { f.resynced <- struct{}{} }, kinds...)
	for _, w := range f.watches.watches {
		w.clock = f.clock
	}
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		for {
			key, shutdown := impl.WorkQueue().Get()
			if shutdown {
				return
			}
			impl.WorkQueue().Done(key)
			f.queue <- key.(types.NamespacedName)
		}
	}()
	t.Cleanup(func() {
		stop()
		impl.WorkQueue().ShutDown()
		<-drained
	})
	return f
}

// start runs the watches until the test ends.
func (f *fixture) start() *fixture {
	f.t.Helper()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		f.watches.Run(f.ctx.Done())
	}()
	f.t.Cleanup(func() {
		f.stop()
		<-ended
	})
	f.await("the watches are synced", f.watches.HasSynced)
	// The fake loses deletions between a list and its watch.
	f.await("all kinds are watched", func() bool {
		watched := map[schema.GroupVersionResource]bool{}
		for _, action := range f.Actions() {
			if action.GetVerb() == "watch" {
				watched[action.GetResource()] = true
			}
		}
		for gvr, w := range f.watches.watches {
			if w.synced() && !watched[gvr] {
				return false
			}
		}
		return watched[crdResource]
	})
	f.ClearActions()
	return f
}

// apply applies what must not fail.
func (f *fixture) apply(owner kmeta.OwnerRefable, objects ...child.Object) []child.Observation {
	f.t.Helper()
	observations, err := f.Apply(f.ctx, owner, objects)
	if err != nil {
		f.t.Fatalf("Apply() = %v", err)
	}
	return observations
}

// wantRequests checks the requests that the API server got since the last call.
func (f *fixture) wantRequests(want ...string) {
	f.t.Helper()
	if got := f.requests(); !slices.Equal(got, want) {
		f.t.Errorf("Requests = %q, want %q", got, want)
	}
}

// awaitOwner waits until the owner is to be looked at again.
func (f *fixture) awaitOwner() {
	f.t.Helper()
	select {
	case key := <-f.queue:
		if want := (types.NamespacedName{Namespace: namespace, Name: "fn"}); key != want {
			f.t.Fatalf("Enqueued %v, want %v", key, want)
		}
	case <-time.After(eventTimeout):
		f.t.Fatal("The owner was not enqueued.")
	}
}

// awaitResync waits until every owner is to be looked at again.
func (f *fixture) awaitResync() {
	f.t.Helper()
	select {
	case <-f.resynced:
	case <-time.After(eventTimeout):
		f.t.Fatal("The owners were not enqueued.")
	}
}

// await waits until something is so.
func (f *fixture) await(what string, is func() bool) {
	f.t.Helper()
	if err := wait.PollUntilContextTimeout(context.Background(), time.Millisecond, eventTimeout, true,
		func(context.Context) (bool, error) { return is(), nil }); err != nil {
		f.t.Fatalf("Waiting until %s: %v", what, err)
	}
}

// awaitSeen waits until the watch delivered the child c as the cluster stores it.
func (f *fixture) awaitSeen(kind child.Kind) {
	const name = "c"
	f.t.Helper()
	key := types.NamespacedName{Namespace: namespace, Name: name}
	f.await("the watch delivered "+name, func() bool {
		w, stored := f.watches.watch(kind), f.fakeCluster.get(f.t, kind.GroupVersionKind, name)
		w.mu.RLock()
		defer w.mu.RUnlock()
		if w.informer == nil {
			return false
		}
		if w.written.Len() != 0 {
			return false
		}
		seen, ok, _ := w.informer.GetStore().GetByKey(key.String())
		if stored == nil || !ok {
			return stored == nil && !ok
		}
		return seen.(*unstructured.Unstructured).GetResourceVersion() == stored.GetResourceVersion()
	})
}

// fail makes a kind of request about Configurations fail from now on.
func (f *fixture) fail(verb string, err error) {
	f.PrependReactor(verb, "configurations", func(clientgotesting.Action) (bool, runtime.Object, error) {
		return true, nil, err
	})
}

func newOwner(uid types.UID) *v1beta2.Function {
	return &v1beta2.Function{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "fn", UID: uid}}
}

// configuration is a child with a spec.
func configuration(name string, spec map[string]any) child.Object {
	return child.Object{
		Resource:      object(configurationKind, name, map[string]any{"spec": spec}),
		ConditionType: reported,
	}
}

func spec(value any) map[string]any { return map[string]any{"field": value} }

// live is a child as it would be stored had we made it.
func live(t *testing.T, owner kmeta.OwnerRefable, cfg child.Object) *unstructured.Unstructured {
	t.Helper()
	u, err := desired(kubescheme.Scheme, owner, cfg)
	if err != nil {
		t.Fatalf("desired() = %v", err)
	}
	return u
}

func with(u *unstructured.Unstructured, change func(*unstructured.Unstructured)) *unstructured.Unstructured {
	u = u.DeepCopy()
	change(u)
	return u
}

func ready(status, reason string) func(*unstructured.Unstructured) {
	return func(u *unstructured.Unstructured) {
		u.Object["status"] = map[string]any{"conditions": []any{
			map[string]any{"type": "Ready", "status": status, "reason": reason, "message": "from the child"},
		}}
	}
}

func deleting(u *unstructured.Unstructured) {
	at := metav1.NewTime(time.Unix(1000, 0))
	u.SetDeletionTimestamp(&at)
}

func field(u *unstructured.Unstructured) any {
	value, _, _ := unstructured.NestedFieldNoCopy(u.Object, "spec", "field")
	return value
}

func wantCondition(t *testing.T, o child.Observation, status corev1.ConditionStatus, reason string) {
	t.Helper()
	if o.Condition == nil || o.Condition.Status != status || o.Condition.Reason != reason {
		t.Errorf("Condition of %s = %v, want %s with the reason %q", o.Name, o.Condition, status, reason)
	}
}

func managed(u *unstructured.Unstructured) {
	u.SetLabels(map[string]string{functions.ManagedLabelKey: functions.ManagedLabelValue})
}
