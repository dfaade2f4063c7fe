/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"cmp"
	"slices"

	daprcommon "github.com/dapr/dapr/pkg/apis/common"
	componentsv1alpha1 "github.com/dapr/dapr/pkg/apis/components/v1alpha1"
	resiliencyv1alpha1 "github.com/dapr/dapr/pkg/apis/resiliency/v1alpha1"
	subscriptionsv2alpha1 "github.com/dapr/dapr/pkg/apis/subscriptions/v2alpha1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime/pod"
)

// kubernetesStore is the default secret store of Dapr: the Secrets in the namespace of
// the component, which its operator reads.
const kubernetesStore = "kubernetes"

// component returns the Dapr Component of an instance with the rendered settings.
func (b *modelBuilder) component(c *componentInstance, rendered v1beta2.DaprComponent) *componentsv1alpha1.Component {
	return &componentsv1alpha1.Component{
		ObjectMeta: b.meta(c.name),
		Spec: componentsv1alpha1.ComponentSpec{
			Type:         rendered.Type,
			Version:      rendered.Version,
			IgnoreErrors: rendered.IgnoreErrors,
			InitTimeout:  rendered.InitTimeout,
			Metadata:     pairs(rendered.Metadata),
		},
		Auth:   componentsv1alpha1.Auth{SecretStore: cmp.Or(c.source.SecretStore, kubernetesStore)},
		Scoped: daprcommon.Scoped{Scopes: b.scopes(c)},
	}
}

// scopes returns the app-ids that may load an instance: of the pods that get events
// and, if the function calls it, of the pods that answer requests.
func (b *modelBuilder) scopes(c *componentInstance) []string {
	spec := &b.serving.Spec.WorkloadSpec
	var scopes []string
	if spec.HasEvents() {
		scopes = append(scopes, AppID(b.serving))
	}
	if c.used && spec.HasRequests() {
		scopes = append(scopes, requestsAppID(b.serving))
	}
	return scopes
}

// ObjectsOf returns the Objects that pods of a workload load; none if they have no
// sidecar.
func (m *Model) ObjectsOf(w Workload) []child.Object {
	if m.Annotations(w) == nil {
		return nil
	}
	id := AppID(m.serving)
	if w == Requests {
		id = requestsAppID(m.serving)
	}
	var objects []child.Object
	for _, object := range m.Objects {
		if slices.Contains(scopesOf(object), id) {
			objects = append(objects, object)
		}
	}
	return objects
}

func scopesOf(object child.Object) []string {
	switch resource := object.Resource.(type) {
	case *componentsv1alpha1.Component:
		return resource.Scopes
	case *resiliencyv1alpha1.Resiliency:
		return resource.Scopes
	case *subscriptionsv2alpha1.Subscription:
		return resource.Scopes
	}
	return nil
}

// subscription returns the subscription that delivers the events of a trigger.
func (b *modelBuilder) subscription(trigger *Trigger) *subscriptionsv2alpha1.Subscription {
	var settings map[string]string
	if trigger.Raw {
		settings = map[string]string{"rawPayload": "true"}
	}
	return &subscriptionsv2alpha1.Subscription{
		ObjectMeta: b.meta(childName(b.serving, trigger.Key)),
		Spec: subscriptionsv2alpha1.SubscriptionSpec{
			Pubsubname:      trigger.ComponentName,
			Topic:           trigger.Topic,
			Routes:          subscriptionsv2alpha1.Routes{Default: trigger.Route},
			DeadLetterTopic: trigger.DeadLetterTopic,
			Metadata:        settings,
		},
		Scopes: []string{AppID(b.serving)},
	}
}

func (b *modelBuilder) meta(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: name, Namespace: b.serving.Namespace, Labels: pod.Identity(b.serving)}
}

// pairs returns settings in the form of Dapr. A secret stays a reference.
func pairs(m metadata) []daprcommon.NameValuePair {
	all := make([]daprcommon.NameValuePair, len(m))
	for i, setting := range m {
		all[i] = daprcommon.NameValuePair{Name: setting.Name, EnvRef: setting.EnvRef}
		if setting.Value != nil {
			all[i].SetValue(setting.Value.Raw)
		}
		if ref := setting.SecretKeyRef; ref != nil {
			all[i].SecretKeyRef = daprcommon.SecretKeyRef{Name: ref.Name, Key: ref.Key}
		}
	}
	return all
}
