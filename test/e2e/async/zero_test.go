//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/eventing"
)

// coldStart is the maximum time until the first event from zero is handled, with the
// image on the node.
const coldStart = 10 * time.Second

// One event starts a function from zero in time, and no pod is left later. Our programs
// write nothing meanwhile, because they are not on the cold path.
func TestOneEventWakesFromZero(t *testing.T) {
	for _, b := range eventing.Brokers() {
		t.Run(b.Name, func(t *testing.T) {
			s := play(t, b)
			line := s.observe(t)
			s.Send(t, 1, 1, 0)
			sent := time.Now()
			handled := s.awaitHandled(t, orders, "1").Time
			s.awaitZero(t)
			zero, seen := time.Now(), line.snapshot()

			columns := row{}
			columns.addf("broker", "%s", b.Name)
			columns.addf("sent", "%.1f", line.seconds(sent))
			columns.addf("active", "%.1f", line.seconds(seen.active))
			columns.addf("pod made", "%.1f", line.seconds(seen.created))
			columns.addf("pod ready", "%.1f", line.seconds(seen.ready))
			columns.addf("handled", "%.1f", line.seconds(handled))
			columns.addf("zero", "%.1f", line.seconds(zero))
			columns.write(t, "from-zero")
			if took := handled.Sub(line.begin); took > coldStart {
				t.Errorf("the first event was handled after %v, want at most %v", took, coldStart)
			}
			s.checkNoWrites(t, line.begin)
		})
	}
}

// checkNoWrites fails the test if our controllers wrote anything in the namespace since
// then, or the Function changed.
func (s *scene) checkNoWrites(t *testing.T, since time.Time) {
	t.Helper()
	for _, w := range s.Writes(t, s.Namespace, cluster.ControllerUsers, since) {
		t.Errorf("while the function scaled %s wrote: %s", w.User, w)
	}
	latest, err := s.Functions(s.Namespace).Get(t.Context(), s.fn.Name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if latest.Generation != s.fn.Generation {
		t.Errorf("the Function changed while it scaled, from generation %d to %d", s.fn.Generation, latest.Generation)
	}
}
