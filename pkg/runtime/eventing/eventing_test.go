/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package eventing

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	eventingv1 "knative.dev/eventing/pkg/apis/eventing/v1"
	"knative.dev/pkg/apis"
	"sigs.k8s.io/yaml"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// function returns a Function with triggers of Brokers.
func function(t *testing.T, triggers string) *v1beta2.Function {
	t.Helper()
	fn := &v1beta2.Function{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "shipments"}}
	if err := yaml.UnmarshalStrict([]byte("{image: registry.example.com/team/shipments:v1, serving: {triggers: {eventing: "+triggers+"}}}"), &fn.Spec); err != nil {
		t.Fatal(err)
	}
	fn.SetDefaults(t.Context())
	if err := fn.Validate(apis.WithinCreate(t.Context())).Filter(apis.ErrorLevel); err != nil {
		t.Fatal(err)
	}
	return fn
}

func triggersOf(subscriptions []runtime.Subscription) []*eventingv1.Trigger {
	var triggers []*eventingv1.Trigger
	for _, subscription := range subscriptions {
		if trigger, ok := subscription.Object.Resource.(*eventingv1.Trigger); ok {
			triggers = append(triggers, trigger)
		}
	}
	return triggers
}

func TestGolden(t *testing.T) {
	for name, triggers := range map[string]string{
		"defaults":   `[{name: created}]`,
		"attributes": `[{name: created, broker: orders, filter: {attributes: {type: order.created, source: /shop}}}]`,
		"filters": `[{name: paid, filters: [
  {exact: {type: order.paid}}, {prefix: {type: order.}}, {suffix: {type: .paid}}, {cesql: total > 1},
  {all: [{exact: {type: a}}, {prefix: {type: b}}]}, {any: [{suffix: {type: c}}, {cesql: EXISTS d}]}, {not: {exact: {source: /test}}}]}]`,
		"delivery": `[
  {name: by-object, delivery: {retry: 3, backoffPolicy: linear, backoffDelay: PT1S, timeout: PT30S,
    deadLetterSink: {ref: {apiVersion: v1, kind: Service, name: failed}, uri: /orders}}},
  {name: by-url, delivery: {retry: 3, deadLetterSink: {uri: "http://failed.example.com/orders"}}},
  {name: no-retry, delivery: {timeout: PT5S}}]`,
	} {
		t.Run(name, func(t *testing.T) {
			fn := function(t, triggers)
			got := bytes.NewBufferString("# Copyright 2026 The OpenFunction Authors.\n# SPDX-License-Identifier: Apache-2.0\n")
			for _, trigger := range triggersOf(New().Subscribe(fn, nil)) {
				text, err := yaml.Marshal(trigger)
				if err != nil {
					t.Fatal(err)
				}
				got.WriteString("---\n" + string(text))
				// Knative's webhook must accept what is sent to it.
				trigger.SetDefaults(t.Context())
				if err := trigger.Spec.Subscriber.Validate(t.Context()); err != nil {
					t.Errorf("Knative refuses the subscriber: %v", err)
				}
				if err := eventingv1.ValidateSubscriptionAPIFiltersList(t.Context(), trigger.Spec.Filters); err != nil {
					t.Errorf("Knative refuses the filters: %v", err)
				}
			}
			path := filepath.Join("testdata", name+".yaml")
			if *update {
				if err := os.WriteFile(path, got.Bytes(), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal("Reading a golden file (write it by -update):", err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Errorf("%s (-want, +got; -update accepts it): %s", path, diff)
			}
		})
	}
}

func TestNamesOfTriggers(t *testing.T) {
	long := "a-function-with-a-name-that-is-as-long-as-a-name-may-be-at-all"
	seen := map[string]bool{}
	for _, parts := range [][3]string{
		{"shop", "orders", "default"},
		{"shop", "orders", "other"},
		{"shop", "other", "default"},
		{"shop-orders", "a", "default"},
		{"shop", "orders-a", "default"},
		{long, long, long},
		{long, long + "a", long},
	} {
		name := triggerName(parts[0], parts[1], parts[2])
		if seen[name] {
			t.Errorf("the name %s of %v is taken", name, parts)
		}
		seen[name] = true
		if why := validation.IsDNS1123Label(name); len(why) > 0 {
			t.Errorf("%s: %v", name, why)
		}
		if again := triggerName(parts[0], parts[1], parts[2]); again != name {
			t.Errorf("%v has the names %s and %s", parts, name, again)
		}
	}
}

func TestReferencesAreTheBrokers(t *testing.T) {
	fn := function(t, `[{name: a}, {name: b, broker: orders}]`)
	var got []string
	for _, ref := range New().References(fn) {
		got = append(got, ref.Path+": "+ref.Kind.Kind+" "+ref.NamespacedName.String())
	}
	want := []string{"triggers.eventing[0].broker: Broker team/default", "triggers.eventing[1].broker: Broker team/orders"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("references (-want +got):", diff)
	}
}

func TestFunctionsWithoutServingSubscribeToNothing(t *testing.T) {
	fn := &v1beta2.Function{}
	if got := New().References(fn); len(got) > 0 {
		t.Errorf("References() = %v", got)
	}
	if got := New().Subscribe(fn, nil); len(got) > 0 {
		t.Errorf("Subscribe() = %v", got)
	}
}
