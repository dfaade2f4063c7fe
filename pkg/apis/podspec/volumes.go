/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package podspec

import (
	"reflect"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"openfunction.dev/openfunction/pkg/apis/fielderror"
)

// validateVolumes checks the volumes, and that each mount has one.
func validateVolumes(path *field.Path, spec *corev1.PodSpec) field.ErrorList {
	var errs field.ErrorList
	names := sets.New[string]()
	for i := range spec.Volumes {
		volume, at := &spec.Volumes[i], path.Child("volumes").Index(i)
		switch {
		case len(validation.IsDNS1123Label(volume.Name)) > 0:
			errs = append(errs, fielderror.Invalid(at.Child("name"), volume.Name, "must be a DNS-1123 label"))
		case names.Has(volume.Name):
			errs = append(errs, fielderror.Duplicate(at.Child("name"), volume.Name))
		}
		names.Insert(volume.Name)
		if len(setFields(reflect.ValueOf(&volume.VolumeSource).Elem())) != 1 {
			errs = append(errs, fielderror.Invalid(at, volume.Name, "must have exactly one of "+supportedVolumes()))
		}
	}
	for field, containers := range map[string][]corev1.Container{"initContainers": spec.InitContainers, "containers": spec.Containers} {
		for i := range containers {
			errs = append(errs, validateMounts(path.Child(field).Index(i).Child("volumeMounts"), containers[i].VolumeMounts, names)...)
		}
	}
	return errs
}

func validateMounts(path *field.Path, mounts []corev1.VolumeMount, volumes sets.Set[string]) field.ErrorList {
	var errs field.ErrorList
	places := sets.New[string]()
	for i := range mounts {
		mount, at := &mounts[i], path.Index(i)
		if !volumes.Has(mount.Name) {
			errs = append(errs, fielderror.Invalid(at.Child("name"), mount.Name, "must be the name of one of the volumes"))
		}
		switch {
		case mount.MountPath == "":
			errs = append(errs, field.Required(at.Child("mountPath"), "set the path of the volume in the container"))
		case strings.Contains(mount.MountPath, ":"):
			errs = append(errs, fielderror.Invalid(at.Child("mountPath"), mount.MountPath, "must not contain ':'"))
		case places.Has(mount.MountPath):
			errs = append(errs, fielderror.Duplicate(at.Child("mountPath"), mount.MountPath))
		}
		places.Insert(mount.MountPath)
	}
	return errs
}
