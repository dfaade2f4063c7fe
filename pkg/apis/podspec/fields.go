/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package podspec

import (
	"fmt"
	"reflect"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/fielderror"
)

// plainFields are the fields of a pod that every user may set.
var plainFields = sets.New("automountServiceAccountToken", "containers", "enableServiceLinks", "imagePullSecrets",
	"terminationGracePeriodSeconds", "volumes")

// featureFields are the fields that an administrator can enable. All others are
// rejected, also those that Kubernetes adds later.
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

// plainProjections are the sources of projected volumes that every user may use. Tokens
// depend on the service account, see validateTokens.
var plainProjections = sets.New("clusterTrustBundle", "configMap", "downwardAPI", "secret", "serviceAccountToken")

// systemClasses is the prefix of the priority classes that are reserved for Kubernetes.
const systemClasses = "system-"

// ValidateFields returns an error for each field that the pods of functions must not have
// although the Pod Security Standard "restricted" allows it. The code that renders pods
// calls it again, so that it does not depend on admission.
func (p *Policy) ValidateFields(path *field.Path, spec *corev1.PodSpec) field.ErrorList {
	var errs field.ErrorList
	for _, name := range setFields(reflect.ValueOf(spec).Elem()) {
		switch {
		case name == "runtimeClassName" && p.RuntimeClass != "" && spec.RuntimeClassName != nil && *spec.RuntimeClassName == p.RuntimeClass:
		case name == "priorityClassName" && strings.HasPrefix(spec.PriorityClassName, systemClasses):
			errs = append(errs, field.Forbidden(path.Child(name), fielderror.Quote(spec.PriorityClassName)+" is reserved for components of Kubernetes"))
		case plainFields.Has(name):
		default:
			errs = append(errs, p.validateFeature(path.Child(name), featureFields, name, p.whyNotAllowed())...)
		}
	}
	for i := range spec.Volumes {
		errs = append(errs, validateProjected(path.Child("volumes").Index(i).Child("projected", "sources"), spec.Volumes[i].Projected)...)
		for _, source := range setFields(reflect.ValueOf(&spec.Volumes[i].VolumeSource).Elem()) {
			if !plainVolumes.Has(source) {
				errs = append(errs, p.validateFeature(path.Child("volumes").Index(i).Child(source), featureVolumes, source,
					"supported volumes: "+supportedVolumes())...)
			}
		}
	}
	errs = append(errs, p.validateTokens(path, spec)...)
	errs = append(errs, p.validateContainerNames(path, spec)...)
	return append(errs, validateValues(path, spec)...)
}

func (p *Policy) validateFeature(path *field.Path, byField map[string]config.Feature, name, whyNot string) field.ErrorList {
	feature, ok := byField[name]
	switch {
	case !ok:
		return field.ErrorList{field.Forbidden(path, whyNot)}
	case !p.Features.Permits(feature):
		return field.ErrorList{Disabled(path, feature)}
	default:
		return nil
	}
}

// Disabled returns the error about a field that needs a disabled feature.
func Disabled(path *field.Path, feature config.Feature) *field.Error {
	return field.Forbidden(path, fmt.Sprintf("the feature %s is %s, an administrator can allow it in the ConfigMap %s",
		feature, config.Disabled, config.FeaturesConfigName))
}

// validateProjected rejects sources that give a pod an identity, also those that
// Kubernetes adds later.
func validateProjected(path *field.Path, projected *corev1.ProjectedVolumeSource) field.ErrorList {
	if projected == nil {
		return nil
	}
	var errs field.ErrorList
	for i := range projected.Sources {
		for _, source := range setFields(reflect.ValueOf(&projected.Sources[i]).Elem()) {
			if !plainProjections.Has(source) {
				errs = append(errs, field.Forbidden(path.Index(i).Child(source), "supported sources: "+fielderror.Join(sets.List(plainProjections))))
			}
		}
	}
	return errs
}

func (p *Policy) whyNotAllowed() string {
	return "not allowed in the pod of a " + p.Container
}

func supportedVolumes() string {
	return fielderror.Join(sets.List(plainVolumes.Union(sets.KeySet(featureVolumes))))
}

// validateTokens rejects service account tokens in pods without a service account in
// their template, because admission has not checked the permissions of the user for the
// default account.
func (p *Policy) validateTokens(path *field.Path, spec *corev1.PodSpec) field.ErrorList {
	if account, _ := ServiceAccount(spec); account != "" {
		return nil
	}
	why := "set serviceAccountName: the pod of a " + p.Container + " gets no token of the default service account"
	var errs field.ErrorList
	if isTrue(spec.AutomountServiceAccountToken) {
		errs = append(errs, field.Forbidden(path.Child("automountServiceAccountToken"), why))
	}
	for i := range spec.Volumes {
		projected := spec.Volumes[i].Projected
		if projected == nil {
			continue
		}
		sources := path.Child("volumes").Index(i).Child("projected", "sources")
		for j := range projected.Sources {
			if projected.Sources[j].ServiceAccountToken != nil {
				errs = append(errs, field.Forbidden(sources.Index(j).Child("serviceAccountToken"), why))
			}
		}
	}
	return errs
}

// validateValues checks the values that are rejected with any feature.
func validateValues(path *field.Path, spec *corev1.PodSpec) field.ErrorList {
	var errs field.ErrorList
	if spec.DNSPolicy == corev1.DNSClusterFirstWithHostNet {
		errs = append(errs, field.Forbidden(path.Child("dnsPolicy"), "ClusterFirstWithHostNet is for pods on the host's network"))
	}
	if old := spec.DeprecatedServiceAccount; old != "" && spec.ServiceAccountName != "" && old != spec.ServiceAccountName {
		errs = append(errs, fielderror.Invalid(path.Child("serviceAccount"), old, "must be left out, or the same as serviceAccountName"))
	}
	if account, name := ServiceAccount(spec); account != "" {
		errs = append(errs, fielderror.ObjectName(path.Child(name), account)...)
	}
	if grace := spec.TerminationGracePeriodSeconds; grace != nil && *grace < 0 {
		errs = append(errs, fielderror.Invalid(path.Child("terminationGracePeriodSeconds"), *grace, "must not be negative"))
	}
	return errs
}

// setFields returns the JSON names of the fields that are set.
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

func isTrue(b *bool) bool {
	return b != nil && *b
}
