/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pod

import (
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/envvar"
	"openfunction.dev/openfunction/pkg/funccontext"
)

// More variables of the contract with function images.
const (
	podNameEnv      = "POD_NAME"
	podNamespaceEnv = "POD_NAMESPACE"
	appProtocolEnv  = "APP_PROTOCOL"
	portEnv         = "PORT"
)

// NameEnv returns the variable POD_NAME with the name of the pod, for runtimes that
// allow a fieldRef. The Go framework of the old project does not start without it.
func NameEnv() corev1.EnvVar {
	return corev1.EnvVar{Name: podNameEnv, ValueFrom: &corev1.EnvVarSource{
		// The default version, which the API server would add.
		FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: "metadata.name"},
	}}
}

// NamedEnv returns the variable POD_NAME with a given name, for runtimes that do not
// allow a fieldRef. All pods of a Serving have the same value.
func NamedEnv(name string) corev1.EnvVar {
	return corev1.EnvVar{Name: podNameEnv, Value: envvar.Escape(name)}
}

// PortEnv returns the variable PORT, for runtimes whose product does not set it.
func PortEnv(s *v1beta2.Serving) corev1.EnvVar {
	return corev1.EnvVar{Name: portEnv, Value: strconv.Itoa(int(s.Spec.Port()))}
}

// contextEnv returns the variables that authors cannot set.
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

// derivedEnv returns the variables that are set unless the template or params set them.
func derivedEnv(s *v1beta2.Serving) []corev1.EnvVar {
	return append([]corev1.EnvVar{{Name: appProtocolEnv, Value: envvar.Escape(s.Spec.AppProtocol())}}, tracingEnv(s)...)
}

// describe returns the description of s for function frameworks. It lists Dapr
// components only for pods with a sidecar, because a framework with a component waits
// for the sidecar.
func describe(s *v1beta2.Serving, role Role) *funccontext.Function {
	port := s.Spec.Port()
	f := &funccontext.Function{
		Name:    FunctionName(s),
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
