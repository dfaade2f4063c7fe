/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cron

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"openfunction.dev/openfunction/pkg/apis/functions"
)

const (
	componentLabelKey   = "app.kubernetes.io/component"
	componentLabelValue = "scheduler"
	partOfLabelKey      = "app.kubernetes.io/part-of"
	partOfLabelValue    = "openfunction"
	functionUIDLabelKey = functions.Domain + "/function-uid"

	functionAnnotationKey = functions.Domain + "/function"
	cronAnnotationKey     = functions.Domain + "/cron"
	scheduleAnnotationKey = functions.Domain + "/schedule"
	runsAnnotationKey     = functions.Domain + "/runs"
	restingAnnotationKey  = functions.Domain + "/resting"
)

// leaseName names the Lease of a schedule. It is the same for all versions of the
// function, so that a rollout neither repeats nor loses a run, and another one
// for a function that was deleted and made again.
func leaseName(function types.UID, key string) string {
	sum := sha256.Sum256([]byte(string(function) + "/" + key))
	return "cron-" + hex.EncodeToString(sum[:16])
}

// record is what schedulers know together of a schedule: the content of its Lease.
type record struct {
	// uid is that of the function; function is its namespace and name, and key the
	// key of the trigger, both for people.
	uid           types.UID
	function, key string
	// last is the second of the latest run that was decided about. None up to it
	// is ever begun again.
	last time.Time
	// schedule is the text of the schedule that last belongs to.
	schedule string
	// resting means that no version of the function fires.
	resting bool
	// runs were begun and have not ended, in the order of their seconds.
	runs []run
}

// run is a run that was begun.
type run struct {
	// At is the second that it is for.
	At time.Time `json:"at"`
	// Holder is who cares for it, empty when whoever did gave it back.
	Holder string `json:"holder,omitempty"`
	// Until is when it is given up unless the function could be reached.
	Until time.Time `json:"until"`
	// Sent means that the function may know of it: it is never sent again.
	Sent bool `json:"sent,omitempty"`
	// Serving is the version that it was sent to.
	Serving string `json:"serving,omitempty"`
	// Beat changes as long as the holder lives.
	Beat int `json:"beat,omitempty"`
}

// find returns the run of that second, or nil.
func (r *record) find(at time.Time) *run {
	i := slices.IndexFunc(r.runs, func(one run) bool { return one.At.Equal(at) })
	if i < 0 {
		return nil
	}
	return &r.runs[i]
}

// remove drops the run of that second.
func (r *record) remove(at time.Time) {
	r.runs = slices.DeleteFunc(r.runs, func(one run) bool { return one.At.Equal(at) })
}

// read returns what a Lease says; nothing for nil. Runs that cannot be read are
// none: last alone keeps them from being begun again.
func read(lease *coordinationv1.Lease) record {
	if lease == nil {
		return record{}
	}
	r := record{
		uid:      types.UID(lease.Labels[functionUIDLabelKey]),
		function: lease.Annotations[functionAnnotationKey],
		key:      lease.Annotations[cronAnnotationKey],
		schedule: lease.Annotations[scheduleAnnotationKey],
		resting:  lease.Annotations[restingAnnotationKey] == "true",
	}
	if lease.Spec.RenewTime != nil {
		r.last = lease.Spec.RenewTime.UTC()
	}
	if err := json.Unmarshal([]byte(lease.Annotations[runsAnnotationKey]), &r.runs); err != nil {
		r.runs = nil
	}
	return r
}

// write makes lease say what r says.
func (r *record) write(lease *coordinationv1.Lease, holder string) error {
	runs, err := json.Marshal(r.runs)
	if err != nil {
		return fmt.Errorf("writing the runs of %s: %w", r.function, err)
	}
	metav1.SetMetaDataLabel(&lease.ObjectMeta, componentLabelKey, componentLabelValue)
	metav1.SetMetaDataLabel(&lease.ObjectMeta, partOfLabelKey, partOfLabelValue)
	metav1.SetMetaDataLabel(&lease.ObjectMeta, functionUIDLabelKey, string(r.uid))
	metav1.SetMetaDataAnnotation(&lease.ObjectMeta, functionAnnotationKey, r.function)
	metav1.SetMetaDataAnnotation(&lease.ObjectMeta, cronAnnotationKey, r.key)
	metav1.SetMetaDataAnnotation(&lease.ObjectMeta, scheduleAnnotationKey, r.schedule)
	metav1.SetMetaDataAnnotation(&lease.ObjectMeta, runsAnnotationKey, string(runs))
	delete(lease.Annotations, restingAnnotationKey)
	if r.resting {
		lease.Annotations[restingAnnotationKey] = "true"
	}
	lease.Spec.HolderIdentity = new(holder)
	lease.Spec.RenewTime = &metav1.MicroTime{Time: r.last}
	return nil
}
