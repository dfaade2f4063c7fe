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

var builderConversion = conversion[BuilderSpec, v1beta2.BuilderSpec]{up: builderToHub, down: builderFromHub}

// ConvertTo implements apis.Convertible.
func (b *Builder) ConvertTo(_ context.Context, to apis.Convertible) error {
	hub, ok := to.(*v1beta2.Builder)
	if !ok {
		return unknownVersion(to)
	}
	var err error
	hub.ObjectMeta, hub.Spec, err = builderConversion.toHub(&b.ObjectMeta, b.Spec)
	hub.Status = *b.Status.DeepCopy()
	return err
}

// ConvertFrom implements apis.Convertible.
func (b *Builder) ConvertFrom(_ context.Context, from apis.Convertible) error {
	hub, ok := from.(*v1beta2.Builder)
	if !ok {
		return unknownVersion(from)
	}
	var err error
	b.ObjectMeta, b.Spec, err = builderConversion.fromHub(&hub.ObjectMeta, hub.Spec)
	b.Status = *hub.Status.DeepCopy()
	return err
}

func builderToHub(old part[BuilderSpec]) (part[v1beta2.BuilderSpec], error) {
	spec := old.Spec
	hub := part[v1beta2.BuilderSpec]{Spec: v1beta2.BuilderSpec{
		Image:            spec.Image,
		ImageCredentials: spec.ImageCredentials,
		BuildSpec:        *spec.BuildSpec.toHub(),
	}}
	hub.Spec.State = spec.State
	return hub, nil
}

func builderFromHub(hub part[v1beta2.BuilderSpec]) part[BuilderSpec] {
	spec := hub.Spec
	return part[BuilderSpec]{Spec: BuilderSpec{
		Image:            spec.Image,
		ImageCredentials: spec.ImageCredentials,
		State:            spec.State,
		BuildSpec:        *buildFromHub(&spec.BuildSpec),
	}}
}

func (bs *BuildSpec) toHub() *v1beta2.BuildSpec {
	if bs == nil {
		return nil
	}
	hub := &v1beta2.BuildSpec{
		Builder:                      bs.Builder,
		BuilderCredentials:           bs.BuilderCredentials,
		Env:                          bs.Env,
		SrcRepo:                      bs.SrcRepo,
		Dockerfile:                   bs.Dockerfile,
		Timeout:                      bs.Timeout,
		SuccessfulBuildsHistoryLimit: bs.SuccessfulBuildsHistoryLimit,
		FailedBuildsHistoryLimit:     bs.FailedBuildsHistoryLimit,
		BuilderMaxAge:                bs.BuilderMaxAge,
	}
	if bs.Shipwright != nil {
		hub.Shipwright = &v1beta2.ShipwrightEngine{Strategy: bs.Shipwright.Strategy, Timeout: bs.Shipwright.Timeout}
	}
	if len(bs.Params) > 0 {
		if hub.Shipwright == nil {
			hub.Shipwright = &v1beta2.ShipwrightEngine{}
		}
		hub.Shipwright.Params = paramsToHub(bs.Params)
	}
	return hub
}

func buildFromHub(hub *v1beta2.BuildSpec) *BuildSpec {
	if hub == nil {
		return nil
	}
	bs := &BuildSpec{
		Builder:                      hub.Builder,
		BuilderCredentials:           hub.BuilderCredentials,
		Env:                          hub.Env,
		SrcRepo:                      hub.SrcRepo,
		Dockerfile:                   hub.Dockerfile,
		Timeout:                      hub.Timeout,
		SuccessfulBuildsHistoryLimit: hub.SuccessfulBuildsHistoryLimit,
		FailedBuildsHistoryLimit:     hub.FailedBuildsHistoryLimit,
		BuilderMaxAge:                hub.BuilderMaxAge,
	}
	if s := hub.Shipwright; s != nil {
		bs.Params = paramsFromHub(s.Params)
		// v1beta1 has the parameters elsewhere, so an engine with parameters only is
		// omitted.
		if s.Strategy != nil || s.Timeout != nil || len(s.Params) == 0 {
			bs.Shipwright = &ShipwrightEngine{Strategy: s.Strategy, Timeout: s.Timeout}
		}
	}
	return bs
}
