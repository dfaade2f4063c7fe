/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keda

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/runtimetest"
)

func TestContract(t *testing.T) {
	runtimetest.Run(t, runtimetest.Subject{
		Runtime:     New(),
		AddToScheme: AddToScheme,
		Serving:     func(s *v1beta2.Serving) { onKeda(&s.Spec.WorkloadSpec) },
		Addressable: true,
		More:        corpus,
	})
}

// onKeda selects the engine.
func onKeda(spec *v1beta2.WorkloadSpec) {
	if spec.Triggers == nil {
		spec.Triggers = &v1beta2.Triggers{}
	}
	if spec.Triggers.HTTP == nil {
		spec.Triggers.HTTP = &v1beta2.HTTPTrigger{}
	}
	spec.Triggers.HTTP.Engine = ptr.To(v1beta2.HTTPEngineKeda)
}

func corpus() map[string]*v1beta2.Serving {
	return map[string]*v1beta2.Serving{
		"tuned":      serving(tuned),
		"grpc":       serving(named("h2c")),
		"events-too": serving(withEvents),
	}
}

func serving(options ...func(*v1beta2.WorkloadSpec)) *v1beta2.Serving {
	s := &v1beta2.Serving{
		ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "hello-5fca1b20d9"},
		Spec:       v1beta2.ServingSpec{Image: "registry.example.com/team/hello"},
	}
	onKeda(&s.Spec.WorkloadSpec)
	for _, option := range options {
		option(&s.Spec.WorkloadSpec)
	}
	return s
}

func tuned(spec *v1beta2.WorkloadSpec) {
	spec.Triggers.HTTP.Timeout = &metav1.Duration{Duration: 90 * time.Second}
	spec.ScaleOptions = &v1beta2.ScaleOptions{
		MinReplicas: ptr.To[int32](1), MaxReplicas: ptr.To[int32](3),
		Keda: &v1beta2.KedaScaleOptions{HTTPScaledObject: &v1beta2.KedaHTTPScaledObject{
			TargetPendingRequests: ptr.To[int32](5), CooldownPeriod: ptr.To[int32](20),
		}},
	}
}

func withEvents(spec *v1beta2.WorkloadSpec) {
	spec.Triggers.Dapr = []*v1beta2.DaprTrigger{{DaprComponentRef: &v1beta2.DaprComponentRef{Name: "orders", Topic: "new"}}}
	spec.Pubsub = map[string]*v1beta2.DaprComponent{"orders": {Type: "pubsub.redis", Version: "v1"}}
	spec.ScaleOptions = &v1beta2.ScaleOptions{Keda: &v1beta2.KedaScaleOptions{
		ScaledObject: &v1beta2.KedaScaledObject{CooldownPeriod: ptr.To[int32](7)},
	}}
}

// named names the port of the function.
func named(port string) func(*v1beta2.WorkloadSpec) {
	return func(spec *v1beta2.WorkloadSpec) {
		spec.Template = podWithPort(port, spec.Port())
	}
}

func podWithPort(name string, port int32) *corev1.PodSpec {
	return &corev1.PodSpec{Containers: []corev1.Container{{
		Name: v1beta2.FunctionContainer, Ports: []corev1.ContainerPort{{Name: name, ContainerPort: port}},
	}}}
}

// A revision that was replaced keeps one pod at least.
func TestKeepWarm(t *testing.T) {
	for _, warm := range []bool{false, true} {
		p := &plan{in: &runtime.Input{KeepWarm: warm, Config: config.FromContext(t.Context())}, serving: serving()}
		if got := *p.scaledObject().Spec.MinReplicaCount; got == 1 != warm {
			t.Errorf("with KeepWarm %t at least %d pods run", warm, got)
		}
	}
}
