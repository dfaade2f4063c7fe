/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pod

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/envvar"
	"openfunction.dev/openfunction/pkg/funccontext"
)

// Variables of the contract with function images that have no better home.
const (
	podNameEnv      = "POD_NAME"
	podNamespaceEnv = "POD_NAMESPACE"
	appProtocolEnv  = "APP_PROTOCOL"
)

// NameEnv returns the variable that holds the name of the pod, for runtimes that
// let a pod learn it. The framework for Go does not start without it.
func NameEnv() corev1.EnvVar {
	return corev1.EnvVar{Name: podNameEnv, ValueFrom: &corev1.EnvVarSource{
		// With its default, which the API server would add.
		FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: "metadata.name"},
	}}
}

// NamedEnv returns the variable of NameEnv for runtimes that let no pod learn its
// name: it holds a name that stands for all pods of a Serving.
func NamedEnv(name string) corev1.EnvVar {
	return corev1.EnvVar{Name: podNameEnv, Value: envvar.Escape(name)}
}

// contextEnv returns the variables that nobody may set but us.
func contextEnv(s *v1beta2.Serving, role Role) ([]corev1.EnvVar, error) {
	f := describe(s, role)
	v1beta1, err := f.V1beta1().Marshal()
	if err != nil {
		return nil, err
	}
	newer, err := f.V1beta2().Marshal()
	if err != nil {
		return nil, err
	}
	return []corev1.EnvVar{
		{Name: funccontext.EnvName, Value: envvar.Escape(v1beta1)},
		{Name: funccontext.EnvNameV1beta2, Value: envvar.Escape(newer)},
		{Name: podNamespaceEnv, Value: envvar.Escape(s.Namespace)},
	}, nil
}

// derivedEnv returns the variables that we set where neither the template nor
// params say otherwise.
func derivedEnv(s *v1beta2.Serving) []corev1.EnvVar {
	return append([]corev1.EnvVar{{Name: appProtocolEnv, Value: envvar.Escape(s.Spec.AppProtocol())}}, tracingEnv(s)...)
}

// describe says of s what frameworks are told. Components of Dapr are named only
// where there is a sidecar: a framework that is told of one waits for it and does
// not start before.
func describe(s *v1beta2.Serving, role Role) *funccontext.Function {
	port := s.Spec.Port()
	f := &funccontext.Function{
		Name:    functionName(s),
		Version: ptr.Deref(s.Spec.Version, ""),
		Port:    port,
		Tracing: tracing(s.Spec.Tracing),
	}
	if !role.TakesEvents {
		f.HTTP = &funccontext.HTTPTrigger{Port: port, Engine: engine(&s.Spec.WorkloadSpec)}
	}
	if sidecar := role.Sidecar; sidecar != nil {
		f.Events, f.Inputs, f.Outputs, f.States = sidecar.Events, sidecar.Inputs, sidecar.Outputs, sidecar.States
	}
	if hooks := s.Spec.Hooks; hooks != nil {
		f.PreHooks, f.PostHooks = hooks.Pre, hooks.Post
	}
	return f
}

func engine(spec *v1beta2.WorkloadSpec) string {
	if spec.Triggers == nil || spec.Triggers.HTTP == nil {
		return ""
	}
	return string(ptr.Deref(spec.Triggers.HTTP.Engine, ""))
}

func tracing(config *v1beta2.TracingConfig) *funccontext.Tracing {
	if config == nil || !config.Enabled || config.Provider == nil {
		return nil
	}
	t := &funccontext.Tracing{
		Enabled: true,
		Provider: funccontext.Provider{
			Name:      strings.ToLower(config.Provider.Name),
			OapServer: config.Provider.OapServer,
		},
		Tags:    config.Tags,
		Baggage: config.Baggage,
	}
	if e := config.Provider.Exporter; e != nil {
		t.Provider.Exporter = &funccontext.Exporter{
			Name:        strings.ToLower(e.Name),
			Endpoint:    e.Endpoint,
			Compression: strings.ToLower(e.Compression),
			Timeout:     e.Timeout,
		}
		if e.Protocol != "" {
			protocol, _, _ := strings.Cut(strings.ToLower(e.Protocol), "/")
			t.Provider.Exporter.Protocol = protocol
		}
	}
	return t
}
