/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package resources

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	functionresources "openfunction.dev/openfunction/pkg/reconciler/function/resources"
)

var now = time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)

func function(changes ...func(*v1beta2.Function)) *v1beta2.Function {
	fn := &v1beta2.Function{
		ObjectMeta: metav1.ObjectMeta{Name: "hello", Generation: 2},
		Spec:       v1beta2.FunctionSpec{Build: &v1beta2.BuildSpec{}, Serving: &v1beta2.WorkloadSpec{}},
	}
	fn.Status.ObservedGeneration = 2
	fn.Status.MarkBuildNotRequired()
	fn.Status.MarkServingNotRequired()
	fn.Status.PropagateRoute(&apis.Condition{Status: corev1.ConditionTrue})
	fn.Status.InUse = &v1beta2.FunctionInUse{Serving: "good", Revisions: map[string]int64{"current": 0, "good": 100, "kept": 0}}
	for _, change := range changes {
		change(fn)
	}
	return fn
}

func names[T metav1.Object](objects []T) []string {
	var found []string
	for _, object := range objects {
		found = append(found, object.GetName())
	}
	slices.Sort(found)
	return found
}

func servings(changes ...func(*v1beta2.Serving)) []*v1beta2.Serving {
	var all []*v1beta2.Serving
	for _, name := range []string{"current", "good", "kept", "old"} {
		all = append(all, &v1beta2.Serving{ObjectMeta: metav1.ObjectMeta{Name: name}})
	}
	for _, change := range changes {
		change(all[len(all)-1])
	}
	return all
}

func TestServings(t *testing.T) {
	tests := []struct {
		name     string
		fn       *v1beta2.Function
		servings []*v1beta2.Serving
		want     []string
	}{
		{"the one that takes no part", function(), servings(), []string{"old"}},
		{"the traffic names it", function(func(fn *v1beta2.Function) {
			fn.Spec.Serving.Traffic = []v1beta2.TrafficTarget{{Revision: "old", Percent: new(int32(100))}}
		}), servings(), nil},
		{"a release before wrote the status", function(func(fn *v1beta2.Function) { fn.Status.InUse = nil }), servings(), nil},
		{"it goes already", function(), servings(func(s *v1beta2.Serving) {
			s.DeletionTimestamp = new(metav1.Now())
		}), nil},
		{"status is of another generation", function(func(fn *v1beta2.Function) { fn.Generation = 3 }), servings(), nil},
		{"a build runs, so that one may be new", function(func(fn *v1beta2.Function) {
			fn.Status.MarkBuildWaitingForCancel("other")
		}), servings(), nil},
		{"a version starts", function(func(fn *v1beta2.Function) { fn.Status.MarkWaitingForImage() }), servings(), nil},
		{"the address changes", function(func(fn *v1beta2.Function) { fn.Status.PropagateRoute(nil) }), servings(), nil},
		{"the spec has no serving", function(func(fn *v1beta2.Function) {
			fn.Spec.Serving = nil
		}), servings(), []string{"current", "good", "kept", "old"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, names(Servings(test.fn, test.servings))); diff != "" {
				t.Errorf("Servings() (-want, +got):\n%s", diff)
			}
		})
	}
}

// currentBuilder returns the name of the Builder of function.
func currentBuilder() string {
	b, err := functionresources.MakeBuilder(function())
	if err != nil {
		panic(err)
	}
	return b.Name
}

// builders returns the successful Builders s1 (the newest) to s3, the failed ones f1 to
// f3, a running one, the current one and the one that built the image of a Serving.
func builders() []*v1beta2.Builder {
	var all []*v1beta2.Builder
	for i, name := range []string{"current", "running", "s1", "f1", "s2", "f2", "s3", "f3", "served"} {
		b := &v1beta2.Builder{ObjectMeta: metav1.ObjectMeta{
			Name: name, CreationTimestamp: metav1.NewTime(now.Add(-time.Duration(i) * time.Hour)),
			Annotations: map[string]string{functions.GenerationAnnotationKey: "2"},
		}}
		switch name[0] {
		case 's':
			b.Status.MarkSucceeded()
		case 'f':
			b.Status.MarkFailed("Failed", "it failed")
		case 'c':
			b.Name = currentBuilder()
			b.Status.MarkSucceeded()
		}
		all = append(all, b)
	}
	return all
}

func TestBuilders(t *testing.T) {
	limited := func(successful, failed int32) func(*v1beta2.Function) {
		return func(fn *v1beta2.Function) {
			fn.Spec.Build.SuccessfulBuildsHistoryLimit = new(successful)
			fn.Spec.Build.FailedBuildsHistoryLimit = new(failed)
		}
	}
	aged := func(age time.Duration) func(*v1beta2.Function) {
		return func(fn *v1beta2.Function) { fn.Spec.Build.BuilderMaxAge = &metav1.Duration{Duration: age} }
	}
	tests := []struct {
		name string
		fn   *v1beta2.Function
		want []string
		next time.Duration
	}{
		{"by default", function(), []string{"f2", "f3", "s1", "s2", "s3"}, 0},
		{"limits of 0", function(limited(0, 0)), []string{"f1", "f2", "f3", "s1", "s2", "s3"}, 0},
		{"limits of 2", function(limited(2, 2)), []string{"f3", "s3"}, 0},
		{"limits of 9", function(limited(9, 9)), nil, 0},
		{"too old", function(limited(9, 9), aged(5*time.Hour)), []string{"f2", "f3", "s3"}, time.Hour},
		{
			"the spec has no build", function(func(fn *v1beta2.Function) { fn.Spec.Build = nil }),
			[]string{"f2", "f3", currentBuilder(), "s1", "s2", "s3"},
			0,
		},
		{"status is of another generation", function(func(fn *v1beta2.Function) { fn.Generation = 3 }), nil, 0},
		{"the controller died before it wrote status", function(func(fn *v1beta2.Function) {
			fn.Status = v1beta2.FunctionStatus{}
			fn.Status.ObservedGeneration = fn.Generation
		}), nil, 0},
		{"made for a generation that is not in our cache yet", function(func(fn *v1beta2.Function) {
			fn.Generation, fn.Status.ObservedGeneration = 1, 1
		}), nil, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			serving := &v1beta2.Serving{ObjectMeta: metav1.ObjectMeta{
				Labels: map[string]string{functions.BuildKeyLabelKey: "served"},
			}}
			gone, next := Builders(test.fn, builders(), []*v1beta2.Serving{serving}, now)
			if diff := cmp.Diff(test.want, names(gone)); diff != "" {
				t.Errorf("Builders() (-want, +got):\n%s", diff)
			}
			if next != test.next {
				t.Errorf("next = %v, want %v", next, test.next)
			}
		})
	}
}
