/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"fmt"
	"reflect"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"knative.dev/pkg/apis"
)

// templateFields are the fields of a pod that an author may set. All others are
// refused, those that Kubernetes adds later too: who may write a function need
// not be allowed to make pods.
var templateFields = sets.New("affinity", "automountServiceAccountToken", "containers", "dnsConfig", "dnsPolicy",
	"enableServiceLinks", "imagePullSecrets", "nodeSelector", "securityContext", "terminationGracePeriodSeconds",
	"tolerations", "topologySpreadConstraints", "volumes")

// whyNot says more of the refused fields than that they are.
var whyNot = map[string]string{
	"serviceAccountName":  "the user may not lend a service account to a function",
	"serviceAccount":      "the user may not lend a service account to a function",
	"initContainers":      "init containers are not enabled",
	"ephemeralContainers": "ephemeral containers are not enabled",
	"runtimeClassName":    "the runtime class is managed",
}

const whyNotAllowed = "a function's pod may not have it"

// wasmRuntimeClass is what the old project wrote into the template of functions
// of WebAssembly.
const wasmRuntimeClass = "openfunction-crun"

// validateTemplate checks a pod specification against the Pod Security Standard
// "restricted" and what we refuse beyond it. The policy itself is run over the
// pods that come of it; this says at which path it would fail. Probes may ask
// port alone if it is not 0.
func validateTemplate(spec *corev1.PodSpec, w workload, port int32) *apis.FieldError {
	errs := validateTemplateFields(spec, w.runtime)
	if spec.AutomountServiceAccountToken != nil && *spec.AutomountServiceAccountToken {
		errs = errs.Also(forbidden("automountServiceAccountToken", "a function's pod gets no token"))
	}
	if spec.DNSPolicy == corev1.DNSClusterFirstWithHostNet {
		errs = errs.Also(forbidden("dnsPolicy", "ClusterFirstWithHostNet is for pods on the host's network"))
	}
	if spec.SecurityContext != nil {
		errs = errs.Also(validatePodSecurity(spec.SecurityContext).ViaField("securityContext"))
	}
	for i := range spec.Volumes {
		errs = errs.Also(validateVolume(&spec.Volumes[i]).ViaFieldIndex("volumes", i))
	}
	for i := range spec.ImagePullSecrets {
		errs = errs.Also(validateSecretRef(&spec.ImagePullSecrets[i], apis.CurrentField).ViaFieldIndex("imagePullSecrets", i))
	}
	return errs.Also(validateContainers(spec.Containers, w, port))
}

func validateTemplateFields(spec *corev1.PodSpec, runtime WorkloadRuntime) *apis.FieldError {
	var errs *apis.FieldError
	for _, field := range setFields(reflect.ValueOf(spec).Elem()) {
		if templateFields.Has(field) {
			continue
		}
		if field == "runtimeClassName" && runtime == WorkloadRuntimeWasmEdge && *spec.RuntimeClassName == wasmRuntimeClass {
			continue
		}
		why, ok := whyNot[field]
		if !ok {
			why = whyNotAllowed
		}
		errs = errs.Also(forbidden(field, why))
	}
	return errs
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

var volumeSources = sets.New("configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image",
	"persistentVolumeClaim", "projected", "secret")

func validateVolume(volume *corev1.Volume) *apis.FieldError {
	var errs *apis.FieldError
	sources := setFields(reflect.ValueOf(&volume.VolumeSource).Elem())
	if len(sources) != 1 {
		errs = errs.Also(invalid(volume.Name, apis.CurrentField, "must have exactly one of "+join(sets.List(volumeSources))))
	}
	for _, source := range sources {
		if !volumeSources.Has(source) {
			errs = errs.Also(forbidden(source, "supported volumes: "+join(sets.List(volumeSources))))
		}
	}
	if volume.Projected == nil {
		return errs
	}
	for i := range volume.Projected.Sources {
		if volume.Projected.Sources[i].ServiceAccountToken != nil {
			errs = errs.Also(forbidden("serviceAccountToken", "a function's pod gets no token").
				ViaFieldIndex("sources", i).ViaField("projected"))
		}
	}
	return errs
}

// validateContainers checks that one container can be the function's.
func validateContainers(containers []corev1.Container, w workload, port int32) *apis.FieldError {
	var errs *apis.FieldError
	seen := sets.New[string]()
	othersListen := false
	for i := range containers {
		container := &containers[i]
		if container.Name != "" && seen.Has(container.Name) {
			errs = errs.Also(duplicate(container.Name, "name").ViaFieldIndex("containers", i))
		}
		seen.Insert(container.Name)
		othersListen = othersListen || container.Name != FunctionContainer && len(container.Ports) > 0
		errs = errs.Also(validateContainer(container, w, port).ViaFieldIndex("containers", i))
	}
	if othersListen && !seen.Has(FunctionContainer) {
		errs = errs.Also(required("containers",
			fmt.Sprintf("a container named %s, as another one has ports: requests go to %s", FunctionContainer, FunctionContainer)))
	}
	return errs
}
