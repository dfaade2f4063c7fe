/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package simulator

import (
	"crypto/sha256"
	"fmt"
	"sync"
	"testing"
	"time"

	buildv1beta1 "github.com/shipwright-io/build/pkg/apis/build/v1beta1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"openfunction.dev/openfunction/test/cluster"
)

// BuildEnd is how a build ends.
type BuildEnd struct {
	// Reason of the failure; empty for a build that succeeds.
	Reason string
	// Message of the failure.
	Message string
}

// Shipwright is a stand-in for Shipwright's controller.
type Shipwright struct {
	simulation *simulation

	mutex sync.Mutex
	end   *BuildEnd
}

// StartShipwright starts a Shipwright for a namespace whose builds succeed after
// latency.
func StartShipwright(t *testing.T, c *cluster.Cluster, namespace string, latency time.Duration) *Shipwright {
	t.Helper()
	s := &Shipwright{end: &BuildEnd{}}
	s.simulation = simulate(t, c, namespace, latency, s.report, cluster.BuildRuns)
	return s
}

// EndBuilds sets how builds end from now on; nil keeps them running.
func (s *Shipwright) EndBuilds(end *BuildEnd) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.end = end
	s.simulation.signal()
}

// DigestOf is the digest of the image that the BuildRun of that name makes.
func DigestOf(buildRun string) string {
	return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(buildRun)))
}

func (s *Shipwright) report(simulation *simulation) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	runs, err := list[buildv1beta1.BuildRun](simulation, cluster.BuildRuns)
	if err != nil {
		return err
	}
	for _, before := range runs {
		run := before.DeepCopy()
		s.advance(run)
		if err := simulation.update(cluster.BuildRuns, before, run); err != nil {
			return err
		}
	}
	return nil
}

func (s *Shipwright) advance(run *buildv1beta1.BuildRun) {
	if run.Status.CompletionTime != nil {
		return
	}
	if run.Status.StartTime == nil {
		run.Status.StartTime = now()
	}
	switch {
	case run.IsCanceled():
		finish(run, corev1.ConditionFalse, buildv1beta1.BuildRunStateCancel, "the run was canceled")
	case s.end == nil:
		succeeded(run, corev1.ConditionUnknown, "Running", "Not all Steps in the Task have finished executing")
	case s.end.Reason != "":
		run.Status.FailureDetails = &buildv1beta1.FailureDetails{
			Reason: s.end.Reason, Message: s.end.Message,
			Location: &buildv1beta1.Location{Pod: run.Name + "-pod", Container: "step-create"},
		}
		finish(run, corev1.ConditionFalse, "Failed", "the step create failed")
	default:
		run.Status.Output = &buildv1beta1.Output{Digest: DigestOf(run.Name), Size: 1 << 20}
		finish(run, corev1.ConditionTrue, "Succeeded", "All Steps have completed executing")
	}
}

func finish(run *buildv1beta1.BuildRun, status corev1.ConditionStatus, reason, message string) {
	run.Status.CompletionTime = now()
	succeeded(run, status, reason, message)
}

func succeeded(run *buildv1beta1.BuildRun, status corev1.ConditionStatus, reason, message string) {
	if was := run.Status.GetCondition(buildv1beta1.Succeeded); was != nil && was.Status == status {
		return
	}
	run.Status.SetCondition(&buildv1beta1.Condition{
		Type: buildv1beta1.Succeeded, Status: status, Reason: reason, Message: message, LastTransitionTime: *now(),
	})
}

// now has the precision that an object keeps.
func now() *metav1.Time {
	return new(metav1.NewTime(time.Now().Truncate(time.Second)))
}
