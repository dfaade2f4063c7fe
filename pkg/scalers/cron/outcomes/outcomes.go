/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package outcomes defines how the scheduler reports to the controller whether the runs
// of a schedule fail: by an annotation of the Lease of the schedule, which the scheduler
// writes at the end of each run anyway.
package outcomes

import (
	"encoding/json"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"openfunction.dev/openfunction/pkg/apis/functions"
)

// Labels and annotations of the Lease of a schedule.
const (
	// ComponentLabelKey is the label that these Leases have, with the value
	// ComponentLabelValue.
	ComponentLabelKey   = "app.kubernetes.io/component"
	ComponentLabelValue = "scheduler"
	// FunctionAnnotationKey is the annotation with the namespace and the name of the
	// function.
	FunctionAnnotationKey = functions.Domain + "/function"
	// CronAnnotationKey is the annotation with the key of the trigger.
	CronAnnotationKey = functions.Domain + "/cron"
	// AnnotationKey is the annotation with the Outcomes.
	AnnotationKey = functions.Domain + "/outcomes"
)

// Outcomes is how the runs of a schedule ended in one revision.
type Outcomes struct {
	// Serving is the revision that the last run was sent to.
	Serving string `json:"serving"`
	// Failing is set while runs fail.
	Failing bool `json:"failing,omitempty"`
	// InTurn is the number of runs that ended like the last one since one ended otherwise.
	InTurn int `json:"inTurn,omitempty"`
	// LastFailed is set if the last run failed.
	LastFailed bool `json:"lastFailed,omitempty"`
	// Failed is the number of runs that failed.
	Failed int64 `json:"failed,omitempty"`
	// LastFailure is the scheduled time of the last run that failed, and Message is why it
	// failed.
	LastFailure time.Time `json:"lastFailure,omitzero"`
	Message     string    `json:"message,omitempty"`
}

const (
	// longInterval is the interval from which on each run counts by itself.
	longInterval = 5 * time.Minute
	// manyRuns is how many runs in turn decide in a schedule with shorter intervals, so
	// that a result which alternates is not written each time.
	manyRuns = 3
)

// Add adds the result of one run of a revision. at is the scheduled time of the run, and
// interval the interval of the schedule. message is why the run failed; empty if it
// succeeded.
func (o *Outcomes) Add(serving string, at time.Time, interval time.Duration, message string) {
	if o.Serving != serving {
		*o = Outcomes{Serving: serving}
	}
	failed := message != ""
	if o.LastFailed != failed {
		o.InTurn = 0
	}
	o.LastFailed = failed
	// More are not needed, and a Lease that does not change is not written.
	o.InTurn = min(o.InTurn+1, manyRuns)
	if o.InTurn >= manyRuns || interval >= longInterval {
		o.Failing = failed
	}
	if failed {
		o.Failed++
		o.LastFailure, o.Message = at.UTC(), message
	}
}

// Of returns the Outcomes in the annotations of a Lease; zero if there are none.
func Of(annotations map[string]string) Outcomes {
	var o Outcomes
	if json.Unmarshal([]byte(annotations[AnnotationKey]), &o) != nil {
		return Outcomes{}
	}
	return o
}

// Annotate writes the Outcomes to the metadata of a Lease.
func (o *Outcomes) Annotate(meta *metav1.ObjectMeta) error {
	if *o == (Outcomes{}) {
		delete(meta.Annotations, AnnotationKey)
		return nil
	}
	text, err := json.Marshal(o)
	if err != nil {
		return err
	}
	metav1.SetMetaDataAnnotation(meta, AnnotationKey, string(text))
	return nil
}

// ServingOf returns the Serving whose runs the annotations of a Lease are about; false if
// there is none.
func ServingOf(annotations map[string]string) (types.NamespacedName, bool) {
	namespace, _, ok := strings.Cut(annotations[FunctionAnnotationKey], "/")
	name := Of(annotations).Serving
	return types.NamespacedName{Namespace: namespace, Name: name}, ok && name != ""
}

// NeedsUpdate reports whether after differs from before so much that the status of a Serving
// must be written: numbers alone at most once in a longInterval.
func NeedsUpdate(before, after Outcomes) bool {
	return before.Serving != after.Serving || before.Failing != after.Failing ||
		after.Failing && !before.LastFailure.Truncate(longInterval).Equal(after.LastFailure.Truncate(longInterval))
}
