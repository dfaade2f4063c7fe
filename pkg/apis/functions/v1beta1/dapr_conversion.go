/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta1

import v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"

func inputsToHub(inputs []*DaprIO) []*v1beta2.DaprTrigger {
	var triggers []*v1beta2.DaprTrigger
	for _, input := range inputs {
		if input != nil {
			triggers = append(triggers, &v1beta2.DaprTrigger{DaprComponentRef: input.ref(), InputName: input.ownName()}) //nolint:staticcheck // deprecated for authors, kept for those who have it
		}
	}
	return triggers
}

func inputsFromHub(triggers []*v1beta2.DaprTrigger) []*DaprIO {
	var inputs []*DaprIO
	for _, trigger := range triggers {
		if trigger != nil {
			inputs = append(inputs, newDaprIO(trigger.DaprComponentRef, trigger.InputName)) //nolint:staticcheck // deprecated for authors, kept for those who have it
		}
	}
	return inputs
}

func outputsToHub(outputs []*DaprIO) []*v1beta2.Output {
	var hub []*v1beta2.Output
	for _, output := range outputs {
		if output == nil {
			continue
		}
		hub = append(hub, &v1beta2.Output{Dapr: &v1beta2.DaprOutput{
			DaprComponentRef: output.ref(),
			OutputName:       output.ownName(), //nolint:staticcheck // deprecated for authors, kept for those who have it
			Metadata:         output.Params,
			Operation:        output.Operation,
		}})
	}
	return hub
}

func outputsFromHub(hub []*v1beta2.Output) []*DaprIO {
	var outputs []*DaprIO
	for _, output := range hub {
		if output == nil || output.Dapr == nil {
			continue
		}
		io := newDaprIO(output.Dapr.DaprComponentRef, output.Dapr.OutputName) //nolint:staticcheck // deprecated for authors, kept for those who have it
		io.Params, io.Operation = output.Dapr.Metadata, output.Dapr.Operation
		outputs = append(outputs, io)
	}
	return outputs
}

// newDaprIO always sets the name, because readers of v1beta1 expect one.
func newDaprIO(ref *v1beta2.DaprComponentRef, name string) *DaprIO {
	io := &DaprIO{Name: name}
	if ref != nil {
		io.Component, io.Topic = ref.Name, ref.Topic
	}
	if io.Name == "" {
		io.Name = io.Component
	}
	return io
}

// ref leaves the type empty: it is the type of the component with the name.
func (io *DaprIO) ref() *v1beta2.DaprComponentRef {
	return &v1beta2.DaprComponentRef{Name: io.Component, Topic: io.Topic}
}

// ownName returns the name if it differs from the component's.
func (io *DaprIO) ownName() string {
	if io.Name == io.Component {
		return ""
	}
	return io.Name
}

func statesToHub(states map[string]*v1beta2.DaprComponent) map[string]*v1beta2.State {
	var hub map[string]*v1beta2.State
	for name, spec := range states {
		if spec == nil {
			continue
		}
		if hub == nil {
			hub = map[string]*v1beta2.State{}
		}
		hub[name] = &v1beta2.State{Spec: spec}
	}
	return hub
}

// statesFromHub omits stores that exist already, because v1beta1 has no form for them.
func statesFromHub(hub map[string]*v1beta2.State) map[string]*v1beta2.DaprComponent {
	var states map[string]*v1beta2.DaprComponent
	for name, state := range hub {
		if state == nil || state.Spec == nil {
			continue
		}
		if states == nil {
			states = map[string]*v1beta2.DaprComponent{}
		}
		states[name] = state.Spec
	}
	return states
}
