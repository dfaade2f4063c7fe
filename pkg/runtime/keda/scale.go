/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keda

import (
	"time"

	httpv1beta1 "github.com/kedacore/http-add-on/operator/apis/http/v1beta1"
	kedav1alpha1 "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/keda/interceptor"
	"openfunction.dev/openfunction/pkg/runtime/scaledobject"
)

const (
	// pollingInterval is how many seconds pass between two decisions to remove pods. New
	// pods do not wait for it, because the scaler pushes.
	pollingInterval int32 = 5
	// targetPendingRequests is how many requests one pod has at a time, by default.
	targetPendingRequests int32 = 100

	// readinessTimeout is how long a request waits for a pod before it gets status 504.
	// Without it the interceptor would hold requests as long as the client waits.
	readinessTimeout = time.Minute
)

// interceptorRoute returns the rule by which the interceptor recognises the revision. The
// route of the function writes the header, so clients cannot select a revision. The
// hosts are never empty: an empty list would match every request in the cluster.
//
// It scales by concurrency only: the scaler of the http add-on that counts the request
// rate does not start a function that has been idle for about half an hour.
func (p *plan) interceptorRoute() *httpv1beta1.InterceptorRoute {
	target := ptr.Deref(p.http().TargetPendingRequests, targetPendingRequests)
	return &httpv1beta1.InterceptorRoute{
		ObjectMeta: p.meta(),
		Spec: httpv1beta1.InterceptorRouteSpec{
			Target: httpv1beta1.TargetRef{Service: nameOf(p.serving.Name), Port: servicePort},
			Rules: []httpv1beta1.RoutingRule{{
				Hosts:   p.hosts(),
				Headers: []httpv1beta1.HeaderMatch{{Name: revisionHeader, Value: new(revisionOf(p.serving.Namespace, p.serving.Name))}},
			}},
			ScalingMetric: httpv1beta1.ScalingMetricSpec{Concurrency: &httpv1beta1.ConcurrencyTargetSpec{TargetValue: target}},
			Timeouts:      timeouts(&p.serving.Spec.WorkloadSpec),
		},
	}
}

// timeouts returns how long the interceptor waits for a pod and for the reply. The time
// for the whole request includes the wait for a pod, because the interceptor begins to
// count when the request arrives.
func timeouts(spec *v1beta2.WorkloadSpec) httpv1beta1.InterceptorRouteTimeouts {
	limits := httpv1beta1.InterceptorRouteTimeouts{Readiness: &metav1.Duration{Duration: readinessTimeout}}
	if reply := spec.RequestTimeout(); reply > 0 {
		limits.ResponseHeader = &metav1.Duration{Duration: reply}
		limits.Request = &metav1.Duration{Duration: readinessTimeout + reply}
	}
	return limits
}

// scaledObject returns the ScaledObject. Its first cooldown begins when it is created, so
// that a revision which is about to get traffic keeps its pod.
func (p *plan) scaledObject() *kedav1alpha1.ScaledObject {
	limits := p.in.Config.Defaults
	minimum, maximum := p.serving.Spec.ScaleOptions.Bounds(limits.MaxReplicasLimit)
	if p.in.KeepWarm {
		minimum = max(minimum, 1)
	}
	options, name := p.options(), nameOf(p.serving.Name)
	cooldown := scaledobject.AtLeast(ptr.Deref(p.http().CooldownPeriod, ptr.Deref(options.CooldownPeriod, scaledobject.CooldownPeriod)), limits.MinCooldownPeriod)
	return &kedav1alpha1.ScaledObject{
		ObjectMeta: p.meta(),
		Spec: kedav1alpha1.ScaledObjectSpec{
			ScaleTargetRef: &kedav1alpha1.ScaleTarget{
				APIVersion: appsv1.SchemeGroupVersion.String(), Kind: "Deployment", Name: name,
				EnvSourceContainerName: v1beta2.FunctionContainer,
			},
			PollingInterval:       scaledobject.AtLeast(ptr.Deref(options.PollingInterval, pollingInterval), limits.MinPollingInterval),
			InitialCooldownPeriod: cooldown,
			CooldownPeriod:        cooldown,
			MinReplicaCount:       &minimum,
			MaxReplicaCount:       &maximum,
			Advanced:              scaledobject.Advanced(options.Advanced, name),
			Triggers: []kedav1alpha1.ScaleTriggers{{
				Type:     "external-push",
				Metadata: map[string]string{"scalerAddress": interceptor.ScalerAddress, "interceptorRoute": name},
			}},
		},
	}
}

func (p *plan) keda() v1beta2.KedaScaleOptions {
	if p.serving.Spec.ScaleOptions == nil {
		return v1beta2.KedaScaleOptions{}
	}
	return ptr.Deref(p.serving.Spec.ScaleOptions.Keda, v1beta2.KedaScaleOptions{})
}

func (p *plan) http() v1beta2.KedaHTTPScaledObject {
	return ptr.Deref(p.keda().HTTPScaledObject, v1beta2.KedaHTTPScaledObject{})
}

// options returns the options of the ScaledObject. If events call the function too, they
// are those of the pods that handle events.
func (p *plan) options() v1beta2.KedaScaledObject {
	if p.serving.Spec.HasEvents() {
		return v1beta2.KedaScaledObject{}
	}
	return ptr.Deref(p.keda().ScaledObject, v1beta2.KedaScaledObject{})
}
