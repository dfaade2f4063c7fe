/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package knative

import (
	"context"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	servingv1 "knative.dev/serving/pkg/apis/serving/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime/runtimetest"
)

// The messages come from the version of Knative in go.mod, with its default features.
func TestAdviceOnWhatKnativeRefuses(t *testing.T) {
	volume := func(source corev1.VolumeSource) corev1.PodSpec {
		return corev1.PodSpec{
			Containers: []corev1.Container{{VolumeMounts: []corev1.VolumeMount{{Name: "a", MountPath: "/a", ReadOnly: true}}}},
			Volumes:    []corev1.Volume{{Name: "a", VolumeSource: source}},
		}
	}
	field := func(path string) corev1.EnvVar {
		return corev1.EnvVar{Name: "A", ValueFrom: &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{FieldPath: path}}}
	}
	for feature, spec := range map[string]corev1.PodSpec{
		"kubernetes.containerspec-addcapabilities": {Containers: []corev1.Container{{SecurityContext: &corev1.SecurityContext{
			Capabilities: &corev1.Capabilities{Add: []corev1.Capability{"NET_BIND_SERVICE"}},
		}}}},
		"kubernetes.podspec-affinity":                  {Affinity: &corev1.Affinity{PodAffinity: &corev1.PodAffinity{}}},
		"kubernetes.podspec-dnsconfig":                 {DNSConfig: &corev1.PodDNSConfig{Searches: []string{"a"}}},
		"kubernetes.podspec-dnspolicy":                 {DNSPolicy: corev1.DNSDefault},
		"kubernetes.podspec-fieldref":                  {Containers: []corev1.Container{{Env: []corev1.EnvVar{field("metadata.name")}}}},
		"kubernetes.podspec-hostaliases":               {HostAliases: []corev1.HostAlias{{IP: "10.0.0.1"}}},
		"kubernetes.podspec-init-containers":           {InitContainers: []corev1.Container{{Name: "a", Image: "a"}}},
		"kubernetes.podspec-nodeselector":              {NodeSelector: map[string]string{"a": "b"}},
		"kubernetes.podspec-priorityclassname":         {PriorityClassName: "a"},
		"kubernetes.podspec-runtimeclassname":          {RuntimeClassName: new("a")},
		"kubernetes.podspec-schedulername":             {SchedulerName: "a"},
		"kubernetes.podspec-securitycontext":           {SecurityContext: &corev1.PodSecurityContext{RunAsUser: ptr.To[int64](1)}},
		"kubernetes.podspec-shareprocessnamespace":     {ShareProcessNamespace: new(true)},
		"kubernetes.podspec-tolerations":               {Tolerations: []corev1.Toleration{{Key: "a"}}},
		"kubernetes.podspec-volumes-csi":               volume(corev1.VolumeSource{CSI: &corev1.CSIVolumeSource{Driver: "a"}}),
		"kubernetes.podspec-volumes-ephemeral":         volume(corev1.VolumeSource{Ephemeral: &corev1.EphemeralVolumeSource{}}),
		"kubernetes.podspec-volumes-image":             volume(corev1.VolumeSource{Image: &corev1.ImageVolumeSource{Reference: "a"}}),
		"kubernetes.podspec-persistent-volume-claim":   volume(corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: "a", ReadOnly: true}}),
		"kubernetes.podspec-topologyspreadconstraints": {TopologySpreadConstraints: []corev1.TopologySpreadConstraint{{MaxSkew: 1}}},
	} {
		if len(spec.Containers) == 0 {
			spec.Containers = []corev1.Container{{}}
		}
		spec.Containers[0].Image = "registry.example.com/team/hello"
		object := child.Object{Resource: &servingv1.Configuration{
			ObjectMeta: metav1.ObjectMeta{Name: "hello", Namespace: "team"},
			Spec: servingv1.ConfigurationSpec{Template: servingv1.RevisionTemplateSpec{
				Spec: servingv1.RevisionSpec{PodSpec: spec},
			}},
		}}
		err := admitWith(context.Background(), object, nil)
		if err == nil {
			t.Errorf("%s: Knative takes it without", feature)
			continue
		}
		if advice := advise(err.Error()); !strings.HasSuffix(advice, ": "+feature) {
			t.Errorf("%s: on %q the advice is %q", feature, err, advice)
		}
	}
}

func TestAdvice(t *testing.T) {
	for message, want := range map[string]string{
		"it crashed": "",
		`Unable to fetch image "r.example.com/a": failed to resolve image to digest: HEAD https://r.example.com/v2/a: 404`:                            "correct spec.image",
		`DomainMapping "hello.example.com": The domain name is already in use by another DomainMapping`:                                               "ClusterDomainClaim",
		`There is an existing placeholder Service "taken" that we do not own.`:                                                                        "delete or rename that object",
		"must not set the field(s): spec.template.spec.hostNetwork":                                                                                   "",
		`Revision "f-00001" failed with message: pods "f-00001-deployment-x" is forbidden: pod rejected: RuntimeClass "openfunction-crun" not found.`: "create the RuntimeClass openfunction-crun",
		`RuntimeClass.node.k8s.io \"mine\" not found`:                                                                                                 "create the RuntimeClass mine",
		"must not set the field(s): spec.template.spec.runtimeClassName, spec.template.spec.nodeSelector":                                             "kubernetes.podspec-nodeselector, kubernetes.podspec-runtimeclassname",
	} {
		got := advise(message)
		if (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Errorf("advise(%q) = %q, want %q in it", message, got, want)
		}
	}
}

// On a cluster that is not set up for WebAssembly functions, the advice names what is
// missing.
func TestKnativeRefusesWasmWithoutItsFeature(t *testing.T) {
	s := &v1beta2.Serving{
		ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "hello-5fca1b20d9"},
		Spec:       v1beta2.ServingSpec{Image: "registry.example.com/team/hello", WorkloadRuntime: v1beta2.WorkloadRuntimeWasmEdge},
	}
	objects, err := runtimetest.Objects(context.Background(), New(), s)
	if err != nil {
		t.Fatal("Plan() =", err)
	}
	err = admitWith(context.Background(), objects[0], nil)
	if err == nil || !strings.Contains(advise(err.Error()), "kubernetes.podspec-runtimeclassname") {
		t.Errorf("Knative returned %v, for which there is no advice", err)
	}
}
