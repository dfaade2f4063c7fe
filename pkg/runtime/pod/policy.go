/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pod

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	"k8s.io/utils/ptr"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// allowedFields are the fields of a pod that a function's author may set. All
// others are refused, those that Kubernetes adds later too: who may write a
// Function need not be allowed to make pods.
var allowedFields = sets.New(
	"affinity",
	"automountServiceAccountToken", // only false, see checkFields
	"containers",
	"dnsConfig",
	"dnsPolicy",
	"enableServiceLinks",
	"imagePullSecrets",
	"initContainers",
	"nodeSelector",
	"securityContext",
	"terminationGracePeriodSeconds",
	"tolerations",
	"topologySpreadConstraints",
	"volumes",
)

// wasmRuntimeClass is the class that templates of WebAssembly functions name. It
// is the administrator's, and whether it exists is for the cluster to say.
const wasmRuntimeClass = "openfunction-crun"

// checkFields refuses what a function's pod may not have although "restricted"
// would let it pass. The paths are those of a Serving and a Function alike.
func checkFields(spec *corev1.PodSpec, workload v1beta2.WorkloadRuntime) error {
	wasm := strings.EqualFold(string(workload), string(v1beta2.WorkloadRuntimeWasmEdge)) &&
		ptr.Deref(spec.RuntimeClassName, "") == wasmRuntimeClass
	value := reflect.ValueOf(spec).Elem()
	for i := range value.NumField() {
		name, _, _ := strings.Cut(value.Type().Field(i).Tag.Get("json"), ",")
		if value.Field(i).IsZero() || allowedFields.Has(name) || (wasm && name == "runtimeClassName") {
			continue
		}
		return fmt.Errorf("template.%s must not be set: a function's pod may not have it", name)
	}
	if auto := spec.AutomountServiceAccountToken; auto != nil && *auto {
		return errors.New("template.automountServiceAccountToken must not be true: a function's pod gets no token")
	}
	if spec.DNSPolicy == corev1.DNSClusterFirstWithHostNet {
		return fmt.Errorf("template.dnsPolicy must not be %s: a function's pod has no host network", spec.DNSPolicy)
	}
	if err := checkVolumes(spec.Volumes); err != nil {
		return err
	}
	return checkContainers(spec.Containers)
}

func checkVolumes(volumes []corev1.Volume) error {
	for i, volume := range volumes {
		if volume.Projected == nil {
			continue
		}
		for j, source := range volume.Projected.Sources {
			if source.ServiceAccountToken != nil {
				return fmt.Errorf("template.volumes[%d].projected.sources[%d].serviceAccountToken must not be set: "+
					"a function's pod gets no token", i, j)
			}
		}
	}
	return nil
}

func checkContainers(containers []corev1.Container) error {
	names := sets.New[string]()
	for i, c := range containers {
		if names.Has(c.Name) {
			return fmt.Errorf("template.containers[%d].name: %q is used twice", i, c.Name)
		}
		names.Insert(c.Name)
	}
	return nil
}

var restricted = newEvaluator()

func newEvaluator() policy.Evaluator {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		panic(fmt.Sprintf("the checks of k8s.io/pod-security-admission are not valid: %v", err))
	}
	return evaluator
}

// checkPolicy runs the Pod Security Standard over what was rendered, as what was
// asked for could say the same thing in ways that we do not know.
func checkPolicy(template *corev1.PodTemplateSpec) error {
	level := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	results := policy.AggregateCheckResults(restricted.EvaluatePod(level, &template.ObjectMeta, &template.Spec))
	if !results.Allowed {
		return fmt.Errorf("template does not pass the Pod Security Standard %q: %s", api.LevelRestricted, results.ForbiddenDetail())
	}
	return nil
}
