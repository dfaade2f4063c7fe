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
	"k8s.io/apimachinery/pkg/util/validation/field"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/fielderror"
)

func (se *ShipwrightEngine) validate(ctx context.Context, path *field.Path) field.ErrorList {
	cfg := config.FromContext(ctx).Build
	var errs field.ErrorList
	if se.Strategy != nil {
		errs = se.Strategy.validate(path.Child("strategy"), cfg)
	}
	names := sets.New[string]()
	params, many := fielderror.First(path.Child("params"), se.Params, maxParams)
	errs = append(errs, many...)
	for i, param := range params {
		at := path.Child("params").Index(i)
		if param == nil {
			errs = append(errs, field.Required(at, whyNull))
			continue
		}
		if param.Name != "" && names.Has(param.Name) {
			errs = append(errs, fielderror.Duplicate(at.Child("name"), param.Name))
		}
		names.Insert(param.Name)
		errs = append(errs, param.validate(at)...)
		errs = append(errs, param.validateAllowed(ctx, at)...)
	}
	return errs
}

func (s *Strategy) validate(path *field.Path, cfg *config.Build) field.ErrorList {
	errs := fielderror.ObjectName(path.Child("name"), s.Name)
	kind := StrategyKindNamespaced
	if s.Kind != nil {
		kind = *s.Kind
		errs = append(errs, fielderror.OneOf(path.Child("kind"), kind, StrategyKindNamespaced, StrategyKindCluster)...)
	}
	if s.Name != "" && !cfg.AllowsStrategy(kind, s.Name) {
		errs = append(errs, field.Forbidden(path, fmt.Sprintf("%s %s is outside of allowed-strategies in %s: %s",
			kind, fielderror.Quote(s.Name), config.BuildConfigName, fielderror.Join(cfg.AllowedStrategies))))
	}
	return errs
}

// systemParams are parameters that a field of the build sets, or only the
// administrator.
var systemParams = sets.New("ENV_VARS", "env", "insecure-registries")

func (pv *ParamValue) validate(path *field.Path) field.ErrorList {
	var errs field.ErrorList
	switch {
	case pv.Name == "":
		errs = append(errs, field.Required(path.Child("name"), "set the name of a parameter of the strategy"))
	case systemParams.Has(pv.Name) || strings.HasPrefix(pv.Name, "shp-"):
		errs = append(errs, field.Forbidden(path.Child("name"),
			fielderror.Quote(pv.Name)+" is reserved: build.env sets env, and the platform sets the others"))
	}
	if pv.Values == nil {
		return append(errs, pv.SingleValue.validate(path)...)
	}
	if pv.SingleValue != (SingleValue{}) {
		errs = append(errs, field.Forbidden(path.Child("values"), "must not be set together with value, configMapValue or secretValue"))
	}
	values, many := fielderror.First(path.Child("values"), pv.Values, maxParams)
	errs = append(errs, many...)
	for i := range values {
		errs = append(errs, values[i].validate(path.Child("values").Index(i))...)
	}
	return errs
}

func (sv *SingleValue) validate(path *field.Path) field.ErrorList {
	var errs field.ErrorList
	set := 0
	if sv.Value != nil {
		set++
	}
	if sv.ConfigMapValue != nil {
		set++
		errs = append(errs, sv.ConfigMapValue.validate(path.Child("configMapValue"))...)
	}
	if sv.SecretValue != nil {
		set++
		errs = append(errs, sv.SecretValue.validate(path.Child("secretValue"))...)
	}
	switch {
	case set == 0:
		errs = append(errs, field.Required(path, "one of value, configMapValue, secretValue, values"))
	case set > 1:
		errs = append(errs, field.Forbidden(path, "set only one of value, configMapValue, secretValue"))
	}
	return errs
}

func (r *ObjectKeyRef) validate(path *field.Path) field.ErrorList {
	errs := fielderror.ObjectName(path.Child("name"), r.Name)
	if r.Key == "" {
		errs = append(errs, field.Required(path.Child("key"), "set a key of the object"))
	}
	return errs
}

// Names of the parameters that name an image, in the strategies of Shipwright and in
// ours.
const (
	paramBuilderImage = "builder-image"
	paramRunImage     = "run-image"
	paramCacheImage   = "cache-image"
)

// validateAllowed checks the images that a parameter names. A value in a ConfigMap or
// Secret is refused, because it cannot be checked.
func (pv *ParamValue) validateAllowed(ctx context.Context, path *field.Path) field.ErrorList {
	key, allowed, check := pv.imagePolicy(ctx)
	if check == nil || allowed.AllowAll() {
		return nil
	}
	checkValue := func(path *field.Path, value *SingleValue) field.ErrorList {
		if value.Value == nil {
			return field.ErrorList{field.Forbidden(path, fmt.Sprintf("must be a plain value, because %s in %s limits the allowed values", key, config.BuildConfigName))}
		}
		return check(path.Child("value"), *value.Value)
	}
	if pv.Values == nil {
		return checkValue(path, &pv.SingleValue)
	}
	var errs field.ErrorList
	for i := range pv.Values[:min(len(pv.Values), maxParams)] {
		errs = append(errs, checkValue(path.Child("values").Index(i), &pv.Values[i])...)
	}
	return errs
}

// imagePolicy returns the key of the setting that limits the images of a parameter, its
// patterns, and the check of one image. The check is nil for all other parameters.
func (pv *ParamValue) imagePolicy(ctx context.Context) (string, config.ImagePatterns, func(*field.Path, string) field.ErrorList) {
	cfg := config.FromContext(ctx).Build
	switch pv.Name {
	case paramBuilderImage, paramRunImage:
		return "allowed-builders", cfg.AllowedBuilders, func(path *field.Path, image string) field.ErrorList {
			return validateBuilder(cfg, path, image)
		}
	case paramCacheImage:
		return "allowed-repositories", cfg.AllowedRepositories, func(path *field.Path, image string) field.ErrorList {
			if image == "auto" || image == "none" {
				return nil
			}
			return validateRepository(ctx, path, image, fielderror.Image)
		}
	default:
		return "", nil, nil
	}
}
