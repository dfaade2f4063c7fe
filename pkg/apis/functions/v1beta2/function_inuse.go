/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"maps"

	"k8s.io/utils/ptr"

	"openfunction.dev/openfunction/pkg/apis/imageref"
)

// use changes status.inUse, and removes it if nothing is in use.
func (fs *FunctionStatus) use(change func(*FunctionInUse)) {
	used := ptr.Deref(fs.InUse, FunctionInUse{})
	change(&used)
	fs.InUse = &used
	if len(used.Revisions) == 0 {
		used.Revisions = nil
		if used.Builder+used.Image+used.Serving+used.Runtime == "" {
			fs.InUse = nil
		}
	}
}

// useRevision adds a Serving that has no address yet to status.inUse.
func (fs *FunctionStatus) useRevision(name string) {
	fs.use(func(used *FunctionInUse) {
		if _, known := used.Revisions[name]; !known {
			used.Revisions = maps.Clone(used.Revisions)
			if used.Revisions == nil {
				used.Revisions = map[string]int64{}
			}
			used.Revisions[name] = 0
		}
	})
}

// ShareOf returns the share in percent of the Serving of that name in the traffic.
func (u *FunctionInUse) ShareOf(serving string) int64 {
	if u == nil {
		return 0
	}
	return u.Revisions[serving]
}

// MigrateInUse sets status.inUse of a Function that an older release reconciled, from the
// fields that it read back. It is kept for one release.
func (f *Function) MigrateInUse() {
	fs := &f.Status
	last := fs.LastBuild
	fs.LastBuild = nil
	if fs.InUse != nil {
		return
	}
	if last == nil {
		last = f.buildInSummary()
	}
	fs.use(func(used *FunctionInUse) {
		if last != nil {
			used.Builder, used.Image = last.Builder, last.Image
		}
		if fs.Serving != nil {
			used.Serving, used.Runtime = fs.Serving.LastSuccessfulResourceRef, fs.Serving.Runtime
		}
	})
	if fs.Serving != nil {
		fs.PropagateRevisions(fs.Serving.Revisions)
		if fs.Serving.ResourceRef != "" {
			fs.useRevision(fs.Serving.ResourceRef)
		}
	}
}

// buildInSummary returns the build that status.build describes, if it succeeded and the
// spec is still the one that was built; nil otherwise.
func (f *Function) buildInSummary() *FunctionLastBuild {
	build := f.Status.Build
	if build == nil || build.Output == nil || f.Status.ObservedGeneration != f.Generation {
		return nil
	}
	image, err := imageref.ByDigest(f.Spec.Image, build.Output.Digest)
	if err != nil {
		return nil
	}
	return &FunctionLastBuild{Builder: build.ResourceRef, Image: image}
}
