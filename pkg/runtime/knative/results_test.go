/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package knative

import (
	"strings"
	"testing"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

func TestResults(t *testing.T) {
	const metrics = `# TYPE kn_serving_invocation_duration_seconds histogram
kn_serving_invocation_duration_seconds_bucket{http_response_status_code="200",le="0.005"} 2
kn_serving_invocation_duration_seconds_bucket{http_response_status_code="200",le="+Inf"} 3
kn_serving_invocation_duration_seconds_sum{http_response_status_code="200"} 1
kn_serving_invocation_duration_seconds_count{http_response_status_code="200"} 3
kn_serving_invocation_duration_seconds_bucket{http_response_status_code="503",le="0.005"} 1
kn_serving_invocation_duration_seconds_bucket{http_response_status_code="503",le="+Inf"} 1
kn_serving_invocation_duration_seconds_sum{http_response_status_code="503"} 1
kn_serving_invocation_duration_seconds_count{http_response_status_code="503"} 1
kn_serving_invocation_duration_seconds_bucket{http_response_status_code="404",le="+Inf"} 1
kn_serving_invocation_duration_seconds_count{http_response_status_code="404"} 1
`
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(metrics))
	if err != nil {
		t.Fatal(err)
	}
	s := &v1beta2.Serving{}
	s.Namespace, s.Name = "ns", "hello-1"
	source := resultsOf(s)
	if source.Namespace != "ns" || source.Selector != "serving.knative.dev/configuration=hello-1" {
		t.Errorf("the source is %+v", source)
	}
	if got := source.Read(families); got.Requests != 5 || got.Failures != 1 || got.Within[0.005] != 3 {
		t.Errorf("Read() = %+v, want 5 requests of which 1 failed", got)
	}
}
