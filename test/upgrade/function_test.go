//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package upgrade

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/eventing"
)

// subject is one Function under test, in a namespace of its own, and its load.
type subject struct {
	*eventing.Scene

	fn *v1beta2.Function
	// prober sends requests; nil if the function has no address.
	prober *cluster.Prober
	// events sends events; nil if no broker calls the function, or it is at zero.
	events *stream
	// cron means that a schedule calls the function.
	cron bool
	// scalesToZero means that pods of the function come and go.
	scalesToZero bool
	// woken is how many events were sent to a function at zero.
	woken int
}

// subjects are all Functions under test.
type subjects []*subject

// createFunctions creates a Function of each kind.
func createFunctions(t *testing.T) subjects {
	t.Helper()
	all := subjects{
		create(t, "", builtFunction),
		create(t, "", servedFunction),
		create(t, "nats", example("nats", onePod)),
		create(t, "mosquitto", example("mqtt")), //nolint:misspell // the name of the product
		create(t, "redis", example("http-and-events", onePod)),
		create(t, "", example("cron", onePod, everyTwoSeconds)),
	}
	all[3].scalesToZero = true
	all[5].cron = true
	return all
}

// create creates the Function that describe returns, next to a sender for the broker if
// that is not empty.
func create(t *testing.T, broker string, describe func(*testing.T, *eventing.Scene) *v1beta2.Function) *subject {
	t.Helper()
	b := eventing.Broker{}
	if broker != "" {
		b = eventing.BrokerOf(t, broker)
	}
	scene := eventing.Prepare(t, b)
	return &subject{Scene: scene, fn: scene.Create(t, describe(t, scene))}
}

// builtFunction describes a function that is built from source and answers requests.
func builtFunction(t *testing.T, s *eventing.Scene) *v1beta2.Function {
	t.Helper()
	repository := git.NewFrom(t, s.Namespace, "../functions/hello-go")
	fn := newFunction(s, "built", s.Registry+"/"+s.Namespace+"/hello:v1")
	fn.Spec.Build = &v1beta2.BuildSpec{
		Env:     map[string]string{"FUNC_NAME": "Hello"},
		SrcRepo: &v1beta2.GitRepo{URL: repository.URL, Revision: new("main")},
	}
	return fn
}

// servedFunction describes a function that answers requests from an image.
func servedFunction(t *testing.T, s *eventing.Scene) *v1beta2.Function {
	t.Helper()
	return newFunction(s, "served", eventing.ReceiverImage(t))
}

func newFunction(s *eventing.Scene, name, image string) *v1beta2.Function {
	fn := &v1beta2.Function{
		ObjectMeta: metav1.ObjectMeta{Namespace: s.Namespace, Name: name},
		Spec:       v1beta2.FunctionSpec{Image: image, Serving: &v1beta2.WorkloadSpec{}},
	}
	onePod(fn)
	return fn
}

// example returns a description that reads an example and applies change.
func example(name string, change ...func(*v1beta2.Function)) func(*testing.T, *eventing.Scene) *v1beta2.Function {
	return func(t *testing.T, s *eventing.Scene) *v1beta2.Function {
		t.Helper()
		return s.Example(t, name, change...)
	}
}

// onePod makes the function have one pod at all times, so that every change of its pods
// has another cause than its load.
func onePod(fn *v1beta2.Function) {
	if fn.Spec.Serving.ScaleOptions == nil {
		fn.Spec.Serving.ScaleOptions = &v1beta2.ScaleOptions{}
	}
	fn.Spec.Serving.ScaleOptions.MinReplicas = new(int32(1))
	fn.Spec.Serving.ScaleOptions.MaxReplicas = new(int32(1))
}

// everyTwoSeconds makes the schedule of the function fire with period.
func everyTwoSeconds(fn *v1beta2.Function) {
	fn.Spec.Serving.Triggers.Cron[0].Schedule = "*/2 * * * * *"
}

// awaitReady waits until every Function is Ready, and those without load have no pod.
func (all subjects) awaitReady(t *testing.T) {
	t.Helper()
	for _, s := range all {
		s.fn = s.AwaitReady(t, s.fn)
		if s.scalesToZero {
			s.awaitZero(t)
		}
	}
}

// checkReady fails the test unless every Function is Ready at its latest generation,
// which is still the one that was created.
func (all subjects) checkReady(t *testing.T) {
	t.Helper()
	for _, s := range all {
		latest, err := s.Functions(s.Namespace).Get(t.Context(), s.fn.Name, metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if !latest.IsReady() || latest.Status.ObservedGeneration != latest.Generation || latest.Generation != s.fn.Generation {
			t.Errorf("Function %s has generation %d, want %d, observedGeneration %d, and Ready is %+v", latest.Name, latest.Generation,
				s.fn.Generation, latest.Status.ObservedGeneration, latest.Status.GetCondition(v1beta2.FunctionConditionReady))
		}
	}
}

// atZero returns the function that is at zero unless events wake it.
func (all subjects) atZero() *subject {
	for _, s := range all {
		if s.scalesToZero {
			return s
		}
	}
	panic("no function scales to zero")
}
