/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"cmp"
	"fmt"
	"maps"
	"net"
	"net/url"
	"slices"
	"strings"
	"testing"

	componentsv1alpha1 "github.com/dapr/dapr/pkg/apis/components/v1alpha1"
	kedav1alpha1 "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"openfunction.dev/openfunction/pkg/child"
)

// broker is what one side connects to.
type broker struct {
	// Topics are the topics, or the subjects, Consumer is the group, durable, queue or
	// client id.
	Topics   []string
	Consumer string
	// Hosts are the hosts of the address; Secrets are the keys of Secrets that are read, as
	// name/key.
	Hosts, Secrets []string
}

// sideOfDapr returns what a sidecar connects to for a component and a topic, which a
// binding does not have. It follows the sources of Dapr 1.18 and of its components, and
// shares no code with the model.
func sideOfDapr(component *componentsv1alpha1.Component, topic, appID string) broker {
	settings := map[string]string{}
	secrets := map[string]bool{}
	topicPrefix := ""
	for _, pair := range component.Spec.Metadata {
		text := pair.Value.String()
		if strings.Contains(text, "{namespace}") {
			topicPrefix = component.Namespace
		}
		text = strings.ReplaceAll(text, "{namespace}", component.Namespace+"."+appID)
		settings[strings.ToLower(pair.Name)] = strings.ReplaceAll(text, "{appID}", appID)
		if ref := pair.SecretKeyRef; ref.Name != "" {
			secrets[ref.Name+"/"+ref.Key] = true
		}
	}
	side := broker{Topics: []string{topicPrefix + topic}, Consumer: settings["consumerid"], Secrets: slices.Sorted(maps.Keys(secrets))}
	if isPubsub := strings.HasPrefix(component.Spec.Type, "pubsub."); isPubsub && strings.TrimSpace(side.Consumer) == "" {
		side.Consumer = appID
	}
	address := ""
	switch strings.ToLower(component.Spec.Type) {
	case "pubsub.kafka":
		address = settings["brokers"]
		side.Consumer = cmp.Or(settings["consumergroup"], side.Consumer)
	case "bindings.kafka":
		address = settings["brokers"]
		side.Topics = strings.Split(settings["topics"], ",")
		side.Consumer = cmp.Or(settings["consumergroup"], side.Consumer)
	case "pubsub.jetstream":
		address = settings["natsurl"]
		// KEDA gets the consumer only, which has one topic.
		side.Topics, side.Consumer = nil, settings["durablename"]
	case "pubsub.redis":
		address = settings["redishost"]
	case "pubsub.rabbitmq":
		// KEDA gets the queue only, whose name contains the topic.
		side.Topics, side.Consumer = nil, side.Consumer+"-"+side.Topics[0]
	case "bindings.rabbitmq":
		side.Topics, side.Consumer = nil, settings["queuename"]
	case "pubsub.mqtt", "pubsub.mqtt3":
		address = settings["url"]
	case "bindings.mqtt", "bindings.mqtt3":
		address = settings["url"]
		side.Topics, side.Consumer = []string{settings["topic"]}, side.Consumer+"-consumer"
	}
	side.Hosts = hostsOf(address)
	return side
}

// sideOfKEDA returns what KEDA connects to for the triggers with the given name or with a
// suffix to it.
func sideOfKEDA(t *testing.T, objects []child.Object, key string) broker {
	t.Helper()
	all := map[string]map[string]bool{"topics": {}, "consumers": {}, "hosts": {}, "secrets": {}}
	add := func(to string, values ...string) {
		for _, value := range values {
			if value != "" {
				all[to][value] = true
			}
		}
	}
	for _, trigger := range scaledObject(t, objects).Spec.Triggers {
		if trigger.Name != key && !strings.HasPrefix(trigger.Name, key+".") {
			continue
		}
		settings := trigger.Metadata
		add("secrets", secretsOf(t, objects, trigger)...)
		switch trigger.Type {
		case "kafka":
			add("topics", settings["topic"])
			add("consumers", settings["consumerGroup"])
			add("hosts", hostsOf(settings["bootstrapServers"])...)
		case "nats-jetstream":
			add("consumers", settings["consumer"])
			add("hosts", hostsOf(settings["natsServerMonitoringEndpoint"])...)
		case "redis-streams":
			add("topics", settings["stream"])
			add("consumers", settings["consumerGroup"])
			add("hosts", hostsOf(settings["address"])...)
		case "rabbitmq":
			add("consumers", settings["queueName"])
			add("hosts", hostsOf(settings["host"])...)
		case "external-push":
			add("topics", settings["topic"])
			add("consumers", settings["clientID"])
			add("hosts", hostsOf(settings["url"])...)
		default:
			t.Errorf("the test does not know how KEDA reads a trigger of type %s", trigger.Type)
		}
	}
	sorted := func(name string) []string { return slices.Sorted(maps.Keys(all[name])) }
	return broker{Topics: sorted("topics"), Consumer: strings.Join(sorted("consumers"), " and "), Hosts: sorted("hosts"), Secrets: sorted("secrets")}
}

// secretsOf returns the Secrets that a trigger reads, as name/key.
func secretsOf(t *testing.T, objects []child.Object, trigger kedav1alpha1.ScaleTriggers) []string {
	t.Helper()
	var secrets []string
	env := functionEnv(objects)
	for name, value := range trigger.Metadata {
		if strings.HasSuffix(name, "FromEnv") {
			ref := env[value].ValueFrom.SecretKeyRef
			secrets = append(secrets, ref.Name+"/"+ref.Key)
		}
	}
	if trigger.AuthenticationRef != nil {
		for _, ref := range authentication(t, objects, trigger.AuthenticationRef.Name).Spec.SecretTargetRef {
			secrets = append(secrets, ref.Name+"/"+ref.Key)
		}
	}
	return secrets
}

// hostsOf returns the hosts of URLs or addresses, separated by commas.
func hostsOf(addresses string) []string {
	var hosts []string
	for address := range strings.SplitSeq(addresses, ",") {
		if parsed, err := url.Parse(address); err == nil && parsed.Host != "" {
			address = parsed.Host
		}
		if host, _, err := net.SplitHostPort(address); err == nil {
			address = host
		}
		if address != "" {
			hosts = append(hosts, address)
		}
	}
	slices.Sort(hosts)
	return hosts
}

// functionEnv returns the variables of the function's container, by name.
func functionEnv(objects []child.Object) map[string]corev1.EnvVar {
	env := map[string]corev1.EnvVar{}
	for _, deployment := range ofType[*appsv1.Deployment](objects) {
		for _, v := range deployment.Spec.Template.Spec.Containers[0].Env {
			env[v.Name] = v
		}
	}
	return env
}

func scaledObject(t *testing.T, objects []child.Object) *kedav1alpha1.ScaledObject {
	t.Helper()
	all := ofType[*kedav1alpha1.ScaledObject](objects)
	if len(all) != 1 {
		t.Fatalf("there are %d ScaledObjects, want 1", len(all))
	}
	return all[0]
}

func authentication(t *testing.T, objects []child.Object, name string) *kedav1alpha1.TriggerAuthentication {
	t.Helper()
	for _, found := range ofType[*kedav1alpha1.TriggerAuthentication](objects) {
		if found.Name == name {
			return found
		}
	}
	panic(fmt.Sprintf("no TriggerAuthentication %s", name))
}

// ofType returns the objects of one type.
func ofType[T child.Resource](objects []child.Object) []T {
	var all []T
	for _, object := range objects {
		if resource, ok := object.Resource.(T); ok {
			all = append(all, resource)
		}
	}
	return all
}
