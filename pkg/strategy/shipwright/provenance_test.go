/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package shipwright

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/strategy"
)

const (
	hex        = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	ranBuilder = "10.0.0.1:5000/team/builder@sha256:" + hex
	ranBase    = "10.0.0.1:5000/team/run@sha256:" + hex
	basePURL   = "pkg:oci/run@sha256%3A" + hex + "?repository_url=10.0.0.1%3A5000%2Fteam%2Frun"
)

// record is a TaskRun of which the step create ran in image.
func record(image, imageID, purl string) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"metadata": map[string]any{"labels": map[string]any{
			"clusterbuildstrategy.shipwright.io/generation": "4",
			"buildstrategy.shipwright.io/generation":        "9",
		}},
		"spec": map[string]any{"taskSpec": map[string]any{"steps": []any{
			map[string]any{"name": "prepare", "image": "tool"},
			map[string]any{"name": "create", "image": image},
		}}},
		"status": map[string]any{"steps": []any{
			map[string]any{"name": "prepare", "imageID": "tool@sha256:" + hex},
			map[string]any{"name": "create", "imageID": imageID, "inputs": []any{
				map[string]any{"name": "source", "values": []any{map[string]any{"uri": "x"}}},
				map[string]any{"name": "run-image", "values": []any{map[string]any{
					"uri": purl, "digest": map[string]any{"sha256": hex},
				}}},
			}},
		}},
	}}
}

func TestReadProvenance(t *testing.T) {
	cluster := func(builder, base string) v1beta2.BuildProvenance {
		return v1beta2.BuildProvenance{
			Strategy:     &v1beta2.StrategyStatus{Kind: "ClusterBuildStrategy", Name: "openfunction", Generation: 4},
			BuilderImage: builder, RunImage: base,
		}
	}
	for name, test := range map[string]struct {
		kind   string
		record *unstructured.Unstructured
		want   v1beta2.BuildProvenance
	}{
		"containerd": {"ClusterBuildStrategy", record(builderImageParam, ranBuilder, basePURL), cluster(ranBuilder, ranBase)},
		"docker":     {"ClusterBuildStrategy", record(builderImageParam, "docker-pullable://"+ranBuilder, basePURL), cluster(ranBuilder, ranBase)},
		"never pushed": {
			"ClusterBuildStrategy", record(builderImageParam, "sha256:"+hex, basePURL), cluster("", ranBase),
		},
		"a strategy of others": {"ClusterBuildStrategy", record("quay.io/buildah", ranBuilder, basePURL), cluster("", "")},
		"a base that is no image": {
			"ClusterBuildStrategy", record(builderImageParam, ranBuilder, "pkg:oci/x?repository_url=NO%20NAME"), cluster(ranBuilder, ""),
		},
		"a base without end": {
			"ClusterBuildStrategy",
			record(builderImageParam, ranBuilder, "pkg:oci/x?repository_url=r.example.com/"+strings.Repeat("a/", maxReference)+"a"),
			cluster(ranBuilder, ""),
		},
		"a base that cannot be read": {"ClusterBuildStrategy", record(builderImageParam, ranBuilder, "%zz"), cluster(ranBuilder, "")},
		"a strategy of the namespace": {
			"BuildStrategy", record("x", "", ""),
			v1beta2.BuildProvenance{Strategy: &v1beta2.StrategyStatus{Kind: "BuildStrategy", Name: "openfunction", Generation: 9}},
		},
		"nothing": {
			"ClusterBuildStrategy", &unstructured.Unstructured{Object: map[string]any{}},
			v1beta2.BuildProvenance{Strategy: &v1beta2.StrategyStatus{Kind: "ClusterBuildStrategy", Name: "openfunction"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			run := &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{"build": map[string]any{
				"spec": map[string]any{"strategy": map[string]any{"kind": test.kind, "name": "openfunction"}},
			}}}}
			result, err := New().Result(run, test.record)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strategy.Result{Provenance: test.want}, result); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
