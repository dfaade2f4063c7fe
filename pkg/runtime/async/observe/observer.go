/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package observe watches what runtime async needs to know of a revision beyond its
// children: its pods, the components that their sidecars have loaded, how the deliveries of
// events ended, the warnings of its scaler, and the Leases of its schedules.
package observe

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	kubeclient "knative.dev/pkg/client/injection/kube/client"
	"knative.dev/pkg/system"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/async/observe/sidecar"
	"openfunction.dev/openfunction/pkg/runtime/pod/watch"
	"openfunction.dev/openfunction/pkg/scalers/cron/outcomes"
)

const (
	// podSelector selects the pods of revisions that events call.
	podSelector = functions.ManagedLabelKey + "=" + functions.ManagedLabelValue
	// warningSelector selects the events of KEDA about failing scalers, because its
	// status does not repeat their messages.
	warningSelector = "type=Warning,reason=KEDAScalerFailed"

	byServing = "serving"
)

// Snapshot is the observed state of a revision, in addition to that of its children.
type Snapshot struct {
	// Pods are the pods of the revision, the newest first.
	Pods []*corev1.Pod
	// Sidecars are the states of Dapr's sidecars by the UIDs of their pods. A sidecar
	// that was not queried yet is missing.
	Sidecars map[types.UID]sidecar.State
	// SidecarErrors are the errors in the logs of sidecars that ended, or that did not
	// load a component, by the UIDs of their pods. The oldest is first. Each is on one
	// line and contains no password.
	SidecarErrors map[types.UID][]string
	// Unqueried is set if the pod of a sidecar is ready and the sidecar was not queried
	// yet.
	Unqueried bool
	// Warnings are the messages of the warning events of the scaler, the newest first.
	Warnings []string
	// Deliveries is how the deliveries of events ended since the status of the Serving had
	// Before.
	Deliveries map[sidecar.Series]sidecar.Deliveries
	Before     []v1beta2.TriggerDeliveries
	// Schedules is how the runs of the schedules ended, by the keys of their triggers.
	Schedules map[string]outcomes.Outcomes
}

// Observer watches the pods of revisions, their sidecars and the warnings of their
// scalers.
type Observer struct {
	pods     watch.Informer
	warnings cache.SharedIndexInformer
	leases   cache.SharedIndexInformer
	sidecars *sidecar.Prober
	counter  *sidecar.Counter
}

var _ runtime.Observer = (*Observer)(nil)

// FromInjection creates the Observer from the clients in a context of injection.
func FromInjection(ctx context.Context) runtime.Observer {
	return New(kubeclient.Get(ctx), sidecar.NewTransport(), system.Namespace())
}

// New returns an Observer that queries sidecars with transport, and reads the Leases of the
// scheduler in a namespace; Run starts it.
func New(client kubernetes.Interface, transport http.RoundTripper, namespace string) *Observer {
	o := &Observer{
		leases: leasesOf(client, namespace),
		pods:   watch.New(client, podSelector),
		warnings: informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithTweakListOptions(func(options *metav1.ListOptions) {
			options.FieldSelector = warningSelector
		})).Core().V1().Events().Informer(),
	}
	_ = o.warnings.SetTransform(dropFromEvent)
	_ = o.warnings.AddIndexers(cache.Indexers{byServing: servingOfEvent})
	o.sidecars = sidecar.New(o.pods.SharedIndexInformer, transport, sidecar.LogsFrom(client))
	o.counter = sidecar.NewCounter(o.pods.SharedIndexInformer, transport, sidecar.LogsFrom(client))
	return o
}

// Run implements runtime.Observer.
func (o *Observer) Run(stop <-chan struct{}) {
	var running sync.WaitGroup
	running.Go(func() { o.pods.Run(stop) })
	running.Go(func() { o.warnings.Run(stop) })
	running.Go(func() { o.leases.Run(stop) })
	running.Go(func() { o.sidecars.Run(stop) })
	running.Go(func() { o.counter.Run(stop) })
	running.Wait()
}

// HasSynced implements runtime.Observer.
func (o *Observer) HasSynced() bool {
	return o.pods.HasSynced() && o.warnings.HasSynced() && o.leases.HasSynced()
}

// OnChange implements runtime.Observer.
func (o *Observer) OnChange(notify func(serving types.NamespacedName)) {
	o.pods.OnChange(notify)
	_, _ = o.warnings.AddEventHandler(watch.NotifyOf(servingOfEvent, notify))
	_, _ = o.leases.AddEventHandler(leaseHandler(notify))
	o.counter.OnChange(notify)
	o.sidecars.OnChange(func(pod *corev1.Pod) { watch.NotifyFor(watch.ServingOfPod, notify, pod) })
}

// Observe implements runtime.Observer. The Snapshot is a *Snapshot.
func (o *Observer) Observe(s *v1beta2.Serving) runtime.Snapshot {
	snapshot := &Snapshot{
		Pods: o.Pods(s), Warnings: o.scalerWarnings(s),
		Sidecars: map[types.UID]sidecar.State{}, SidecarErrors: map[types.UID][]string{},
	}
	snapshot.Deliveries, snapshot.Before = o.counter.Of(s)
	snapshot.Schedules = o.schedulesOf(s)
	for _, pod := range snapshot.Pods {
		if state, queried := o.sidecars.StateOf(pod); queried {
			snapshot.Sidecars[pod.UID] = state
		}
		if errs := o.sidecars.LogErrors(pod); len(errs) > 0 {
			snapshot.SidecarErrors[pod.UID] = errs
		}
		snapshot.Unqueried = snapshot.Unqueried || o.sidecars.IsPending(pod)
	}
	return snapshot
}

// Watch implements runtime.Observer. The sidecars of a revision that is watched closely
// are queried often, and their logs are read.
func (o *Observer) Watch(s *v1beta2.Serving, attention runtime.Attention) {
	for _, pod := range o.Pods(s) {
		o.sidecars.Watch(pod, attention)
	}
}

// Pods implements runtime.Observer.
func (o *Observer) Pods(s *v1beta2.Serving) []*corev1.Pod {
	return o.pods.Of(s)
}

// scalerWarnings returns the messages of the warning events of the scaler of s, the newest first.
func (o *Observer) scalerWarnings(s *v1beta2.Serving) []string {
	events := o.warningsOf(s)
	slices.SortFunc(events, func(a, b *corev1.Event) int {
		return cmp.Or(lastSeen(b).Compare(lastSeen(a).Time), cmp.Compare(a.Name, b.Name))
	})
	messages := make([]string, 0, len(events))
	for _, event := range events {
		messages = append(messages, event.Message)
	}
	return messages
}

func (o *Observer) warningsOf(s *v1beta2.Serving) []*corev1.Event {
	return watch.ByIndex[*corev1.Event](o.warnings.GetIndexer(), byServing, s.Namespace+"/"+s.Name)
}

func lastSeen(event *corev1.Event) metav1.Time {
	if event.LastTimestamp.IsZero() {
		return event.CreationTimestamp
	}
	return event.LastTimestamp
}
