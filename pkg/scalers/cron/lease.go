/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cron

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	coordinationclient "k8s.io/client-go/kubernetes/typed/coordination/v1"
	coordinationlisters "k8s.io/client-go/listers/coordination/v1"

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

const (
	// writeTimeout bounds one change of a record with all its requests.
	writeTimeout = 10 * time.Second
	// writeAttempts bounds how often a change is tried that others outrun.
	writeAttempts = 10
)

var errContended = errors.New("others change the lease all the time")

// ledger keeps the records of all schedules in Leases.
type ledger struct {
	client    coordinationclient.LeaseInterface
	lister    coordinationlisters.LeaseNamespaceLister
	namespace string
	// holder is who writes: another one for each start of each scheduler.
	holder string
}

// cached returns the record as it was last seen, and whether there is one.
func (l *ledger) cached(name string) (record, bool) {
	lease, err := l.lister.Get(name)
	if err != nil {
		return record{}, false
	}
	return read(lease), true
}

// update changes the record so that of all who change one version of it, only one
// succeeds. change is called again for each version that others wrote meanwhile;
// false means that nothing is to change. It returns what the record says then,
// which where nothing changed may be what it said a moment ago.
//
// After an error the change may have been written nonetheless.
func (l *ledger) update(ctx context.Context, name string, change func(*record) bool) (record, error) {
	return l.change(ctx, name, false, change)
}

// updateLatest is update for who acts on that nothing is to change: it is asked
// again about what the record says now.
func (l *ledger) updateLatest(ctx context.Context, name string, change func(*record) bool) error {
	_, err := l.change(ctx, name, true, change)
	return err
}

func (l *ledger) change(ctx context.Context, name string, certain bool, change func(*record) bool) (record, error) {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	lease, err := l.lister.Get(name)
	if err != nil {
		lease = nil
	}
	for attempt := range writeAttempts {
		r := read(lease)
		if change(&r) {
			err := l.write(ctx, name, lease, &r)
			if err == nil {
				return r, nil
			}
			if !outrun(err) {
				return r, fmt.Errorf("writing the lease %s: %w", name, err)
			}
		} else if !certain || attempt > 0 {
			return r, nil
		}
		lease, err = l.latest(ctx, name)
		if err != nil {
			return r, err
		}
	}
	return record{}, fmt.Errorf("writing the lease %s: %w", name, errContended)
}

// outrun tells whether a write failed as somebody else wrote before.
func outrun(err error) bool {
	return apierrs.IsConflict(err) || apierrs.IsAlreadyExists(err) || apierrs.IsNotFound(err)
}

// latest returns the Lease as it is now, nil for none.
func (l *ledger) latest(ctx context.Context, name string) (*coordinationv1.Lease, error) {
	lease, err := l.client.Get(ctx, name, metav1.GetOptions{})
	if apierrs.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the lease %s: %w", name, err)
	}
	return lease, nil
}

func (l *ledger) write(ctx context.Context, name string, old *coordinationv1.Lease, r *record) error {
	lease := &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Namespace: l.namespace, Name: name}}
	if old != nil {
		lease = old.DeepCopy()
	}
	if err := r.write(lease, l.holder); err != nil {
		return err
	}
	var err error
	if old == nil {
		_, err = l.client.Create(ctx, lease, metav1.CreateOptions{})
	} else {
		_, err = l.client.Update(ctx, lease, metav1.UpdateOptions{})
	}
	return err
}

// remove deletes the record unless somebody wrote it after it was last seen.
func (l *ledger) remove(ctx context.Context, name string) error {
	lease, err := l.lister.Get(name)
	if err != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	err = l.client.Delete(ctx, name, metav1.DeleteOptions{Preconditions: &metav1.Preconditions{
		UID:             &lease.UID,
		ResourceVersion: &lease.ResourceVersion,
	}})
	if err != nil && !apierrs.IsNotFound(err) && !apierrs.IsConflict(err) {
		return fmt.Errorf("deleting the lease %s: %w", name, err)
	}
	return nil
}
