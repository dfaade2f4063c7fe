/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package shipwright

import (
	"net/url"
	"strconv"
	"strings"

	buildv1beta1 "github.com/shipwright-io/build/pkg/apis/build/v1beta1"
	"k8s.io/utils/ptr"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/apis/imageref"
)

const (
	// builderImageParam is the image of the step that builds, in the strategy of
	// config/strategies and in others with a parameter of this name.
	builderImageParam = "$(params." + paramBuilderImage + ")"

	// runImageArtifact is the name of the base image among the artifacts of the step.
	runImageArtifact = "run-image"

	// maxReference limits the length of an image reference, because the build chooses
	// it.
	maxReference = 1024
)

// artifact is an input that a step reported to Tekton.
type artifact struct {
	Name   string `json:"name"`
	Values []struct {
		URI    string            `json:"uri"`
		Digest map[string]string `json:"digest"`
	} `json:"values"`
}

func strategyOf(br *buildv1beta1.BuildRun) *v1beta2.StrategyStatus {
	if br.Spec.Build.Spec == nil {
		return nil
	}
	chosen := br.Spec.Build.Spec.Strategy
	return &v1beta2.StrategyStatus{
		Kind: string(ptr.Deref(chosen.Kind, buildv1beta1.NamespacedBuildStrategyKind)),
		Name: chosen.Name,
	}
}

// provenance adds what the TaskRun reports. The node pulled the image of the step, so
// the build cannot forge it. The base image is reported by the build itself.
func (task *taskRun) provenance(known v1beta2.BuildProvenance) v1beta2.BuildProvenance {
	if known.Strategy != nil {
		strategy := *known.Strategy
		key := buildv1beta1.LabelClusterBuildStrategyGeneration
		if strategy.Kind == string(buildv1beta1.NamespacedBuildStrategyKind) {
			key = buildv1beta1.LabelBuildStrategyGeneration
		}
		strategy.Generation, _ = strconv.ParseInt(task.Metadata.Labels[key], 10, 64)
		known.Strategy = &strategy
	}
	for _, declared := range task.Spec.TaskSpec.Steps {
		if declared.Image != builderImageParam {
			continue
		}
		for _, ran := range task.Status.Steps {
			if ran.Name == declared.Name {
				known.BuilderImage = byDigest(ran.ImageID)
				known.RunImage = runImageOf(ran.Inputs)
			}
		}
	}
	return known
}

// byDigest returns the image by digest from an image ID of a container runtime. It
// returns an empty string if the ID has no digest, for example of an image that was
// never pushed.
func byDigest(imageID string) string {
	_, reference, found := strings.Cut(imageID, "://")
	if !found {
		reference = imageID
	}
	if len(reference) > maxReference {
		return ""
	}
	if ref, err := imageref.Parse(reference); err != nil || ref.Digest == "" {
		return ""
	}
	return reference
}

// runImageOf parses a package URL of the type oci.
func runImageOf(inputs []artifact) string {
	for _, input := range inputs {
		if input.Name != runImageArtifact || len(input.Values) == 0 {
			continue
		}
		purl, err := url.Parse(input.Values[0].URI)
		if err != nil {
			return ""
		}
		return byDigest(purl.Query().Get("repository_url") + "@sha256:" + input.Values[0].Digest["sha256"])
	}
	return ""
}
