/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta1

import v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"

// scaleToHub moves the bounds of KEDA to the fields that hold for every runtime. The
// bounds closest to the workload take precedence.
func (ws *WorkloadSpec) scaleToHub() *v1beta2.ScaleOptions {
	if ws.ScaleOptions == nil && len(ws.Triggers) == 0 {
		return nil
	}
	hub := &v1beta2.ScaleOptions{}
	var keda KedaScaleOptions
	if so := ws.ScaleOptions; so != nil {
		hub.MinReplicas, hub.MaxReplicas, hub.Knative = so.MinReplicas, so.MaxReplicas, so.Knative
		if so.Keda != nil {
			keda = *so.Keda
		}
	}
	if o := keda.ScaledObject; o != nil {
		hub.MinReplicas, hub.MaxReplicas = first(o.MinReplicaCount, hub.MinReplicas), first(o.MaxReplicaCount, hub.MaxReplicas)
	}
	if j := keda.ScaledJob; j != nil {
		hub.MaxReplicas = first(j.MaxReplicaCount, hub.MaxReplicas)
	}
	if keda.ScaledObject != nil || keda.ScaledJob != nil || len(ws.Triggers) > 0 {
		hub.Keda = &v1beta2.KedaScaleOptions{ScaledObject: keda.ScaledObject.toHub(), ScaledJob: keda.ScaledJob.toHub()}
		for i := range ws.Triggers {
			hub.Keda.Triggers = append(hub.Keda.Triggers, ws.Triggers[i].KedaTrigger)
		}
	}
	return hub
}

func scaleFromHub(hub *v1beta2.WorkloadSpec) *ScaleOptions {
	if hub.ScaleOptions == nil {
		return nil
	}
	so := &ScaleOptions{
		MinReplicas: hub.ScaleOptions.MinReplicas,
		MaxReplicas: hub.ScaleOptions.MaxReplicas,
		Knative:     hub.ScaleOptions.Knative,
	}
	if keda := hub.ScaleOptions.Keda; keda != nil && (keda.ScaledObject != nil || keda.ScaledJob != nil) {
		so.Keda = &KedaScaleOptions{ScaledObject: scaledObjectFromHub(keda.ScaledObject), ScaledJob: scaledJobFromHub(keda.ScaledJob)}
		if so.Keda.ScaledJob == nil {
			so.Keda.ScaledObject.WorkloadType = hub.WorkloadType
		}
	}
	return so
}

// workloadType returns the kind of workload that KEDA scales; a Job takes precedence.
func (ws *WorkloadSpec) workloadType() string {
	if ws.ScaleOptions == nil || ws.ScaleOptions.Keda == nil {
		return ""
	}
	switch keda := ws.ScaleOptions.Keda; {
	case keda.ScaledJob != nil:
		return v1beta2.WorkloadTypeJob
	case keda.ScaledObject != nil:
		return keda.ScaledObject.WorkloadType
	}
	return ""
}

func (o *KedaScaledObject) toHub() *v1beta2.KedaScaledObject {
	if o == nil {
		return nil
	}
	return &v1beta2.KedaScaledObject{PollingInterval: o.PollingInterval, CooldownPeriod: o.CooldownPeriod, Advanced: o.Advanced}
}

func scaledObjectFromHub(hub *v1beta2.KedaScaledObject) *KedaScaledObject {
	if hub == nil {
		return nil
	}
	return &KedaScaledObject{PollingInterval: hub.PollingInterval, CooldownPeriod: hub.CooldownPeriod, Advanced: hub.Advanced}
}

func (j *KedaScaledJob) toHub() *v1beta2.KedaScaledJob {
	if j == nil {
		return nil
	}
	return &v1beta2.KedaScaledJob{
		RestartPolicy:              j.RestartPolicy,
		PollingInterval:            j.PollingInterval,
		SuccessfulJobsHistoryLimit: j.SuccessfulJobsHistoryLimit,
		FailedJobsHistoryLimit:     j.FailedJobsHistoryLimit,
		ScalingStrategy:            j.ScalingStrategy,
	}
}

func scaledJobFromHub(hub *v1beta2.KedaScaledJob) *KedaScaledJob {
	if hub == nil {
		return nil
	}
	return &KedaScaledJob{
		RestartPolicy:              hub.RestartPolicy,
		PollingInterval:            hub.PollingInterval,
		SuccessfulJobsHistoryLimit: hub.SuccessfulJobsHistoryLimit,
		FailedJobsHistoryLimit:     hub.FailedJobsHistoryLimit,
		ScalingStrategy:            hub.ScalingStrategy,
	}
}

func kedaTriggersFromHub(hub *v1beta2.WorkloadSpec) []KedaTrigger {
	if hub.ScaleOptions == nil || hub.ScaleOptions.Keda == nil {
		return nil
	}
	var triggers []KedaTrigger
	for i := range hub.ScaleOptions.Keda.Triggers {
		triggers = append(triggers, KedaTrigger{KedaTrigger: hub.ScaleOptions.Keda.Triggers[i]})
	}
	return triggers
}

func first(values ...*int32) *int32 {
	for _, value := range values {
		if value != nil {
			return value
		}
	}
	return nil
}
