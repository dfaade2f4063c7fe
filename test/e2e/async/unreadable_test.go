//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"strconv"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/eventing"
)

// A function that was built with the Go framework gets messages that are no CloudEvents,
// without a setting of its trigger. One that the function cannot read is retried like any
// event that fails: it is counted, and does not hold up others.
func TestMessagesThatAreNoCloudEventsReachTheFunction(t *testing.T) {
	t.Parallel()
	image := buildNotes(t)
	for _, b := range eventing.Brokers() {
		t.Run(b.Name, func(t *testing.T) {
			t.Parallel()
			s := prepare(t, b)
			if b.Name == "nats" {
				eventing.CreateStream(t, s.Cluster, s.FailedTopic())
			}
			s.apply(t, s.Example(t, b.Example, listener("copies", s.FailedTopic()), func(fn *v1beta2.Function) {
				fn.Spec.Serving.Pubsub[orders] = ofStream(fn.Spec.Serving.Pubsub[orders], s.FailedTopic())
			}))
			s.apply(t, s.Example(t, b.Example, func(fn *v1beta2.Function) {
				fn.Spec.Image = image
				fn.Spec.Serving.ScaleOptions.MinReplicas = new(int32(1))
				fn.Spec.Serving.Pubsub["copies"] = ofStream(fn.Spec.Serving.Pubsub[orders], s.FailedTopic())
				fn.Spec.Serving.Outputs = []*v1beta2.Output{{Dapr: &v1beta2.DaprOutput{
					DaprComponentRef: &v1beta2.DaprComponentRef{Name: "copies", Topic: s.FailedTopic()},
				}}}
			}))
			for _, message := range []string{"21.5", `{"celsius":21.5}`} {
				s.SendRaw(t, []byte(message))
			}
			s.Send(t, 1, 3, 0)
			for _, data := range []string{"21.5", `{"celsius":21.5}`, "1", "2", "3"} {
				s.awaitHandledFor(t, "copies", data)
			}
			if b.Name == "kafka" || b.Name == "nats" {
				return // The others lost such messages, repeated them without pause, or were blocked by them.
			}
			s.SendRaw(t, []byte("three apples, please"))
			s.awaitNotHandled(t, orders, v1beta2.ReasonEventsFailing)
			s.Send(t, 4, 6, 0)
			s.awaitHandledFor(t, "copies", "6")
		})
	}
}

// ofStream returns a copy of a component that uses another stream, if it uses any.
func ofStream(component *v1beta2.DaprComponent, stream string) *v1beta2.DaprComponent {
	component = component.DeepCopy()
	for i := range component.Metadata {
		if component.Metadata[i].Name == "streamName" {
			component.Metadata[i].Value = &apiextensionsv1.JSON{Raw: strconv.AppendQuote(nil, stream)}
		}
	}
	return component
}

// buildNotes builds test/functions/notes-go, and returns its image.
func buildNotes(t *testing.T) string {
	t.Helper()
	s := prepare(t, eventing.Broker{})
	repository := git.NewFrom(t, s.Namespace, "../../functions")
	fn := s.Example(t, "from-source", func(fn *v1beta2.Function) {
		fn.Spec.Image = s.Registry + "/" + s.Namespace + "/notes:v1"
		fn.Spec.Build.SrcRepo.URL = repository.URL
		fn.Spec.Build.SrcRepo.SourceSubPath = new("notes-go")
		fn.Spec.Build.Env = map[string]string{"FUNC_NAME": "Keep"}
		fn.Spec.Serving = nil
	})
	s.apply(t, fn)
	return fn.Spec.Image
}
