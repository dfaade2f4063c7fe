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
	"openfunction.dev/openfunction/pkg/scalers/cron/outcomes"
)

const (
	componentLabelKey   = outcomes.ComponentLabelKey
	componentLabelValue = outcomes.ComponentLabelValue
	partOfLabelKey      = "app.kubernetes.io/part-of"
	partOfLabelValue    = "openfunction"
	functionUIDLabelKey = functions.Domain + "/function-uid"

	functionAnnotationKey = outcomes.FunctionAnnotationKey
	cronAnnotationKey     = outcomes.CronAnnotationKey
	scheduleAnnotationKey = functions.Domain + "/schedule"
	runsAnnotationKey     = functions.Domain + "/runs"
	inactiveAnnotationKey = functions.Domain + "/resting"
)

const (
	// writeTimeout is the deadline of one update with all its requests.
	writeTimeout = 10 * time.Second
	// writeAttempts is how often an update is tried again after a conflict.
	writeAttempts = 10
)

var errConflict = errors.New("other replicas keep changing it")

// leaseName returns the name of the Lease of a schedule. All revisions of a
// function share it, so that a rollout neither repeats nor loses a run. A function
// that is deleted and created again gets a new one.
func leaseName(function types.UID, key string) string {
	sum := sha256.Sum256([]byte(string(function) + "/" + key))
	return "cron-" + hex.EncodeToString(sum[:16])
}

// state is the state of one schedule that all replicas share, the content of its
// Lease.
type state struct {
	// uid is the UID of the function.
	uid types.UID
	// function is the namespace and name of the function, and key the key of the
	// trigger. Both are informative.
	function, key string
	// last is the scheduled time of the latest run that was claimed, skipped or
	// missed. A run that is not after it never starts.
	last time.Time
	// schedule is the schedule and time zone that last belongs to.
	schedule string
	// inactive means that no revision of the function executes the schedule.
	inactive bool
	// runs are the runs in progress, by ascending scheduled time.
	runs []run
	// outcomes is how the runs of the last revision ended.
	outcomes outcomes.Outcomes
}

// run is a run in progress.
type run struct {
	// At is the scheduled time.
	At time.Time `json:"at"`
	// Holder is the replica that executes the run; empty after a replica shut down
	// before it sent the request.
	Holder string `json:"holder,omitempty"`
	// Until is the deadline for reaching the function.
	Until time.Time `json:"until"`
	// Sent is set if the request may have been sent. It is never sent again.
	Sent bool `json:"sent,omitempty"`
	// Serving is the revision that the request is sent to.
	Serving string `json:"serving,omitempty"`
	// Heartbeat is a counter that the holder increments while it is alive.
	Heartbeat int `json:"beat,omitempty"`
}

// find returns the run with the scheduled time at, or nil.
func (s *state) find(at time.Time) *run {
	i := slices.IndexFunc(s.runs, func(r run) bool { return r.At.Equal(at) })
	if i < 0 {
		return nil
	}
	return &s.runs[i]
}

// remove removes the run with the scheduled time at.
func (s *state) remove(at time.Time) {
	s.runs = slices.DeleteFunc(s.runs, func(r run) bool { return r.At.Equal(at) })
}

// deactivate makes the state inactive, and reports whether it has to be written. Runs
// that were sent continue.
func (s *state) deactivate(now time.Time) bool {
	if s.inactive || s.last.IsZero() {
		return false
	}
	s.inactive = true
	if now.After(s.last) {
		s.last = now.UTC().Truncate(time.Second)
	}
	s.runs = slices.DeleteFunc(s.runs, func(r run) bool { return !r.Sent })
	return true
}

// decodeLease returns the state in a Lease, the zero state for nil. Invalid runs are
// dropped: last alone ensures that they do not start again.
func decodeLease(lease *coordinationv1.Lease) state {
	if lease == nil {
		return state{}
	}
	s := state{
		uid:      types.UID(lease.Labels[functionUIDLabelKey]),
		function: lease.Annotations[functionAnnotationKey],
		key:      lease.Annotations[cronAnnotationKey],
		schedule: lease.Annotations[scheduleAnnotationKey],
		inactive: lease.Annotations[inactiveAnnotationKey] == "true",
		outcomes: outcomes.Of(lease.Annotations),
	}
	if lease.Spec.RenewTime != nil {
		s.last = lease.Spec.RenewTime.UTC()
	}
	if err := json.Unmarshal([]byte(lease.Annotations[runsAnnotationKey]), &s.runs); err != nil {
		s.runs = nil
	}
	return s
}

// encode stores the state in a Lease, as written by holder.
func (s *state) encode(lease *coordinationv1.Lease, holder string) error {
	runs, err := json.Marshal(s.runs)
	if err != nil {
		return fmt.Errorf("encoding the runs of %s: %w", s.function, err)
	}
	metav1.SetMetaDataLabel(&lease.ObjectMeta, componentLabelKey, componentLabelValue)
	metav1.SetMetaDataLabel(&lease.ObjectMeta, partOfLabelKey, partOfLabelValue)
	metav1.SetMetaDataLabel(&lease.ObjectMeta, functionUIDLabelKey, string(s.uid))
	metav1.SetMetaDataAnnotation(&lease.ObjectMeta, functionAnnotationKey, s.function)
	metav1.SetMetaDataAnnotation(&lease.ObjectMeta, cronAnnotationKey, s.key)
	metav1.SetMetaDataAnnotation(&lease.ObjectMeta, scheduleAnnotationKey, s.schedule)
	metav1.SetMetaDataAnnotation(&lease.ObjectMeta, runsAnnotationKey, string(runs))
	delete(lease.Annotations, inactiveAnnotationKey)
	if s.inactive {
		lease.Annotations[inactiveAnnotationKey] = "true"
	}
	if err := s.outcomes.Annotate(&lease.ObjectMeta); err != nil {
		return fmt.Errorf("encoding how the runs of %s ended: %w", s.function, err)
	}
	lease.Spec.HolderIdentity = new(holder)
	lease.Spec.RenewTime = &metav1.MicroTime{Time: s.last}
	return nil
}

// leaseStore reads and writes the states of schedules, one Lease for each.
type leaseStore struct {
	client    coordinationclient.LeaseInterface
	lister    coordinationlisters.LeaseNamespaceLister
	namespace string
	// holder identifies this replica; it is new for each start of the program.
	holder string
}

// cached returns the state in the informer's cache, and whether the Lease exists there.
func (l *leaseStore) cached(name string) (state, bool) {
	lease, err := l.lister.Get(name)
	if err != nil {
		return state{}, false
	}
	return decodeLease(lease), true
}

// update applies mutate to the cached state and writes the result unless mutate
// returns false. After a conflict it applies mutate to the latest state. It returns
// the resulting state. After an error the state may have been written nonetheless.
func (l *leaseStore) update(ctx context.Context, name string, mutate func(*state) bool) (state, error) {
	return l.mutate(ctx, name, false, mutate)
}

// updateLatest is like update, but reads the latest state before it accepts that
// nothing changes.
func (l *leaseStore) updateLatest(ctx context.Context, name string, mutate func(*state) bool) error {
	_, err := l.mutate(ctx, name, true, mutate)
	return err
}

func (l *leaseStore) mutate(ctx context.Context, name string, latest bool, mutate func(*state) bool) (state, error) {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	lease, err := l.lister.Get(name)
	if err != nil {
		lease = nil
	}
	for attempt := range writeAttempts {
		s := decodeLease(lease)
		if mutate(&s) {
			err := l.write(ctx, name, lease, &s)
			if err == nil {
				return s, nil
			}
			if !isConflict(err) {
				return s, fmt.Errorf("writing the Lease %s: %w", name, err)
			}
		} else if !latest || attempt > 0 {
			return s, nil
		}
		lease, err = l.get(ctx, name)
		if err != nil {
			return s, err
		}
	}
	return state{}, fmt.Errorf("writing the Lease %s: %w", name, errConflict)
}

// isConflict reports whether a write failed because of an earlier write of another
// replica.
func isConflict(err error) bool {
	return apierrs.IsConflict(err) || apierrs.IsAlreadyExists(err) || apierrs.IsNotFound(err)
}

// get returns the Lease from the API server, nil if it does not exist.
func (l *leaseStore) get(ctx context.Context, name string) (*coordinationv1.Lease, error) {
	lease, err := l.client.Get(ctx, name, metav1.GetOptions{})
	if apierrs.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the Lease %s: %w", name, err)
	}
	return lease, nil
}

// write creates the Lease, or updates it if old is set.
func (l *leaseStore) write(ctx context.Context, name string, old *coordinationv1.Lease, s *state) error {
	lease := &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Namespace: l.namespace, Name: name}}
	if old != nil {
		lease = old.DeepCopy()
	}
	if err := s.encode(lease, l.holder); err != nil {
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

// remove deletes the Lease unless another replica changed it since it was cached.
func (l *leaseStore) remove(ctx context.Context, name string) error {
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
		return fmt.Errorf("deleting the Lease %s: %w", name, err)
	}
	return nil
}
