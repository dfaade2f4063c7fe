/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtime

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
)

// Set contains the runtimes of a program, by their names.
type Set map[string]Runtime

// NewSet returns the Set of runtimes.
func NewSet(runtimes ...Runtime) Set {
	set := make(Set, len(runtimes))
	for _, r := range runtimes {
		set[r.Describe().Name] = r
	}
	return set
}

// For returns the runtimes that run spec, or the name of one that the program does not
// have.
func (set Set) For(spec *v1beta2.WorkloadSpec) (runtimes []Runtime, missing string) {
	for _, name := range NamesFor(spec) {
		r, ok := set[name]
		if !ok {
			return nil, name
		}
		runtimes = append(runtimes, r)
	}
	return runtimes, ""
}

// Kinds returns every kind that the runtimes create, each once.
func (set Set) Kinds() []child.Kind {
	return set.collect(func(d Description) []child.Kind { return d.Kinds })
}

// ReferenceKinds returns every kind that the runtimes refer to, each once.
func (set Set) ReferenceKinds() []child.Kind {
	return set.collect(func(d Description) []child.Kind { return d.ReferenceKinds })
}

func (set Set) collect(kindsOf func(Description) []child.Kind) []child.Kind {
	var kinds []child.Kind
	for _, name := range set.names() {
		for _, kind := range kindsOf(set[name].Describe()) {
			isKnown := func(known child.Kind) bool { return known.GroupVersionKind == kind.GroupVersionKind }
			if !slices.ContainsFunc(kinds, isKnown) {
				kinds = append(kinds, kind)
			}
		}
	}
	return kinds
}

// References returns the references of all runtimes of spec, each once.
func (set Set) References(namespace string, spec *v1beta2.WorkloadSpec) []Reference {
	runtimes, _ := set.For(spec)
	var all []Reference
	for _, r := range runtimes {
		for _, ref := range r.References(namespace, spec) {
			isKnown := func(known Reference) bool { return known.Path == ref.Path }
			if !slices.ContainsFunc(all, isKnown) {
				all = append(all, ref)
			}
		}
	}
	return all
}

// FollowsRoutingState reports whether a runtime of spec follows the routing state.
func (set Set) FollowsRoutingState(spec *v1beta2.WorkloadSpec) bool {
	runtimes, _ := set.For(spec)
	return slices.ContainsFunc(runtimes, func(r Runtime) bool { return r.Describe().FollowsRoutingState })
}

// Unsupported returns the fields of spec that none of its runtimes supports, in order
// of their paths below spec.serving.
func (set Set) Unsupported(spec *v1beta2.WorkloadSpec, c *config.Config) []v1beta2.UnsupportedField {
	if spec == nil {
		return nil
	}
	var reports [][]v1beta2.UnsupportedField
	for _, name := range NamesFor(spec) {
		if r, ok := set[name]; ok {
			reports = append(reports, r.Check(spec, c))
			continue
		}
		reports = append(reports, set.checkMissing(spec))
	}
	var unsupported []v1beta2.UnsupportedField
	for i, report := range reports {
		for _, field := range report {
			others := slices.Delete(slices.Clone(reports), i, i+1)
			isKnown := func(known v1beta2.UnsupportedField) bool { return known.Path == field.Path }
			if coveredByAll(others, field.Path) && !slices.ContainsFunc(unsupported, isKnown) {
				unsupported = append(unsupported, field)
			}
		}
	}
	return v1beta2.SortUnsupported(unsupported)
}

// checkMissing returns the fields that have no effect while the engine that spec
// names is not plugged in. An engine that is not part of the API is an error instead.
func (set Set) checkMissing(spec *v1beta2.WorkloadSpec) []v1beta2.UnsupportedField {
	var fields v1beta2.UnsupportedFields
	fields.Add("workloadType", spec.WorkloadType != "")
	if options := spec.ScaleOptions; options != nil {
		fields.Add("scaleOptions.keda", options.Keda != nil)
		fields.Add("scaleOptions.suspend", options.Suspend)
	}
	if spec.Triggers == nil || spec.Triggers.HTTP == nil {
		return fields
	}
	fields.Add("triggers.http.engine", spec.Triggers.HTTP.Engine != nil && len(set.ValidateEngine(nil, spec)) == 0)
	if route := spec.Triggers.HTTP.Route; route != nil {
		fields.Add("triggers.http.route.gatewayRef", route.GatewayRef != nil)
		for i := range route.Hostnames {
			fields.Add(fmt.Sprintf("triggers.http.route.hostnames[%d]", i), true)
		}
		for i := range route.Rules {
			fields.Add(fmt.Sprintf("triggers.http.route.rules[%d]", i), route.Rules[i].IsSelective())
		}
	}
	return fields
}

func coveredByAll(reports [][]v1beta2.UnsupportedField, path string) bool {
	for _, report := range reports {
		covers := func(field v1beta2.UnsupportedField) bool {
			rest, ok := strings.CutPrefix(path, field.Path)
			return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
		}
		if !slices.ContainsFunc(report, covers) {
			return false
		}
	}
	return true
}

// ValidateEngine returns an error if spec, which is at path, names an engine that the
// program does not have and the API does not define.
func (set Set) ValidateEngine(path *field.Path, spec *v1beta2.WorkloadSpec) field.ErrorList {
	engines := []v1beta2.HTTPEngine{v1beta2.HTTPEngineKnative, v1beta2.HTTPEngineKeda}
	for _, name := range set.names() {
		if engine := v1beta2.HTTPEngine(name); name != Async && !slices.Contains(engines, engine) {
			engines = append(engines, engine)
		}
	}
	return spec.ValidateEngine(path, engines...)
}

func (set Set) names() []string {
	names := make([]string, 0, len(set))
	for name := range set {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
