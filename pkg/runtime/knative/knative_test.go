/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package knative

import (
	"context"
	"testing"

	subscriptionsv2alpha1 "github.com/dapr/dapr/pkg/apis/subscriptions/v2alpha1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"knative.dev/pkg/apis"
	apisconfig "knative.dev/serving/pkg/apis/config"
	servingv1 "knative.dev/serving/pkg/apis/serving/v1"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime/runtimetest"
)

func TestContract(t *testing.T) {
	runtimetest.Run(t, runtimetest.Subject{
		Runtime:     New(),
		AddToScheme: AddToScheme,
		Addressable: true,
		Admit:       admit,
		More:        corpus,
	})
}

// corpus are Servings that Dapr is beside of: their functions send to components
// and keep state.
func corpus() map[string]*v1beta2.Serving {
	return map[string]*v1beta2.Serving{
		"sends": sending(&v1beta2.Triggers{HTTP: &v1beta2.HTTPTrigger{}}),
		"events-too": sending(&v1beta2.Triggers{HTTP: &v1beta2.HTTPTrigger{}, Dapr: []*v1beta2.DaprTrigger{
			{DaprComponentRef: &v1beta2.DaprComponentRef{Name: "orders", Topic: "new"}},
		}}),
	}
}

func sending(triggers *v1beta2.Triggers) *v1beta2.Serving {
	component := func(kind string) *v1beta2.DaprComponent {
		return &v1beta2.DaprComponent{Type: kind, Version: "v1", Metadata: []v1beta2.DaprMetadata{
			{Name: "redisHost", Value: &apiextensionsv1.JSON{Raw: []byte(`"redis.brokers:6379"`)}},
			{Name: "redisPassword", SecretKeyRef: &v1beta2.DaprSecretKeyRef{Name: "redis", Key: "password"}},
		}}
	}
	return &v1beta2.Serving{
		ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "hello-5fca1b20d9"},
		Spec: v1beta2.ServingSpec{WorkloadSpec: v1beta2.WorkloadSpec{
			Triggers: triggers,
			Pubsub:   map[string]*v1beta2.DaprComponent{"orders": component("pubsub.redis")},
			States:   map[string]*v1beta2.State{"memory": {Spec: component("state.redis")}},
			Outputs: []*v1beta2.Output{{Dapr: &v1beta2.DaprOutput{
				DaprComponentRef: &v1beta2.DaprComponentRef{Name: "orders", Topic: "done"},
			}}},
		}},
	}
}

// Dapr's own service of an app-id would be one in front of the pods of both, if
// those that answer requests had the name of those that take events.
func TestPodsOfOneServingAreTwoApps(t *testing.T) {
	taken := map[string]string{}
	for name, s := range corpus() {
		objects, err := New().Revision(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		for i, object := range objects {
			configuration, ok := object.Resource.(*servingv1.Configuration)
			if !ok {
				continue
			}
			if i != len(objects)-1 {
				t.Errorf("%s: a component comes after the pods that need it", name)
			}
			taken[name] = configuration.Spec.Template.Annotations["dapr.io/app-id"]
			if i == 0 {
				t.Errorf("%s: the pods may start before their components are there", name)
			}
		}
	}
	if taken["sends"] != "hello-5fca1b20d9" || taken["events-too"] == "" || taken["events-too"] == taken["sends"] {
		t.Errorf("the app-ids are %q", taken)
	}
}

// What only the pods that take events use is nothing to wait for.
func TestComponentsOfEventsAloneAreNotAwaited(t *testing.T) {
	s := corpus()["events-too"]
	s.Spec.Outputs, s.Spec.States = nil, nil
	if objects, err := New().Revision(t.Context(), s); err != nil || len(objects) != 1 {
		t.Errorf("Revision() = %d objects, %v, want the Configuration alone", len(objects), err)
	}
	s = corpus()["events-too"]
	objects, err := New().Revision(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	for _, object := range objects {
		if _, ok := object.Resource.(*subscriptionsv2alpha1.Subscription); ok {
			t.Errorf("Subscription %q is awaited by pods that get no events", object.GetName())
		}
	}
}

// admit runs the code of Knative's webhook on Knative's own kinds, in a cluster whose administrator
// allows there what config-features allows here: the keys are the same.
func admit(ctx context.Context, object child.Object) error {
	enabled := map[string]string{}
	for feature := range config.AllFeatures() {
		enabled[string(feature)] = "Enabled"
	}
	return admitWith(ctx, object, enabled)
}

func admitWith(ctx context.Context, object child.Object, enabled map[string]string) error {
	features, err := apisconfig.NewFeaturesConfigFromMap(enabled)
	if err != nil {
		return err
	}
	defaults := apisconfig.FromContextOrDefaults(ctx).Defaults
	ctx = apisconfig.ToContext(apis.WithinCreate(ctx), &apisconfig.Config{Defaults: defaults, Features: features})
	resource, ok := object.Resource.(interface {
		apis.Defaultable
		apis.Validatable
	})
	if !ok {
		return nil // Dapr has no webhook for its kinds
	}
	resource.SetDefaults(ctx)
	if err := resource.Validate(ctx).Filter(apis.ErrorLevel); err != nil {
		return err
	}
	return nil
}

func TestLogsCommand(t *testing.T) {
	s := &v1beta2.Serving{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "hello-5fca1b20d9"}}
	want := "kubectl logs -n team -l serving.knative.dev/configuration=hello-5fca1b20d9 -c function --tail=50"
	if got := New().LogsCommand(s); got != want {
		t.Errorf("LogsCommand() = %q, want %q", got, want)
	}
}

func TestAddress(t *testing.T) {
	for name, test := range map[string]struct {
		kind, revision, want string
	}{
		"a revision was ready": {"Configuration", "hello-00001", "http://hello-00001.team.svc.cluster.local"},
		"none was yet":         {"Configuration", "", ""},
		"another kind":         {"Route", "hello-00001", ""},
	} {
		t.Run(name, func(t *testing.T) {
			live := &unstructured.Unstructured{Object: map[string]any{"status": map[string]any{"latestReadyRevisionName": test.revision}}}
			live.SetKind(test.kind)
			live.SetNamespace("team")
			if got := New().Address(live).String(); got != test.want {
				t.Errorf("Address() = %q, want %q", got, test.want)
			}
		})
	}
}
