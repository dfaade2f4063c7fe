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
// Defaults become part of the stored spec, and the names of Builders and Servings are
// hashes of the stored spec. A changed default would therefore cause builds and rollouts
// at the next update of any field. Three rules prevent that. The value of a default that
// this version of the API has stored never changes. A field that gets a default later
// gets it where it is read, not here. A setting of the administrator is stored once, when
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
