/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/runtimetest"
)

func TestContract(t *testing.T) {
	runtimetest.Run(t, runtimetest.Subject{
		Runtime:     New(),
		AddToScheme: AddToScheme,
		Serving:     func(s *v1beta2.Serving) { onOrders(&s.Spec.WorkloadSpec) },
		More:        corpus,
	})
}

// corpus returns Servings of every kind of trigger and workload.
func corpus() map[string]*v1beta2.Serving {
	return map[string]*v1beta2.Serving{
		"kafka":        serving(onKafka),
		"schedule":     serving(onSchedule),
		"session":      serving(onMQTT),
		"mixed":        serving(onOrders, answersToo),
		"stateful":     serving(onOrders, workloadType(v1beta2.WorkloadTypeStatefulSet)),
		"job":          serving(onOrders, workloadType(v1beta2.WorkloadTypeJob)),
		"tuned":        serving(onOrders, tuned),
		"own-triggers": serving(onOrders, ownTriggers),
		"underivable":  serving(onUnknown),
		"reserve":      inReserve(serving(onOrders)),
		"job-reserve":  inReserve(serving(onOrders, workloadType(v1beta2.WorkloadTypeJob))),
		"sends":        serving(onOrders, sends),
	}
}

func serving(options ...func(*v1beta2.WorkloadSpec)) *v1beta2.Serving {
	s := &v1beta2.Serving{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "hello-5fca1b20d9"}}
	for _, option := range options {
		option(&s.Spec.WorkloadSpec)
	}
	return s
}

func inReserve(s *v1beta2.Serving) *v1beta2.Serving {
	s.Labels = map[string]string{functions.RoutingStateLabelKey: functions.RoutingStateReserve}
	return s
}

func value(text string) *apiextensionsv1.JSON {
	return &apiextensionsv1.JSON{Raw: []byte(`"` + text + `"`)}
}

// onOrders makes the events of a Redis stream call the function.
func onOrders(spec *v1beta2.WorkloadSpec) {
	spec.Pubsub = map[string]*v1beta2.DaprComponent{"orders": {
		Type: "pubsub.redis", Version: "v1",
		Metadata: []v1beta2.DaprMetadata{
			{Name: "redisHost", Value: value("redis.brokers:6379")},
			{Name: "redisPassword", SecretKeyRef: &v1beta2.DaprSecretKeyRef{Name: "redis", Key: "password"}},
		},
	}}
	spec.Triggers = &v1beta2.Triggers{Dapr: []*v1beta2.DaprTrigger{
		{DaprComponentRef: &v1beta2.DaprComponentRef{Name: "orders", Topic: "new"}},
	}}
}

func onKafka(spec *v1beta2.WorkloadSpec) {
	spec.Bindings = map[string]*v1beta2.DaprComponent{"clicks": {
		Type: "bindings.kafka", Version: "v1",
		Metadata: []v1beta2.DaprMetadata{
			{Name: "brokers", Value: value("kafka.brokers:9092")},
			{Name: "topics", Value: value("clicks")},
			{Name: "authType", Value: value("none")},
			{Name: "disableTls", Value: value("true")},
		},
	}}
	spec.Triggers = &v1beta2.Triggers{Dapr: []*v1beta2.DaprTrigger{
		{DaprComponentRef: &v1beta2.DaprComponentRef{Name: "clicks", Type: "bindings.kafka"}},
	}}
}

func onSchedule(spec *v1beta2.WorkloadSpec) {
	spec.Triggers = &v1beta2.Triggers{Cron: []*v1beta2.CronTrigger{
		{Name: "nightly", Schedule: "0 3 * * *", TimeZone: "Europe/Berlin", Payload: "clean"},
	}}
}

func onMQTT(spec *v1beta2.WorkloadSpec) {
	onOrders(spec)
	spec.Pubsub["orders"] = &v1beta2.DaprComponent{
		Type: "pubsub.mqtt3", Version: "v1",
		Metadata: []v1beta2.DaprMetadata{{Name: "url", Value: value("mqtt://mosquitto.brokers:1883")}},
	}
}

// onUnknown makes events come through a component of a type without a scaler.
func onUnknown(spec *v1beta2.WorkloadSpec) {
	onOrders(spec)
	spec.Pubsub["orders"].Type = "pubsub.solace.amqp"
}

func answersToo(spec *v1beta2.WorkloadSpec) {
	spec.Triggers.HTTP = &v1beta2.HTTPTrigger{Port: ptr.To[int32](3000)}
}

func workloadType(kind string) func(*v1beta2.WorkloadSpec) {
	return func(spec *v1beta2.WorkloadSpec) { spec.WorkloadType = kind }
}

func tuned(spec *v1beta2.WorkloadSpec) {
	spec.ScaleOptions = &v1beta2.ScaleOptions{
		MinReplicas: ptr.To[int32](1), MaxReplicas: ptr.To[int32](5),
		Keda: &v1beta2.KedaScaleOptions{ScaledObject: &v1beta2.KedaScaledObject{
			PollingInterval: ptr.To[int32](2), CooldownPeriod: ptr.To[int32](15),
			Fallback: &v1beta2.KedaFallback{FailureThreshold: 3, Replicas: 2},
			Advanced: &v1beta2.KedaAdvanced{RestoreToOriginalReplicaCount: true},
		}},
	}
}

func ownTriggers(spec *v1beta2.WorkloadSpec) {
	spec.ScaleOptions = &v1beta2.ScaleOptions{Keda: &v1beta2.KedaScaleOptions{Triggers: []v1beta2.KedaTrigger{{
		Type: "cpu", MetricType: "Utilization", Metadata: map[string]string{"value": "50"},
	}}}}
}

func sends(spec *v1beta2.WorkloadSpec) {
	spec.Outputs = []*v1beta2.Output{{Dapr: &v1beta2.DaprOutput{
		DaprComponentRef: &v1beta2.DaprComponentRef{Name: "orders", Topic: "done"},
	}}}
	spec.States = map[string]*v1beta2.State{"memory": {Spec: &v1beta2.DaprComponent{
		Type: "state.redis", Version: "v1",
		Metadata: []v1beta2.DaprMetadata{{Name: "redisHost", Value: value("redis.brokers:6379")}},
	}}}
}
