/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtime

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
)

// fake is a runtime that returns what it holds.
type fake struct {
	Description

	references  []Reference
	unsupported []v1beta2.UnsupportedField
}

var _ Runtime = fake{}

func (f fake) Describe() Description { return f.Description }

func (f fake) Check(*v1beta2.WorkloadSpec, *config.Config) []v1beta2.UnsupportedField {
	return f.unsupported
}

// References returns the references with the namespace.
func (f fake) References(namespace string, _ *v1beta2.WorkloadSpec) []Reference {
	refs := slices.Clone(f.references)
	for i := range refs {
		refs[i].Namespace = namespace
	}
	return refs
}

func (fake) Plan(*Input) (*Plan, error) { return &Plan{}, nil }

func (fake) Route(*RouteInput) (*Route, error) { return &Route{}, nil }

func named(name string) fake { return fake{Description: Description{Name: name}} }

func kind(name string) child.Kind {
	return child.Kind{GroupVersionKind: schema.GroupVersionKind{Group: "example.com", Version: "v1", Kind: name}, Product: name}
}

// fieldsAt returns unsupported fields without a reason.
func fieldsAt(paths ...string) []v1beta2.UnsupportedField {
	fields := make([]v1beta2.UnsupportedField, 0, len(paths))
	for _, path := range paths {
		fields = append(fields, v1beta2.UnsupportedField{Path: path})
	}
	return fields
}

func onEngine(name v1beta2.HTTPEngine) *v1beta2.WorkloadSpec {
	return &v1beta2.WorkloadSpec{Triggers: &v1beta2.Triggers{HTTP: &v1beta2.HTTPTrigger{Engine: &name}}}
}

// requestsAndEvents is the spec of a function that both requests and events call.
func requestsAndEvents() *v1beta2.WorkloadSpec {
	return &v1beta2.WorkloadSpec{Triggers: &v1beta2.Triggers{
		HTTP: &v1beta2.HTTPTrigger{}, Cron: []*v1beta2.CronTrigger{{Name: "nightly"}},
	}}
}

func TestKinds(t *testing.T) {
	a, b := named("a"), named("b")
	a.Kinds, a.ReferenceKinds = []child.Kind{kind("Shared"), kind("OfA")}, []child.Kind{kind("Named")}
	b.Kinds, b.ReferenceKinds = []child.Kind{kind("OfB"), kind("Shared")}, []child.Kind{kind("Named"), kind("NamedByB")}
	set := NewSet(b, named("none"), a)
	if diff := cmp.Diff([]child.Kind{kind("Shared"), kind("OfA"), kind("OfB")}, set.Kinds()); diff != "" {
		t.Error("Kinds() (-want, +got):", diff)
	}
	if diff := cmp.Diff([]child.Kind{kind("Named"), kind("NamedByB")}, set.ReferenceKinds()); diff != "" {
		t.Error("ReferenceKinds() (-want, +got):", diff)
	}
}

func TestFor(t *testing.T) {
	both := requestsAndEvents()
	for name, tt := range map[string]struct {
		spec    *v1beta2.WorkloadSpec
		set     Set
		want    []string
		missing string
	}{
		"the runtime of requests comes first":      {both, NewSet(named("async"), named("knative")), []string{"knative", "async"}, ""},
		"one runtime":                              {&v1beta2.WorkloadSpec{}, NewSet(named("async"), named("knative")), []string{"knative"}, ""},
		"one of two runtimes is not plugged in":    {both, NewSet(named("knative")), nil, "async"},
		"neither of two runtimes is plugged in":    {both, NewSet(), nil, "knative"},
		"an engine that no plug-in has is missing": {onEngine("mine"), NewSet(named("knative")), nil, "mine"},
	} {
		t.Run(name, func(t *testing.T) {
			runtimes, missing := tt.set.For(tt.spec)
			var got []string
			for _, r := range runtimes {
				got = append(got, r.Describe().Name)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || missing != tt.missing {
				t.Errorf("For() misses %q, want %q (-want, +got): %s", missing, tt.missing, diff)
			}
		})
	}
}

func TestReferences(t *testing.T) {
	ref := func(path, name string) Reference {
		return Reference{Path: path, Reference: child.Reference{
			Kind: kind("Component"), NamespacedName: types.NamespacedName{Namespace: "team", Name: name},
		}}
	}
	requests, events := named("knative"), named("async")
	requests.references = []Reference{ref("outputs[0]", "orders"), ref("states", "memory")}
	events.references = []Reference{ref("triggers", "orders"), ref("outputs[0]", "orders")}
	for name, tt := range map[string]struct {
		spec *v1beta2.WorkloadSpec
		set  Set
		want []Reference
	}{
		"one runtime":                           {&v1beta2.WorkloadSpec{}, NewSet(requests, events), requests.references},
		"a field that two runtimes read":        {requestsAndEvents(), NewSet(requests, events), append(requests.references, events.references[0])},
		"one of two runtimes is not plugged in": {requestsAndEvents(), NewSet(requests), nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tt.set.References("team", tt.spec)); diff != "" {
				t.Error("References() (-want, +got):", diff)
			}
		})
	}
}

func TestFollowsRoutingState(t *testing.T) {
	follows := named("async")
	follows.FollowsRoutingState = true
	for name, tt := range map[string]struct {
		spec *v1beta2.WorkloadSpec
		set  Set
		want bool
	}{
		"no runtime":                            {&v1beta2.WorkloadSpec{}, NewSet(follows), false},
		"a route selects the revision":          {&v1beta2.WorkloadSpec{}, NewSet(named("knative"), follows), false},
		"one of two runtimes follows it":        {requestsAndEvents(), NewSet(named("knative"), follows), true},
		"neither of two runtimes follows it":    {requestsAndEvents(), NewSet(named("knative"), named("async")), false},
		"one of two runtimes is not plugged in": {requestsAndEvents(), NewSet(follows), false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tt.set.FollowsRoutingState(tt.spec); got != tt.want {
				t.Errorf("FollowsRoutingState() = %t, want %t", got, tt.want)
			}
		})
	}
}

func TestUnsupported(t *testing.T) {
	of := func(name string, fields ...v1beta2.UnsupportedField) fake {
		f := named(name)
		f.unsupported = fields
		return f
	}
	requests := func(paths ...string) fake { return of("knative", fieldsAt(paths...)...) }
	events := func(paths ...string) fake { return of("async", fieldsAt(paths...)...) }
	reason := v1beta2.UnsupportedField{Path: "a", Why: "the gateway cannot"}
	for name, tt := range map[string]struct {
		spec *v1beta2.WorkloadSpec
		set  Set
		want []v1beta2.UnsupportedField
	}{
		"no spec":                              {nil, NewSet(requests("a")), nil},
		"one runtime supports all":             {&v1beta2.WorkloadSpec{}, NewSet(requests()), nil},
		"one runtime, in order of paths":       {&v1beta2.WorkloadSpec{}, NewSet(requests("b", "a"), events("c")), fieldsAt("a", "b")},
		"the other runtime supports the field": {requestsAndEvents(), NewSet(requests("a"), events()), nil},
		"neither runtime supports the field":   {requestsAndEvents(), NewSet(requests("a", "b"), events("c", "a")), fieldsAt("a")},
		"the other runtime does not support the parent": {
			requestsAndEvents(), NewSet(requests("a.b", "a.c[0]"), events("a")), fieldsAt("a.b", "a.c[0]"),
		},
		"the other runtime does not support the list": {requestsAndEvents(), NewSet(requests("a"), events("a[0]", "a[1]")), fieldsAt("a[0]", "a[1]")},
		"a path that begins alike is no parent":       {requestsAndEvents(), NewSet(requests("route"), events("router", "route2.a")), nil},
		"the reason is that of the first runtime": {
			requestsAndEvents(), NewSet(of("knative", reason), events("a")), []v1beta2.UnsupportedField{reason},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tt.set.Unsupported(tt.spec, &config.Config{})); diff != "" {
				t.Error("Unsupported() (-want, +got):", diff)
			}
		})
	}
}

// A warning names each field that only an engine of the API which is not plugged in
// could support.
func TestUnsupportedWithoutEngine(t *testing.T) {
	full := func(engine v1beta2.HTTPEngine, cron ...*v1beta2.CronTrigger) *v1beta2.WorkloadSpec {
		spec := onEngine(engine)
		spec.Triggers.Cron = cron
		spec.WorkloadType = v1beta2.WorkloadTypeDeployment
		spec.ScaleOptions = &v1beta2.ScaleOptions{Keda: &v1beta2.KedaScaleOptions{}, Suspend: true}
		spec.Triggers.HTTP.Route = &v1beta2.RouteSpec{
			GatewayRef: &v1beta2.GatewayRef{}, Hostnames: []string{"a.example.com", "*.example.com"},
			Rules: []v1beta2.HTTPRouteRule{{}, {Matches: []v1beta2.HTTPRouteMatch{{Method: new("GET")}}}},
		}
		return spec
	}
	const route = "triggers.http.route"
	nightly := &v1beta2.CronTrigger{Name: "nightly"}
	events := named("async")
	events.unsupported = fieldsAt("triggers.http", "scaleOptions.keda.httpScaledObject")
	for name, tt := range map[string]struct {
		spec *v1beta2.WorkloadSpec
		want []v1beta2.UnsupportedField
	}{
		"requests": {full("keda"), fieldsAt(
			"scaleOptions.keda", "scaleOptions.suspend", "triggers.http.engine",
			route+".gatewayRef", route+".hostnames[0]", route+".hostnames[1]", route+".rules[1]", "workloadType",
		)},
		"the runtime of events supports the rest": {full("keda", nightly), fieldsAt(
			"scaleOptions.keda.httpScaledObject",
			"triggers.http.engine", route+".gatewayRef", route+".hostnames[0]", route+".hostnames[1]", route+".rules[1]",
		)},
		"an unknown engine is an error instead": {onEngine("nginx"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, NewSet(named("knative"), events).Unsupported(tt.spec, &config.Config{})); diff != "" {
				t.Error("Unsupported() (-want, +got):", diff)
			}
		})
	}
}

func TestValidateEngine(t *testing.T) {
	set := NewSet(named("toy"), named("async"), named("knative"))
	unsupported := func(engine string) string {
		return `spec.triggers.http.engine: Unsupported value: "` + engine + `": supported values: knative, keda, toy`
	}
	for name, tt := range map[string]struct {
		spec *v1beta2.WorkloadSpec
		want string
	}{
		"no triggers":                   {&v1beta2.WorkloadSpec{}, ""},
		"no HTTP trigger":               {&v1beta2.WorkloadSpec{Triggers: &v1beta2.Triggers{}}, ""},
		"no engine":                     {requestsAndEvents(), ""},
		"an engine that is plugged in":  {onEngine("toy"), ""},
		"an engine of the API":          {onEngine("keda"), ""},
		"an unknown engine":             {onEngine("nginx"), unsupported("nginx")},
		"the runtime of events is none": {onEngine("async"), unsupported("async")},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			if errs := set.ValidateEngine(field.NewPath("spec"), tt.spec); errs != nil {
				got = errs.ToAggregate().Error()
			}
			if got != tt.want {
				t.Errorf("ValidateEngine() = %q, want %q", got, tt.want)
			}
		})
	}
}
