/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cached

import (
	"cmp"
	"context"
	"sync"
	"testing"
	"time"

	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	apiwatch "k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"
	clocktesting "k8s.io/utils/clock/testing"
	"knative.dev/pkg/controller"
	rtesting "knative.dev/pkg/reconciler/testing"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child/pending"
	functionsclient "openfunction.dev/openfunction/pkg/client/injection/client"
	_ "openfunction.dev/openfunction/pkg/client/injection/client/fake"
	_ "openfunction.dev/openfunction/pkg/client/injection/informers/factory/fake"
	builderinformer "openfunction.dev/openfunction/pkg/client/injection/informers/functions/v1beta2/builder"
	_ "openfunction.dev/openfunction/pkg/client/injection/informers/functions/v1beta2/builder/fake"
	functioninformer "openfunction.dev/openfunction/pkg/client/injection/informers/functions/v1beta2/function"
	_ "openfunction.dev/openfunction/pkg/client/injection/informers/functions/v1beta2/function/fake"
	servinginformer "openfunction.dev/openfunction/pkg/client/injection/informers/functions/v1beta2/serving"
	_ "openfunction.dev/openfunction/pkg/client/injection/informers/functions/v1beta2/serving/fake"
)

// eventTimeout limits how long a test waits for an expected event.
const eventTimeout = 20 * time.Second

// watched is an informer of Builders whose watch delivers what a test sends.
type watched struct {
	*informer[*v1beta2.Builder]

	t       *testing.T
	objects Objects[*v1beta2.Builder]
	send    *apiwatch.RaceFreeFakeWatcher
	clock   *clocktesting.FakeClock
	// seen are the versions that a handler read when it was called.
	seen chan string
}

func watch(t *testing.T) *watched {
	t.Helper()
	w := &watched{t: t, send: apiwatch.NewRaceFreeFake(), clock: clocktesting.NewFakeClock(time.Unix(1000, 0)), seen: make(chan string, 10)}
	w.informer = newInformer[*v1beta2.Builder](cache.NewSharedIndexInformer(cache.ToListWatcherWithWatchListSemantics(&cache.ListWatch{
		ListWithContextFunc: func(context.Context, metav1.ListOptions) (runtime.Object, error) {
			return &v1beta2.BuilderList{ListMeta: metav1.ListMeta{ResourceVersion: "1"}}, nil
		},
		WatchFuncWithContext: func(context.Context, metav1.ListOptions) (apiwatch.Interface, error) { return w.send, nil },
	}, withoutWatchList{}), &v1beta2.Builder{}, 0, cache.Indexers{}), w.clock)
	w.objects = New[*v1beta2.Builder](w.informer)
	// Two handlers, as each runs in a goroutine of its own.
	for range 2 {
		if _, err := w.AddEventHandler(controller.HandleAll(func(any) { w.seen <- w.version() })); err != nil {
			t.Fatal("AddEventHandler() =", err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { w.RunWithContext(ctx) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
	})
	cache.WaitForCacheSync(ctx.Done(), w.HasSynced)
	return w
}

func version(version string) *v1beta2.Builder {
	b := builder("a", "fn", true)
	b.UID, b.ResourceVersion = "uid", version
	return b
}

// version returns the version that a read returns, empty if there is none.
func (w *watched) version() string {
	b, ok := w.objects.Get("team", "a")
	controlled, err := w.objects.ControlledBy("fn")
	switch {
	case err != nil:
		return err.Error()
	case !ok && len(controlled) == 0:
		return ""
	case !ok || len(controlled) != 1 || controlled[0] != b:
		return "the index and the name disagree"
	}
	return b.ResourceVersion
}

func (w *watched) wrote(is string) {
	w.t.Helper()
	if _, err := w.write("team", "a", func() (*v1beta2.Builder, error) { return version(is), nil }); err != nil {
		w.t.Fatal("write() =", err)
	}
	w.expect("after the write of "+is, is)
}

func (w *watched) expect(when, want string) {
	w.t.Helper()
	if got := w.version(); got != want {
		w.t.Errorf("%s: a read returns version %q, want %q", when, got, want)
	}
}

// expectEvents waits until both handlers were called.
func (w *watched) expectEvents(event, want string) {
	w.t.Helper()
	for range 2 {
		select {
		case got := <-w.seen:
			if got != want {
				w.t.Errorf("%s: a handler reads version %q, want %q", event, got, want)
			}
		case <-time.After(eventTimeout):
			w.t.Fatalf("%s: a handler was not called", event)
		}
	}
}

func TestOwnWritesAreRead(t *testing.T) {
	w := watch(t)
	w.expect("before the first write", "")
	w.wrote("11")
	w.wrote("12")
	w.send.Add(version("11"))
	w.expectEvents("an event from before the last write", "12")
	w.send.Modify(version("12"))
	w.expectEvents("the event of the last write", "12")
	w.send.Modify(version("13"))
	w.expectEvents("a newer event", "13")
	w.wrote("14")
	w.send.Delete(version("15"))
	w.expectEvents("the deletion", "")
	if w.writes.Len() != 0 {
		t.Error("a write is pending after all was delivered")
	}
}

// An object that was created and deleted while the watch was interrupted is not read
// for ever, and the handlers are called.
func TestOwnWritesTimeOut(t *testing.T) {
	w := watch(t)
	w.wrote("11")
	w.clock.Step(pending.Timeout)
	w.expectEvents("the timeout", "")
}

func TestFailedWritesAreNotRead(t *testing.T) {
	w := watch(t)
	conflict := apierrs.NewConflict(v1beta2.Resource("builders"), "a", nil)
	if _, err := w.write("team", "a", func() (*v1beta2.Builder, error) { return nil, conflict }); !apierrs.IsConflict(err) {
		t.Errorf("write() = %v, want the error", err)
	}
	w.expect("after the error", "")
}

// Whatever is written through the client of the context is read from its informers.
func TestInjection(t *testing.T) {
	ctx, _ := rtesting.SetupFakeContext(t)
	ctx, none := withOwnWrites(ctx)
	if !none.HasSynced() {
		t.Error("there is something to wait for")
	}
	client := functionsclient.Get(ctx).FunctionsV1beta2()
	meta := metav1.ObjectMeta{Namespace: "team", Name: "a", ResourceVersion: "1"}
	changed := meta
	changed.Labels, changed.ResourceVersion = map[string]string{"a": "b"}, "2"
	expect := func(what string, read metav1.Object, err error, version string) {
		t.Helper()
		if err != nil || read.GetResourceVersion() != version {
			t.Errorf("%s: Get() = %v, %v, want version %s", what, read, err, version)
		}
	}

	builders, servings, functions := builderinformer.Get(ctx).Lister(), servinginformer.Get(ctx).Lister(), functioninformer.Get(ctx).Lister()
	_, err := client.Builders("team").Create(ctx, &v1beta2.Builder{ObjectMeta: meta}, metav1.CreateOptions{})
	b, readErr := builders.Builders("team").Get("a")
	expect("a created Builder", b, cmp.Or(err, readErr), "1")
	_, err = client.Builders("team").Update(ctx, &v1beta2.Builder{ObjectMeta: changed}, metav1.UpdateOptions{})
	b, readErr = builders.Builders("team").Get("a")
	expect("an updated Builder", b, cmp.Or(err, readErr), "2")
	changed.ResourceVersion = "3"
	_, err = client.Builders("team").UpdateStatus(ctx, &v1beta2.Builder{ObjectMeta: changed}, metav1.UpdateOptions{})
	b, readErr = builders.Builders("team").Get("a")
	expect("the status of a Builder", b, cmp.Or(err, readErr), "3")

	_, err = client.Servings("team").Create(ctx, &v1beta2.Serving{ObjectMeta: meta}, metav1.CreateOptions{})
	s, readErr := servings.Servings("team").Get("a")
	expect("a created Serving", s, cmp.Or(err, readErr), "1")
	_, err = client.Servings("team").UpdateStatus(ctx, &v1beta2.Serving{ObjectMeta: changed}, metav1.UpdateOptions{})
	s, readErr = servings.Servings("team").Get("a")
	expect("the status of a Serving", s, cmp.Or(err, readErr), "3")
	_, err = client.Servings("team").Patch(ctx, "a", types.MergePatchType, []byte(`{"metadata":{"resourceVersion":"4"}}`), metav1.PatchOptions{})
	s, readErr = servings.Servings("team").Get("a")
	expect("a patched Serving", s, cmp.Or(err, readErr), "4")

	fn := &v1beta2.Function{ObjectMeta: meta}
	if _, err := client.Functions("team").Create(ctx, fn, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	fn.ResourceVersion = "2"
	_, err = client.Functions("team").UpdateStatus(ctx, fn, metav1.UpdateOptions{})
	f, readErr := functions.Functions("team").Get("a")
	expect("the status of a Function", f, cmp.Or(err, readErr), "2")
}

// withoutWatchList is a client that lists before it watches.
type withoutWatchList struct{}

func (withoutWatchList) IsWatchListSemanticsUnSupported() bool { return true }
