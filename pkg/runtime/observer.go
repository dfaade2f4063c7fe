/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtime

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// Observer watches the state of revisions that a runtime needs in addition to their
// children, such as their pods. The controller starts it and stops it. It has synced
// before the first reconciliation.
type Observer interface { //nolint:interfacebloat // an informer with what the controller needs of it
	// Run observes until stop is closed.
	Run(stop <-chan struct{})
	// HasSynced reports whether the Observer has read everything that existed at the
	// start.
	HasSynced() bool
	// OnChange registers a function that is called with the key of a Serving when
	// what Observe returns for it may have changed.
	OnChange(notify func(serving types.NamespacedName))
	// Pods returns the pods of s that the Observer watches, the newest first.
	Pods(s *v1beta2.Serving) []*corev1.Pod
	// Observe returns the current state of s.
	Observe(s *v1beta2.Serving) Snapshot
	// Watch sets how closely the Observer watches s.
	Watch(s *v1beta2.Serving, attention Attention)
}

// Attention is how closely an Observer watches a revision.
type Attention struct {
	// Closely makes the Observer query often, for example while a trigger fails.
	Closely bool
	// Version identifies what the observed state depends on beyond the revision. When it
	// changes, the Observer queries again.
	Version string
}

// ObserverFactory creates an Observer from the clients in a context of injection.
type ObserverFactory func(ctx context.Context) Observer

// Snapshot is the state of a revision at one moment, as an Observer read it. Its type
// belongs to the runtime of the Observer; nil means that nothing is known.
type Snapshot any

// Observers are the Observers of the runtimes that have one, by the name of the
// runtime.
type Observers map[string]Observer

// Observe returns the state of s that the Observer of a runtime has read; nil without an
// Observer.
func (all Observers) Observe(name string, s *v1beta2.Serving) Snapshot {
	if o, ok := all[name]; ok {
		return o.Observe(s)
	}
	return nil
}

// Pods returns the pods of s that the Observers watch.
func (all Observers) Pods(s *v1beta2.Serving) []*corev1.Pod {
	pods := make([]*corev1.Pod, 0, len(all))
	for _, o := range all {
		pods = append(pods, o.Pods(s)...)
	}
	return pods
}

// Watch sets the Attention with which the Observer of a runtime watches s.
func (all Observers) Watch(name string, s *v1beta2.Serving, attention Attention) {
	if o, ok := all[name]; ok {
		o.Watch(s, attention)
	}
}

// OnChange registers notify with each Observer.
func (all Observers) OnChange(notify func(serving types.NamespacedName)) {
	for _, o := range all {
		o.OnChange(notify)
	}
}
