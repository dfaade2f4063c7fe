/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/fielderror"
	"openfunction.dev/openfunction/pkg/apis/functions"
)

// Validate returns everything that is wrong with the function. An update is checked
// only for what it changes: a stored value that violates a newer rule may stay.
func (f *Function) Validate(ctx context.Context) *apis.FieldError {
	old, isUpdate := apis.GetBaseline(ctx).(*Function)
	switch {
	case apis.IsInStatusUpdate(ctx):
		return nil
	case isUpdate:
		return f.validateUpdate(ctx, old)
	default:
		return fielderror.ForKnative(append(f.validate(ctx), validateNamespace(ctx)...), f.warnings(ctx, nil)...)
	}
}

func (f *Function) validateUpdate(ctx context.Context, old *Function) *apis.FieldError {
	old = old.DeepCopy()
	old.SetDefaults(ctx)
	if f.Annotations[functions.IdentityAnnotationKey] != old.Annotations[functions.IdentityAnnotationKey] {
		if errs := validateIdentity(f.Annotations); errs != nil {
			return fielderror.ForKnative(errs)
		}
	}
	switch {
	case equality.Semantic.DeepEqual(f.Spec, old.Spec):
		return nil
	case f.DeletionTimestamp != nil:
		return fielderror.ForKnative(field.ErrorList{
			field.Forbidden(field.NewPath("spec"), "the function is being deleted: its spec can no longer change"),
		})
	}
	errs := fielderror.Ratchet(f.validate(ctx), old.validate(ctx), f, old)
	return fielderror.ForKnative(append(errs, validateNamespace(ctx)...), f.warnings(ctx, old)...)
}

func (f *Function) validate(ctx context.Context) field.ErrorList {
	return slices.Concat(f.validateName(), validateIdentity(f.Annotations), f.Spec.validate(ctx, field.NewPath("spec"), functions.CompatibleIdentity(f.Name, f.Namespace)), f.validateTags())
}

// validateIdentity checks the annotation that chooses the name at brokers and state stores.
func validateIdentity(annotations map[string]string) field.ErrorList {
	value, isSet := annotations[functions.IdentityAnnotationKey]
	if !isSet || value == functions.IdentityUnique || value == functions.IdentityCompatible {
		return nil
	}
	path := fielderror.Key(field.NewPath("metadata", "annotations"), functions.IdentityAnnotationKey)
	return field.ErrorList{field.NotSupported(path, value, []string{functions.IdentityCompatible, functions.IdentityUnique})}
}

// warnings returns the warnings about an update from old, or about a new function.
func (f *Function) warnings(ctx context.Context, old *Function) []fielderror.Warning {
	serving := field.NewPath("spec", "serving")
	switch {
	case f.Spec.Serving != nil:
		return append(f.Spec.Serving.warnings(serving),
			f.Spec.Serving.Rollout.warnings(config.FromContext(ctx).Rollout, serving.Child("rollout"))...)
	case old != nil && old.Spec.Serving != nil:
		return []fielderror.Warning{{Path: serving, Text: "removed: the function no longer answers"}}
	default:
		return nil
	}
}

func (fs *FunctionSpec) validate(ctx context.Context, path *field.Path, appID string) field.ErrorList {
	var errs field.ErrorList
	if fs.Build == nil && fs.Serving == nil {
		errs = append(errs, field.Required(path, "one of build, serving"))
	}
	return slices.Concat(errs,
		fs.validateImage(ctx, path.Child("image")),
		fs.validateBuild(ctx, path.Child("build")),
		fs.validateServing(ctx, path.Child("serving"), appID),
		validateWorkloadRuntime(ctx, path.Child("workloadRuntime"), fs.WorkloadRuntime),
		validateVersion(path.Child("version"), fs.Version),
		validateSecretRef(path.Child("imageCredentials"), fs.ImageCredentials),
	)
}

func (fs *FunctionSpec) validateImage(ctx context.Context, path *field.Path) field.ErrorList {
	if fs.Build != nil {
		return validateRepository(ctx, path, fs.Image, validateOutputImage)
	}
	return validateRepository(ctx, path, fs.Image, fielderror.Image)
}

func (fs *FunctionSpec) validateBuild(ctx context.Context, path *field.Path) field.ErrorList {
	if fs.Build == nil {
		return nil
	}
	return fs.Build.validate(ctx, path)
}

func (fs *FunctionSpec) validateServing(ctx context.Context, path *field.Path, appID string) field.ErrorList {
	if fs.Serving == nil {
		return nil
	}
	return fs.Serving.validate(ctx, path, workload{
		runtime:   fs.WorkloadRuntime,
		ownsImage: func(image string) bool { return image == fs.Image },
		appID:     appID,
	})
}

func validateWorkloadRuntime(ctx context.Context, path *field.Path, runtime WorkloadRuntime) field.ErrorList {
	if runtime == "" {
		return nil
	}
	errs := fielderror.OneOf(path, runtime, WorkloadRuntimeOCIContainer, WorkloadRuntimeWasmEdge)
	return append(errs, ValidateWasm(ctx, path, runtime)...)
}

const (
	// maxNameBytes is the longest label value: every child has the name of its function
	// in a label.
	maxNameBytes = validation.LabelValueMaxLength
	// tagBytes is the length of the prefix in the host name of a single version: r, ten
	// digits and a hyphen.
	tagBytes = 12
	// generatedBytes is what the API server appends to a generateName, of which it
	// keeps generatedBaseBytes.
	generatedBytes     = 5
	generatedBaseBytes = 58
)

// validateName checks that the children can be named after the function. A function
// that answers requests also becomes a host name.
func (f *Function) validateName() field.ErrorList {
	maximum, engine := maxNameBytes, HTTPEngine("")
	if f.Spec.Serving != nil {
		engine = f.Spec.Serving.engine()
	}
	if engine == HTTPEngineKnative {
		maximum -= tagBytes
	}
	metadata := field.NewPath("metadata")
	name, path, length := f.Name, metadata.Child("name"), len(f.Name)
	if f.GenerateName != "" {
		path, length = metadata.Child("generateName"), min(len(f.GenerateName), generatedBaseBytes)+generatedBytes
		if name == "" {
			name = f.GenerateName + "x"
		}
	}
	switch {
	case length > maximum:
		return field.ErrorList{fielderror.TooLong(path, length, maximum)}
	case name != "" && engine != "" && len(validation.IsDNS1035Label(name)) > 0:
		return field.ErrorList{fielderror.Invalid(path, name, fmt.Sprintf(
			"must be a DNS-1035 label, which begins with a letter and has no dots: the engine %s makes it a host name", engine))}
	default:
		return nil
	}
}

// The administrator's rules are checked at admission, where an update is checked only
// for what it changes, and again when the controller creates a child.

// ValidateBuild returns what is wrong with the build of the function. It may have been
// stored before a rule existed.
func (f *Function) ValidateBuild(ctx context.Context) *apis.FieldError {
	spec := field.NewPath("spec")
	return fielderror.ForKnative(append(f.Spec.validateImage(ctx, spec.Child("image")), f.Spec.validateBuild(ctx, spec.Child("build"))...))
}

// ValidateServing returns what is wrong with the serving of the function. It may have
// been stored before a rule existed.
func (f *Function) ValidateServing(ctx context.Context) *apis.FieldError {
	spec := field.NewPath("spec")
	identity := functions.CompatibleIdentity(f.Name, f.Namespace)
	return fielderror.ForKnative(append(f.Spec.validateImage(ctx, spec.Child("image")), f.Spec.validateServing(ctx, spec.Child("serving"), identity)...))
}

// validateNamespace refuses a write while the settings of the namespace cannot be read,
// because the settings of the cluster may permit more. Controllers keep existing
// children meanwhile.
func validateNamespace(ctx context.Context) field.ErrorList {
	if !apis.IsInCreate(ctx) && !apis.IsInUpdate(ctx) {
		return nil
	}
	if err := config.FromContext(ctx).Err(); err != nil {
		return field.ErrorList{field.Forbidden(field.NewPath("metadata", "namespace"), err.Error())}
	}
	return nil
}
