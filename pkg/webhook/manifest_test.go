/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package webhook

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"

	"openfunction.dev/openfunction/pkg/webhook/requester"
)

// manifests returns the objects in files of config, decoded strictly.
func manifests(t *testing.T, pattern string) []runtime.Object {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("../../config", pattern))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no %s in config: %v", pattern, err)
	}
	decoder := serializer.NewCodecFactory(scheme.Scheme, serializer.EnableStrict).UniversalDeserializer()
	var objects []runtime.Object
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for documents := yaml.NewDocumentDecoder(io.NopCloser(bytes.NewReader(text))); ; {
			document := make([]byte, len(text))
			n, err := documents.Read(document)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			object, _, err := decoder.Decode(document[:n], nil, nil)
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			objects = append(objects, object)
		}
	}
	return objects
}

// find returns the objects of one kind.
func find[T runtime.Object](objects []runtime.Object) []T {
	var found []T
	for _, object := range objects {
		if o, ok := object.(T); ok {
			found = append(found, o)
		}
	}
	return found
}

// registration contains the fields that both kinds of webhook configurations have.
type registration struct {
	Name, Service, Namespace string
	FailurePolicy            admissionregistrationv1.FailurePolicyType
	MatchPolicy              admissionregistrationv1.MatchPolicyType
	SideEffects              admissionregistrationv1.SideEffectClass
	TimeoutSeconds           int32
	Versions                 []string
}

func TestRegistrations(t *testing.T) {
	want := func(name string) registration {
		return registration{
			name, Options().ServiceName, "openfunction",
			admissionregistrationv1.Fail, admissionregistrationv1.Equivalent,
			admissionregistrationv1.SideEffectClassNone, 10,
			[]string{"v1"},
		}
	}
	objects := manifests(t, "500-webhook-*.yaml")
	got := map[string]registration{}
	for _, c := range find[*admissionregistrationv1.MutatingWebhookConfiguration](objects) {
		w := c.Webhooks[0]
		got[c.Name] = registration{
			w.Name, w.ClientConfig.Service.Name, w.ClientConfig.Service.Namespace,
			*w.FailurePolicy, *w.MatchPolicy, *w.SideEffects, *w.TimeoutSeconds, w.AdmissionReviewVersions,
		}
	}
	for _, c := range find[*admissionregistrationv1.ValidatingWebhookConfiguration](objects) {
		w := c.Webhooks[0]
		got[c.Name] = registration{
			w.Name, w.ClientConfig.Service.Name, w.ClientConfig.Service.Namespace,
			*w.FailurePolicy, *w.MatchPolicy, *w.SideEffects, *w.TimeoutSeconds, w.AdmissionReviewVersions,
		}
	}
	all := map[string]registration{
		DefaultingName: want(DefaultingName), ValidationName: want(ValidationName), ConfigValidationName: want(ConfigValidationName),
	}
	if diff := cmp.Diff(all, got); diff != "" {
		t.Errorf("registrations (-want +got):\n%s", diff)
	}
	secrets := find[*corev1.Secret](objects)
	if len(secrets) != 1 || secrets[0].Name != Options().SecretName || len(secrets[0].Data)+len(secrets[0].StringData) > 0 {
		t.Errorf("want one empty Secret %s", Options().SecretName)
	}
}

func TestRolesHaveNoWildcards(t *testing.T) {
	objects := append(manifests(t, "200-role-webhook.yaml"), manifests(t, "200-clusterrole-webhook.yaml")...)
	var rules []rbacv1.PolicyRule
	for _, role := range find[*rbacv1.Role](objects) {
		rules = append(rules, role.Rules...)
	}
	for _, role := range find[*rbacv1.ClusterRole](objects) {
		rules = append(rules, role.Rules...)
		for _, rule := range role.Rules {
			if slices.Contains(rule.Resources, "secrets") || slices.Contains(rule.Resources, "configmaps") {
				t.Errorf("%v: of the whole cluster", rule)
			}
		}
	}
	if len(rules) == 0 {
		t.Fatal("no rules")
	}
	for _, rule := range rules {
		for _, words := range [][]string{rule.APIGroups, rule.Resources, rule.Verbs} {
			for _, word := range []string{"*", "escalate", "bind", "impersonate"} {
				if slices.Contains(words, word) {
					t.Errorf("%v: %q", rule, word)
				}
			}
		}
	}
}

// The controller runs with the service account that may create the children of
// Functions.
func TestControllerAccount(t *testing.T) {
	accounts := find[*corev1.ServiceAccount](manifests(t, "200-serviceaccount.yaml"))
	if !slices.ContainsFunc(accounts, func(a *corev1.ServiceAccount) bool { return a.Name == requester.ControllerAccount }) {
		t.Errorf("there is no service account %s", requester.ControllerAccount)
	}
	controller := find[*appsv1.Deployment](manifests(t, "controller.yaml"))[0]
	if got := controller.Spec.Template.Spec.ServiceAccountName; got != requester.ControllerAccount {
		t.Errorf("the controller runs as %s, want %s", got, requester.ControllerAccount)
	}
}

func TestDeployment(t *testing.T) {
	objects := manifests(t, "webhook.yaml")
	deployment := find[*appsv1.Deployment](objects)[0]
	if *deployment.Spec.Replicas < 2 {
		t.Error("one replica: no function can be written while its pod moves")
	}
	template := deployment.Spec.Template
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		t.Fatal(err)
	}
	restricted := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	if result := policy.AggregateCheckResults(evaluator.EvaluatePod(restricted, &template.ObjectMeta, &template.Spec)); !result.Allowed {
		t.Errorf("not restricted: %s", result.ForbiddenDetail())
	}
	container := template.Spec.Containers[0]
	if port := container.Ports[0].ContainerPort; int(port) != Options().Port || container.ReadinessProbe.HTTPGet.Port.IntVal != port {
		t.Errorf("the port is %d, want %d, also of the probe", port, Options().Port)
	}
	if grace := *template.Spec.TerminationGracePeriodSeconds; grace < 2*int64((drainPeriod+shutdownTimeout).Seconds()) {
		t.Errorf("%d s are too short to drain", grace)
	}
	most := int64(maxConnections*(maxHeaderBytes+smallBodyBytes) + largeBodiesBytes + reviewsBytes)
	soft := container.Env[slices.IndexFunc(container.Env, func(e corev1.EnvVar) bool { return e.Name == "GOMEMLIMIT" })].Value
	if soft != fmt.Sprintf("%dMiB", heapLimit>>20) || heapLimit < most || container.Resources.Limits.Memory().Value() < heapLimit*6/5 {
		t.Errorf("GOMEMLIMIT is %s and the limit %s; requests need up to %d MiB, and other memory a fifth more", soft, container.Resources.Limits.Memory(), most>>20)
	}
	budget := find[*policyv1.PodDisruptionBudget](objects)[0]
	service := find[*corev1.Service](objects)[0]
	for name, selector := range map[string]map[string]string{
		"budget": budget.Spec.Selector.MatchLabels, "Service": service.Spec.Selector, "Deployment": deployment.Spec.Selector.MatchLabels,
	} {
		if diff := cmp.Diff(template.Labels, selector); diff != "" {
			t.Errorf("labels of the pods (-) and selector of the %s (+):\n%s", name, diff)
		}
	}
	if service.Name != Options().ServiceName {
		t.Errorf("the Service is %s, want %s", service.Name, Options().ServiceName)
	}
}
