/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/util/validation"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/config"
)

// Validate returns everything that is wrong with the function. An update is held
// to what it changes: what was stored before a rule stays as it is.
func (f *Function) Validate(ctx context.Context) *apis.FieldError {
	old, isUpdate := apis.GetBaseline(ctx).(*Function)
	switch {
	case apis.IsInStatusUpdate(ctx):
		return nil
	case !isUpdate:
		return f.validate(ctx).Also(validateNamespace(ctx))
	}
	return f.validateUpdate(ctx, old)
}

func (f *Function) validateUpdate(ctx context.Context, old *Function) *apis.FieldError {
	old = old.DeepCopy()
	old.SetDefaults(ctx)
	switch {
	case equality.Semantic.DeepEqual(f.Spec, old.Spec):
		return nil
	case f.DeletionTimestamp != nil:
		return forbidden("spec", "the function is being deleted: its spec cannot change any more")
	}
	errs := ratchet(f.validate(ctx), old.validate(ctx), f, old)
	return errs.Also(validateNamespace(ctx), f.warnOfRemoval(old))
}

func (f *Function) validate(ctx context.Context) *apis.FieldError {
	return f.validateName().ViaField("metadata").
		Also(f.Spec.validate(ctx, f.Name+"-"+f.Namespace).ViaField("spec"))
}

func (f *Function) warnOfRemoval(old *Function) *apis.FieldError {
	if f.Spec.Serving != nil || old.Spec.Serving == nil {
		return nil
	}
	return warning("spec.serving", "removed: the function no longer answers")
}

func (fs *FunctionSpec) validate(ctx context.Context, appID string) *apis.FieldError {
	var errs *apis.FieldError
	if fs.Build == nil && fs.Serving == nil {
		errs = errs.Also(required(apis.CurrentField, "one of build, serving"))
	}
	return errs.Also(
		fs.validateImage(ctx),
		fs.validateBuild(ctx),
		fs.validateServing(ctx, appID),
		validateWorkloadRuntime(fs.WorkloadRuntime, "workloadRuntime"),
		validateVersion(fs.Version, "version"),
		validateSecretRef(fs.ImageCredentials, "imageCredentials"),
	)
}

func (fs *FunctionSpec) validateImage(ctx context.Context) *apis.FieldError {
	if fs.Build != nil {
		return validateRepository(ctx, fs.Image, "image", validateOutputImage)
	}
	return validateRepository(ctx, fs.Image, "image", validateImage)
}

func (fs *FunctionSpec) validateBuild(ctx context.Context) *apis.FieldError {
	if fs.Build == nil {
		return nil
	}
	return fs.Build.Validate(ctx).ViaField("build")
}

func (fs *FunctionSpec) validateServing(ctx context.Context, appID string) *apis.FieldError {
	if fs.Serving == nil {
		return nil
	}
	return fs.Serving.validate(ctx, workload{
		runtime:   fs.WorkloadRuntime,
		ownsImage: func(image string) bool { return image == fs.Image },
		appID:     appID,
	}).ViaField("serving")
}

func validateWorkloadRuntime(runtime WorkloadRuntime, path string) *apis.FieldError {
	if runtime == "" {
		return nil
	}
	return oneOf(runtime, path, WorkloadRuntimeOCIContainer, WorkloadRuntimeWasmEdge)
}

const (
	// maxNameBytes is what a label can hold: every child names its function.
	maxNameBytes = validation.LabelValueMaxLength
	// tagBytes is what Knative puts before the name, for the address of a single
	// version, in the first label of a host name: r, ten digits and a hyphen.
	tagBytes = 12
	// generatedBytes is what the API server adds to a generateName, which it
	// cuts to generatedBaseBytes.
	generatedBytes     = 5
	generatedBaseBytes = 58
)

// validateName checks that all that is named after the function can be. A
// function that answers requests becomes a host name.
func (f *Function) validateName() *apis.FieldError {
	maximum, engine := maxNameBytes, HTTPEngine("")
	if f.Spec.Serving != nil {
		engine = f.Spec.Serving.engine()
	}
	if engine == HTTPEngineKnative {
		maximum -= tagBytes
	}
	name, path, length := f.Name, "name", len(f.Name)
	if f.GenerateName != "" {
		path, length = "generateName", min(len(f.GenerateName), generatedBaseBytes)+generatedBytes
		if name == "" {
			name = f.GenerateName + "x"
		}
	}
	var errs *apis.FieldError
	if length > maximum {
		errs = errs.Also(tooLong(path, length, maximum))
	}
	if name != "" && engine != "" && length <= maximum && len(validation.IsDNS1035Label(name)) > 0 {
		errs = errs.Also(invalid(name, path, fmt.Sprintf(
			"must be a DNS-1035 label, which begins with a letter and has no dots: the engine %s makes it a host name", engine)))
	}
	return errs
}

// What an administrator allows is asked at admission, where an update is held to
// what it changes, and again when something new is to be made.

// ValidateBuild returns what is wrong with the part of the function that is
// built: it may have been stored before a rule was there.
func (f *Function) ValidateBuild(ctx context.Context) *apis.FieldError {
	return f.Spec.validateImage(ctx).Also(f.Spec.validateBuild(ctx)).ViaField("spec").Filter(apis.ErrorLevel)
}

// ValidateServing returns what is wrong with the part of the function that runs.
func (f *Function) ValidateServing(ctx context.Context) *apis.FieldError {
	return f.Spec.validateImage(ctx).Also(f.Spec.validateServing(ctx, f.Name+"-"+f.Namespace)).
		ViaField("spec").Filter(apis.ErrorLevel)
}

// validateNamespace refuses what is new while nobody can tell what the namespace
// may have. Controllers wait until it can be told, with what is there already.
func validateNamespace(ctx context.Context) *apis.FieldError {
	if !apis.IsInCreate(ctx) && !apis.IsInUpdate(ctx) {
		return nil
	}
	if err := config.FromContext(ctx).Err(); err != nil {
		return forbidden("metadata.namespace", err.Error())
	}
	return nil
}
