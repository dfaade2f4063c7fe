/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package shipwright

import (
	"path/filepath"
	"strings"
	"time"

	buildv1beta1 "github.com/shipwright-io/build/pkg/apis/build/v1beta1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/utils/ptr"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/envvar"
)

// makeBuildSpec returns the spec of a build. Labels, annotations and timestamps of the
// output stay unset, because Shipwright would rewrite the image after the push.
func makeBuildSpec(b *v1beta2.Builder, cfg *config.Build) (*buildv1beta1.BuildSpec, error) {
	source, errs := makeSource(b.Spec.SrcRepo, cfg.FullGitRefs)
	if b.Spec.Image == "" {
		errs = errs.Also(apis.ErrMissingField("image"))
	}
	chosen := makeStrategy(b.Spec.Shipwright, cfg)
	params, paramErrs := makeParams(b, cfg, isOurs(chosen))
	if errs = errs.Also(paramErrs); errs != nil {
		return nil, errs.ViaField("spec")
	}
	spec := &buildv1beta1.BuildSpec{
		Source:      source,
		Strategy:    chosen,
		ParamValues: params,
		Output:      makeOutput(b, cfg.InsecureRegistries),
		Timeout:     makeTimeout(b, cfg.DefaultTimeout),
	}
	if !isOurs(chosen) {
		spec.Env = makeEnv(b.Spec.Env)
	}
	return spec, nil
}

// branchOrTag removes the prefix of a full ref, because Shipwright's step expects the name of
// a branch or tag.
func branchOrTag(revision *string) *string {
	if revision == nil {
		return nil
	}
	for _, prefix := range []string{"refs/heads/", "refs/tags/"} {
		if name, ok := strings.CutPrefix(*revision, prefix); ok {
			return &name
		}
	}
	return revision
}

func makeSource(repo *v1beta2.GitRepo, fullRefs bool) (*buildv1beta1.Source, *apis.FieldError) {
	switch {
	case repo == nil:
		return nil, apis.ErrMissingField("srcRepo")
	case repo.URL == "" && repo.BundleContainer == nil:
		return nil, apis.ErrMissingOneOf("url", "bundleContainer").ViaField("srcRepo")
	}
	var secret *string
	if repo.Credentials != nil {
		secret = &repo.Credentials.Name
	}
	source := &buildv1beta1.Source{}
	if repo.BundleContainer != nil {
		source.Type = buildv1beta1.OCIArtifactType
		source.OCIArtifact = &buildv1beta1.OCIArtifact{Image: repo.BundleContainer.Image, PullSecret: secret}
	} else {
		source.Type = buildv1beta1.GitType
		source.Git = &buildv1beta1.Git{URL: repo.URL, Revision: nonEmpty(repo.Revision), CloneSecret: secret}
		if !fullRefs {
			source.Git.Revision = branchOrTag(source.Git.Revision)
		}
	}
	if folder := nonEmpty(repo.SourceSubPath); folder != nil {
		// A build must only read its own source, even if admission was bypassed.
		local := strings.TrimLeft(*folder, "/")
		if local == "" {
			return source, nil
		}
		if !filepath.IsLocal(local) {
			return nil, apis.ErrInvalidValue(*folder, "sourceSubPath", "must stay inside the source").ViaField("srcRepo")
		}
		source.ContextDir = &local
	}
	return source, nil
}

func makeStrategy(engine *v1beta2.ShipwrightEngine, cfg *config.Build) buildv1beta1.Strategy {
	if engine == nil || engine.Strategy == nil {
		return buildv1beta1.Strategy{Name: cfg.DefaultStrategy, Kind: new(buildv1beta1.ClusterBuildStrategyKind)}
	}
	kind := ptr.Deref(engine.Strategy.Kind, string(buildv1beta1.NamespacedBuildStrategyKind))
	return buildv1beta1.Strategy{Name: engine.Strategy.Name, Kind: new(buildv1beta1.BuildStrategyKind(kind))}
}

func makeOutput(b *v1beta2.Builder, insecure sets.Set[string]) buildv1beta1.Image {
	output := buildv1beta1.Image{Image: b.Spec.Image}
	if b.Spec.ImageCredentials != nil {
		output.PushSecret = &b.Spec.ImageCredentials.Name
	}
	if insecure.Has(registryOf(b.Spec.Image)) {
		output.Insecure = new(true)
	}
	return output
}

// registryOf returns the host or host:port of an image reference: the first part, if it
// cannot be the name of a repository.
func registryOf(image string) string {
	first, _, found := strings.Cut(image, "/")
	if found && (strings.ContainsAny(first, ".:") || first == "localhost") {
		return first
	}
	return "docker.io"
}

// makeTimeout returns how long the run may take. Tekton counts it from the start of the
// task, so builds end even if the controller does not run.
func makeTimeout(b *v1beta2.Builder, byDefault time.Duration) *metav1.Duration {
	timeout := byDefault
	if b.Spec.Timeout != nil {
		timeout = b.Spec.Timeout.Duration
	}
	if engine := b.Spec.Shipwright; engine != nil && engine.Timeout != nil {
		timeout = min(timeout, engine.Timeout.Duration)
	}
	return &metav1.Duration{Duration: timeout}
}

// makeEnv returns the environment for strategies to which Shipwright passes it.
func makeEnv(env map[string]string) []corev1.EnvVar {
	vars := make([]corev1.EnvVar, 0, len(env))
	for _, name := range sets.List(sets.KeySet(env)) {
		vars = append(vars, corev1.EnvVar{Name: name, Value: envvar.Escape(env[name])})
	}
	return vars
}

func nonEmpty(text *string) *string {
	if text == nil || *text == "" {
		return nil
	}
	return text
}
