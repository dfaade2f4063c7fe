/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package serving

import (
	"context"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
	rtesting "knative.dev/pkg/reconciler/testing"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/namespaces"
	"openfunction.dev/openfunction/pkg/runtime/knative"
	"openfunction.dev/openfunction/pkg/runtime/runtimetest"
	. "openfunction.dev/openfunction/pkg/testing"
)

// annotated sets an annotation with a setting on the namespace.
func annotated(annotation, value string) func(*Reconciler) {
	live := fake.NewClientset(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: ns, Annotations: map[string]string{annotation: value},
	}})
	unseen := corelisters.NewNamespaceLister(cache.NewIndexer(cache.MetaNamespaceKeyFunc, nil))
	return func(r *Reconciler) { r.namespaces = namespaces.ReaderOf(unseen, live) }
}

func withDefaults() context.Context {
	return config.ToContext(context.Background(), config.FromContext(context.Background()))
}

const (
	initContainers = "config-features.openfunction.io/kubernetes.podspec-init-containers"
	switchedOff    = "template.initContainers: Forbidden: the feature kubernetes.podspec-init-containers is Disabled, " +
		"an administrator can allow it in the ConfigMap config-features"
	unreadableFlag = `the configuration of namespace "team" is invalid; an administrator has to correct its annotation ` +
		initContainers + `: kubernetes.podspec-init-containers: "On" is none of Enabled, Allowed, Disabled`
)

func withInit() WithServing {
	return spec(func(spec *v1beta2.ServingSpec) {
		spec.Template = &corev1.PodSpec{InitContainers: []corev1.Container{{Name: "init", Image: "registry.example.com/init"}}}
	})
}

// nothing checks that no child was applied or pruned.
var nothing = []func(*testing.T, *rtesting.TableRow){WantApplied(), WantNotPruned}

// An object that uses a disabled feature is not created any more, and existing ones
// keep running.
func TestFeatureSwitchedOff(t *testing.T) {
	rtesting.TableTest{{
		Name:              "a new Serving is rejected, and the message names the feature and its ConfigMap",
		Key:               key,
		Ctx:               withDefaults(),
		Objects:           []runtime.Object{serving(withInit())},
		WantStatusUpdates: status(serving(withInit(), reports(failed("Rejected", switchedOff)), withoutRef())),
		PostConditions:    nothing,
	}, {
		Name:          "an existing Serving keeps running",
		Key:           key,
		Ctx:           withDefaults(),
		Objects:       []runtime.Object{serving(withInit(), reports(isTrue))},
		OtherTestData: Observe(ReadyChild("Configuration", name)),
	}}.Test(t, factory(annotated(initContainers, "Disabled")))
}

func TestFeatureSwitchedOnForTheNamespace(t *testing.T) {
	c := config.FromContext(context.Background())
	c.Features = config.AllFeatures()
	want := serving(withInit())
	want.SetDefaults(context.Background())
	objects, err := runtimetest.Objects(config.ToContext(context.Background(), c), knative.New(), want)
	if err != nil {
		t.Fatal(err)
	}
	rtesting.TableTest{{
		Name:              "the Serving is created",
		Key:               key,
		Ctx:               withDefaults(),
		Objects:           []runtime.Object{serving(withInit())},
		WantStatusUpdates: status(serving(withInit(), starting())),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantApplied(objects...)},
	}}.Test(t, factory(annotated(initContainers, "Allowed")))
}

func TestInvalidNamespaceSetting(t *testing.T) {
	rtesting.TableTest{{
		Name:              "a new Serving is rejected, and the message names the annotation",
		Key:               key,
		Ctx:               withDefaults(),
		Objects:           []runtime.Object{serving()},
		WantStatusUpdates: status(serving(reports(failed(v1beta2.ReasonNamespaceInvalid, unreadableFlag)), withoutRef())),
		PostConditions:    nothing,
	}, {
		Name:          "an existing Serving keeps running",
		Key:           key,
		Ctx:           withDefaults(),
		Objects:       []runtime.Object{serving(reports(isTrue))},
		OtherTestData: Observe(ReadyChild("Configuration", name)),
	}}.Test(t, factory(annotated(initContainers, "On")))
}
