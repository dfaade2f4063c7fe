/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keda

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/results"
)

func TestResults(t *testing.T) {
	const metrics = `# TYPE interceptor_request_duration_seconds histogram
interceptor_request_duration_seconds_bucket{code="200",method="GET",route_name="hello-1-http",route_namespace="ns",le="0.005"} 2
interceptor_request_duration_seconds_bucket{code="200",method="GET",route_name="hello-1-http",route_namespace="ns",le="+Inf"} 3
interceptor_request_duration_seconds_sum{code="200",method="GET",route_name="hello-1-http",route_namespace="ns"} 3.03
interceptor_request_duration_seconds_count{code="200",method="GET",route_name="hello-1-http",route_namespace="ns"} 3
interceptor_request_duration_seconds_bucket{code="502",method="GET",route_name="hello-1-http",route_namespace="ns",le="0.005"} 1
interceptor_request_duration_seconds_bucket{code="502",method="GET",route_name="hello-1-http",route_namespace="ns",le="+Inf"} 1
interceptor_request_duration_seconds_sum{code="502",method="GET",route_name="hello-1-http",route_namespace="ns"} 0.001
interceptor_request_duration_seconds_count{code="502",method="GET",route_name="hello-1-http",route_namespace="ns"} 1
interceptor_request_duration_seconds_bucket{code="500",method="GET",route_name="hello-1-http",route_namespace="other",le="+Inf"} 9
interceptor_request_duration_seconds_count{code="500",method="GET",route_name="hello-1-http",route_namespace="other"} 9
interceptor_request_duration_seconds_count{code="500",method="GET",route_name="hello-2-http",route_namespace="ns"} 9
`
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(metrics))
	if err != nil {
		t.Fatal(err)
	}
	s := &v1beta2.Serving{}
	s.Namespace, s.Name = "ns", "hello-1"
	source := resultsOf(s)
	if source.Namespace != "keda" || source.Port != 2223 {
		t.Errorf("the source is %+v", source)
	}
	got := source.Read(families)
	if got.Requests != 4 || got.Failures != 1 || got.Within[0.005] != 3 {
		t.Errorf("Read() = %+v, want 4 requests of which 1 failed", got)
	}
	if diff := cmp.Diff(results.Totals{}, source.Read(nil)); diff != "" {
		t.Error("Read() without metrics (-want, +got):", diff)
	}
}
