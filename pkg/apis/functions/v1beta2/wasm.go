/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/podspec"
)

// Names of WebAssembly functions that other programs read, too.
const (
	// WasmVariantAnnotation is the annotation by which crun recognises a pod whose
	// container is a WebAssembly module.
	WasmVariantAnnotation = "module.wasm.image/variant"
	// WasmVariant is the value that permits ordinary containers beside the module.
	WasmVariant = "compat-smart"
	// WasmRuntimeClass is the default RuntimeClass of WebAssembly functions. The
	// administrator creates it; its handler selects the program that runs them.
	WasmRuntimeClass = "openfunction-crun"

	// wasmStrategy is the ClusterBuildStrategy of WebAssembly functions.
	wasmStrategy = "wasmedge"
)

// IsWasm reports whether the artifact is a WebAssembly module. It ignores letter case,
// because a Serving may be older than the spelling that admission stores.
func (wr WorkloadRuntime) IsWasm() bool {
	return strings.EqualFold(string(wr), string(WorkloadRuntimeWasmEdge))
}

// orMarked returns WasmEdge if no runtime is named and the annotation is set, with any
// value: the old project recognised WebAssembly functions by it.
func (wr WorkloadRuntime) orMarked(annotations map[string]string) WorkloadRuntime {
	if _, marked := annotations[WasmVariantAnnotation]; wr == "" && marked {
		return WorkloadRuntimeWasmEdge
	}
	return wr
}

// setWasmDefaults fills in the build strategy of WebAssembly functions.
func (fs *FunctionSpec) setWasmDefaults() {
	if fs.Serving != nil {
		fs.WorkloadRuntime = fs.WorkloadRuntime.orMarked(fs.Serving.Annotations)
	}
	if !fs.WorkloadRuntime.IsWasm() || fs.Build == nil {
		return
	}
	if fs.Build.Shipwright == nil {
		fs.Build.Shipwright = &ShipwrightEngine{}
	}
	if fs.Build.Shipwright.Strategy == nil {
		fs.Build.Shipwright.Strategy = &Strategy{Name: wasmStrategy, Kind: new(StrategyKindCluster)}
	}
}

// ValidateWasm checks that the administrator permits WebAssembly, which selects the
// RuntimeClass of the pods, also for an ordinary image.
func ValidateWasm(ctx context.Context, path *field.Path, runtime WorkloadRuntime) field.ErrorList {
	if !runtime.IsWasm() || config.FromContext(ctx).Features.Permits(config.WasmEdge) {
		return nil
	}
	return field.ErrorList{podspec.Disabled(path, config.WasmEdge)}
}
