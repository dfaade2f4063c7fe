/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package knative

import (
	"context"
	"testing"

	subscriptionsv2alpha1 "github.com/dapr/dapr/pkg/apis/subscriptions/v2alpha1"
	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"knative.dev/pkg/apis"
	apisconfig "knative.dev/serving/pkg/apis/config"
	servingv1 "knative.dev/serving/pkg/apis/serving/v1"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
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

// corpus returns Servings with a sidecar, because their functions send to components or
// keep state.
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

// The pods for requests and the pods for events have different app IDs. Dapr creates a
// Service for each app ID, which would otherwise select both.
func TestPodsOfOneServingAreTwoApps(t *testing.T) {
	ids := map[string]string{}
	for name, s := range corpus() {
		objects, err := runtimetest.Objects(t.Context(), New(), s)
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
			ids[name] = configuration.Spec.Template.Annotations["dapr.io/app-id"]
			if i == 0 {
				t.Errorf("%s: the pods may start before their components are there", name)
			}
		}
	}
	if ids["sends"] != "hello-5fca1b20d9" || ids["events-too"] == "" || ids["events-too"] == ids["sends"] {
		t.Errorf("the app-ids are %q", ids)
	}
}

// Components that only the pods for events use are not part of the plan.
func TestComponentsOfEventsAloneAreNotAwaited(t *testing.T) {
	s := corpus()["events-too"]
	s.Spec.Outputs, s.Spec.States = nil, nil
	if objects, err := runtimetest.Objects(t.Context(), New(), s); err != nil || len(objects) != 1 {
		t.Errorf("Plan() = %d objects, %v, want the Configuration alone", len(objects), err)
	}
	s = corpus()["events-too"]
	objects, err := runtimetest.Objects(t.Context(), New(), s)
	if err != nil {
		t.Fatal(err)
	}
	for _, object := range objects {
		if _, ok := object.Resource.(*subscriptionsv2alpha1.Subscription); ok {
			t.Errorf("Subscription %q is part of the plan of pods that get no events", object.GetName())
		}
	}
}

// admit runs the code of Knative's webhook on objects of Knative. Knative's features
// are set as in our config-features, because the keys are the same.
func admit(ctx context.Context, object child.Object) error {
	enabled := map[string]string{}
	for feature := range config.AllFeatures().Flags {
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

func planOf(t *testing.T, s *v1beta2.Serving) *runtime.Plan {
	t.Helper()
	plan, err := New().Plan(runtimetest.Input(t.Context(), s))
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func TestLogCommand(t *testing.T) {
	s := &v1beta2.Serving{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "hello-5fca1b20d9"}}
	want := "kubectl logs -n team -l serving.knative.dev/configuration=hello-5fca1b20d9 -c function --tail=50"
	if got := planOf(t, s).LogCommand; got != want {
		t.Errorf("LogCommand = %q, want %q", got, want)
	}
}

func TestAddress(t *testing.T) {
	for name, test := range map[string]struct {
		kind, revision, want string
	}{
		"a revision was ready":      {"Configuration", "hello-00001", "http://hello-00001.team.svc.cluster.local"},
		"no revision was ready":     {"Configuration", "", ""},
		"an object of another kind": {"Route", "hello-00001", ""},
	} {
		t.Run(name, func(t *testing.T) {
			live := &unstructured.Unstructured{Object: map[string]any{"status": map[string]any{"latestReadyRevisionName": test.revision}}}
			live.SetKind(test.kind)
			live.SetNamespace("team")
			children := []child.Observation{
				{GroupVersionKind: servingv1.SchemeGroupVersion.WithKind("Configuration")}, // does not exist
				{GroupVersionKind: servingv1.SchemeGroupVersion.WithKind(test.kind), Live: live},
			}
			if got := statusOf(t, children).Address.String(); got != test.want {
				t.Errorf("the address is %q, want %q", got, test.want)
			}
		})
	}
}

func statusOf(t *testing.T, children []child.Observation) runtime.RevisionStatus {
	t.Helper()
	return planOf(t, corpus()["sends"]).Status(runtime.Observed{Children: children})
}

// The children of a revision report the whole status except the address.
func TestStatus(t *testing.T) {
	if diff := cmp.Diff(runtime.RevisionStatus{}, statusOf(t, nil)); diff != "" {
		t.Error("Status() (-want, +got):", diff)
	}
}

func TestPlanIsUnresolved(t *testing.T) {
	s := corpus()["sends"]
	s.Spec.Pubsub = nil
	in := runtimetest.Input(t.Context(), s)
	for _, ref := range New().References(s.Namespace, &s.Spec.WorkloadSpec) {
		in.References = append(in.References, runtime.ResolvedReference{Reference: ref, Unknown: child.Failed("Forbidden", "no right")})
	}
	plan, err := New().Plan(in)
	if err != nil {
		t.Fatal(err)
	}
	want := child.Failed("Forbidden", `spec.serving.outputs[0].dapr.name: component "orders" is not known: no right`)
	if diff := cmp.Diff(want, plan.Unresolved); diff != "" {
		t.Error("Unresolved (-want, +got):", diff)
	}
	if plan := planOf(t, corpus()["sends"]); plan.Unresolved != nil {
		t.Errorf("Unresolved = %v without references", plan.Unresolved)
	}
}

// Both runtimes of a revision share one Input, so a plan must not change it.
func TestPlanOfTheSameInput(t *testing.T) {
	for name, s := range corpus() {
		in := runtimetest.Input(t.Context(), s)
		first, err := New().Plan(in)
		if err != nil {
			t.Fatal(err)
		}
		second, err := New().Plan(in)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(first.Objects, second.Objects); diff != "" {
			t.Errorf("%s: the objects of the second plan (-first, +second): %s", name, diff)
		}
	}
}
