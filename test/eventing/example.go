/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package eventing

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/yaml"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

const exampleImage = "registry.example.com/examples/orders:v1"

// ExamplesFolder returns the path of docs/examples/events.
func ExamplesFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.Getwd() // the folder of the package under test
	if err != nil {
		t.Fatal(err)
	}
	for ; folder != filepath.Dir(folder); folder = filepath.Dir(folder) {
		examples := filepath.Join(folder, "docs", "examples", "events")
		if _, err := os.Stat(examples); err == nil {
			return examples
		}
	}
	t.Fatal("no folder above the test has docs/examples/events")
	return ""
}

// Example reads an example and adapts it to the namespace: the image is the receiver's
// and the topics are used by no other test. It applies change at the end.
func (s *Scene) Example(t *testing.T, name string, change ...func(*v1beta2.Function)) *v1beta2.Function {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(ExamplesFolder(t), name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	adapted := strings.NewReplacer(exampleImage, ReceiverImage(t), "new-orders", s.Namespace, "failed-orders", s.FailedTopic(),
		"value: orders\n", "value: "+s.Namespace+"\n").Replace(string(text))
	fn := &v1beta2.Function{}
	if err := yaml.UnmarshalStrict([]byte(adapted), fn); err != nil {
		t.Fatalf("reading the example %s: %v", name, err)
	}
	fn.Namespace = s.Namespace
	SetParam(fn, "COLLECTOR", s.Collector.URL)
	Quick(fn)
	for _, change := range change {
		change(fn)
	}
	return fn
}

// FailedTopic returns the topic for dead letters.
func (s *Scene) FailedTopic() string {
	return "failed-" + s.Namespace
}

// SetParam sets an environment variable of the function.
func SetParam(fn *v1beta2.Function, name, value string) {
	if fn.Spec.Serving.Params == nil {
		fn.Spec.Serving.Params = map[string]string{}
	}
	fn.Spec.Serving.Params[name] = value
}

// Handling returns a change that makes the function handle one event for that long.
func Handling(duration time.Duration) func(*v1beta2.Function) {
	return func(fn *v1beta2.Function) { SetParam(fn, "HANDLING", duration.String()) }
}

// Quick shortens KEDA's polling interval and cool-down period, so that tests are short.
func Quick(fn *v1beta2.Function) {
	serving := fn.Spec.Serving
	if serving.ScaleOptions == nil {
		serving.ScaleOptions = &v1beta2.ScaleOptions{}
	}
	serving.ScaleOptions.Keda = &v1beta2.KedaScaleOptions{}
	if strings.EqualFold(serving.WorkloadType, "Job") {
		serving.ScaleOptions.Keda.ScaledJob = &v1beta2.KedaScaledJob{PollingInterval: new(int32(2))}
		return
	}
	serving.ScaleOptions.Keda.ScaledObject = &v1beta2.KedaScaledObject{PollingInterval: new(int32(2)), CooldownPeriod: new(int32(5))}
}
