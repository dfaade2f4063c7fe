/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package cron fires the schedules of functions, triggers.cron, at their
// seconds and each run once, however many schedulers run and whenever they are
// stopped, and tells KEDA to start a function that has a run and no pod.
//
// What schedulers have to agree about stands in one Lease per schedule, changed
// with optimistic locking: a run is begun by whoever wrote it there, and sent by
// whoever wrote that it is sent.
package cron
