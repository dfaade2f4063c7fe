/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package podspec

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"openfunction.dev/openfunction/pkg/apis/fielderror"
)

// validateContainer checks a container or an init container.
func (p *Policy) validateContainer(path *field.Path, c *corev1.Container) field.ErrorList {
	errs := p.validateName(path, c)
	for i := range c.Ports {
		if c.Ports[i].HostPort != 0 {
			errs = append(errs, field.Forbidden(path.Child("ports").Index(i).Child("hostPort"), p.whyNotAllowed()))
		}
		if c.Ports[i].HostIP != "" {
			errs = append(errs, field.Forbidden(path.Child("ports").Index(i).Child("hostIP"), p.whyNotAllowed()))
		}
	}
	if c.SecurityContext != nil {
		errs = append(errs, validateContainerSecurity(path.Child("securityContext"), c.SecurityContext)...)
	}
	errs = append(errs, p.validateEnv(path.Child("env"), c.Env)...)
	errs = append(errs, validateResources(path.Child("resources"), &c.Resources)...)
	return append(errs, p.validateHandlers(path, c)...)
}

func (p *Policy) validateName(path *field.Path, c *corev1.Container) field.ErrorList {
	switch {
	case c.Name == "":
		return field.ErrorList{field.Required(path.Child("name"), fmt.Sprintf("set a name; the container of the %s is named %s", p.Container, p.Container))}
	case len(validation.IsDNS1123Label(c.Name)) > 0:
		return field.ErrorList{fielderror.Invalid(path.Child("name"), c.Name, "must be a DNS-1123 label")}
	case c.Name != p.Container:
		return fielderror.Image(path.Child("image"), c.Image)
	case c.Image != "" && (p.OwnsImage == nil || !p.OwnsImage(c.Image)):
		return field.ErrorList{field.Forbidden(path.Child("image"), fmt.Sprintf("the image of the container %s is managed: set spec.image instead", p.Container))}
	default:
		return nil
	}
}

func (p *Policy) validateEnv(path *field.Path, env []corev1.EnvVar) field.ErrorList {
	var errs field.ErrorList
	seen := sets.New[string]()
	for i := range env {
		variable, name := &env[i], path.Index(i).Child("name")
		switch {
		case len(validation.IsEnvVarName(variable.Name)) > 0:
			errs = append(errs, fielderror.Invalid(name, variable.Name, "must be the name of a variable"))
		case p.ReservedEnv != nil && p.ReservedEnv(variable.Name):
			errs = append(errs, field.Forbidden(name, p.WhyReservedEnv))
		case seen.Has(variable.Name):
			errs = append(errs, fielderror.Duplicate(name, variable.Name))
		}
		seen.Insert(variable.Name)
		errs = append(errs, validateValueFrom(path.Index(i), variable)...)
	}
	return errs
}

func validateValueFrom(path *field.Path, variable *corev1.EnvVar) field.ErrorList {
	from := variable.ValueFrom
	if from == nil {
		return ValidateEnvValue(path.Child("value"), variable.Value)
	}
	sources := 0
	for _, set := range []bool{
		from.ConfigMapKeyRef != nil, from.FieldRef != nil, from.FileKeyRef != nil,
		from.ResourceFieldRef != nil, from.SecretKeyRef != nil,
	} {
		if set {
			sources++
		}
	}
	if sources != 1 || variable.Value != "" {
		return field.ErrorList{fielderror.InvalidSecret(path.Child("valueFrom"),
			"exactly one of value, configMapKeyRef, fieldRef, fileKeyRef, resourceFieldRef, secretKeyRef must be set")}
	}
	return nil
}

const maxEnvValueBytes = 32 << 10

// ValidateEnvValue checks the value of an environment variable. It may be a secret, so
// no error quotes it.
func ValidateEnvValue(path *field.Path, value string) field.ErrorList {
	switch {
	case len(value) > maxEnvValueBytes:
		return field.ErrorList{fielderror.TooLong(path, len(value), maxEnvValueBytes)}
	case strings.ContainsRune(value, 0):
		return field.ErrorList{fielderror.InvalidSecret(path, "must not contain NUL bytes, which environment variables cannot contain")}
	default:
		return nil
	}
}

func validateResources(path *field.Path, r *corev1.ResourceRequirements) field.ErrorList {
	requests := path.Child("requests")
	errs := validateQuantities(requests, r.Requests)
	errs = append(errs, validateQuantities(path.Child("limits"), r.Limits)...)
	for name, request := range r.Requests {
		if limit, ok := r.Limits[name]; ok && request.Cmp(limit) > 0 {
			errs = append(errs, fielderror.Invalid(fielderror.Key(requests, string(name)), request.String(),
				"must not be above the limit, "+limit.String()))
		}
	}
	return errs
}

func validateQuantities(path *field.Path, quantities map[corev1.ResourceName]resource.Quantity) field.ErrorList {
	var errs field.ErrorList
	for name, quantity := range quantities {
		if quantity.Sign() < 0 {
			errs = append(errs, fielderror.Invalid(fielderror.Key(path, string(name)), quantity.String(), "must not be negative"))
		}
	}
	return errs
}

// validateHandlers checks the probes and hooks of a container.
func (p *Policy) validateHandlers(path *field.Path, c *corev1.Container) field.ErrorList {
	var port int32
	if c.Name == p.Container {
		port = p.ProbePort
	}
	var errs field.ErrorList
	for name, probe := range map[string]*corev1.Probe{
		"livenessProbe": c.LivenessProbe, "readinessProbe": c.ReadinessProbe, "startupProbe": c.StartupProbe,
	} {
		if probe != nil {
			errs = append(errs, p.validateProbe(path.Child(name), &probe.ProbeHandler, port)...)
		}
	}
	if c.Lifecycle != nil {
		errs = append(errs, validateHook(path.Child("lifecycle", "postStart"), c.Lifecycle.PostStart)...)
		errs = append(errs, validateHook(path.Child("lifecycle", "preStop"), c.Lifecycle.PreStop)...)
	}
	return errs
}

// validateProbe checks a probe. If port is not 0, it is the only port that the probe
// may use.
func (p *Policy) validateProbe(path *field.Path, handler *corev1.ProbeHandler, port int32) field.ErrorList {
	errs := validateExec(path, handler.Exec)
	if get := handler.HTTPGet; get != nil {
		errs = append(errs, validateProbedHost(path.Child("httpGet"), get.Host)...)
		errs = append(errs, p.validateProbedPort(path.Child("httpGet"), get.Port, port)...)
	}
	if socket := handler.TCPSocket; socket != nil {
		errs = append(errs, validateProbedHost(path.Child("tcpSocket"), socket.Host)...)
		errs = append(errs, p.validateProbedPort(path.Child("tcpSocket"), socket.Port, port)...)
	}
	if handler.GRPC != nil {
		errs = append(errs, p.validateProbedPort(path.Child("grpc"), intstr.FromInt32(handler.GRPC.Port), port)...)
	}
	return errs
}

func validateHook(path *field.Path, handler *corev1.LifecycleHandler) field.ErrorList {
	if handler == nil {
		return nil
	}
	errs := validateExec(path, handler.Exec)
	if handler.HTTPGet != nil {
		errs = append(errs, validateProbedHost(path.Child("httpGet"), handler.HTTPGet.Host)...)
	}
	if handler.TCPSocket != nil {
		errs = append(errs, validateProbedHost(path.Child("tcpSocket"), handler.TCPSocket.Host)...)
	}
	return errs
}

func validateExec(path *field.Path, exec *corev1.ExecAction) field.ErrorList {
	if exec == nil || len(exec.Command) > 0 && exec.Command[0] != "" {
		return nil
	}
	return field.ErrorList{fielderror.InvalidSecret(path.Child("exec", "command"), "must contain the program to run")}
}

// validateProbedHost prevents the kubelet from sending requests to hosts other than the
// pod.
func validateProbedHost(path *field.Path, host string) field.ErrorList {
	if host == "" {
		return nil
	}
	return field.ErrorList{field.Forbidden(path.Child("host"), "probes and hooks may only connect to the pod itself")}
}

func (p *Policy) validateProbedPort(path *field.Path, probed intstr.IntOrString, port int32) field.ErrorList {
	if port == 0 || probed.Type == intstr.String || probed.IntVal == 0 || probed.IntVal == port {
		return nil
	}
	return field.ErrorList{fielderror.Invalid(path.Child("port"), probed.IntVal,
		fmt.Sprintf("must be the port of the %s, %d, or unset", p.Container, port))}
}
