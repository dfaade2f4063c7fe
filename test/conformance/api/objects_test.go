//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package api

import (
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"
	duckv1 "knative.dev/pkg/apis/duck/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/gitrepo"
)

// subjects are the objects that the requirements are checked on.
type subjects struct {
	ready, failed *v1beta2.Function
	builder       *v1beta2.Builder
	serving       *v1beta2.Serving
}

func TestObjects(t *testing.T) {
	c := connect(t)
	s := makeSubjects(t, c)
	verify(t, c, "Status", []requirement{
		{"Every object MUST report the generation of its conditions", s.checkGeneration},
		{"Every condition MUST have a status and a time and, unless it is True, a reason and a message", s.checkConditions},
		{"Conditions MUST be sorted by type, each type once", s.checkSorted},
		{"Ready MUST be True if and only if all other conditions are", s.checkReady},
		{"A failed Function MUST repeat the cause in Ready", s.checkFailed},
		{"A Function that serves requests MUST have an address outside and inside the cluster", s.checkAddress},
		{"A Serving MUST run the built image by digest", s.checkDigest},
		{"A Function MUST report the commit that it was built from", s.checkSource},
		{"A completed Builder MUST report its start, its end and the image that it pushed", s.checkBuilder},
		{"The shares of traffic MUST add up to 100", s.checkTraffic},
		{"Every child MUST have its owner as controller owner, by UID", s.checkOwners},
		{"A write of the object MUST ignore its status", s.checkStatusWrite},
		{"Strict validation MUST reject an unknown field", s.checkUnknownField},
		{"A dry run MUST NOT store any object", s.checkDryRun},
	})
}

func makeSubjects(t *testing.T, c *cluster.Cluster) *subjects {
	t.Helper()
	git, err := gitrepo.ServePods(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = git.Close() })
	namespace := c.Namespace(t)
	repository := git.NewFrom(t, "functions", "../../functions")

	failed := function(c, namespace, "failed", repository.URL)
	failed.Spec.Build.SrcRepo.SourceSubPath = new(string)
	*failed.Spec.Build.SrcRepo.SourceSubPath = "no-such-folder"
	failed = c.Create(t, failed)
	ready := c.Create(t, function(c, namespace, "ready", repository.URL))
	s := &subjects{
		ready: c.AwaitReady(t, ready),
		failed: c.AwaitFunction(t, failed, "fail", func(f *v1beta2.Function) bool {
			return f.Status.GetCondition(v1beta2.FunctionConditionReady).IsFalse()
		}),
	}
	if s.builder, err = c.Builders(namespace).Get(t.Context(), s.ready.Status.Build.ResourceRef, metav1.GetOptions{}); err != nil {
		t.Fatal(err)
	}
	if s.serving, err = c.Servings(namespace).Get(t.Context(), s.ready.Status.Serving.ResourceRef, metav1.GetOptions{}); err != nil {
		t.Fatal(err)
	}
	return s
}

func function(c *cluster.Cluster, namespace, name, url string) *v1beta2.Function {
	folder := "hello-go"
	return &v1beta2.Function{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: v1beta2.FunctionSpec{
			Image: c.Registry + "/" + namespace + "/" + name + ":v1",
			Build: &v1beta2.BuildSpec{
				Env:     map[string]string{"FUNC_NAME": "Hello"},
				SrcRepo: &v1beta2.GitRepo{URL: url, SourceSubPath: &folder},
			},
			Serving: &v1beta2.WorkloadSpec{},
		},
	}
}

func (s *subjects) all() []duckv1.KRShaped {
	return []duckv1.KRShaped{s.ready, s.failed, s.builder, s.serving}
}

func (s *subjects) checkGeneration(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	for _, object := range s.all() {
		if got, want := object.GetStatus().ObservedGeneration, object.GetGeneration(); got != want {
			t.Errorf("%s has observedGeneration %d, want %d", object.GetName(), got, want)
		}
	}
}

func (s *subjects) checkConditions(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	for _, object := range s.all() {
		if len(object.GetStatus().Conditions) == 0 {
			t.Errorf("%s has no conditions", object.GetName())
		}
		for _, c := range object.GetStatus().Conditions {
			if c.Status == "" || c.LastTransitionTime.Inner.IsZero() {
				t.Errorf("%s: %+v lacks its status or its time", object.GetName(), c)
			}
			if !c.IsTrue() && (c.Reason == "" || c.Message == "") {
				t.Errorf("%s: %+v lacks its reason or its message", object.GetName(), c)
			}
		}
	}
}

func (s *subjects) checkSorted(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	for _, object := range s.all() {
		types := make([]string, 0, len(object.GetStatus().Conditions))
		for _, c := range object.GetStatus().Conditions {
			types = append(types, string(c.Type))
		}
		if !slices.IsSorted(types) || len(slices.Compact(slices.Clone(types))) != len(types) {
			t.Errorf("%s has the conditions %v", object.GetName(), types)
		}
	}
}

func (s *subjects) checkReady(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	for _, object := range []duckv1.KRShaped{s.ready, s.failed, s.serving} {
		all := true
		for _, c := range object.GetStatus().Conditions {
			if c.Type != apis.ConditionReady && !c.IsTrue() {
				all = false
			}
		}
		if ready := object.GetStatus().GetCondition(apis.ConditionReady); ready.IsTrue() != all {
			t.Errorf("%s: Ready is %+v, and that all others are True is %t", object.GetName(), ready, all)
		}
	}
}

func (s *subjects) checkFailed(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	ready := s.failed.Status.GetCondition(v1beta2.FunctionConditionReady)
	cause := s.failed.Status.GetCondition(v1beta2.FunctionConditionBuilderReady)
	if !ready.IsFalse() || !cause.IsFalse() || ready.Reason != cause.Reason || ready.Message != cause.Message {
		t.Errorf("Ready is %+v, want it to repeat %+v", ready, cause)
	}
	if !strings.Contains(cause.Message, "no-such-folder") {
		t.Errorf("the message %q does not name the cause", cause.Message)
	}
}

func (s *subjects) checkAddress(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	status := s.ready.Status
	if status.URL == nil || status.Address == nil || status.Address.URL == nil {
		t.Fatalf("url is %v and address is %v", status.URL, status.Address)
	}
	if !strings.HasSuffix(status.Address.URL.Host, ".svc.cluster.local") {
		t.Errorf("the address inside the cluster is %s", status.Address.URL)
	}
	if _, err := c.Get(t.Context(), status.URL.String()); err != nil {
		t.Errorf("%s: %v", status.URL, err)
	}
}

func (s *subjects) checkDigest(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	if _, digest, _ := strings.Cut(s.serving.Spec.Image, "@"); s.builder.Status.Output == nil || digest != s.builder.Status.Output.Digest {
		t.Errorf("the Serving runs %s, the Builder pushed %+v", s.serving.Spec.Image, s.builder.Status.Output)
	}
}

func (s *subjects) checkSource(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	if sources := s.ready.Status.Sources; len(sources) != 1 || sources[0].Git == nil || len(sources[0].Git.CommitSha) != 40 {
		t.Errorf("status.sources is %+v", sources)
	}
}

func (s *subjects) checkBuilder(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	status := s.builder.Status
	if status.StartTime == nil || status.CompletionTime == nil || status.BuildDuration == nil ||
		status.Output == nil || !strings.HasPrefix(status.Output.Digest, "sha256:") {
		t.Errorf("the status of a Builder that ended is %+v, its output %+v", status, status.Output)
	}
}

func (s *subjects) checkTraffic(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	var sum int64
	for _, revision := range s.ready.Status.Serving.Revisions {
		if revision.Percent != nil {
			sum += *revision.Percent
		}
	}
	if sum != 100 {
		t.Errorf("the shares add up to %d: %+v", sum, s.ready.Status.Serving.Revisions)
	}
}

func (s *subjects) checkOwners(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	for _, child := range []metav1.Object{s.builder, s.serving} {
		if !metav1.IsControlledBy(child, s.ready) {
			t.Errorf("%s has the owners %+v", child.GetName(), child.GetOwnerReferences())
		}
	}
}

func (s *subjects) checkStatusWrite(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	latest, err := c.Functions(s.ready.Namespace).Get(t.Context(), s.ready.Name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	latest.Status.Image = "forged"
	stored, err := c.Functions(s.ready.Namespace).Update(t.Context(), latest, metav1.UpdateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if stored.Status.Image == "forged" {
		t.Error("status was written through the object itself")
	}
}

func (s *subjects) checkUnknownField(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	body := []byte(`{"apiVersion":"core.openfunction.io/v1beta2","kind":"Function","metadata":{"name":"unknown"},` +
		`"spec":{"image":"registry.example.com/a:v1","servng":{}}}`)
	err := c.FunctionsV1beta2Interface.RESTClient().Post().Namespace(s.ready.Namespace).Resource("functions").
		Param("fieldValidation", "Strict").SetHeader("Content-Type", "application/json").Body(body).Do(t.Context()).Error()
	if err == nil || !strings.Contains(err.Error(), "servng") {
		t.Errorf("the answer is %v, want an error that names spec.servng", err)
	}
}

func (s *subjects) checkDryRun(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	dry := function(c, s.ready.Namespace, "dry", s.ready.Spec.Build.SrcRepo.URL)
	options := metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}}
	if _, err := c.Functions(dry.Namespace).Create(t.Context(), dry, options); err != nil {
		t.Fatal(err)
	}
	if got, err := c.Functions(dry.Namespace).Get(t.Context(), dry.Name, metav1.GetOptions{}); err == nil {
		t.Errorf("the dry run left %s", got.Name)
	}
}
