/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package builder

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	_ "knative.dev/pkg/client/injection/kube/client/fake"
	_ "knative.dev/pkg/client/injection/kube/informers/core/v1/namespace/fake"
	"knative.dev/pkg/configmap"
	"knative.dev/pkg/injection/clients/dynamicclient"
	_ "knative.dev/pkg/injection/clients/dynamicclient/fake"
	rtesting "knative.dev/pkg/reconciler/testing"
	"knative.dev/pkg/system"
	_ "knative.dev/pkg/system/testing"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/child/apply"
	functionsclient "openfunction.dev/openfunction/pkg/client/injection/client"
	_ "openfunction.dev/openfunction/pkg/client/injection/client/fake"
	_ "openfunction.dev/openfunction/pkg/client/injection/informers/factory/fake"
	_ "openfunction.dev/openfunction/pkg/client/injection/informers/functions/v1beta2/builder/fake"
	"openfunction.dev/openfunction/pkg/strategy/shipwright"
)

// eventTimeout is the deadline for expected events.
const eventTimeout = 20 * time.Second

func TestControllerReceivesBuilders(t *testing.T) {
	ctx, cancel, informers := rtesting.SetupFakeContextWithCancel(t)
	defer cancel()
	ctx = apply.WithWatches(ctx, apply.NewWatches(dynamicclient.Get(ctx)))
	impl := NewController(shipwright.New())(ctx, configmap.NewStaticWatcher(
		configMap(config.BuildConfigName), configMap(config.DefaultsConfigName),
		configMap(config.FeaturesConfigName), configMap(config.GatewayConfigName), configMap(config.RolloutConfigName),
		configMap(config.TracingConfigName)))
	wait, err := rtesting.RunAndSyncInformers(ctx, informers...)
	if err != nil {
		t.Fatal(err)
	}
	defer wait()
	defer cancel()

	if _, err := functionsclient.Get(ctx).FunctionsV1beta2().Builders(ns).Create(ctx, builder(), metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	enqueued := make(chan any, 1)
	go func() {
		item, _ := impl.WorkQueue().Get()
		enqueued <- item
	}()
	select {
	case got := <-enqueued:
		if want := (types.NamespacedName{Namespace: ns, Name: name}); got != want {
			t.Errorf("enqueued for %v, want %v", got, want)
		}
	case <-time.After(eventTimeout):
		t.Fatal("The controller was not enqueued.")
	}
}

func configMap(name string) *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: system.Namespace(), Name: name}}
}
