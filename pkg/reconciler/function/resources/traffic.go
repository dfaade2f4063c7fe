/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package resources

import (
	"fmt"

	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
)

// Targets returns the targets of a split of the traffic of fn. Without a split, latest
// receives all of it. If a revision cannot receive its share, Targets returns a condition
// that names the revision.
//
// Every Serving of the split has its own address. So has latest, and so have up to limit
// of the newest other ready Servings. servings are sorted, the newest first.
func Targets(fn *v1beta2.Function, traffic []v1beta2.TrafficTarget, latest *v1beta2.Serving, servings []*v1beta2.Serving, limit int) ([]runtime.Target, *apis.Condition) {
	if len(traffic) == 0 {
		traffic = []v1beta2.TrafficTarget{{Latest: true, Percent: new(int32(100))}}
	}
	s := split{addressed: map[string]bool{}, named: map[string]bool{}}
	for i := range traffic {
		serving, problem := resolve(fn, i, &traffic[i], latest, servings)
		if problem != nil {
			return nil, problem
		}
		s.named[serving.Name] = true
		s.add(serving.Name, traffic[i].Share(), traffic[i].Tag)
	}
	s.keep(latest, servings, limit)
	return s.targets, nil
}

// Receiving returns the Servings that receive traffic: those with a share in status.inUse
// if the traffic of fn can be split, and otherwise lastGood.
func Receiving(fn *v1beta2.Function, lastGood *v1beta2.Serving, servings []*v1beta2.Serving) []*v1beta2.Serving {
	var receiving []*v1beta2.Serving
	if w := fn.Spec.Serving; w != nil && (len(w.Traffic) > 0 || w.Rollout != nil) {
		for _, s := range servings {
			if fn.Status.InUse.ShareOf(s.Name) > 0 {
				receiving = append(receiving, s)
			}
		}
	}
	if len(receiving) == 0 && lastGood != nil {
		receiving = append(receiving, lastGood)
	}
	return receiving
}

// split is a list of targets. At most one target of each Serving has the tag of the
// platform.
type split struct {
	targets []runtime.Target
	// addressed are the Servings that have a target with the tag of the platform.
	addressed map[string]bool
	// named are the Servings that the traffic of the function selects.
	named map[string]bool
}

// add adds a target, with the tag of the platform if it has none of its own.
func (s *split) add(serving string, percent int64, tag string) {
	if tag == "" && !s.addressed[serving] {
		tag = runtime.TagOf(serving)
		s.addressed[serving] = true
	}
	if percent > 0 || tag != "" {
		s.targets = append(s.targets, runtime.Target{Serving: serving, Percent: percent, Tag: tag})
	}
}

// keep adds the Servings that have an address of their own and no share.
func (s *split) keep(latest *v1beta2.Serving, servings []*v1beta2.Serving, limit int) {
	for _, serving := range servings {
		switch {
		case s.addressed[serving.Name]:
			continue
		case s.named[serving.Name]:
		case !serving.IsReady() || serving.DeletionTimestamp != nil || !runtime.Same(&serving.Spec.WorkloadSpec, &latest.Spec.WorkloadSpec):
			continue
		case serving.Name == latest.Name:
		case limit <= 0:
			continue
		default:
			limit--
		}
		s.add(serving.Name, 0, "")
	}
}

// resolve returns the Serving that entry i of the traffic selects, or why that cannot
// receive traffic.
func resolve(fn *v1beta2.Function, i int, target *v1beta2.TrafficTarget, latest *v1beta2.Serving, servings []*v1beta2.Serving) (*v1beta2.Serving, *apis.Condition) {
	if target.Latest {
		return latest, nil
	}
	s := Find(servings, target.Revision)
	var problem string
	reason := v1beta2.ReasonRevisionNotReady
	switch {
	case s == nil:
		reason, problem = v1beta2.ReasonRevisionNotFound, fmt.Sprintf("the function has no Serving %q", target.Revision)
	case s.DeletionTimestamp != nil:
		reason, problem = v1beta2.ReasonRevisionNotFound, fmt.Sprintf("the Serving %q is being deleted", s.Name)
	case !runtime.Same(&s.Spec.WorkloadSpec, &latest.Spec.WorkloadSpec):
		problem = fmt.Sprintf("the Serving %q is run by %s and the latest one, %q, by %s, and one address cannot have both",
			s.Name, runtimesOf(s), latest.Name, runtimesOf(latest))
	case !s.IsReady():
		problem = fmt.Sprintf("the Serving %q is not ready (%s)", s.Name, s.Status.GetCondition(v1beta2.ServingConditionReady).GetMessage())
	default:
		return s, nil
	}
	return nil, child.Failed(reason, fmt.Sprintf("spec.serving.traffic[%d].revision: %s; "+
		"the split before stays in effect; use another revision, see kubectl get fs -n %s -l %s=%s",
		i, problem, fn.Namespace, functions.FunctionLabelKey, fn.Name))
}

func runtimesOf(s *v1beta2.Serving) string {
	return runtime.JoinNames(runtime.NamesFor(&s.Spec.WorkloadSpec))
}
