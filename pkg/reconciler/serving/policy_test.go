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

// annotated is a namespace for which an administrator set something.
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
	unreadableFlag = `the configuration of namespace "team" has a mistake, an administrator has to mend its annotation ` +
		initContainers + `: kubernetes.podspec-init-containers: "On" is none of Enabled, Allowed, Disabled`
)

func withInit() WithServing {
	return spec(func(spec *v1beta2.ServingSpec) {
		spec.Template = &corev1.PodSpec{InitContainers: []corev1.Container{{Name: "init", Image: "registry.example.com/init"}}}
	})
}

// nothing is what happens to the children.
var nothing = []func(*testing.T, *rtesting.TableRow){WantApplied(), WantNotPruned}

// What an administrator switches off is not made any more, and what runs stays.
func TestFeatureSwitchedOff(t *testing.T) {
	rtesting.TableTest{{
		Name:              "new: the feature and where to allow it are named",
		Key:               key,
		Ctx:               withDefaults(),
		Objects:           []runtime.Object{serving(withInit())},
		WantStatusUpdates: status(serving(withInit(), says(failed("Rejected", switchedOff)), withoutRef())),
		PostConditions:    nothing,
	}, {
		Name:          "made before: it stays",
		Key:           key,
		Ctx:           withDefaults(),
		Objects:       []runtime.Object{serving(withInit(), says(isTrue))},
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
		Name:              "it is made",
		Key:               key,
		Ctx:               withDefaults(),
		Objects:           []runtime.Object{serving(withInit())},
		WantStatusUpdates: status(serving(withInit(), starting())),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantApplied(objects...)},
	}}.Test(t, factory(annotated(initContainers, "Allowed")))
}

func TestUnreadableNamespace(t *testing.T) {
	rtesting.TableTest{{
		Name:              "new: nothing is made, the annotation is named",
		Key:               key,
		Ctx:               withDefaults(),
		Objects:           []runtime.Object{serving()},
		WantStatusUpdates: status(serving(says(failed(v1beta2.ReasonNamespaceInvalid, unreadableFlag)), withoutRef())),
		PostConditions:    nothing,
	}, {
		Name:          "made before: it stays",
		Key:           key,
		Ctx:           withDefaults(),
		Objects:       []runtime.Object{serving(says(isTrue))},
		OtherTestData: Observe(ReadyChild("Configuration", name)),
	}}.Test(t, factory(annotated(initContainers, "On")))
}
