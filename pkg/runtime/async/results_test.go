/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"strings"
	"testing"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

func TestResults(t *testing.T) {
	const metrics = `# TYPE dapr_component_pubsub_ingress_count counter
dapr_component_pubsub_ingress_count{process_status="success",topic="orders"} 5
dapr_component_pubsub_ingress_count{process_status="retry",topic="orders"} 2
dapr_component_pubsub_ingress_count{process_status="drop",topic="orders"} 1
# TYPE dapr_component_pubsub_ingress_latencies histogram
dapr_component_pubsub_ingress_latencies_bucket{process_status="success",le="50"} 4
dapr_component_pubsub_ingress_latencies_bucket{process_status="success",le="+Inf"} 5
dapr_component_pubsub_ingress_latencies_sum{process_status="success"} 100
dapr_component_pubsub_ingress_latencies_count{process_status="success"} 5
# TYPE dapr_component_input_binding_count counter
dapr_component_input_binding_count{success="true"} 3
dapr_component_input_binding_count{success="false"} 1
`
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(metrics))
	if err != nil {
		t.Fatal(err)
	}
	s := &v1beta2.Serving{}
	s.Namespace, s.Name = "ns", "hello-1"
	s.Spec.Annotations = map[string]string{"dapr.io/metrics-port": "9999"}
	source := resultsOf(s)
	if source.Port != 9999 || source.Selector != "openfunction.io/serving=hello-1" {
		t.Errorf("the source is %+v", source)
	}
	if got := source.Read(families); got.Requests != 12 || got.Failures != 4 || got.Within[0.05] != 4 {
		t.Errorf("Read() = %+v, want 12 events of which 4 failed", got)
	}
}
