/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package witness hears what happens to a version that no object of ours says: how
// its pods are, what their sidecars have loaded and what its scaler complains of.
package witness

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
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	kubeclient "knative.dev/pkg/client/injection/kube/client"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/injection"
	"knative.dev/pkg/logging"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/reconciler/serving/witness/sidecar"
	"openfunction.dev/openfunction/pkg/runtime"
)

const (
	// podSelector chooses the pods of runtimes that cannot tell why one fails.
	podSelector = functions.ManagedLabelKey + "=" + functions.ManagedLabelValue
	// warningSelector chooses what KEDA says of a scaler that fails: its status does
	// not repeat it.
	warningSelector = "type=Warning,reason=KEDAScalerFailed"

	byServing = "serving"
)

type witnessKey struct{}

func init() {
	injection.Default.RegisterClient(func(ctx context.Context, _ *rest.Config) context.Context {
		return context.WithValue(ctx, witnessKey{}, New(kubeclient.Get(ctx), sidecar.NewTransport()))
	})
	injection.Default.RegisterInformer(func(ctx context.Context) (context.Context, controller.Informer) {
		return ctx, FromContext(ctx)
	})
}

// FromContext returns the Witness that injection put into ctx.
func FromContext(ctx context.Context) *Witness {
	w, ok := ctx.Value(witnessKey{}).(*Witness)
	if !ok {
		logging.FromContext(ctx).Panic("Unable to fetch *witness.Witness from context.")
	}
	return w
}

// Witness follows the pods of Servings, their sidecars and the warnings of their
// scalers. A nil Witness has seen nothing.
type Witness struct {
	pods, warnings cache.SharedIndexInformer
	sidecars       *sidecar.Prober
}

// New returns a Witness that has not started; Run starts it. It asks sidecars by
// transport.
func New(client kubernetes.Interface, transport http.RoundTripper) *Witness {
	w := &Witness{
		pods: informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithTweakListOptions(func(o *metav1.ListOptions) {
			o.LabelSelector = podSelector
		})).Core().V1().Pods().Informer(),
		warnings: informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithTweakListOptions(func(o *metav1.ListOptions) {
			o.FieldSelector = warningSelector
		})).Core().V1().Events().Informer(),
	}
	_ = w.pods.SetTransform(dropFromPod)
	_ = w.pods.AddIndexers(cache.Indexers{byServing: servingOfPod})
	_ = w.warnings.SetTransform(dropFromEvent)
	_ = w.warnings.AddIndexers(cache.Indexers{byServing: servingOfEvent})
	w.sidecars = sidecar.New(w.pods, transport, sidecar.LogsFrom(client))
	return w
}

// Run follows pods, sidecars and warnings until stop is closed.
func (w *Witness) Run(stop <-chan struct{}) {
	var running sync.WaitGroup
	running.Go(func() { w.pods.Run(stop) })
	running.Go(func() { w.warnings.Run(stop) })
	running.Go(func() { w.sidecars.Run(stop) })
	running.Wait()
}

// HasSynced tells whether everything there was at the start is known.
func (w *Witness) HasSynced() bool {
	return w.pods.HasSynced() && w.warnings.HasSynced()
}

// OnNews calls enqueue with the Serving about which there is something new.
func (w *Witness) OnNews(enqueue func(namespace, serving string)) {
	_, _ = w.pods.AddEventHandler(tellOf(servingOfPod, enqueue))
	_, _ = w.warnings.AddEventHandler(tellOf(servingOfEvent, enqueue))
	w.sidecars.OnNews(func(pod *corev1.Pod) { tell(servingOfPod, enqueue, pod) })
}

// tellOf returns what calls enqueue with the Servings that index finds in whatever
// came, changed or went.
func tellOf(index cache.IndexFunc, enqueue func(namespace, serving string)) cache.ResourceEventHandler {
	return controller.HandleAll(func(obj any) {
		if gone, ok := obj.(cache.DeletedFinalStateUnknown); ok {
			obj = gone.Obj
		}
		tell(index, enqueue, obj)
	})
}

func tell(index cache.IndexFunc, enqueue func(namespace, serving string), obj any) {
	keys, _ := index(obj)
	for _, key := range keys {
		if namespace, name, err := cache.SplitMetaNamespaceKey(key); err == nil {
			enqueue(namespace, name)
		}
	}
}

// Pods returns the pods of s, newest first.
func (w *Witness) Pods(s *v1beta2.Serving) []*corev1.Pod {
	if w == nil {
		return nil
	}
	pods := find[*corev1.Pod](w.pods, s)
	slices.SortFunc(pods, func(a, b *corev1.Pod) int {
		return cmp.Or(b.CreationTimestamp.Compare(a.CreationTimestamp.Time), cmp.Compare(a.Name, b.Name))
	})
	return pods
}

// Sidecars returns what the sidecars in the pods of s say, by the UIDs of the pods;
// those that have not been asked yet are missing.
func (w *Witness) Sidecars(s *v1beta2.Serving) map[types.UID]runtime.Sidecar {
	said := map[types.UID]runtime.Sidecar{}
	for _, pod := range w.Pods(s) {
		if answer, asked := w.sidecars.Of(pod); asked {
			said[pod.UID] = answer
		}
	}
	return said
}

// Complaints returns the errors in the logs of the sidecars of s that ended or are
// watched, oldest first, by the UIDs of their pods.
func (w *Witness) Complaints(s *v1beta2.Serving) map[types.UID][]string {
	heard := map[types.UID][]string{}
	for _, pod := range w.Pods(s) {
		if complaints := w.sidecars.Complaints(pod); len(complaints) > 0 {
			heard[pod.UID] = complaints
		}
	}
	return heard
}

// AwaitsSidecar tells whether a sidecar of s has yet to be asked though its pod is
// ready.
func (w *Witness) AwaitsSidecar(s *v1beta2.Serving) bool {
	return slices.ContainsFunc(w.Pods(s), func(pod *corev1.Pod) bool { return w.sidecars.Awaits(pod) })
}

// WatchSidecars has the sidecars of s asked often, and their logs read, until they
// say something new, as where they lack what they should have.
func (w *Witness) WatchSidecars(s *v1beta2.Serving) {
	for _, pod := range w.Pods(s) {
		w.sidecars.Watch(pod)
	}
}

// Warnings returns what the scaler of s complained of, newest first.
func (w *Witness) Warnings(s *v1beta2.Serving) []string {
	if w == nil {
		return nil
	}
	events := find[*corev1.Event](w.warnings, s)
	slices.SortFunc(events, func(a, b *corev1.Event) int {
		return cmp.Or(lastSeen(b).Compare(lastSeen(a).Time), cmp.Compare(a.Name, b.Name))
	})
	messages := make([]string, 0, len(events))
	for _, event := range events {
		messages = append(messages, event.Message)
	}
	return messages
}

func lastSeen(event *corev1.Event) metav1.Time {
	if event.LastTimestamp.IsZero() {
		return event.CreationTimestamp
	}
	return event.LastTimestamp
}

func find[T any](informer cache.SharedIndexInformer, s *v1beta2.Serving) []T {
	objects, err := informer.GetIndexer().ByIndex(byServing, s.Namespace+"/"+s.Name)
	if err != nil {
		return nil
	}
	found := make([]T, 0, len(objects))
	for _, object := range objects {
		if typed, ok := object.(T); ok {
			found = append(found, typed)
		}
	}
	return found
}
