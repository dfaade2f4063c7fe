/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package shipwright

import (
	"slices"

	buildv1beta1 "github.com/shipwright-io/build/pkg/apis/build/v1beta1"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/utils/ptr"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/buildenv"
)

// ourStrategy is the ClusterBuildStrategy in config/strategies.
const ourStrategy = "openfunction"

// Parameters of strategies. The first two have the names that Shipwright's own
// strategies use. The others belong to the strategy in config/strategies.
const (
	paramBuilderImage       = "builder-image"
	paramDockerfile         = "dockerfile"
	paramRunImage           = "run-image"
	paramInsecureRegistries = "insecure-registries"
	paramEnv                = "env"
)

// isOurs reports whether a strategy has the parameters of the one in config/strategies.
func isOurs(s buildv1beta1.Strategy) bool {
	return s.Name == ourStrategy && s.Kind != nil && *s.Kind == buildv1beta1.ClusterBuildStrategyKind
}

// makeParams returns the values of the parameters of the strategy, by name. A field of
// the Builder overrides the parameter with the same meaning, which overrides the
// administrator's default.
func makeParams(b *v1beta2.Builder, cfg *config.Build, ours bool) ([]buildv1beta1.ParamValue, *apis.FieldError) {
	values := make(map[string]buildv1beta1.ParamValue)
	if ours {
		setSingle(values, paramBuilderImage, cfg.DefaultBuilder)
		setSingle(values, paramRunImage, cfg.DefaultRunImage)
	}
	errs := addUserParams(values, b.Spec.Shipwright, ours)
	setSingle(values, paramBuilderImage, ptr.Deref(b.Spec.Builder, ""))
	if !ours {
		// Ours has no such parameter; Check reports that the field has no effect.
		setSingle(values, paramDockerfile, ptr.Deref(b.Spec.Dockerfile, ""))
	}
	if ours {
		setArray(values, paramInsecureRegistries, sets.List(cfg.InsecureRegistries))
		env, err := buildenv.Encode(b.Spec.Env)
		if err != nil {
			errs = errs.Also(&apis.FieldError{Message: "invalid value", Paths: []string{"env"}, Details: err.Error()})
		}
		setArray(values, paramEnv, env)
		if _, ok := values[paramBuilderImage]; !ok {
			errs = errs.Also(&apis.FieldError{
				Message: "missing field(s)", Paths: []string{"builder"},
				Details: "set a builder image, or ask the administrator to set default-builder in config-build",
			})
		}
	}
	params := make([]buildv1beta1.ParamValue, 0, len(values))
	for _, name := range sets.List(sets.KeySet(values)) {
		params = append(params, values[name])
	}
	return params, errs
}

// addUserParams adds the parameters of the user. The list of registries without TLS is
// left out, because the administrator sets it.
func addUserParams(values map[string]buildv1beta1.ParamValue, engine *v1beta2.ShipwrightEngine, ours bool) *apis.FieldError {
	if engine == nil {
		return nil
	}
	var errs *apis.FieldError
	reserved := []string{paramEnv, paramInsecureRegistries}
	for i, param := range engine.Params {
		if param == nil {
			continue
		}
		if ours && slices.Contains(reserved, param.Name) {
			errs = errs.Also((&apis.FieldError{
				Message: "the parameter " + param.Name + " cannot be set", Paths: []string{"name"},
				Details: "env comes from spec.build.env, and insecure-registries from the ConfigMap config-build",
			}).ViaFieldIndex("params", i).ViaField("shipwright"))
			continue
		}
		values[param.Name] = makeParam(param)
	}
	return errs
}

func makeParam(param *v1beta2.ParamValue) buildv1beta1.ParamValue {
	out := buildv1beta1.ParamValue{Name: param.Name}
	if param.Values == nil {
		single := makeValue(param.SingleValue)
		out.SingleValue = &single
		return out
	}
	for _, value := range param.Values {
		out.Values = append(out.Values, makeValue(value))
	}
	return out
}

func makeValue(value v1beta2.SingleValue) buildv1beta1.SingleValue {
	return buildv1beta1.SingleValue{
		Value:          value.Value,
		ConfigMapValue: makeKeyRef(value.ConfigMapValue),
		SecretValue:    makeKeyRef(value.SecretValue),
	}
}

func makeKeyRef(ref *v1beta2.ObjectKeyRef) *buildv1beta1.ObjectKeyRef {
	if ref == nil {
		return nil
	}
	return &buildv1beta1.ObjectKeyRef{Name: ref.Name, Key: ref.Key, Format: ref.Format}
}

func setSingle(values map[string]buildv1beta1.ParamValue, name, value string) {
	if value != "" {
		values[name] = buildv1beta1.ParamValue{Name: name, SingleValue: &buildv1beta1.SingleValue{Value: &value}}
	}
}

func setArray(values map[string]buildv1beta1.ParamValue, name string, elements []string) {
	if len(elements) == 0 {
		return
	}
	param := buildv1beta1.ParamValue{Name: name}
	for _, element := range elements {
		param.Values = append(param.Values, buildv1beta1.SingleValue{Value: &element})
	}
	values[name] = param
}
