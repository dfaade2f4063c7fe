/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/config"
)

// plainFields are the fields of a pod that every author may set.
var plainFields = sets.New("automountServiceAccountToken", "containers", "enableServiceLinks", "imagePullSecrets",
	"terminationGracePeriodSeconds", "volumes")

// featureFields are those that an administrator may let authors set. All others
// are refused, those that Kubernetes adds later too: who may write a function
// need not be allowed to make pods.
var featureFields = map[string]config.Feature{
	"affinity":                  config.Affinity,
	"dnsConfig":                 config.DNSConfig,
	"dnsPolicy":                 config.DNSPolicy,
	"hostAliases":               config.HostAliases,
	"initContainers":            config.InitContainers,
	"nodeSelector":              config.NodeSelector,
	"priorityClassName":         config.PriorityClassName,
	"runtimeClassName":          config.RuntimeClassName,
	"schedulerName":             config.SchedulerName,
	"securityContext":           config.PodSecurityContext,
	"serviceAccount":            config.ServiceAccountName,
	"serviceAccountName":        config.ServiceAccountName,
	"shareProcessNamespace":     config.ShareProcessNamespace,
	"tolerations":               config.Tolerations,
	"topologySpreadConstraints": config.TopologySpreadConstraints,
}

var plainVolumes = sets.New("configMap", "downwardAPI", "emptyDir", "projected", "secret")

var featureVolumes = map[string]config.Feature{
	"csi":                   config.VolumesCSI,
	"ephemeral":             config.VolumesEphemeral,
	"image":                 config.VolumesImage,
	"persistentVolumeClaim": config.PersistentVolumeClaims,
}

const (
	whyNotAllowed = "a function's pod may not have it"
	whyNoToken    = "a function's pod gets no token but of a service account that its template names"
	// systemClasses begins the names of the priority classes of Kubernetes itself.
	systemClasses = "system-"
)

// ValidatePodFields returns which fields of a template a function's pod may not
// have although the Pod Security Standard "restricted" would let them pass. What
// renders pods asks it too, so that admission is not the only one to know.
func ValidatePodFields(ctx context.Context, spec *corev1.PodSpec, runtime WorkloadRuntime) *apis.FieldError {
	features := config.FromContext(ctx).Features
	var errs *apis.FieldError
	for _, field := range setFields(reflect.ValueOf(spec).Elem()) {
		switch {
		case field == "runtimeClassName" && isWasmClass(spec, runtime):
		case field == "priorityClassName" && strings.HasPrefix(spec.PriorityClassName, systemClasses):
			errs = errs.Also(forbidden(field, quote(spec.PriorityClassName)+" is a class of Kubernetes itself"))
		case plainFields.Has(field):
		default:
			errs = errs.Also(validateFeature(features, featureFields, field, whyNotAllowed))
		}
	}
	for i := range spec.Volumes {
		for _, source := range setFields(reflect.ValueOf(&spec.Volumes[i].VolumeSource).Elem()) {
			if !plainVolumes.Has(source) {
				errs = errs.Also(validateFeature(features, featureVolumes, source, "supported volumes: "+supportedVolumes()).
					ViaFieldIndex("volumes", i))
			}
		}
	}
	return errs.Also(validateTokens(spec), validateContainerNames(spec), validatePodValues(spec))
}

func validateFeature(features config.Features, byField map[string]config.Feature, field, whyNot string) *apis.FieldError {
	feature, ok := byField[field]
	switch {
	case !ok:
		return forbidden(field, whyNot)
	case !features.Permits(feature):
		return forbidden(field, fmt.Sprintf("the feature %s is %s, an administrator can allow it in the ConfigMap %s",
			feature, config.Disabled, config.FeaturesConfigName))
	}
	return nil
}

func supportedVolumes() string {
	return join(sets.List(plainVolumes.Union(sets.KeySet(featureVolumes))))
}

// isWasmClass tells whether the runtime class is the one that functions of
// WebAssembly are meant to name. Whether it exists is for the cluster to say.
func isWasmClass(spec *corev1.PodSpec, runtime WorkloadRuntime) bool {
	return runtime.IsWasm() && spec.RuntimeClassName != nil && *spec.RuntimeClassName == WasmRuntimeClass
}

// AccountOf returns the service account that a template names, or nothing. The
// older of the two names of the field counts where it is alone.
func AccountOf(spec *corev1.PodSpec) string {
	switch {
	case spec == nil:
		return ""
	case spec.ServiceAccountName != "":
		return spec.ServiceAccountName
	}
	return spec.DeprecatedServiceAccount
}

// validateTokens keeps tokens to pods whose author had to have the right to use
// the account.
func validateTokens(spec *corev1.PodSpec) *apis.FieldError {
	if AccountOf(spec) != "" {
		return nil
	}
	var errs *apis.FieldError
	if isTrue(spec.AutomountServiceAccountToken) {
		errs = errs.Also(forbidden("automountServiceAccountToken", whyNoToken))
	}
	for i := range spec.Volumes {
		projected := spec.Volumes[i].Projected
		if projected == nil {
			continue
		}
		for j := range projected.Sources {
			if projected.Sources[j].ServiceAccountToken != nil {
				errs = errs.Also(forbidden("serviceAccountToken", whyNoToken).
					ViaFieldIndex("sources", j).ViaField("projected").ViaFieldIndex("volumes", i))
			}
		}
	}
	return errs
}

// validateContainerNames finds the containers that share a name, by which one of
// them could pass for the function.
func validateContainerNames(spec *corev1.PodSpec) *apis.FieldError {
	var errs *apis.FieldError
	seen := sets.New[string]()
	for _, list := range []struct {
		field      string
		containers []corev1.Container
	}{{"containers", spec.Containers}, {"initContainers", spec.InitContainers}} {
		for i := range list.containers {
			name := list.containers[i].Name
			switch {
			case list.field == "initContainers" && name == FunctionContainer:
				errs = errs.Also(forbidden("name", "the container named "+FunctionContainer+" is the function's own").
					ViaFieldIndex(list.field, i))
			case name != "" && seen.Has(name):
				errs = errs.Also(duplicate(name, "name").ViaFieldIndex(list.field, i))
			}
			seen.Insert(name)
		}
	}
	return errs
}

// validatePodValues checks the values that no feature allows.
func validatePodValues(spec *corev1.PodSpec) *apis.FieldError {
	var errs *apis.FieldError
	if spec.DNSPolicy == corev1.DNSClusterFirstWithHostNet {
		errs = errs.Also(forbidden("dnsPolicy", "ClusterFirstWithHostNet is for pods on the host's network"))
	}
	if old := spec.DeprecatedServiceAccount; old != "" && spec.ServiceAccountName != "" && old != spec.ServiceAccountName {
		errs = errs.Also(invalid(old, "serviceAccount", "must be left out, or the same as serviceAccountName"))
	}
	if account := AccountOf(spec); account != "" && !isAccountName(account) {
		errs = errs.Also(invalid(account, accountField(spec), "must be a name without namespace: a DNS-1123 subdomain"))
	}
	return errs
}

// accountField returns which of the two fields names the account.
func accountField(template *corev1.PodSpec) string {
	if template.ServiceAccountName == "" {
		return "serviceAccount"
	}
	return "serviceAccountName"
}

func isAccountName(name string) bool {
	return len(validation.IsDNS1123Subdomain(name)) == 0
}

// setFields returns the names in JSON of the fields that are set.
func setFields(value reflect.Value) []string {
	var names []string
	for i := range value.NumField() {
		if !value.Field(i).IsZero() {
			name, _, _ := strings.Cut(value.Type().Field(i).Tag.Get("json"), ",")
			names = append(names, name)
		}
	}
	return names
}
