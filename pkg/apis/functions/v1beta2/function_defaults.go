/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"strings"
)

// DefaultVersion is the version of functions that name none.
const DefaultVersion = "latest"

// SetDefaults fills in what the author left out.
//
// Defaults become part of the stored spec, and the names of builds and servings are
// hashes of the stored spec. So three rules hold, without which adding a label to a
// function could build it again or roll it out again. The value of a default that this
// version of the API has written never changes. A field that gets a default later gets
// it where it is read, not here. A setting of the administrator is written once, when
// the block is first stored.
func (f *Function) SetDefaults(ctx context.Context) {
	f.Spec.SetDefaults(ctx)
}

// SetDefaults fills in what the author left out.
func (fs *FunctionSpec) SetDefaults(ctx context.Context) {
	fs.setWasmDefaults()
	fs.WorkloadRuntime = fs.WorkloadRuntime.orDefault()
	fs.Version = versionOrDefault(fs.Version)
	if fs.Build != nil {
		fs.Build.SetDefaults(ctx)
	}
	if fs.Serving != nil {
		fs.Serving.SetDefaults(ctx)
	}
}

func (wr WorkloadRuntime) orDefault() WorkloadRuntime {
	if wr == "" {
		return WorkloadRuntimeOCIContainer
	}
	return canonical(wr, WorkloadRuntimeOCIContainer, WorkloadRuntimeWasmEdge)
}

func versionOrDefault(version *string) *string {
	if version == nil {
		return new(DefaultVersion)
	}
	return version
}

// canonical returns the item of allowed that equals value without regard to letter
// case, which the old project ignored. It returns value if there is none.
func canonical[T ~string](value T, allowed ...T) T {
	for _, a := range allowed {
		if strings.EqualFold(string(value), string(a)) {
			return a
		}
	}
	return value
}
