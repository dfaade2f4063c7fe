/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What an older release recorded in other fields stays in use after an upgrade.
func TestMigrateInUse(t *testing.T) {
	const digest = "sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865"
	const image = "registry.example.com/hello@" + digest
	build := func(fs *FunctionStatus) {
		fs.Build = &FunctionBuildStatus{ResourceRef: "hello-1", Output: &BuildOutput{Digest: digest}}
	}
	for name, test := range map[string]struct {
		status func(*FunctionStatus)
		want   *FunctionInUse
	}{
		"a new Function uses nothing": {func(*FunctionStatus) {}, nil},
		"the last build of the last release": {func(fs *FunctionStatus) {
			fs.LastBuild = &FunctionLastBuild{Builder: "hello-0", Image: image}
			build(fs)
		}, &FunctionInUse{Builds: []FunctionBuild{{Builder: "hello-0", Image: image}}}},
		"the current build of a release before": {build, &FunctionInUse{Builds: []FunctionBuild{{Builder: "hello-1", Image: image}}}},
		"a build of another generation, of which the repository is unknown": {func(fs *FunctionStatus) {
			build(fs)
			fs.ObservedGeneration = 1
		}, nil},
		"the Servings": {func(fs *FunctionStatus) {
			fs.Serving = &FunctionServingStatus{
				ResourceRef: "hello-c", LastSuccessfulResourceRef: "hello-b", Runtime: "knative",
				Revisions: []RevisionStatus{{Name: "hello-b", Percent: new(int64(90))}, {Name: "hello-a", Percent: new(int64(10))}},
			}
		}, &FunctionInUse{
			Serving: "hello-b", Runtime: "knative",
			Revisions: map[string]int64{"hello-a": 10, "hello-b": 90, "hello-c": 0},
		}},
		"a status of this release stays as it is": {func(fs *FunctionStatus) {
			build(fs)
			fs.InUse = &FunctionInUse{Serving: "hello-a"}
		}, &FunctionInUse{Serving: "hello-a"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := &Function{Spec: FunctionSpec{Image: "registry.example.com/hello:v1"}}
			f.Generation, f.Status.ObservedGeneration = 2, 2
			test.status(&f.Status)
			f.MigrateInUse()
			if diff := cmp.Diff(test.want, f.Status.InUse); diff != "" {
				t.Error("status.inUse (-want, +got):", diff)
			}
			if f.Status.LastBuild != nil {
				t.Errorf("status.lastBuild = %+v, want it removed", f.Status.LastBuild)
			}
		})
	}
}
