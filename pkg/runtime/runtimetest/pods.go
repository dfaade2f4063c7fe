/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtimetest

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	"k8s.io/utils/ptr"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

func (s *suite) testPodsRestricted(t *testing.T) {
	for name, serving := range s.servings() {
		for _, pod := range s.pods(t, s.revision(t, serving)) {
			checkRestricted(t, name, &pod)
			if ptr.Deref(pod.Spec.AutomountServiceAccountToken, true) {
				t.Errorf("%s: the pod mounts a service account token", name)
			}
		}
	}
}

func checkRestricted(t *testing.T, name string, pod *corev1.PodTemplateSpec) {
	t.Helper()
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		t.Fatal("NewEvaluator() =", err)
	}
	level := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	result := policy.AggregateCheckResults(evaluator.EvaluatePod(level, &pod.ObjectMeta, &pod.Spec))
	if !result.Allowed {
		t.Errorf("%s: %s", name, result.ForbiddenDetail())
	}
}

func (s *suite) testPodsRefused(t *testing.T) {
	privileged := &corev1.SecurityContext{Privileged: new(true)}
	for name, template := range map[string]*corev1.PodSpec{
		"hostNetwork":        {HostNetwork: true},
		"priority class":     {PriorityClassName: "system-node-critical"},
		"privileged":         {Containers: []corev1.Container{{Name: v1beta2.FunctionContainer, SecurityContext: privileged}}},
		"privileged sidecar": {Containers: []corev1.Container{{Name: "helper", SecurityContext: privileged}}},
		"privileged init":    {InitContainers: []corev1.Container{{Name: "init", SecurityContext: privileged}}},
		"hostPath": {Volumes: []corev1.Volume{{Name: "host", VolumeSource: corev1.VolumeSource{
			HostPath: &corev1.HostPathVolumeSource{Path: "/"},
		}}}},
	} {
		serving := s.serving("hello-5fca1b20d9", func(spec *v1beta2.ServingSpec) { spec.Template = template })
		all := with(config.Enabled, config.InitContainers, config.Enabled)
		if _, err := Objects(all, s.Runtime, serving); err == nil {
			t.Errorf("%s: Plan() succeeded although everything is enabled, want an error", name)
		}
	}
}

func (s *suite) testPodLabels(t *testing.T) {
	want := map[string]string{
		functions.FunctionLabelKey: functionName,
		functions.ServingLabelKey:  "hello-5fca1b20d9",
		functions.VersionLabelKey:  "v2",
	}
	serving := s.serving("hello-5fca1b20d9", func(spec *v1beta2.ServingSpec) {
		spec.Version = new("v2")
		spec.Labels = map[string]string{"team": "mine"}
		for key := range want {
			spec.Labels[key] = "stolen"
		}
	})
	for _, pod := range s.pods(t, s.revision(t, serving)) {
		for key, value := range want {
			if got := pod.Labels[key]; got != value {
				t.Errorf("label %s = %q, want %q", key, got, value)
			}
		}
		if pod.Labels["team"] != "mine" {
			t.Errorf("the user's own label is missing: %v", pod.Labels)
		}
	}
}

func (s *suite) testPodImage(t *testing.T) {
	for name, serving := range s.servings() {
		for _, pod := range s.pods(t, s.revision(t, serving)) {
			found := 0
			for _, c := range pod.Spec.Containers {
				if c.Name != v1beta2.FunctionContainer {
					continue
				}
				found++
				if c.Image != image {
					t.Errorf("%s: image = %q, want %q", name, c.Image, image)
				}
			}
			if found != 1 {
				t.Errorf("%s: %d containers are named %s, want 1", name, found, v1beta2.FunctionContainer)
			}
		}
	}
}

// testPodEnv tests the variables that the contract with images requires of every
// runtime.
func (s *suite) testPodEnv(t *testing.T) {
	for name, serving := range s.servings() {
		for _, pod := range s.pods(t, s.revision(t, serving)) {
			for _, c := range pod.Spec.Containers {
				if c.Name != v1beta2.FunctionContainer {
					continue
				}
				set := make(map[string]bool)
				for _, v := range c.Env {
					set[v.Name] = v.Value != "" || v.ValueFrom != nil
				}
				for _, promised := range []string{"FUNC_CONTEXT", "FUNC_CONTEXT_V1BETA2", "POD_NAME", "POD_NAMESPACE", "APP_PROTOCOL"} {
					if !set[promised] {
						t.Errorf("%s: the function lacks %s", name, promised)
					}
				}
			}
		}
	}
}
