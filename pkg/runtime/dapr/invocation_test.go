/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"testing"

	configurationv1alpha1 "github.com/dapr/dapr/pkg/apis/configuration/v1alpha1"
	"github.com/google/go-cmp/cmp"

	"openfunction.dev/openfunction/pkg/apis/functions"
)

// configurationsOf returns the configurations in a model.
func configurationsOf(m *Model) []*configurationv1alpha1.Configuration {
	var all []*configurationv1alpha1.Configuration
	for _, object := range m.Objects {
		if c, ok := object.Resource.(*configurationv1alpha1.Configuration); ok {
			all = append(all, c)
		}
	}
	return all
}

// The sidecars of new revisions refuse the calls of others. The pods of a revision that
// existed before must not be replaced by an upgrade, so its annotations stay as they are.
func TestOtherSidecarsMayNotInvoke(t *testing.T) {
	const output = `
outputs: [{dapr: {name: mail, operation: create}}]
bindings: {mail: {type: bindings.smtp, metadata: [{name: host, value: smtp}]}}`
	for name, tt := range map[string]struct {
		spec   string
		denied bool
		want   string
	}{
		"events":                             {given["redis"].spec, true, "orders-0123456789"},
		"events of an existing revision":     {given["redis"].spec, false, ""},
		"requests and events":                {given["mqtt"].spec, true, "orders-0123456789"},
		"requests":                           {given["requests"].spec, true, ""},
		"schedules, without a sidecar":       {given["cron"].spec, true, ""},
		"schedules of a function that sends": {given["cron"].spec + output, true, "orders-0123456789"},
	} {
		t.Run(name, func(t *testing.T) {
			s := serving(t, tt.spec)
			if tt.denied {
				s.Annotations = map[string]string{functions.InvocationAnnotationKey: functions.InvocationDenied}
			}
			model := NewModel(s, nil, false)
			if got := model.Annotations(Events)["dapr.io/config"]; got != tt.want {
				t.Errorf("dapr.io/config of pods for events = %q, want %q", got, tt.want)
			}
			if got := model.Annotations(Requests)["dapr.io/config"]; got != "" {
				t.Errorf("dapr.io/config of pods for requests = %q, want none", got)
			}
			configurations := configurationsOf(model)
			if tt.want == "" {
				if len(configurations) > 0 {
					t.Errorf("%d configurations that no sidecar reads", len(configurations))
				}
				return
			}
			if len(configurations) != 1 || configurations[0].Name != tt.want || configurations[0].Namespace != "shop" {
				t.Fatalf("configurations = %v, want %s", configurations, tt.want)
			}
			want := configurationv1alpha1.ConfigurationSpec{AccessControlSpec: &configurationv1alpha1.AccessControlSpec{DefaultAction: "deny"}}
			if diff := cmp.Diff(want, configurations[0].Spec); diff != "" {
				t.Errorf("spec (-want +got):\n%s", diff)
			}
		})
	}
}
