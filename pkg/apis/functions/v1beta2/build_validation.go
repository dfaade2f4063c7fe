/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/fielderror"
	"openfunction.dev/openfunction/pkg/apis/podspec"
	"openfunction.dev/openfunction/pkg/buildenv"
)

const (
	maxHistory           = 100
	maxRebuildTokenBytes = 63
)

func (bs *BuildSpec) validate(ctx context.Context, path *field.Path) field.ErrorList {
	errs := fielderror.OneOf(path.Child("state"), bs.State, "", BuildStateCancelled)
	if len(bs.RebuildToken) > maxRebuildTokenBytes {
		errs = append(errs, fielderror.TooLong(path.Child("rebuildToken"), len(bs.RebuildToken), maxRebuildTokenBytes))
	}
	errs = append(errs, bs.validateTool(path, config.FromContext(ctx).Build)...)
	if bs.Shipwright != nil {
		errs = append(errs, bs.Shipwright.validate(ctx, path.Child("shipwright"))...)
	}
	if bs.SrcRepo == nil {
		errs = append(errs, field.Required(path.Child("srcRepo"), "set the location of the source code"))
	} else {
		errs = append(errs, bs.SrcRepo.validate(ctx, path.Child("srcRepo"))...)
	}
	return slices.Concat(errs,
		validateBuildEnv(path.Child("env"), bs.Env),
		bs.validateStepEnv(path.Child("env"), config.FromContext(ctx).Build),
		bs.validateTimeouts(path),
		fielderror.Between(path.Child("successfulBuildsHistoryLimit"), bs.SuccessfulBuildsHistoryLimit, 0, maxHistory),
		fielderror.Between(path.Child("failedBuildsHistoryLimit"), bs.FailedBuildsHistoryLimit, 0, maxHistory),
	)
}

// validateTool checks the builder or Dockerfile of the build. The administrator's
// strategy takes one of them. A strategy of the author may take both: strategies for
// Dockerfiles of the old project did.
func (bs *BuildSpec) validateTool(path *field.Path, cfg *config.Build) field.ErrorList {
	var errs field.ErrorList
	if bs.usesDefaultStrategy(cfg) {
		switch {
		case !isSet(bs.Builder) && !isSet(bs.Dockerfile):
			errs = append(errs, field.Required(path,
				"set builder, dockerfile or shipwright.strategy; or ask the administrator to set default-builder in config-build"))
		case isSet(bs.Builder) && isSet(bs.Dockerfile):
			errs = append(errs, field.Forbidden(path, "set only one of builder, dockerfile; or name the strategy that needs both"))
		}
	}
	if isSet(bs.Builder) {
		errs = append(errs, validateBuilder(cfg, path.Child("builder"), *bs.Builder)...)
	} else if bs.BuilderCredentials != nil {
		errs = append(errs, field.Forbidden(path.Child("builderCredentials"), "must not be set without builder"))
	}
	return slices.Concat(errs,
		validateSecretRef(path.Child("builderCredentials"), bs.BuilderCredentials),
		validateSubPath(path.Child("dockerfile"), bs.Dockerfile),
	)
}

func (bs *BuildSpec) validateTimeouts(path *field.Path) field.ErrorList {
	errs := validateBuildTimeout(path.Child("timeout"), bs.Timeout)
	if bs.BuilderMaxAge != nil && bs.BuilderMaxAge.Duration < 0 {
		errs = append(errs, fielderror.Invalid(path.Child("builderMaxAge"), bs.BuilderMaxAge.Duration, "must not be negative"))
	}
	if bs.Shipwright == nil || bs.Shipwright.Timeout == nil {
		return errs
	}
	own := path.Child("shipwright", "timeout")
	if bs.Timeout != nil && bs.Shipwright.Timeout.Duration > bs.Timeout.Duration {
		errs = append(errs, fielderror.Invalid(own, bs.Shipwright.Timeout.Duration,
			fmt.Sprintf("exceeds build.timeout, %v", bs.Timeout.Duration)))
	}
	return append(errs, validateBuildTimeout(own, bs.Shipwright.Timeout)...)
}

func validateBuildTimeout(path *field.Path, timeout *metav1.Duration) field.ErrorList {
	if timeout == nil || timeout.Duration >= config.MinBuildTimeout && timeout.Duration <= config.MaxBuildTimeout {
		return nil
	}
	return field.ErrorList{fielderror.Invalid(path, timeout.Duration,
		fmt.Sprintf("must be between %v and %v", config.MinBuildTimeout, config.MaxBuildTimeout))}
}

// validateBuildEnv checks the environment of a build. Values may be secrets, so no
// error repeats one.
func validateBuildEnv(path *field.Path, env map[string]string) field.ErrorList {
	names, errs := fielderror.FirstKeys(path, env, maxEnv)
	size := 0
	for name, value := range env {
		size += len(name) + len(value)
	}
	for _, name := range names {
		at := fielderror.Key(path, name)
		errs = append(errs, validateBuildEnvName(at, name)...)
		errs = append(errs, podspec.ValidateEnvValue(at, env[name])...)
	}
	if size > buildenv.MaxBytes {
		errs = append(errs, fielderror.TooLong(path, size, buildenv.MaxBytes))
	}
	return errs
}

// validateStepEnv checks the names of variables if the strategy passes them to all of its
// steps. The strategy of this project passes them to buildpacks only.
func (bs *BuildSpec) validateStepEnv(path *field.Path, cfg *config.Build) field.ErrorList {
	kind, name := config.KindClusterBuildStrategy, cfg.DefaultStrategy
	if bs.Shipwright != nil && bs.Shipwright.Strategy != nil {
		kind, name = ptr.Deref(bs.Shipwright.Strategy.Kind, StrategyKindNamespaced), bs.Shipwright.Strategy.Name
	}
	if kind == config.KindClusterBuildStrategy && name == shippedStrategy {
		return nil
	}
	var errs field.ErrorList
	names, _ := fielderror.FirstKeys(path, bs.Env, maxEnv)
	for _, variable := range names {
		if buildenv.ReachesPrograms(variable) && !cfg.AllowedBuildEnv.Match(variable) {
			errs = append(errs, field.Forbidden(fielderror.Key(path, variable),
				"all programs of the strategy would read it; an administrator can list it in allowed-build-env of "+config.BuildConfigName))
		}
	}
	return errs
}

// shippedStrategy is the name of the ClusterBuildStrategy of this project.
const shippedStrategy = "openfunction"

func validateBuildEnvName(path *field.Path, name string) field.ErrorList {
	switch {
	case len(validation.IsCIdentifier(name)) > 0:
		return field.ErrorList{fielderror.Invalid(path, name, whyIdentifier)}
	case buildenv.ValidateName(name) != nil:
		return field.ErrorList{field.Forbidden(path, "the variable is reserved: it controls the programs of the build")}
	default:
		return nil
	}
}

// validateOutputImage checks the reference to which a build pushes.
func validateOutputImage(path *field.Path, image string) field.ErrorList {
	if errs := fielderror.Image(path, image); len(errs) > 0 {
		return errs
	}
	if strings.Contains(image, "@") {
		return field.ErrorList{fielderror.Invalid(path, image, "output needs a repository or tag, not a digest")}
	}
	return nil
}

// validateSecretRef checks a reference to a secret of the same namespace.
func validateSecretRef(path *field.Path, ref *corev1.LocalObjectReference) field.ErrorList {
	if ref == nil {
		return nil
	}
	return fielderror.ObjectName(path.Child("name"), ref.Name)
}

// validateRepository checks the image of a function, and that the administrator allows
// images of functions in its repository.
func validateRepository(
	ctx context.Context, path *field.Path, image string, check func(*field.Path, string) field.ErrorList,
) field.ErrorList {
	if errs := check(path, image); len(errs) > 0 {
		return errs
	}
	allowed := config.FromContext(ctx).Build.AllowedRepositories
	if allowed.Allows(image) {
		return nil
	}
	return field.ErrorList{field.Forbidden(path, fmt.Sprintf("repository policy: %s is outside of allowed-repositories in %s: %s",
		fielderror.Quote(image), config.BuildConfigName, fielderror.Join(allowed)))}
}

// validateBuilder checks the image of a builder, or the base image of a build.
func validateBuilder(cfg *config.Build, path *field.Path, image string) field.ErrorList {
	if errs := fielderror.Image(path, image); len(errs) > 0 {
		return errs
	}
	if cfg.AllowsBuilder(image) {
		return nil
	}
	return field.ErrorList{field.Forbidden(path, fmt.Sprintf("%s is outside of allowed-builders in %s: %s",
		fielderror.Quote(image), config.BuildConfigName, fielderror.Join(cfg.AllowedBuilders)))}
}
