/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cron

import (
	"context"
	"errors"
	"fmt"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	coordinationclient "k8s.io/client-go/kubernetes/typed/coordination/v1"
	coordinationlisters "k8s.io/client-go/listers/coordination/v1"
)

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
