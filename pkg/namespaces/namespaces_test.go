/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package namespaces

import (
	"context"
	"errors"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	listers "k8s.io/client-go/listers/core/v1"
	clientgotesting "k8s.io/client-go/testing"
	"k8s.io/client-go/tools/cache"
	"knative.dev/pkg/client/injection/kube/client"
	_ "knative.dev/pkg/client/injection/kube/client/fake"
	_ "knative.dev/pkg/client/injection/kube/informers/core/v1/namespace/fake"
	rtesting "knative.dev/pkg/reconciler/testing"

	"openfunction.dev/openfunction/pkg/apis/config"
)

const (
	limit = "config-build.openfunction.io/max-concurrent-builds"
	// eventTimeout limits how long a test waits for an expected event.
	eventTimeout = 20 * time.Second
)

func namespace(name string, annotations map[string]string) *corev1.Namespace {
	return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: annotations}}
}

func TestInContext(t *testing.T) {
	cached := cache.NewIndexer(cache.MetaNamespaceKeyFunc, nil)
	if err := cached.Add(namespace("team", map[string]string{limit: "3"})); err != nil {
		t.Fatal(err)
	}
	live := fake.NewClientset(namespace("new", map[string]string{limit: "4"}), namespace("team", nil))
	live.PrependReactor("get", "namespaces", func(action clientgotesting.Action) (bool, runtime.Object, error) {
		get, _ := action.(clientgotesting.GetAction)
		return get.GetName() == "broken", nil, errors.New("no answer")
	})
	reader := ReaderOf(listers.NewNamespaceLister(cached), live)
	for name, tt := range map[string]struct {
		reader    Reader
		namespace string
		want      int32
		fails     bool
	}{
		"known":            {reader: reader, namespace: "team", want: 3},
		"not seen yet":     {reader: reader, namespace: "new", want: 4},
		"gone":             {reader: reader, namespace: "gone"},
		"cannot be read":   {reader: reader, namespace: "broken", fails: true},
		"no namespace":     {reader: reader},
		"the zero Reader":  {namespace: "team"},
		"only of the live": {reader: ReaderOf(listers.NewNamespaceLister(cache.NewIndexer(cache.MetaNamespaceKeyFunc, nil)), live), namespace: "team"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, err := tt.reader.InContext(config.ToContext(t.Context(), config.FromContext(t.Context())), tt.namespace)
			if (err != nil) != tt.fails {
				t.Fatalf("InContext() = %v", err)
			}
			if got := config.FromContext(ctx).Build.MaxConcurrentBuilds; got != tt.want {
				t.Errorf("max-concurrent-builds = %d, want %d", got, tt.want)
			}
		})
	}
}

// Only a change of our settings is reported.
func TestOnChange(t *testing.T) {
	ctx, cancel, informers := rtesting.SetupFakeContextWithCancel(t)
	defer cancel()
	changed := make(chan string, 10)
	OnChange(ctx, func(name string) { changed <- name })
	wait, err := rtesting.RunAndSyncInformers(ctx, informers...)
	if err != nil {
		t.Fatal(err)
	}
	defer wait()
	defer cancel()

	api := client.Get(ctx).CoreV1().Namespaces()
	write := func(write func(context.Context, *corev1.Namespace) error, ns *corev1.Namespace) {
		t.Helper()
		if err := write(ctx, ns); err != nil {
			t.Fatal(err)
		}
	}
	create := func(ctx context.Context, ns *corev1.Namespace) error {
		_, err := api.Create(ctx, ns, metav1.CreateOptions{})
		return err
	}
	update := func(ctx context.Context, ns *corev1.Namespace) error {
		_, err := api.Update(ctx, ns, metav1.UpdateOptions{})
		return err
	}
	write(create, namespace("quiet", nil))
	write(create, namespace("team", map[string]string{limit: "1"}))
	write(update, namespace("quiet", map[string]string{"owner": "x"}))
	write(update, namespace("team", map[string]string{limit: "2"}))
	select {
	case got := <-changed:
		if got != "team" {
			t.Errorf("%s changed, want team", got)
		}
	case <-time.After(eventTimeout):
		t.Fatal("the change was not reported")
	}
}

func TestHas(t *testing.T) {
	in := Has("team")
	for object, want := range map[any]bool{
		&corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "team"}}:  true,
		&corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "other"}}: false,
		"text": false,
	} {
		if got := in(object); got != want {
			t.Errorf("%v: %t, want %t", object, got, want)
		}
	}
}
