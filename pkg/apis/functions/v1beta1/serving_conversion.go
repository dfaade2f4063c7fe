/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta1

import (
	"context"

	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

var servingConversion = conversion[ServingSpec, v1beta2.ServingSpec]{up: servingToHub, down: servingFromHub}

// ConvertTo implements apis.Convertible.
func (s *Serving) ConvertTo(_ context.Context, to apis.Convertible) error {
	hub, ok := to.(*v1beta2.Serving)
	if !ok {
		return unknownVersion(to)
	}
	var err error
	hub.ObjectMeta, hub.Spec, err = servingConversion.toHub(&s.ObjectMeta, s.Spec)
	hub.Status = *s.Status.DeepCopy()
	return err
}

// ConvertFrom implements apis.Convertible.
func (s *Serving) ConvertFrom(_ context.Context, from apis.Convertible) error {
	hub, ok := from.(*v1beta2.Serving)
	if !ok {
		return unknownVersion(from)
	}
	var err error
	s.ObjectMeta, s.Spec, err = servingConversion.fromHub(&hub.ObjectMeta, hub.Spec)
	s.Status = *hub.Status.DeepCopy()
	return err
}

func servingToHub(old part[ServingSpec]) (part[v1beta2.ServingSpec], error) {
	spec := old.Spec
	hub := part[v1beta2.ServingSpec]{Spec: v1beta2.ServingSpec{
		WorkloadRuntime:  spec.WorkloadRuntime,
		Version:          spec.Version,
		Image:            spec.Image,
		ImageCredentials: spec.ImageCredentials,
		WorkloadSpec:     spec.WorkloadSpec.toHub(httpTrigger{port: spec.Port}),
	}}
	err := settingsToHub(old.Annotations, &hub.Spec.WorkloadSpec)
	return hub, err
}

func servingFromHub(hub part[v1beta2.ServingSpec]) part[ServingSpec] {
	spec := hub.Spec
	workload, http := workloadFromHub(&spec.WorkloadSpec)
	return part[ServingSpec]{
		Spec: ServingSpec{
			WorkloadRuntime:  spec.WorkloadRuntime,
			Version:          spec.Version,
			Image:            spec.Image,
			ImageCredentials: spec.ImageCredentials,
			Port:             http.port,
			WorkloadSpec:     workload,
		},
		Annotations: settingsFromHub(&spec.WorkloadSpec),
	}
}

// httpTrigger holds the fields of an HTTP trigger that v1beta1 has beside its serving.
type httpTrigger struct {
	port  *int32
	route *v1beta2.RouteSpec
}

func (ws *WorkloadSpec) toHub(http httpTrigger) v1beta2.WorkloadSpec {
	hub := v1beta2.WorkloadSpec{
		Triggers:     ws.triggersToHub(http),
		Outputs:      outputsToHub(ws.Outputs),
		Bindings:     ws.Bindings,
		Pubsub:       ws.Pubsub,
		States:       statesToHub(ws.States),
		ScaleOptions: ws.scaleToHub(),
		Params:       ws.Params,
		Labels:       ws.Labels,
		Annotations:  ws.Annotations,
		Template:     ws.Template,
		Timeout:      ws.Timeout,
		WorkloadType: ws.workloadType(),
	}
	return hub
}

func workloadFromHub(hub *v1beta2.WorkloadSpec) (WorkloadSpec, httpTrigger) {
	ws := WorkloadSpec{
		Runtime:      RuntimeKnative,
		Outputs:      outputsFromHub(hub.Outputs),
		Bindings:     hub.Bindings,
		Pubsub:       hub.Pubsub,
		States:       statesFromHub(hub.States),
		ScaleOptions: scaleFromHub(hub),
		Triggers:     kedaTriggersFromHub(hub),
		Params:       hub.Params,
		Labels:       hub.Labels,
		Annotations:  hub.Annotations,
		Template:     hub.Template,
		Timeout:      hub.Timeout,
	}
	var http httpTrigger
	if t := hub.Triggers; t != nil {
		inputs := inputsFromHub(t.Dapr)
		switch {
		case t.HTTP != nil:
			http = httpTrigger{port: t.HTTP.Port, route: t.HTTP.Route}
		case len(inputs) > 0:
			ws.Runtime, ws.Inputs = RuntimeAsync, inputs
		}
	}
	return ws, http
}

// triggersToHub returns the triggers of the function. A function of runtime async
// without inputs has none; the schema refuses it.
func (ws *WorkloadSpec) triggersToHub(http httpTrigger) *v1beta2.Triggers {
	if ws.Runtime == RuntimeAsync {
		if triggers := inputsToHub(ws.Inputs); len(triggers) > 0 {
			return &v1beta2.Triggers{Dapr: triggers}
		}
	}
	return &v1beta2.Triggers{HTTP: &v1beta2.HTTPTrigger{Port: http.port, Route: http.route}}
}
