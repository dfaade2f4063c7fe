/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package outcomes

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

var begin = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

// runs adds the results of runs, F for a failure.
func runs(interval time.Duration, results string) Outcomes {
	var o Outcomes
	for i, result := range results {
		message := ""
		if result == 'F' {
			message = "the function returned 404 Not Found"
		}
		o.Add("hello-1", begin.Add(time.Duration(i)*interval), interval, message)
	}
	return o
}

func TestFailing(t *testing.T) {
	for name, tt := range map[string]struct {
		interval time.Duration
		results  string
		failing  bool
		failed   int64
	}{
		"a nightly run fails":                {24 * time.Hour, "F", true, 1},
		"the next nightly run succeeds":      {24 * time.Hour, "FS", false, 1},
		"one of frequent runs fails":         {10 * time.Second, "SSSFS", false, 1},
		"three frequent runs fail":           {10 * time.Second, "SFFF", true, 3},
		"frequent runs alternate":            {10 * time.Second, "SFSFSFSFSF", false, 5},
		"frequent runs fail, then alternate": {10 * time.Second, "FFFSFSFSFS", true, 6},
		"three frequent runs succeed again":  {10 * time.Second, "FFFFSSS", false, 4},
		"all runs succeed":                   {10 * time.Second, "SSSSS", false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got := runs(tt.interval, tt.results); got.Failing != tt.failing || got.Failed != tt.failed {
				t.Errorf("%+v, want failing %t, failed %d", got, tt.failing, tt.failed)
			}
		})
	}
}

// Each revision begins without failures.
func TestNextRevision(t *testing.T) {
	o := runs(time.Hour, "FF")
	o.Add("hello-2", begin.Add(3*time.Hour), time.Hour, "")
	if o.Failing || o.Failed != 0 || o.Serving != "hello-2" {
		t.Errorf("%+v", o)
	}
}

func TestAnnotation(t *testing.T) {
	meta := metav1.ObjectMeta{Annotations: map[string]string{FunctionAnnotationKey: "team/hello"}}
	if serving, ok := ServingOf(meta.Annotations); ok {
		t.Errorf("without runs it is about %v", serving)
	}
	want := runs(time.Hour, "F")
	if err := want.Annotate(&meta); err != nil {
		t.Fatal(err)
	}
	if got := Of(meta.Annotations); got != want {
		t.Errorf("read %+v, want %+v", got, want)
	}
	if serving, ok := ServingOf(meta.Annotations); !ok || serving.String() != "team/hello-1" {
		t.Errorf("it is about %v, %t", serving, ok)
	}
	empty := Outcomes{}
	if err := empty.Annotate(&meta); err != nil || len(meta.Annotations) != 1 {
		t.Errorf("without runs: %v, %v", meta.Annotations, err)
	}
}

// A schedule that fails every few seconds is news once in five minutes.
func TestNews(t *testing.T) {
	three, four, later := runs(time.Second, "FFF"), runs(time.Second, "FFFF"), runs(time.Second, "FFFFF")
	later.LastFailure = begin.Add(longInterval)
	for name, tt := range map[string]struct {
		before, after Outcomes
		want          bool
	}{
		"it begins to fail": {runs(time.Second, "FF"), three, true},
		"it goes on":        {three, four, false},
		"it still goes on":  {four, later, true},
		"it is healed":      {three, runs(time.Second, "FFFSSS"), true},
		"one run fails":     {runs(time.Second, "S"), runs(time.Second, "SF"), false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := NeedsUpdate(tt.before, tt.after); got != tt.want {
				t.Errorf("NeedsUpdate() = %t", got)
			}
		})
	}
}
