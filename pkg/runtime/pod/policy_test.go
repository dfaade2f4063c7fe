/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pod

import (
	"context"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	"k8s.io/utils/ptr"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// withFeatures enables all features of config-features.
func withFeatures(ctx context.Context) context.Context {
	c := config.FromContext(ctx)
	c.Features = config.AllFeatures()
	return config.ToContext(ctx, c)
}

func function(c corev1.Container) corev1.PodSpec {
	c.Name = "function"
	return corev1.PodSpec{Containers: []corev1.Container{c}}
}

func withSecurity(sc corev1.SecurityContext) corev1.PodSpec {
	return function(corev1.Container{SecurityContext: &sc})
}

func volume(source corev1.VolumeSource) corev1.PodSpec {
	return corev1.PodSpec{Volumes: []corev1.Volume{{Name: "v", VolumeSource: source}}}
}

// Every field that would give a pod more than "restricted" allows is rejected by its
// name.
func TestTemplateRefuses(t *testing.T) {
	always := corev1.ContainerRestartPolicyAlways
	for name, tc := range map[string]struct {
		spec corev1.PodSpec
		want string
	}{
		"hostNetwork":              {corev1.PodSpec{HostNetwork: true}, "template.hostNetwork"},
		"hostPID":                  {corev1.PodSpec{HostPID: true}, "template.hostPID"},
		"hostIPC":                  {corev1.PodSpec{HostIPC: true}, "template.hostIPC"},
		"hostUsers":                {corev1.PodSpec{HostUsers: new(true)}, "template.hostUsers"},
		"hostAliases":              {corev1.PodSpec{HostAliases: []corev1.HostAlias{{IP: "10.0.0.1"}}}, "template.hostAliases"},
		"hostname":                 {corev1.PodSpec{Hostname: "h"}, "template.hostname"},
		"subdomain":                {corev1.PodSpec{Subdomain: "s"}, "template.subdomain"},
		"nodeName":                 {corev1.PodSpec{NodeName: "n"}, "template.nodeName"},
		"schedulerName":            {corev1.PodSpec{SchedulerName: "s"}, "template.schedulerName"},
		"priorityClassName":        {corev1.PodSpec{PriorityClassName: "system-node-critical"}, "template.priorityClassName"},
		"priority":                 {corev1.PodSpec{Priority: ptr.To[int32](1)}, "template.priority"},
		"runtimeClassName":         {corev1.PodSpec{RuntimeClassName: new("r")}, "template.runtimeClassName"},
		"automount":                {corev1.PodSpec{AutomountServiceAccountToken: new(true)}, "template.automountServiceAccountToken"},
		"shareProcessNamespace":    {corev1.PodSpec{ShareProcessNamespace: new(true)}, "template.shareProcessNamespace"},
		"restartPolicy":            {corev1.PodSpec{RestartPolicy: corev1.RestartPolicyNever}, "template.restartPolicy"},
		"activeDeadlineSeconds":    {corev1.PodSpec{ActiveDeadlineSeconds: ptr.To[int64](1)}, "template.activeDeadlineSeconds"},
		"overhead":                 {corev1.PodSpec{Overhead: corev1.ResourceList{}}, "template.overhead"},
		"os":                       {corev1.PodSpec{OS: &corev1.PodOS{Name: corev1.Windows}}, "template.os"},
		"ephemeralContainers":      {corev1.PodSpec{EphemeralContainers: []corev1.EphemeralContainer{{}}}, "template.ephemeralContainers"},
		"dnsPolicy":                {corev1.PodSpec{DNSPolicy: corev1.DNSClusterFirstWithHostNet}, "template.dnsPolicy"},
		"two containers, one name": {corev1.PodSpec{Containers: []corev1.Container{{Name: "function"}, {Name: "function"}}}, "template.containers[1].name"},
		"token by volume": {volume(corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{Sources: []corev1.VolumeProjection{
			{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{Path: "token"}},
		}}}), "template.volumes[0].projected.sources[0].serviceAccountToken"},
		"hostPath":            {volume(corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/"}}), "template.volumes[0].hostPath"},
		"nfs":                 {volume(corev1.VolumeSource{NFS: &corev1.NFSVolumeSource{Server: "s", Path: "/"}}), "template.volumes[0].nfs"},
		"privileged":          {withSecurity(corev1.SecurityContext{Privileged: new(true)}), "privileged"},
		"escalation":          {withSecurity(corev1.SecurityContext{AllowPrivilegeEscalation: new(true)}), "allowPrivilegeEscalation"},
		"as root":             {withSecurity(corev1.SecurityContext{RunAsUser: ptr.To[int64](0)}), "runAsUser=0"},
		"not non-root":        {withSecurity(corev1.SecurityContext{RunAsNonRoot: new(false)}), "runAsNonRoot"},
		"seccomp unconfined":  {withSecurity(corev1.SecurityContext{SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeUnconfined}}), "seccompProfile"},
		"apparmor unconfined": {withSecurity(corev1.SecurityContext{AppArmorProfile: &corev1.AppArmorProfile{Type: corev1.AppArmorProfileTypeUnconfined}}), "AppArmor"},
		"procMount":           {withSecurity(corev1.SecurityContext{ProcMount: ptr.To(corev1.UnmaskedProcMount)}), "procMount"},
		"seLinux":             {withSecurity(corev1.SecurityContext{SELinuxOptions: &corev1.SELinuxOptions{Type: "spc_t"}}), "seLinuxOptions"},
		"capability":          {withSecurity(corev1.SecurityContext{Capabilities: &corev1.Capabilities{Add: []corev1.Capability{"SYS_TIME"}}}), "SYS_TIME"},
		"pod as root":         {corev1.PodSpec{SecurityContext: &corev1.PodSecurityContext{RunAsUser: ptr.To[int64](0)}}, "runAsUser=0"},
		"pod not non-root":    {corev1.PodSpec{SecurityContext: &corev1.PodSecurityContext{RunAsNonRoot: new(false)}}, "runAsNonRoot"},
		"sysctl":              {corev1.PodSpec{SecurityContext: &corev1.PodSecurityContext{Sysctls: []corev1.Sysctl{{Name: "kernel.msgmax", Value: "1"}}}}, "sysctls"},
		"sidecar privileged": {corev1.PodSpec{Containers: []corev1.Container{{
			Name: "helper", SecurityContext: &corev1.SecurityContext{Privileged: new(true)},
		}}}, "privileged"},
		"sidecar host port": {corev1.PodSpec{Containers: []corev1.Container{{
			Name: "helper", Ports: []corev1.ContainerPort{{ContainerPort: 80, HostPort: 80}},
		}}}, "hostPort"},
		"init privileged": {corev1.PodSpec{InitContainers: []corev1.Container{{
			Name: "init", RestartPolicy: &always, SecurityContext: &corev1.SecurityContext{Privileged: new(true)},
		}}}, "template.initContainers"},
		"probe to another host": {function(corev1.Container{ReadinessProbe: &corev1.Probe{
			ProbeHandler: corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Host: "169.254.169.254"}},
		}}), "probe or lifecycle host"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Template(t.Context(), serving(template(tc.spec)), Role{})
			if err == nil {
				t.Fatal("Template() succeeded, want an error")
			}
			if !strings.Contains(err.Error(), tc.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("Template() = %q, want one line that holds %q", err, tc.want)
			}
		})
	}
}

// Every rendered template that is not rejected passes the policy of Kubernetes itself.
func TestTemplatePassesRestricted(t *testing.T) {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		t.Fatal("NewEvaluator() =", err)
	}
	for name, spec := range map[string]corev1.PodSpec{
		"empty":          {},
		"function alone": function(corev1.Container{}),
		"sidecar":        {Containers: []corev1.Container{{Name: "helper", Image: "helper"}}},
		"init container": {InitContainers: []corev1.Container{{Name: "init", Image: "init"}}},
		"empty contexts": {
			SecurityContext: &corev1.PodSecurityContext{},
			Containers: []corev1.Container{{
				Name: "function", SecurityContext: &corev1.SecurityContext{Capabilities: &corev1.Capabilities{}},
			}},
		},
		"drops less":         withSecurity(corev1.SecurityContext{Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"NET_RAW"}}}),
		"host port":          function(corev1.Container{Ports: []corev1.ContainerPort{{ContainerPort: 8080, HostPort: 80}}}),
		"emptyDir":           volume(corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}),
		"secret":             volume(corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: "s"}}),
		"claim":              volume(corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: "c"}}),
		"pod not root":       {SecurityContext: &corev1.PodSecurityContext{RunAsNonRoot: new(true), RunAsUser: ptr.To[int64](1000)}},
		"low port":           withSecurity(corev1.SecurityContext{Capabilities: &corev1.Capabilities{Add: []corev1.Capability{"NET_BIND_SERVICE"}}}),
		"seccomp by profile": withSecurity(corev1.SecurityContext{SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeLocalhost, LocalhostProfile: new("p.json")}}),
	} {
		t.Run(name, func(t *testing.T) {
			s := serving(template(spec))
			s.Spec.Annotations = map[string]string{
				"container.apparmor.security.beta.kubernetes.io/function": "unconfined",
				"seccomp.security.alpha.kubernetes.io/pod":                "unconfined",
			}
			got, err := Template(withFeatures(t.Context()), s, Role{})
			if err != nil {
				t.Fatal("Template() =", err)
			}
			level := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
			result := policy.AggregateCheckResults(evaluator.EvaluatePod(level, &metav1.ObjectMeta{
				Labels: got.Labels, Annotations: got.Annotations,
			}, &got.Spec))
			if !result.Allowed {
				t.Errorf("restricted refuses it: %s", result.ForbiddenDetail())
			}
			if ptr.Deref(got.Spec.AutomountServiceAccountToken, true) {
				t.Error("the pod mounts a service account token")
			}
		})
	}
}

// A WebAssembly function may set the runtime class of its runtime without the feature.
func TestTemplateRuntimeClass(t *testing.T) {
	for name, tc := range map[string]struct {
		workload v1beta2.WorkloadRuntime
		class    string
		refused  bool
	}{
		"WebAssembly":                {workload: "wasmedge", class: "openfunction-crun"},
		"WebAssembly, another class": {workload: v1beta2.WorkloadRuntimeWasmEdge, class: "kata", refused: true},
		"a container":                {workload: v1beta2.WorkloadRuntimeOCIContainer, class: "openfunction-crun", refused: true},
	} {
		t.Run(name, func(t *testing.T) {
			s := serving(template(corev1.PodSpec{RuntimeClassName: &tc.class}))
			s.Spec.WorkloadRuntime = tc.workload
			got, err := Template(t.Context(), s, Role{})
			if refused := err != nil; refused != tc.refused {
				t.Fatalf("Template() = %v, refused %t, want %t", err, refused, tc.refused)
			}
			if err == nil && ptr.Deref(got.Spec.RuntimeClassName, "") != tc.class {
				t.Errorf("runtimeClassName = %v, want %s", got.Spec.RuntimeClassName, tc.class)
			}
		})
	}
}
