/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/fielderror"
)

// Kinds of Shipwright build strategies.
const (
	// StrategyKindNamespaced is a strategy of the function's own namespace.
	StrategyKindNamespaced = "BuildStrategy"
	// StrategyKindCluster is a strategy of the cluster, which the administrator
	// installs.
	StrategyKindCluster = "ClusterBuildStrategy"
)

// ShipwrightEngine selects and configures a Shipwright build strategy.
type ShipwrightEngine struct {
	// Strategy names the build strategy. Default: default-strategy of the
	// ConfigMap config-build, a ClusterBuildStrategy.
	// Example: {"name": "kaniko", "kind": "ClusterBuildStrategy"}.
	// +optional
	Strategy *Strategy `json:"strategy,omitempty"`

	// Params are values for the parameters of the strategy, each name once.
	// Default: the defaults of the strategy.
	// Example: [{"name": "cache", "value": "registry"}].
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=100
	Params []*ParamValue `json:"params,omitempty"`

	// Timeout is how long the BuildRun may take: a duration from 10s to 24h, at most
	// the timeout of the build. Default: the timeout of the build. Example: 10m.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('10s') && duration(self) <= duration('24h')",message="must be between 10s and 24h0m0s"
	Timeout *metav1.Duration `json:"timeout,omitempty"`
}

// Strategy names a Shipwright build strategy.
type Strategy struct {
	// Name is the name of the strategy. Required. Example: openfunction.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name"`
	// Kind is BuildStrategy, for a strategy in the namespace of the function, or
	// ClusterBuildStrategy, in any letter case. Default: BuildStrategy, the default of
	// Shipwright. Example: ClusterBuildStrategy.
	// +optional
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self.lowerAscii() in ['buildstrategy', 'clusterbuildstrategy']",message="supported values: BuildStrategy, ClusterBuildStrategy"
	Kind *string `json:"kind,omitempty"`
}

// ParamValue is a value for a parameter of a strategy: value, configMapValue or
// secretValue for a single value, values for an array.
//
// +kubebuilder:validation:XValidation:rule="has(self.values) ? !has(self.value) && !has(self.configMapValue) && !has(self.secretValue) : has(self.value) || has(self.configMapValue) || has(self.secretValue)",message="one of value, configMapValue, secretValue, values"
type ParamValue struct {
	// Inline the value of a single parameter.
	SingleValue `json:",inline"`

	// Name is the name of the parameter. Required. Example: cache.
	// +kubebuilder:validation:MinLength=1
	Name string `json:"name"`

	// Values are the elements of an array parameter, at most 100. No default.
	// Example: [{"value": "a"}, {"value": "b"}].
	// +optional
	// +kubebuilder:validation:MaxItems=100
	Values []SingleValue `json:"values,omitempty"`
}

// SingleValue is a value, or a reference to the key that holds it.
//
// +kubebuilder:validation:XValidation:rule="(has(self.value) ? 1 : 0) + (has(self.configMapValue) ? 1 : 0) + (has(self.secretValue) ? 1 : 0) <= 1",reason=FieldValueForbidden,message="set only one of value, configMapValue, secretValue"
type SingleValue struct {
	// Value is the value itself. No default. Example: registry.
	// +optional
	Value *string `json:"value,omitempty"`
	// ConfigMapValue reads the value from a ConfigMap of the same namespace. No
	// default. Example: {"name": "build-settings", "key": "cache"}.
	// +optional
	ConfigMapValue *ObjectKeyRef `json:"configMapValue,omitempty"`
	// SecretValue reads the value from a Secret of the same namespace. No default.
	// Example: {"name": "npm", "key": "token"}.
	// +optional
	SecretValue *ObjectKeyRef `json:"secretValue,omitempty"`
}

// ObjectKeyRef is a key of a ConfigMap or Secret.
type ObjectKeyRef struct {
	// Name is the name of the ConfigMap or Secret. Required. Example: npm.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name"`
	// Key is the key inside the object. Required. Example: token.
	// +kubebuilder:validation:MinLength=1
	Key string `json:"key"`
	// Format is a text in which ${CONFIGMAP_VALUE} or ${SECRET_VALUE} is replaced by
	// the value. Default: the value alone. Example: Bearer ${SECRET_VALUE}.
	// +optional
	Format *string `json:"format,omitempty"`
}

func defaultStrategy(cfg *config.Build) *Strategy {
	return &Strategy{Name: cfg.DefaultStrategy, Kind: new(StrategyKindCluster)}
}

// usesDefaultStrategy reports whether the build uses the administrator's strategy, by
// name or by default.
func (bs *BuildSpec) usesDefaultStrategy(cfg *config.Build) bool {
	if bs.Shipwright == nil || bs.Shipwright.Strategy == nil {
		return true
	}
	s, d := bs.Shipwright.Strategy, defaultStrategy(cfg)
	return s.Name == d.Name && s.Kind != nil && *s.Kind == *d.Kind
}

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

// ClearTimeouts removes what limits the time of a build. It does not change the image.
func (bs *BuildSpec) ClearTimeouts() {
	bs.Timeout = nil
	if bs.Shipwright != nil {
		bs.Shipwright.Timeout = nil
	}
}
