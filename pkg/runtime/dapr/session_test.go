/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	componentsv1alpha1 "github.com/dapr/dapr/pkg/apis/components/v1alpha1"
	subscriptionsv2alpha1 "github.com/dapr/dapr/pkg/apis/subscriptions/v2alpha1"
	"github.com/google/go-cmp/cmp"
)

// A version on standby connects with a client id of its own, keeps nothing at the broker,
// and gets no events.
func TestStandby(t *testing.T) {
	const (
		pubsub   = `{triggers: {dapr: [{name: c, topic: new}]}, pubsub: {c: {type: %s, metadata: [%s]}}}`
		bindings = `{triggers: {dapr: [{name: c}]}, bindings: {c: {type: %s, metadata: [%s]}}}`
		topic    = `{name: topic, value: new}`
		init     = "dapr.io/disable-init-endpoints"
	)
	s := serving(t, "{}")
	own := "-" + hash(s.Name)
	for name, row := range map[string]struct {
		spec, kind, metadata string
		// want are settings of the component, as name=value.
		want                                     []string
		session, standby, subscribes, queriesApp bool
	}{
		"a topic": {
			pubsub, "pubsub.mqtt3", "",
			[]string{"consumerID=" + Identity(s) + own, "cleanSession=true", "qos=1"},
			true, true, false, false,
		},
		"a topic, the client named by its author": {
			pubsub, "pubsub.mqtt3", `{name: CONSUMERID, value: mine}`, []string{"consumerID=mine" + own}, true, true, false, false,
		},
		"a topic, the client named in a Secret": {
			pubsub, "pubsub.mqtt3", `{name: consumerID, secretKeyRef: {name: s, key: k}}`,
			[]string{"consumerID=abstaining" + own},
			true, true, false, false,
		},
		"a topic of which nothing is kept": {
			pubsub, "pubsub.mqtt3", `{name: cleanSession, value: "True"}`, []string{"consumerID=" + Identity(s)}, false, false, true, true,
		},
		"a topic of quality 0": {
			pubsub, "pubsub.mqtt3", `{name: qos, value: 0}`, []string{"consumerID=" + Identity(s)}, false, false, true, true,
		},
		"a session for each pod": {
			pubsub, "pubsub.mqtt3", `{name: consumerID, value: "x-{podName}"}`, []string{"consumerID=x-{podName}"}, false, false, true, true,
		},
		"a session for each start": {
			pubsub, "pubsub.mqtt3", `{name: consumerID, value: "{uuid}"}`, []string{"consumerID={uuid}"}, false, false, true, true,
		},
		"a binding": {
			bindings, "bindings.mqtt3", topic,
			[]string{"consumerID=" + Identity(s) + own, "direction=output", "topic=new"},
			true, true, false, false,
		},
		"a binding, whose quality counts for nothing": {
			bindings, "bindings.mqtt3", topic + `, {name: qos, value: 0}`, []string{"direction=output"}, true, true, false, false,
		},
		"another broker": {
			pubsub, "pubsub.redis", "", []string{"consumerID=" + Identity(s)}, false, false, true, true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := serving(t, fmt.Sprintf(row.spec, row.kind, row.metadata))
			got := NewModel(s, nil, true)
			var settings []string
			subscribes := false
			for _, object := range got.Objects {
				switch resource := object.Resource.(type) {
				case *componentsv1alpha1.Component:
					for _, setting := range resource.Spec.Metadata {
						settings = append(settings, setting.Name+"="+setting.Value.String())
					}
				case *subscriptionsv2alpha1.Subscription:
					subscribes = true
				}
			}
			for _, want := range row.want {
				if !slices.ContainsFunc(settings, func(got string) bool { return strings.EqualFold(got, want) }) {
					t.Errorf("the component has %q, want %q", settings, want)
				}
			}
			trigger := got.Triggers[0]
			if trigger.Session != row.session || trigger.Standby != row.standby || subscribes != row.subscribes {
				t.Errorf("session %t, standby %t, subscribes %t, want %t, %t, %t",
					trigger.Session, trigger.Standby, subscribes, row.session, row.standby, row.subscribes)
			}
			if _, isSet := got.Annotations(Events)[init]; isSet == row.queriesApp {
				t.Errorf("the sidecar queries the function for topics: %t, want %t", !isSet, row.queriesApp)
			}
			// What is derived from a trigger is the same.
			if diff := cmp.Diff(NewModel(s, nil, false).Triggers[0].Component, trigger.Component); diff != "" {
				t.Error("the component of the trigger differs from that of a version that is not on standby:", diff)
			}
		})
	}
}
