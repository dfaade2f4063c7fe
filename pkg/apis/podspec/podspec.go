/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package podspec validates pod specifications of users who may not create pods: an
// allow list of fields, the Pod Security Standard "restricted", and values that
// Kubernetes would reject later. It does not depend on Functions: a Policy contains the
// names that belong to the platform.
package podspec

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/fielderror"
)

// Policy describes what a pod specification may contain.
type Policy struct {
	// Features are the features that the administrator has enabled.
	Features *config.Features
	// Container is the name of the container that the platform manages. A specification
	// may omit it, and may not set its image.
	Container string
	// OwnsImage reports whether an image is the one that the platform sets, so that
	// the specification may repeat it. It may be nil.
	OwnsImage func(image string) bool
	// RuntimeClass is permitted with any features; empty for none.
	RuntimeClass string
	// ProbePort is the only port that probes of the managed container may use; 0 for
	// any port.
	ProbePort int32
	// ReservedEnv reports whether the platform sets an environment variable. It may be
	// nil.
	ReservedEnv func(name string) bool
	// WhyReservedEnv is the reason why a reserved variable is rejected.
	WhyReservedEnv string
}

// Limits for the lists in a specification, which also limit the time that validation
// takes.
const (
	maxItems      = 64
	maxContainers = 32
	maxVolumes    = 100
	maxVariables  = 256
)

// Validate returns all errors of a specification. The rendered pods are checked against
// the Pod Security Standard again; this check reports the field.
func (p *Policy) Validate(path *field.Path, spec *corev1.PodSpec) field.ErrorList {
	if errs := validateCounts(path, spec); len(errs) > 0 {
		return errs
	}
	errs := p.ValidateFields(path, spec)
	if spec.SecurityContext != nil {
		errs = append(errs, validatePodSecurity(path.Child("securityContext"), spec.SecurityContext)...)
	}
	errs = append(errs, validateVolumes(path, spec)...)
	for i := range spec.ImagePullSecrets {
		errs = append(errs, fielderror.ObjectName(path.Child("imagePullSecrets").Index(i).Child("name"), spec.ImagePullSecrets[i].Name)...)
	}
	for i := range spec.InitContainers {
		// An init container with the managed name is rejected because of its name.
		if c := &spec.InitContainers[i]; c.Name != p.Container {
			errs = append(errs, p.validateContainer(path.Child("initContainers").Index(i), c)...)
		}
	}
	return append(errs, p.validateContainers(path.Child("containers"), spec.Containers)...)
}

// validateContainers checks the containers, and that it is clear which of them receives
// requests.
func (p *Policy) validateContainers(path *field.Path, containers []corev1.Container) field.ErrorList {
	var errs field.ErrorList
	hasManaged, othersListen := false, false
	for i := range containers {
		c := &containers[i]
		hasManaged = hasManaged || c.Name == p.Container
		othersListen = othersListen || c.Name != p.Container && len(c.Ports) > 0
		errs = append(errs, p.validateContainer(path.Index(i), c)...)
	}
	if othersListen && !hasManaged {
		errs = append(errs, field.Required(path,
			fmt.Sprintf("add a container named %s: another container has ports, and only %s receives requests", p.Container, p.Container)))
	}
	return errs
}

// ServiceAccount returns the service account of a specification and the name of the
// field that contains it. The account is empty if there is none.
func ServiceAccount(spec *corev1.PodSpec) (account, fieldName string) {
	switch {
	case spec == nil:
		return "", ""
	case spec.ServiceAccountName != "":
		return spec.ServiceAccountName, "serviceAccountName"
	default:
		return spec.DeprecatedServiceAccount, "serviceAccount"
	}
}

// validateCounts checks the lengths of lists. If one is too long, nothing else is checked.
func validateCounts(path *field.Path, spec *corev1.PodSpec) field.ErrorList {
	errs := fielderror.AtMost(path.Child("volumes"), len(spec.Volumes), maxVolumes)
	errs = append(errs, fielderror.AtMost(path.Child("imagePullSecrets"), len(spec.ImagePullSecrets), maxItems)...)
	errs = append(errs, fielderror.AtMost(path.Child("initContainers"), len(spec.InitContainers), maxContainers)...)
	errs = append(errs, fielderror.AtMost(path.Child("containers"), len(spec.Containers), maxContainers)...)
	if spec.SecurityContext != nil {
		errs = append(errs, fielderror.AtMost(path.Child("securityContext", "sysctls"), len(spec.SecurityContext.Sysctls), maxItems)...)
	}
	if len(errs) > 0 {
		return errs
	}
	for i := range spec.Volumes {
		if projected := spec.Volumes[i].Projected; projected != nil {
			errs = append(errs, fielderror.AtMost(path.Child("volumes").Index(i).Child("projected", "sources"), len(projected.Sources), maxItems)...)
		}
	}
	for name, containers := range map[string][]corev1.Container{"initContainers": spec.InitContainers, "containers": spec.Containers} {
		for i := range containers {
			errs = append(errs, validateContainerCounts(path.Child(name).Index(i), &containers[i])...)
		}
	}
	return errs
}

func validateContainerCounts(path *field.Path, c *corev1.Container) field.ErrorList {
	errs := fielderror.AtMost(path.Child("env"), len(c.Env), maxVariables)
	errs = append(errs, fielderror.AtMost(path.Child("ports"), len(c.Ports), maxItems)...)
	errs = append(errs, fielderror.AtMost(path.Child("resources", "limits"), len(c.Resources.Limits), maxItems)...)
	errs = append(errs, fielderror.AtMost(path.Child("resources", "requests"), len(c.Resources.Requests), maxItems)...)
	if c.SecurityContext != nil && c.SecurityContext.Capabilities != nil {
		added := c.SecurityContext.Capabilities.Add
		errs = append(errs, fielderror.AtMost(path.Child("securityContext", "capabilities", "add"), len(added), maxItems)...)
	}
	return errs
}

// validateContainerNames rejects containers with the same name, because one of them
// could be mistaken for the managed container, and names of containers that other
// products add, because these products would take one for their own.
func (p *Policy) validateContainerNames(path *field.Path, spec *corev1.PodSpec) field.ErrorList {
	var errs field.ErrorList
	seen := sets.New[string]()
	check := func(path *field.Path, containers []corev1.Container, areInit bool) {
		for i := range containers {
			name, at := containers[i].Name, path.Index(i).Child("name")
			switch {
			case areInit && name == p.Container:
				errs = append(errs, field.Forbidden(at, fmt.Sprintf("the name %s is reserved for the container of the %s", name, name)))
			case name != p.Container && p.Features.ReservedContainerNames.Match(name):
				errs = append(errs, field.Forbidden(at, fmt.Sprintf("%s is in reserved-container-names of %s: another product adds a container of this name",
					fielderror.Quote(name), config.FeaturesConfigName)))
			case name != "" && seen.Has(name):
				errs = append(errs, fielderror.Duplicate(at, name))
			}
			seen.Insert(name)
		}
	}
	check(path.Child("containers"), spec.Containers, false)
	check(path.Child("initContainers"), spec.InitContainers, true)
	return errs
}
