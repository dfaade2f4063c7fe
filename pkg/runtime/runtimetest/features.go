/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtimetest

import (
	"context"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// account is the service account in templates.
const account = "robot"

func mounted(source corev1.VolumeSource) *corev1.PodSpec {
	return &corev1.PodSpec{
		Containers: []corev1.Container{{
			Name:         v1beta2.FunctionContainer,
			VolumeMounts: []corev1.VolumeMount{{Name: "data", MountPath: "/data", ReadOnly: true}},
		}},
		Volumes: []corev1.Volume{{Name: "data", VolumeSource: source}},
	}
}

// featured returns a template that uses each feature.
func featured() map[config.Feature]*corev1.PodSpec {
	return map[config.Feature]*corev1.PodSpec{
		config.Affinity: {Affinity: &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{
			RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{{TopologyKey: "kubernetes.io/hostname"}},
		}}},
		config.DNSConfig:   {DNSConfig: &corev1.PodDNSConfig{Searches: []string{"example.com"}}},
		config.DNSPolicy:   {DNSPolicy: corev1.DNSDefault},
		config.HostAliases: {HostAliases: []corev1.HostAlias{{IP: "10.0.0.1", Hostnames: []string{"db"}}}},
		config.InitContainers: {InitContainers: []corev1.Container{
			{Name: "init", Image: "registry.example.com/team/init:v1"},
		}},
		config.NodeSelector: {NodeSelector: map[string]string{"disk": "fast"}},
		config.PersistentVolumeClaims: mounted(corev1.VolumeSource{
			PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: "data", ReadOnly: true},
		}),
		config.PriorityClassName:     {PriorityClassName: "batch"},
		config.RuntimeClassName:      {RuntimeClassName: new("kata")},
		config.SchedulerName:         {SchedulerName: "own"},
		config.PodSecurityContext:    {SecurityContext: &corev1.PodSecurityContext{RunAsUser: ptr.To[int64](1000)}},
		config.ServiceAccountName:    {ServiceAccountName: account, AutomountServiceAccountToken: new(true)},
		config.ShareProcessNamespace: {ShareProcessNamespace: new(true)},
		config.Tolerations:           {Tolerations: []corev1.Toleration{{Key: "gpu", Operator: corev1.TolerationOpExists}}},
		config.TopologySpreadConstraints: {TopologySpreadConstraints: []corev1.TopologySpreadConstraint{{
			MaxSkew: 1, TopologyKey: "topology.kubernetes.io/zone", WhenUnsatisfiable: corev1.ScheduleAnyway,
		}}},
		config.VolumesCSI: mounted(corev1.VolumeSource{CSI: &corev1.CSIVolumeSource{Driver: "secrets-store.csi.k8s.io", ReadOnly: new(true)}}),
		config.VolumesEphemeral: mounted(corev1.VolumeSource{
			Ephemeral: &corev1.EphemeralVolumeSource{VolumeClaimTemplate: &corev1.PersistentVolumeClaimTemplate{}},
		}),
		config.VolumesImage: mounted(corev1.VolumeSource{Image: &corev1.ImageVolumeSource{Reference: "registry.example.com/team/data:v1"}}),
	}
}

// with returns a context in which one feature has the flag flag, and all others have
// all.
func with(all config.Flag, but config.Feature, flag config.Flag) context.Context {
	c := config.FromContext(context.Background())
	c.Features = config.AllFeatures()
	for feature := range c.Features.Flags {
		c.Features.Flags[feature] = all
	}
	c.Features.Flags[but] = flag
	return config.ToContext(context.Background(), c)
}

// testFeatures tests each feature separately: a template that uses it is accepted or
// rejected according to the settings.
func (s *suite) testFeatures(t *testing.T) {
	templates := featured()
	for feature := range config.AllFeatures().Flags {
		template, ok := templates[feature]
		if !ok && feature != config.WasmEdge {
			t.Errorf("%s: no template uses it", feature)
			continue
		}
		serving := s.serving("hello-5fca1b20d9", func(spec *v1beta2.ServingSpec) {
			spec.Template = template
			if feature == config.WasmEdge {
				spec.WorkloadRuntime = v1beta2.WorkloadRuntimeWasmEdge
			}
		})
		for _, flag := range []config.Flag{config.Allowed, config.Enabled} {
			objects, err := Objects(with(config.Disabled, feature, flag), s.Runtime, serving)
			if err != nil {
				t.Errorf("%s: Plan() = %v although it is %s", feature, err, flag)
				continue
			}
			for _, pod := range s.pods(t, objects) {
				checkRestricted(t, string(feature), &pod)
			}
			for _, object := range objects {
				if s.Admit == nil {
					break
				}
				if err := s.Admit(context.Background(), object); err != nil {
					t.Errorf("%s: the product's admission refuses it where it allows the feature, too: %v", feature, err)
				}
			}
		}
		_, err := Objects(with(config.Allowed, feature, config.Disabled), s.Runtime, serving)
		if err == nil || !strings.Contains(err.Error(), string(feature)) || !strings.Contains(err.Error(), config.FeaturesConfigName) {
			t.Errorf("%s is Disabled: Plan() = %v, want an error that names it and %s", feature, err, config.FeaturesConfigName)
		}
	}
}

// testTokens tests that a pod gets a token only of the account that its template
// contains, in either of the two fields.
func (s *suite) testTokens(t *testing.T) {
	ctx := with(config.Disabled, config.ServiceAccountName, config.Allowed)
	for name, tt := range map[string]struct {
		template *corev1.PodSpec
		account  string
		token    *bool
	}{
		"no account":      {template: &corev1.PodSpec{}, token: new(false)},
		"an account":      {template: &corev1.PodSpec{ServiceAccountName: account}, account: account},
		"by the old name": {template: &corev1.PodSpec{DeprecatedServiceAccount: account}, account: account},
		"without a token": {
			template: &corev1.PodSpec{ServiceAccountName: account, AutomountServiceAccountToken: new(false)},
			account:  account, token: new(false),
		},
	} {
		serving := s.serving("hello-5fca1b20d9", func(spec *v1beta2.ServingSpec) { spec.Template = tt.template })
		objects, err := Objects(ctx, s.Runtime, serving)
		if err != nil {
			t.Errorf("%s: Plan() = %v", name, err)
			continue
		}
		for _, pod := range s.pods(t, objects) {
			if pod.Spec.ServiceAccountName != tt.account || pod.Spec.DeprecatedServiceAccount != "" {
				t.Errorf("%s: the account is %q (%q), want %q", name, pod.Spec.ServiceAccountName, pod.Spec.DeprecatedServiceAccount, tt.account)
			}
			if !ptr.Equal(pod.Spec.AutomountServiceAccountToken, tt.token) {
				t.Errorf("%s: automountServiceAccountToken = %v", name, pod.Spec.AutomountServiceAccountToken)
			}
		}
	}
	token := mounted(corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{Sources: []corev1.VolumeProjection{{
		ServiceAccountToken: &corev1.ServiceAccountTokenProjection{Path: "token"},
	}}}})
	serving := s.serving("hello-5fca1b20d9", func(spec *v1beta2.ServingSpec) { spec.Template = token })
	if _, err := Objects(ctx, s.Runtime, serving); err == nil {
		t.Error("a projected token without an account: Plan() succeeded, want an error")
	}
	token.ServiceAccountName = account
	if _, err := Objects(ctx, s.Runtime, serving); err != nil {
		t.Errorf("a projected token of an account: Plan() = %v", err)
	}
}
