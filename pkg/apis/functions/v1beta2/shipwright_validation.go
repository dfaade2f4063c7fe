/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/util/sets"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/config"
)

// Validate returns everything that is wrong with the choice of strategy.
func (se *ShipwrightEngine) Validate(ctx context.Context) *apis.FieldError {
	errs := se.validateAllowed(ctx)
	if se.Strategy != nil {
		errs = errs.Also(se.Strategy.validate().ViaField("strategy"))
	}
	names := sets.New[string]()
	params, many := first(se.Params, "params", maxParams)
	errs = errs.Also(many)
	for i, param := range params {
		if param == nil {
			errs = errs.Also(required(apis.CurrentField, "must not be null").ViaFieldIndex("params", i))
			continue
		}
		if param.Name != "" && names.Has(param.Name) {
			errs = errs.Also(duplicate(param.Name, "name").ViaFieldIndex("params", i))
		}
		names.Insert(param.Name)
		errs = errs.Also(param.validate().ViaFieldIndex("params", i))
	}
	return errs
}

func (s *Strategy) validate() *apis.FieldError {
	errs := validateObjectName(s.Name, "name")
	if s.Kind != nil {
		errs = errs.Also(oneOf(*s.Kind, "kind", StrategyKindNamespaced, StrategyKindCluster))
	}
	return errs
}

// systemParams are parameters that have a field of the build instead, or that
// only the administrator sets.
var systemParams = sets.New("ENV_VARS", "env", "insecure-registries")

func (pv *ParamValue) validate() *apis.FieldError {
	var errs *apis.FieldError
	switch {
	case pv.Name == "":
		errs = errs.Also(required("name", "name a parameter of the strategy"))
	case systemParams.Has(pv.Name) || strings.HasPrefix(pv.Name, "shp-"):
		errs = errs.Also(forbidden("name", quote(pv.Name)+" is reserved: env comes from build.env, the others from the platform"))
	}
	if pv.Values == nil {
		return errs.Also(pv.SingleValue.validate())
	}
	if pv.SingleValue != (SingleValue{}) {
		errs = errs.Also(forbidden("values", "must not be set together with value, configMapValue or secretValue"))
	}
	values, many := first(pv.Values, "values", maxParams)
	errs = errs.Also(many)
	for i := range values {
		errs = errs.Also(values[i].validate().ViaFieldIndex("values", i))
	}
	return errs
}

func (sv *SingleValue) validate() *apis.FieldError {
	var errs *apis.FieldError
	set := 0
	if sv.Value != nil {
		set++
	}
	if sv.ConfigMapValue != nil {
		set++
		errs = errs.Also(sv.ConfigMapValue.validate().ViaField("configMapValue"))
	}
	if sv.SecretValue != nil {
		set++
		errs = errs.Also(sv.SecretValue.validate().ViaField("secretValue"))
	}
	switch {
	case set == 0:
		errs = errs.Also(required(apis.CurrentField, "one of value, configMapValue, secretValue, values"))
	case set > 1:
		errs = errs.Also(forbidden(apis.CurrentField, "set only one of value, configMapValue, secretValue"))
	}
	return errs
}

func (r *ObjectKeyRef) validate() *apis.FieldError {
	errs := validateObjectName(r.Name, "name")
	if r.Key == "" {
		errs = errs.Also(required("key", "name a key of the object"))
	}
	return errs
}

// validateAllowed checks the strategy, and the images that are handed to it by
// parameters.
func (se *ShipwrightEngine) validateAllowed(ctx context.Context) *apis.FieldError {
	cfg := config.FromContext(ctx).Build
	var errs *apis.FieldError
	if s := se.Strategy; s != nil && s.Name != "" {
		kind := StrategyKindNamespaced
		if s.Kind != nil {
			kind = *s.Kind
		}
		if !cfg.AllowsStrategy(kind, s.Name) {
			errs = errs.Also(forbidden("strategy", fmt.Sprintf("%s %s is outside of allowed-strategies in %s: %s",
				kind, quote(s.Name), config.BuildConfigName, join(cfg.AllowedStrategies))))
		}
	}
	params, _ := first(se.Params, "params", maxParams)
	for i, param := range params {
		if param != nil {
			errs = errs.Also(param.validateAllowed(ctx).ViaFieldIndex("params", i))
		}
	}
	return errs
}

// Parameters that name an image, as the strategies of Shipwright and ours call
// them.
const (
	paramBuilderImage = "builder-image"
	paramRunImage     = "run-image"
	paramCacheImage   = "cache-image"
)

// validateAllowed checks the images that a parameter names. One whose value is in
// another object could be any.
func (pv *ParamValue) validateAllowed(ctx context.Context) *apis.FieldError {
	cfg := config.FromContext(ctx).Build
	key, allowed := "allowed-builders", cfg.AllowedBuilders
	check := func(image, path string) *apis.FieldError { return validateBuilder(cfg, image, path) }
	switch pv.Name {
	case paramBuilderImage, paramRunImage:
	case paramCacheImage:
		key, allowed = "allowed-repositories", cfg.AllowedRepositories
		check = func(image, path string) *apis.FieldError {
			if image == "auto" || image == "none" {
				return nil
			}
			return validateRepository(ctx, image, path, validateImage)
		}
	default:
		return nil
	}
	if allowed.AllowAll() {
		return nil
	}
	checkValue := func(value *SingleValue) *apis.FieldError {
		if value.Value == nil {
			return forbidden(apis.CurrentField, fmt.Sprintf("must be a plain value, as %s in %s limits it", key, config.BuildConfigName))
		}
		return check(*value.Value, "value")
	}
	if pv.Values == nil {
		return checkValue(&pv.SingleValue)
	}
	var errs *apis.FieldError
	values, _ := first(pv.Values, "values", maxParams)
	for i := range values {
		errs = errs.Also(checkValue(&values[i]).ViaFieldIndex("values", i))
	}
	return errs
}
