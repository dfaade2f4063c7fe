/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package testing

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// servingFunction serves what it built by its only version; nothing is wrong.
func servingFunction(change func(*v1beta2.Function)) *v1beta2.Function {
	return Function("ns", "fn", WithInitialConditions(), WithFunction(func(f *v1beta2.Function) {
		b := readyBuilder(WithBuilder(func(b *v1beta2.Builder) {
			b.Name, b.Spec.Image = "fn-0123456789", "registry.example.com/team/fn:v1"
			b.Status.Output = &v1beta2.BuildOutput{Digest: "sha256:a"}
		}))
		s := readyServing(WithServing(func(s *v1beta2.Serving) { s.Name = "fn-9876543210" }))
		f.Status.MarkSpecHonored(nil)
		f.Status.MarkRefsResolved()
		f.Status.PropagateBuilder(b, "")
		f.Status.PropagateServing(s, "")
		f.Status.PropagateRoute(&apis.Condition{Status: corev1.ConditionTrue})
		f.Status.MarkRouted(s, "knative")
		revision := s.Revision()
		revision.Percent = new(int64(100))
		f.Status.PropagateRevisions([]v1beta2.RevisionStatus{revision})
		if change != nil {
			change(f)
		}
	}))
}

func endedBuilder(change func(*v1beta2.BuilderStatus)) *v1beta2.Builder {
	return readyBuilder(WithBuilder(func(b *v1beta2.Builder) {
		start := metav1.NewTime(time.Unix(1000, 0))
		b.Status.StartTime, b.Status.Output = &start, &v1beta2.BuildOutput{Digest: "sha256:a"}
		b.Status.MarkCompleted(metav1.NewTime(time.Unix(1007, 0)))
		if change != nil {
			change(&b.Status)
		}
	}))
}

func TestFactsOfTruth(t *testing.T) {
	for _, o := range []Object{servingFunction(nil), endedBuilder(nil)} {
		if violations := StatusViolations(nil, o, false); len(violations) != 0 {
			t.Errorf("StatusViolations() of a %T = %q, want none", o, violations)
		}
	}
}

// Each row breaks one rule, and the check has to name it.
func TestFacts(t *testing.T) {
	revision := func(change func(*v1beta2.RevisionStatus)) func(*v1beta2.Function) {
		return func(f *v1beta2.Function) { change(&f.Status.Serving.Revisions[0]) }
	}
	for want, after := range map[string]Object{
		"condition SpecHonored is missing": startingFunction(without(v1beta2.FunctionConditionSpecHonored)),
		`condition SpecHonored has the severity "", it is to inform`: servingFunction(func(f *v1beta2.Function) {
			edit(v1beta2.FunctionConditionSpecHonored, func(c *apis.Condition) { c.Severity = "" })(f)
		}),
		"condition ResolvedRefs is Unknown, which it never is": servingFunction(func(f *v1beta2.Function) {
			edit(v1beta2.FunctionConditionResolvedRefs, func(c *apis.Condition) { c.Status, c.Reason = "Unknown", "x" })(f)
		}),
		"the message of condition BuilderReady has the credentials of a URL": servingFunction(func(f *v1beta2.Function) {
			edit(v1beta2.FunctionConditionBuilderReady, func(c *apis.Condition) { c.Message = "https://ada:x@y/" })(f)
		}),
		"build pushed sha256:b, revision is &{ImageDigest:sha256:a}": servingFunction(func(f *v1beta2.Function) {
			f.Status.Build.Output.Digest = "sha256:b"
		}),
		`build has an output in the state "Building"`: servingFunction(func(f *v1beta2.Function) {
			f.Status.Build.State = v1beta2.StateBuilding
		}),
		`build has the key "abc" of "fn-0123456789"`: servingFunction(func(f *v1beta2.Function) {
			f.Status.Build.ResourceHash = "abc"
		}),
		`serving has the key "" of "fn-9876543210"`: servingFunction(func(f *v1beta2.Function) {
			f.Status.Serving.ResourceHash = ""
		}),
		"revision fn-9876543210 has a share of 100, in inUse of 90": servingFunction(func(f *v1beta2.Function) {
			f.Status.InUse.Revisions["fn-9876543210"] = 90
		}),
		"revision fn-9876543210 is there twice": servingFunction(func(f *v1beta2.Function) {
			f.Status.Serving.Revisions = append(f.Status.Serving.Revisions, f.Status.Serving.Revisions[0])
		}),
		"revision fn-9876543210 has no share":    servingFunction(revision(func(r *v1beta2.RevisionStatus) { r.Percent = nil })),
		`revision fn-9876543210 is ready: "yes"`: servingFunction(revision(func(r *v1beta2.RevisionStatus) { r.Ready = "yes" })),
		"revision fn-9876543210 is ready: Unknown, condition ServingReady is True": servingFunction(
			revision(func(r *v1beta2.RevisionStatus) { r.Ready = "Unknown" })),
		`the shares of ["fn-9876543210"] add up to 90`: servingFunction(revision(func(r *v1beta2.RevisionStatus) { *r.Percent = 90 })),
		`the shares of ["fn-9876543210"] add up to 100, "gone" answers`: servingFunction(func(f *v1beta2.Function) {
			f.Status.Serving.LastSuccessfulResourceRef = "gone"
		}),
		"of a build that has not ended": Builder("ns", "b", WithInitialConditions(), WithBuilder(func(b *v1beta2.Builder) {
			b.Status.MarkBuilding("", "x")
			b.Status.MarkCompleted(metav1.NewTime(time.Unix(1007, 0)))
		})),
		"output is {Digest:sha256:a Size:0} of a build that did not succeed": endedBuilder(func(s *v1beta2.BuilderStatus) {
			s.MarkFailed("X", "x")
		}),
		"buildDuration is &Duration{Duration:8s,}, from 1970": endedBuilder(func(s *v1beta2.BuilderStatus) { s.BuildDuration.Duration = 8 * time.Second }),
	} {
		violations := StatusViolations(nil, after, false)
		if !strings.Contains(strings.Join(violations, "\n"), want) {
			t.Errorf("StatusViolations() = %q, want one with %q", violations, want)
		}
	}
}
