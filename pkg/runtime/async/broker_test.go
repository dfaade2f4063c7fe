/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"fmt"
	"strings"
	"testing"

	componentsv1alpha1 "github.com/dapr/dapr/pkg/apis/components/v1alpha1"
	subscriptionsv2alpha1 "github.com/dapr/dapr/pkg/apis/subscriptions/v2alpha1"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	kedav1alpha1 "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/yaml"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/async/observe"
	"openfunction.dev/openfunction/pkg/runtime/dapr"
	"openfunction.dev/openfunction/pkg/runtime/runtimetest"
)

// settingsByType are, for each type that has a scaler, the settings that it needs. The
// addresses have a dot in them, so that they mean the same in every namespace.
var settingsByType = map[string]string{
	"bindings.kafka":    `{name: brokers, secretKeyRef: {name: kafka, key: brokers}}, {name: authType, value: none}, {name: topics, value: "a,b-{appID},c-{namespace}"}`,
	"bindings.mqtt":     `{name: url, value: "tcp://mosquitto.brokers:1883"}, {name: topic, value: "things/{namespace}"}`,
	"bindings.mqtt3":    `{name: url, secretKeyRef: {name: mqtt, key: url}}, {name: topic, value: "things/{appID}"}`,
	"bindings.rabbitmq": `{name: host, secretKeyRef: {name: rabbitmq, key: uri}}, {name: queueName, value: "q-{appID}-{namespace}"}`,
	"pubsub.jetstream":  `{name: natsURL, value: "nats://nats.brokers:4222"}, {name: streamName, value: ORDERS}`,
	"pubsub.kafka":      `{name: brokers, value: "k-0.brokers:9092,k-1.brokers:9092"}, {name: authType, value: password}, {name: saslUsername, secretKeyRef: {name: kafka, key: user}}, {name: saslPassword, secretKeyRef: {name: kafka, key: password}}, {name: disableTls, value: true}`,
	"pubsub.mqtt":       `{name: url, value: "tcp://mosquitto.brokers:1883"}`,
	"pubsub.mqtt3":      `{name: url, secretKeyRef: {name: mqtt, key: url}}`,
	"pubsub.rabbitmq":   `{name: connectionString, secretKeyRef: {name: rabbitmq, key: uri}}`,
	"pubsub.redis":      `{name: redisHost, value: "redis.brokers:6379"}, {name: redisPassword, secretKeyRef: {name: redis, key: password}}`,
	"pubsub.Redis":      `{name: RedisHost, value: "redis.brokers:6379"}, {name: REDISPASSWORD, secretKeyRef: {name: redis, key: password}}`,
}

// settingsOfNames are settings that change the names at the broker.
var settingsOfNames = map[string]string{
	"no more settings":                    ``,
	"the namespace in front of topics":    `, {name: namespaceScoped, value: "{namespace}"}`,
	"the same in another letter case":     `, {name: NamespaceScoped, value: "x-{namespace}"}`,
	"the namespace in the consumer":       `, {name: consumerID, value: "{namespace}"}`,
	"the app-id in the consumer":          `, {name: ConsumerId, value: "mine-{appID}"}`,
	"a blank consumer":                    `, {name: consumerID, value: " "}`,
	"the namespace in the group of Kafka": `, {name: consumerGroup, value: "group-{namespace}"}`,
	"the app-id in the durable of NATS":   `, {name: durableName, value: "durable-{appID}"}`,
	"placeholders in another setting":     `, {name: clientName, value: "{namespace}-{appID}"}`,
}

// A function never starts from zero if KEDA counts other events than its sidecar reads.
func TestDaprAndKEDAConnectToTheSameBroker(t *testing.T) {
	for kind, settings := range settingsByType {
		for name, more := range settingsOfNames {
			if strings.HasPrefix(kind, "bindings.mqtt") && strings.Contains(more, `" "`) {
				// Dapr refuses this component.
				continue
			}
			t.Run(kind+" with "+name, func(t *testing.T) {
				component := componentOf(t, kind, settings+more)
				s := versionWith(t, kind, component, "orders", "paid.new")
				compareSides(t, s, objectsOf(t, s, nil))
			})
			t.Run("a foreign "+kind+" with "+name, func(t *testing.T) {
				s := versionWith(t, kind, nil, "orders", "paid.new")
				// With scopes a binding is copied, too.
				foreign := dapr.Component{DaprComponent: *componentOf(t, kind, settings+more), Scopes: []string{"hello-team"}, SecretStore: "kubernetes"}
				compareSides(t, s, objectsOf(t, s, dapr.Components{"c": foreign}))
			})
		}
	}
}

// A binding of the namespace without scopes is used as it is: Dapr replaces its
// placeholders by the app-id of the version, and sets no defaults.
func TestDaprAndKEDAConnectToTheSameBrokerForABorrowedBinding(t *testing.T) {
	for kind, settings := range settingsByType {
		if !strings.HasPrefix(kind, "bindings.") {
			continue
		}
		t.Run(kind, func(t *testing.T) {
			foreign := dapr.Component{DaprComponent: *componentOf(t, kind, settings+`, {name: consumerID, value: "mine-{appID}"}`)}
			s := versionWith(t, kind, nil)
			objects := objectsOf(t, s, dapr.Components{"c": foreign})
			if made := ofType[*componentsv1alpha1.Component](objects); len(made) > 0 {
				t.Fatalf("the component %s was made", made[0].Name)
			}
			read := &componentsv1alpha1.Component{ObjectMeta: metav1.ObjectMeta{Name: "c", Namespace: s.Namespace}}
			convert(t, foreign.DaprComponent, &read.Spec)
			want := sideOfDapr(read, "", dapr.AppID(s))
			if diff := cmp.Diff(want, sideOfKEDA(t, objects, "c"), cmpopts.EquateEmpty(), sortedTopics); diff != "" {
				t.Errorf("the broker (-Dapr, +KEDA):\n%s", diff)
			}
		})
	}
}

// KEDA reads the Secrets of the namespace only.
func TestNoScalerForSecretsOfAnotherStore(t *testing.T) {
	for kind, settings := range settingsByType {
		if !strings.Contains(settings, "secretKeyRef") {
			continue
		}
		t.Run(kind, func(t *testing.T) {
			s := versionWith(t, kind, nil, "orders")
			found := dapr.Components{"c": {DaprComponent: *componentOf(t, kind, settings), SecretStore: "vault", Scopes: []string{"hello-team"}}}
			objects := objectsOf(t, s, found)
			if made := ofType[*kedav1alpha1.TriggerAuthentication](objects); len(made) > 0 {
				t.Errorf("TriggerAuthentication %s refers to Secrets that do not exist", made[0].Name)
			}
			expectNoScaler(t, s, found, objects, "is in the secret store vault, and KEDA reads Secrets of the namespace")
		})
	}
}

// A consumer that differs in each pod leaves nothing behind that KEDA could count.
func TestNoScalerForAConsumerPerPod(t *testing.T) {
	for _, placeholder := range []string{"{podName}", "{uuid}"} {
		for kind, setting := range map[string]string{
			"bindings.kafka": "consumerGroup", "bindings.mqtt": "consumerID", "bindings.mqtt3": "consumerID", "bindings.rabbitmq": "queueName",
			"pubsub.jetstream": "durableName", "pubsub.kafka": "consumerID", "pubsub.mqtt": "consumerID", "pubsub.mqtt3": "consumerID",
			"pubsub.rabbitmq": "consumerID", "pubsub.redis": "consumerID",
		} {
			t.Run(kind+" "+placeholder, func(t *testing.T) {
				settings := settingsByType[kind] + fmt.Sprintf(`, {name: %s, value: "x-%s"}`, setting, placeholder)
				s := versionWith(t, kind, componentOf(t, kind, settings), "orders")
				expectNoScaler(t, s, nil, objectsOf(t, s, nil), setting+" has "+placeholder+" in it")
			})
		}
	}
}

var sortedTopics = cmpopts.SortSlices(func(a, b string) bool { return a < b })

// compareSides compares what Dapr and KEDA connect to, for each trigger.
func compareSides(t *testing.T, s *v1beta2.Serving, objects []child.Object) {
	t.Helper()
	components := map[string]*componentsv1alpha1.Component{}
	only := ""
	for _, made := range ofType[*componentsv1alpha1.Component](objects) {
		components[made.Name], only = made, made.Name
	}
	subscriptions := map[string]*subscriptionsv2alpha1.Subscription{}
	for _, made := range ofType[*subscriptionsv2alpha1.Subscription](objects) {
		subscriptions[made.Spec.Routes.Default] = made
	}
	for _, trigger := range s.Spec.EventTriggers() {
		name, topic := only, ""
		if subscription := subscriptions["/"+trigger.Key]; subscription != nil {
			name, topic = subscription.Spec.Pubsubname, subscription.Spec.Topic
		}
		want := sideOfDapr(components[name], topic, dapr.AppID(s))
		if diff := cmp.Diff(want, sideOfKEDA(t, objects, trigger.Key), cmpopts.EquateEmpty(), sortedTopics); diff != "" {
			t.Errorf("the broker of trigger %s (-Dapr, +KEDA):\n%s", trigger.Key, diff)
		}
	}
}

// expectNoScaler checks that events reach a pod that stays, and that the condition of the
// trigger has a reason.
func expectNoScaler(t *testing.T, s *v1beta2.Serving, found dapr.Components, objects []child.Object, why string) {
	t.Helper()
	if made := ofType[*kedav1alpha1.ScaledObject](objects); len(made) > 0 {
		t.Errorf("there is a ScaledObject with the triggers %v", made[0].Spec.Triggers)
	}
	statuses := triggersOf(t, inputWith(t, s, found), nil, observe.Snapshot{})
	if len(statuses) != 1 || statuses[0].Reason != v1beta2.ReasonScalerNotDerived || !strings.Contains(statuses[0].Message, why) {
		t.Errorf("the trigger is %v, want the reason %s with %q", statuses, v1beta2.ReasonScalerNotDerived, why)
	}
}

// objectsOf returns what is made for a version.
func objectsOf(t *testing.T, s *v1beta2.Serving, found dapr.Components) []child.Object {
	t.Helper()
	plan, err := New().Plan(inputWith(t, s, found))
	if err != nil {
		t.Fatal(err)
	}
	return plan.Objects
}

// inputWith returns the input of a version whose namespace has components.
func inputWith(t *testing.T, s *v1beta2.Serving, found dapr.Components) *runtime.Input {
	t.Helper()
	in := runtimetest.Input(t.Context(), s)
	for _, ref := range New().References(s.Namespace, &s.Spec.WorkloadSpec) {
		resolved := runtime.ResolvedReference{Reference: ref}
		if component, ok := found[ref.Name]; ok {
			resolved.Live = liveComponent(t, ref.NamespacedName, component)
		}
		in.References = append(in.References, resolved)
	}
	return in
}

func liveComponent(t *testing.T, name types.NamespacedName, component dapr.Component) *unstructured.Unstructured {
	t.Helper()
	spec := map[string]any{}
	convert(t, component.DaprComponent, &spec)
	scopes := make([]any, 0, len(component.Scopes))
	for _, scope := range component.Scopes {
		scopes = append(scopes, scope)
	}
	live := &unstructured.Unstructured{Object: map[string]any{
		"spec": spec, "scopes": scopes, "auth": map[string]any{"secretStore": component.SecretStore},
	}}
	live.SetNamespace(name.Namespace)
	live.SetName(name.Name)
	return live
}

func componentOf(t *testing.T, kind, settings string) *v1beta2.DaprComponent {
	t.Helper()
	component := &v1beta2.DaprComponent{}
	if err := yaml.UnmarshalStrict([]byte(fmt.Sprintf("{type: %s, metadata: [%s]}", kind, settings)), component); err != nil {
		t.Fatal(err)
	}
	return component
}

// versionWith returns a version of function hello with a component c, nil if its namespace
// has that. A component of a publish/subscribe type has a trigger for each topic.
func versionWith(t *testing.T, kind string, component *v1beta2.DaprComponent, topics ...string) *v1beta2.Serving {
	t.Helper()
	s := serving()
	s.OwnerReferences = []metav1.OwnerReference{{Kind: "Function", Name: "hello", Controller: new(true)}}
	block := map[string]*v1beta2.DaprComponent{}
	if component != nil {
		block["c"] = component
	}
	s.Spec.Triggers = &v1beta2.Triggers{}
	if strings.HasPrefix(kind, "pubsub.") {
		s.Spec.Pubsub = block
	} else {
		s.Spec.Bindings, topics = block, []string{""}
	}
	for _, topic := range topics {
		s.Spec.Triggers.Dapr = append(s.Spec.Triggers.Dapr, &v1beta2.DaprTrigger{DaprComponentRef: &v1beta2.DaprComponentRef{Name: "c", Topic: topic}})
	}
	return s
}

// convert converts a component of ours to one of Dapr's.
func convert(t *testing.T, from, to any) {
	t.Helper()
	text, err := yaml.Marshal(from)
	if err == nil {
		err = yaml.Unmarshal(text, to)
	}
	if err != nil {
		t.Fatal(err)
	}
}
