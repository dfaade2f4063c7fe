/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package testing

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// facts: fields of the status agree with the conditions and with each other.
func (c *statusCheck) facts() {
	switch o := c.after.(type) {
	case *v1beta2.Function:
		c.informs(o)
		if o.Status.Build != nil {
			c.build(&o.Status)
		}
		if o.Status.Serving != nil {
			c.revisions(&o.Status)
			c.inUse(&o.Status)
		}
	case *v1beta2.Builder:
		c.builder(o)
	}
}

// informs: conditions that do not count for Ready exist and have a reason.
func (c *statusCheck) informs(f *v1beta2.Function) {
	for _, t := range []apis.ConditionType{v1beta2.FunctionConditionSpecHonored, v1beta2.FunctionConditionResolvedRefs} {
		cond := f.Status.GetCondition(t)
		switch {
		case cond == nil && !c.failed:
			c.violatedf("condition %s is missing", t)
		case cond == nil:
		case cond.Severity != apis.ConditionSeverityInfo:
			c.violatedf("condition %s has the severity %q, it is to inform", t, cond.Severity)
		case cond.IsUnknown():
			c.violatedf("condition %s is Unknown, which it never is", t)
		}
	}
}

// build: only a successful build has an image, and that is the last one.
func (c *statusCheck) build(status *v1beta2.FunctionStatus) {
	b := status.Build
	if b.Output != nil {
		if b.State != v1beta2.StateSucceeded {
			c.violatedf("build has an output in the state %q", b.State)
		}
		if status.Revision == nil || status.Revision.ImageDigest != b.Output.Digest {
			c.violatedf("build pushed %s, revision is %+v", b.Output.Digest, status.Revision)
		}
	}
	c.key("build", b.ResourceRef, b.ResourceHash)
}

// revisions: each is listed once, the shares add up to 100, and the current one is as
// ready as its condition.
func (c *statusCheck) revisions(status *v1beta2.FunctionStatus) {
	s := status.Serving
	c.key("serving", s.ResourceRef, s.ResourceHash)
	var sum int64
	var names []string
	for _, r := range s.Revisions {
		if slices.Contains(names, r.Name) {
			c.violatedf("revision %s is there twice", r.Name)
		}
		names = append(names, r.Name)
		if r.Percent == nil {
			c.violatedf("revision %s has no share", r.Name)
			continue
		}
		sum += *r.Percent
		switch r.Ready {
		case corev1.ConditionTrue, corev1.ConditionFalse, corev1.ConditionUnknown:
		default:
			c.violatedf("revision %s is ready: %q", r.Name, r.Ready)
		}
		serving := status.GetCondition(v1beta2.FunctionConditionServingReady)
		if r.Name == s.ResourceRef && serving != nil && !c.failed && (r.Ready == corev1.ConditionTrue) != serving.IsTrue() {
			c.violatedf("revision %s is ready: %s, condition ServingReady is %s", r.Name, r.Ready, serving.Status)
		}
	}
	if routed := slices.Contains(names, s.LastSuccessfulResourceRef); sum != 0 && sum != 100 || routed != (sum == 100) && !c.failed {
		c.violatedf("the shares of %q add up to %d, %q answers", names, sum, s.LastSuccessfulResourceRef)
	}
}

// inUse: the shares are those of the revisions.
func (c *statusCheck) inUse(status *v1beta2.FunctionStatus) {
	for _, r := range status.Serving.Revisions {
		if used := status.InUse.ShareOf(r.Name); r.Percent != nil && used != *r.Percent && !c.failed {
			c.violatedf("revision %s has a share of %d, in inUse of %d", r.Name, *r.Percent, used)
		}
	}
}

func (c *statusCheck) key(of, ref, hash string) {
	if (ref == "") != (hash == "") || !strings.HasSuffix(ref, hash) {
		c.violatedf("%s has the key %q of %q", of, hash, ref)
	}
}

// builder: a completed build has an end, and only a successful one an image.
func (c *statusCheck) builder(b *v1beta2.Builder) {
	s := &b.Status
	if s.CompletionTime != nil && !b.IsDone() && b.Status.ObservedGeneration == b.Generation {
		c.violatedf("completionTime is %v of a build that has not ended", s.CompletionTime)
	}
	if s.Output != nil && !b.IsSuccessful() {
		c.violatedf("output is %+v of a build that did not succeed", *s.Output)
	}
	if s.BuildDuration != nil && (s.StartTime == nil || s.CompletionTime == nil ||
		s.CompletionTime.Sub(s.StartTime.Time) != s.BuildDuration.Duration) {
		c.violatedf("buildDuration is %v, from %v to %v", s.BuildDuration, s.StartTime, s.CompletionTime)
	}
}
