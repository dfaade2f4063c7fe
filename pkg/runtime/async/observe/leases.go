/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package observe

import (
	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/pod/watch"
	"openfunction.dev/openfunction/pkg/scalers/cron/outcomes"
)

// leasesOf watches the Leases of the scheduler, one for each schedule.
func leasesOf(client kubernetes.Interface, namespace string) cache.SharedIndexInformer {
	informer := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithNamespace(namespace),
		informers.WithTweakListOptions(func(options *metav1.ListOptions) {
			options.LabelSelector = outcomes.ComponentLabelKey + "=" + outcomes.ComponentLabelValue
		})).Coordination().V1().Leases().Informer()
	_ = informer.SetTransform(dropFromLease)
	_ = informer.AddIndexers(cache.Indexers{byServing: servingOfLease})
	return informer
}

// dropFromLease keeps the metadata of a Lease, which has the outcomes.
func dropFromLease(obj any) (any, error) {
	lease, ok := obj.(*coordinationv1.Lease)
	if !ok {
		return obj, nil
	}
	return &coordinationv1.Lease{ObjectMeta: watch.KeptMeta(&lease.ObjectMeta)}, nil
}

// servingOfLease returns the key of the Serving that the last run was sent to.
func servingOfLease(obj any) ([]string, error) {
	lease, ok := obj.(*coordinationv1.Lease)
	if !ok {
		return nil, nil
	}
	if serving, ok := outcomes.ServingOf(lease.Annotations); ok {
		return []string{serving.String()}, nil
	}
	return nil, nil
}

// leaseHandler notifies of Leases whose outcomes are news. Most changes of a Lease are not:
// each run writes it several times.
func leaseHandler(notify func(types.NamespacedName)) cache.ResourceEventHandler {
	changed := func(before, after any) {
		old, _ := before.(*coordinationv1.Lease)
		lease, _ := after.(*coordinationv1.Lease)
		if lease == nil {
			return
		}
		var last outcomes.Outcomes
		if old != nil {
			last = outcomes.Of(old.Annotations)
		}
		if serving, ok := outcomes.ServingOf(lease.Annotations); ok && outcomes.NeedsUpdate(last, outcomes.Of(lease.Annotations)) {
			notify(serving)
		}
	}
	return cache.ResourceEventHandlerFuncs{
		AddFunc:    func(obj any) { changed(nil, obj) },
		UpdateFunc: changed,
	}
}

// schedulesOf returns how the runs of the schedules of s ended, by the keys of their
// triggers.
func (o *Observer) schedulesOf(s *v1beta2.Serving) map[string]outcomes.Outcomes {
	leases, err := o.leases.GetIndexer().ByIndex(byServing, s.Namespace+"/"+s.Name)
	if err != nil || len(leases) == 0 {
		return nil
	}
	all := make(map[string]outcomes.Outcomes, len(leases))
	for _, obj := range leases {
		if lease, ok := obj.(*coordinationv1.Lease); ok {
			all[lease.Annotations[outcomes.CronAnnotationKey]] = outcomes.Of(lease.Annotations)
		}
	}
	return all
}
