/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	"knative.dev/pkg/apis"
)

// unknown is a Builder that cannot begin.
func unknownBuilder() *Builder {
	b := &Builder{}
	b.Status.MarkBuilding("ShipwrightNotInstalled", "Shipwright is not installed")
	return b
}

func TestReadyNamesTheFirstCause(t *testing.T) {
	tests := []struct {
		name   string
		mark   func(*FunctionStatus)
		status corev1.ConditionStatus
		reason string
	}{
		{"the build cannot begin", func(fs *FunctionStatus) {
			fs.PropagateBuilder(unknownBuilder(), "")
			fs.MarkWaitingForImage()
			fs.MarkRouteWaitingForServing()
		}, corev1.ConditionUnknown, "ShipwrightNotInstalled"},
		{"the version starts", func(fs *FunctionStatus) {
			fs.MarkBuildNotRequired()
			fs.PropagateServing(&Serving{}, "")
			fs.MarkRouteWaitingForServing()
		}, corev1.ConditionUnknown, ReasonPending},
		{"only the address is missing", func(fs *FunctionStatus) {
			fs.MarkBuildNotRequired()
			fs.MarkServingNotRequired()
			fs.PropagateRoute(nil)
		}, corev1.ConditionUnknown, ReasonPending},
		{"a failure counts more", func(fs *FunctionStatus) {
			fs.PropagateBuilder(unknownBuilder(), "")
			fs.MarkWaitingForImage()
			fs.PropagateRoute(&apis.Condition{Status: corev1.ConditionFalse, Reason: "NoIngress"})
		}, corev1.ConditionFalse, "NoIngress"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fs := &FunctionStatus{}
			fs.InitializeConditions()
			test.mark(fs)
			fs.MarkCause()
			ready := fs.GetCondition(FunctionConditionReady)
			if ready.Status != test.status || ready.Reason != test.reason {
				t.Errorf("Ready = %s, %s, want %s, %s", ready.Status, ready.Reason, test.status, test.reason)
			}
		})
	}
}

func TestSpecHonored(t *testing.T) {
	long := make([]string, 40)
	for i := range long {
		long[i] = fmt.Sprintf("serving.annotations[dapr.io/%s-%d]", strings.Repeat("x", 20), i)
	}
	for name, test := range map[string]struct {
		fields []string
		want   apis.Condition
	}{
		"all": {nil, apis.Condition{Status: "True", Reason: ReasonAllFieldsHonored, Message: "every field that is set has an effect"}},
		"some": {[]string{"serving.hooks", "serving.tracing"}, apis.Condition{
			Status: "False", Reason: ReasonFieldsWithoutEffect,
			Message: "spec.serving.hooks, spec.serving.tracing: accepted, but without effect; " +
				"remove them if they are not needed, see docs/reference/function.md#fields-without-effect",
		}},
		"many": {long, apis.Condition{Status: "False", Reason: ReasonFieldsWithoutEffect}},
		"one that is too long": {[]string{strings.Repeat("x", 2000)}, apis.Condition{
			Status: "False", Reason: ReasonFieldsWithoutEffect,
			Message: "1 fields: accepted, but without effect; " +
				"remove them if they are not needed, see docs/reference/function.md#fields-without-effect",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			fs := &FunctionStatus{}
			fs.InitializeConditions()
			fields := make([]UnsupportedField, 0, len(test.fields))
			for _, path := range test.fields {
				fields = append(fields, UnsupportedField{Path: path})
			}
			fs.MarkSpecHonored(fields)
			got := fs.GetCondition(FunctionConditionSpecHonored)
			if len(got.Message) > 1024 {
				t.Errorf("the message has %d bytes", len(got.Message))
			}
			if test.want.Message == "" {
				test.want.Message = got.Message
				if !strings.Contains(got.Message, "spec.serving.annotations[dapr.io/xxxxxxxxxxxxxxxxxxxx-0]") || !strings.Contains(got.Message, " more: ") {
					t.Errorf("message = %q", got.Message)
				}
			}
			test.want.Type, test.want.Severity = FunctionConditionSpecHonored, apis.ConditionSeverityInfo
			if diff := cmp.Diff(&test.want, got, cmpopts.IgnoreTypes(apis.VolatileTime{})); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if ready := fs.GetCondition(FunctionConditionReady); !ready.IsUnknown() || ready.Reason != "" {
				t.Errorf("Ready = %v, %s: it has a reason too early", ready.Status, ready.Reason)
			}
		})
	}
}

// A condition that only informs does not change whether the latest generation serves.
func TestInformationalConditionsDoNotChangeReady(t *testing.T) {
	fs := &FunctionStatus{}
	fs.InitializeConditions()
	fs.MarkBuildNotRequired()
	fs.MarkServingNotRequired()
	fs.MarkRouteNotRequired()
	functionCondSet.Manage(fs).MarkUnknown(FunctionConditionReady, "NewObservedGenFailure", "a new generation")
	fs.MarkSpecHonored(nil)
	if ready := fs.GetCondition(FunctionConditionReady); !ready.IsUnknown() {
		t.Errorf("Ready = %s before the new generation was looked at", ready.Status)
	}
	fs.MarkBuildNotRequired()
	fs.MarkSpecHonored([]UnsupportedField{{Path: "serving.workloadType"}})
	if ready := fs.GetCondition(FunctionConditionReady); !ready.IsTrue() {
		t.Errorf("Ready = %s for fields without effect", ready.Status)
	}
}

func TestBuildInUse(t *testing.T) {
	const hash = "sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865"
	builder := func(name string, mark func(*BuilderStatus)) *Builder {
		b := &Builder{Spec: BuilderSpec{Image: "registry.example.com/hello:v1"}}
		b.Name, b.Status.Output = name, &BuildOutput{Digest: hash}
		mark(&b.Status)
		return b
	}
	succeeded := builder("hello-1", (*BuilderStatus).MarkSucceeded)
	const image = "registry.example.com/hello@" + hash
	want := &FunctionInUse{Builds: []FunctionBuild{{Builder: "hello-1", Image: image}}}
	var lastTen []FunctionBuild
	for i := range 10 {
		lastTen = append(lastTen, FunctionBuild{Builder: fmt.Sprint("hello-", 2+i), Image: image})
	}
	for name, test := range map[string]struct {
		mark func(*FunctionStatus)
		want *FunctionInUse
	}{
		"a build that succeeded is recorded": {func(*FunctionStatus) {}, want},
		"a later build that failed is not recorded": {func(fs *FunctionStatus) {
			fs.PropagateBuilder(builder("hello-2", func(bs *BuilderStatus) { bs.MarkFailed("BuildFailed", "exit 1") }), "")
		}, want},
		"an image that cannot be parsed is not recorded": {func(fs *FunctionStatus) {
			b := builder("hello-2", (*BuilderStatus).MarkSucceeded)
			b.Spec.Image = "UPPER"
			fs.PropagateBuilder(b, "")
		}, want},
		"the image of a deleted Builder is recorded": {func(fs *FunctionStatus) {
			fs.MarkBuilt("hello-0", "registry.example.com/hello@sha256:00")
		}, &FunctionInUse{Builds: []FunctionBuild{{Builder: "hello-0", Image: "registry.example.com/hello@sha256:00"}, want.Builds[0]}}},
		"a function whose build was removed keeps it, because the build may return": {(*FunctionStatus).MarkBuildNotRequired, want},
		"the newest of several builds is the first": {func(fs *FunctionStatus) {
			fs.PropagateBuilder(builder("hello-2", func(bs *BuilderStatus) {
				bs.MarkSucceeded()
				bs.Sources = []SourceResult{{Name: "default", Git: &GitSourceResult{CommitSha: "f00ba4"}}}
			}), "")
		}, &FunctionInUse{Builds: []FunctionBuild{{Builder: "hello-2", Image: image, Commit: "f00ba4"}, {Builder: "hello-1", Image: image}}}},
		"a Builder that built again has one entry": {func(fs *FunctionStatus) {
			fs.MarkBuilt("hello-1", "registry.example.com/hello@sha256:00")
		}, &FunctionInUse{Builds: []FunctionBuild{{Builder: "hello-1", Image: "registry.example.com/hello@sha256:00"}}}},
		"the last ten builds are kept": {func(fs *FunctionStatus) {
			for i := range 10 {
				fs.MarkBuilt(fmt.Sprint("hello-", 11-i), image)
			}
		}, &FunctionInUse{Builds: lastTen}},
	} {
		t.Run(name, func(t *testing.T) {
			fs := &FunctionStatus{}
			fs.PropagateBuilder(succeeded, "")
			test.mark(fs)
			if diff := cmp.Diff(test.want, fs.InUse); diff != "" {
				t.Error("status.inUse (-want, +got):", diff)
			}
		})
	}
}
