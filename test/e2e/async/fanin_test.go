//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/eventing"
)

// If the broker of one trigger is down, KEDA still starts the function for the other one:
// a pod comes back after an administrator scaled the function to zero.
func TestABrokerThatIsDownStopsNoOtherTrigger(t *testing.T) {
	t.Parallel()
	s := prepare(t, eventing.BrokerOf(t, "redis"))
	s.fn = s.Create(t, s.Example(t, "redis", func(fn *v1beta2.Function) {
		spec := fn.Spec.Serving
		addTrigger(spec, v1beta2.DaprComponentRef{Name: strayed, Topic: "a"})
		spec.Pubsub[strayed] = spec.Pubsub[orders].DeepCopy()
		spec.Pubsub[strayed].Metadata[0].Value = &apiextensionsv1.JSON{Raw: []byte(`"redis.brokers:6390"`)}
	}))
	s.awaitFault(t, s.fn, []string{"redis.brokers:6390"})
	name := s.awaitPods(t)[0].Labels["openfunction.io/serving"]
	deployments := s.Kube.AppsV1().Deployments(s.Namespace)
	scale, err := deployments.GetScale(t.Context(), name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	scale.Spec.Replicas = 0
	if _, err := deployments.UpdateScale(t.Context(), name, scale, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	s.Send(t, 1, 1, 0)
	s.awaitHandled(t, orders, "1")
}
