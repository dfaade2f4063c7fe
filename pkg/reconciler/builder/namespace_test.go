/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package builder

import (
	"context"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
	rtesting "knative.dev/pkg/reconciler/testing"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/namespaces"
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

const repositories = "config-build.openfunction.io/allowed-repositories"

// A build waits while a setting of the namespace is invalid, because a failed Builder
// cannot be started again under the same name.
func TestInvalidNamespaceSetting(t *testing.T) {
	const mistake = `the configuration of namespace "team" is invalid; an administrator has to correct its annotation ` +
		repositories + ": allowed-repositories: must not be empty; * allows all"
	runWith(t, nil, []row{{
		TableRow: rtesting.TableRow{
			Name:              "a new build does not start",
			Key:               key,
			Ctx:               withDefaults(),
			Objects:           objects(builder()),
			WantStatusUpdates: updates(builder(waiting(v1beta2.ReasonNamespaceInvalid, mistake))),
		},
	}, {
		TableRow: rtesting.TableRow{
			Name:          "a running build continues",
			Key:           key,
			Ctx:           withDefaults(),
			Objects:       objects(builder(WithBuilder(started))),
			OtherTestData: Observe(runRuns()),
		},
		applied:  []child.Object{again()},
		requeued: 50 * time.Minute,
	}}, annotated(repositories, ""))
}

func TestRepositoryOfTheNamespace(t *testing.T) {
	message := `spec.image: Forbidden: repository policy: "` + builder().Spec.Image +
		`" is outside of allowed-repositories in config-build: registry.example.com/elsewhere`
	runWith(t, nil, []row{{
		TableRow: rtesting.TableRow{
			Name:              "an image outside of the allowed repositories is not built",
			Key:               key,
			Ctx:               withDefaults(),
			Objects:           objects(builder()),
			WantStatusUpdates: updates(builder(failed(v1beta2.ReasonInvalidSpec, message, now))),
			WantEvents:        warning(v1beta2.ReasonInvalidSpec, message),
		},
		pruned: true,
	}}, annotated(repositories, "registry.example.com/elsewhere"))
}
