/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/buildenv"
)

const (
	maxHistory           = 100
	maxRebuildTokenBytes = 63
)

// Validate returns everything that is wrong with the build.
func (bs *BuildSpec) Validate(ctx context.Context) *apis.FieldError {
	errs := oneOf(bs.State, "state", "", BuildStateCancelled)
	if len(bs.RebuildToken) > maxRebuildTokenBytes {
		errs = errs.Also(tooLong("rebuildToken", len(bs.RebuildToken), maxRebuildTokenBytes))
	}
	errs = errs.Also(bs.validateTool(config.FromContext(ctx).Build))
	if bs.Shipwright != nil {
		errs = errs.Also(bs.Shipwright.Validate(ctx).ViaField("shipwright"))
	}
	if bs.SrcRepo == nil {
		errs = errs.Also(required("srcRepo", "say where the source code is"))
	} else {
		errs = errs.Also(bs.SrcRepo.Validate(ctx).ViaField("srcRepo"))
	}
	return errs.Also(
		validateBuildEnv(bs.Env, "env"),
		bs.validateTimeouts(),
		within(bs.SuccessfulBuildsHistoryLimit, "successfulBuildsHistoryLimit", 0, maxHistory),
		within(bs.FailedBuildsHistoryLimit, "failedBuildsHistoryLimit", 0, maxHistory),
	)
}

// validateTool checks what the build runs. The administrator's strategy builds
// either with a builder or from a Dockerfile; a strategy of the author's own may
// take both, as those for Dockerfiles of the old project did.
func (bs *BuildSpec) validateTool(cfg *config.Build) *apis.FieldError {
	var errs *apis.FieldError
	if bs.usesDefaultStrategy(cfg) {
		switch {
		case !isSet(bs.Builder) && !isSet(bs.Dockerfile):
			errs = errs.Also(required(apis.CurrentField,
				"builder, dockerfile or shipwright.strategy; or ask the administrator to set default-builder in config-build"))
		case isSet(bs.Builder) && isSet(bs.Dockerfile):
			errs = errs.Also(forbidden(apis.CurrentField, "set only one of builder, dockerfile; or name the strategy that needs both"))
		}
	}
	if isSet(bs.Builder) {
		errs = errs.Also(validateBuilder(cfg, *bs.Builder, "builder"))
	} else if bs.BuilderCredentials != nil {
		errs = errs.Also(forbidden("builderCredentials", "must not be set without builder"))
	}
	return errs.Also(
		validateSecretRef(bs.BuilderCredentials, "builderCredentials"),
		validateSubPath(bs.Dockerfile, "dockerfile"),
	)
}

func (bs *BuildSpec) validateTimeouts() *apis.FieldError {
	errs := validateBuildTimeout(bs.Timeout, "timeout")
	if bs.BuilderMaxAge != nil && bs.BuilderMaxAge.Duration < 0 {
		errs = errs.Also(invalid(bs.BuilderMaxAge.Duration, "builderMaxAge", "must not be negative"))
	}
	if bs.Shipwright == nil || bs.Shipwright.Timeout == nil {
		return errs
	}
	if bs.Timeout != nil && bs.Shipwright.Timeout.Duration > bs.Timeout.Duration {
		errs = errs.Also(invalid(bs.Shipwright.Timeout.Duration, "shipwright.timeout",
			fmt.Sprintf("exceeds build.timeout, %v", bs.Timeout.Duration)))
	}
	return errs.Also(validateBuildTimeout(bs.Shipwright.Timeout, "shipwright.timeout"))
}

func validateBuildTimeout(timeout *metav1.Duration, path string) *apis.FieldError {
	if timeout == nil || timeout.Duration >= config.MinBuildTimeout && timeout.Duration <= config.MaxBuildTimeout {
		return nil
	}
	return invalid(timeout.Duration, path, fmt.Sprintf("must be between %v and %v", config.MinBuildTimeout, config.MaxBuildTimeout))
}

// validateBuildEnv checks the environment of a build. Values may be secrets, so
// no error repeats one.
func validateBuildEnv(env map[string]string, path string) *apis.FieldError {
	names, errs := firstKeys(env, path, maxEnv)
	size := 0
	for name, value := range env {
		size += len(name) + len(value)
	}
	for _, name := range names {
		errs = errs.Also(
			validateBuildEnvName(name, KeyPath(path, name)),
			validateEnvValue(env[name], KeyPath(path, name)),
		)
	}
	if size > buildenv.MaxBytes {
		errs = errs.Also(tooLong(path, size, buildenv.MaxBytes))
	}
	return errs
}

func validateBuildEnvName(name, path string) *apis.FieldError {
	switch {
	case len(validation.IsCIdentifier(name)) > 0:
		return invalid(name, path, "must be a C identifier: letters, digits and '_', no digit first")
	case buildenv.ValidateName(name) != nil:
		return forbidden(path, "the variable is reserved: it steers the programs of the build")
	}
	return nil
}
