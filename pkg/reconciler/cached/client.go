/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cached

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	clientset "openfunction.dev/openfunction/pkg/client/clientset/versioned"
	typed "openfunction.dev/openfunction/pkg/client/clientset/versioned/typed/functions/v1beta2"
)

// client is a clientset whose writes are visible to the informers at once.
type client struct {
	clientset.Interface

	informers informers
}

type informers struct {
	functions *informer[*v1beta2.Function]
	builders  *informer[*v1beta2.Builder]
	servings  *informer[*v1beta2.Serving]
}

// FunctionsV1beta2 implements clientset.Interface.
func (c client) FunctionsV1beta2() typed.FunctionsV1beta2Interface {
	return group{c.Interface.FunctionsV1beta2(), c.informers}
}

type group struct {
	typed.FunctionsV1beta2Interface

	informers informers
}

// Functions implements typed.FunctionsGetter.
func (g group) Functions(namespace string) typed.FunctionInterface {
	return functions{g.FunctionsV1beta2Interface.Functions(namespace), namespace, g.informers.functions}
}

// Builders implements typed.BuildersGetter.
func (g group) Builders(namespace string) typed.BuilderInterface {
	return builders{g.FunctionsV1beta2Interface.Builders(namespace), namespace, g.informers.builders}
}

// Servings implements typed.ServingsGetter.
func (g group) Servings(namespace string) typed.ServingInterface {
	return servings{g.FunctionsV1beta2Interface.Servings(namespace), namespace, g.informers.servings}
}

type functions struct {
	typed.FunctionInterface

	namespace string
	informer  *informer[*v1beta2.Function]
}

// UpdateStatus implements typed.FunctionInterface.
func (c functions) UpdateStatus(ctx context.Context, fn *v1beta2.Function, options metav1.UpdateOptions) (*v1beta2.Function, error) {
	return c.informer.write(c.namespace, fn.Name, func() (*v1beta2.Function, error) {
		return c.FunctionInterface.UpdateStatus(ctx, fn, options)
	})
}

type builders struct {
	typed.BuilderInterface

	namespace string
	informer  *informer[*v1beta2.Builder]
}

// Create implements typed.BuilderInterface.
func (c builders) Create(ctx context.Context, b *v1beta2.Builder, options metav1.CreateOptions) (*v1beta2.Builder, error) {
	return c.informer.write(c.namespace, b.Name, func() (*v1beta2.Builder, error) {
		return c.BuilderInterface.Create(ctx, b, options)
	})
}

// Update implements typed.BuilderInterface.
func (c builders) Update(ctx context.Context, b *v1beta2.Builder, options metav1.UpdateOptions) (*v1beta2.Builder, error) {
	return c.informer.write(c.namespace, b.Name, func() (*v1beta2.Builder, error) {
		return c.BuilderInterface.Update(ctx, b, options)
	})
}

// UpdateStatus implements typed.BuilderInterface.
func (c builders) UpdateStatus(ctx context.Context, b *v1beta2.Builder, options metav1.UpdateOptions) (*v1beta2.Builder, error) {
	return c.informer.write(c.namespace, b.Name, func() (*v1beta2.Builder, error) {
		return c.BuilderInterface.UpdateStatus(ctx, b, options)
	})
}

type servings struct {
	typed.ServingInterface

	namespace string
	informer  *informer[*v1beta2.Serving]
}

// Create implements typed.ServingInterface.
func (c servings) Create(ctx context.Context, s *v1beta2.Serving, options metav1.CreateOptions) (*v1beta2.Serving, error) {
	return c.informer.write(c.namespace, s.Name, func() (*v1beta2.Serving, error) {
		return c.ServingInterface.Create(ctx, s, options)
	})
}

// UpdateStatus implements typed.ServingInterface.
func (c servings) UpdateStatus(ctx context.Context, s *v1beta2.Serving, options metav1.UpdateOptions) (*v1beta2.Serving, error) {
	return c.informer.write(c.namespace, s.Name, func() (*v1beta2.Serving, error) {
		return c.ServingInterface.UpdateStatus(ctx, s, options)
	})
}

// Patch implements typed.ServingInterface.
func (c servings) Patch(ctx context.Context, name string, kind types.PatchType, data []byte, options metav1.PatchOptions, subresources ...string) (*v1beta2.Serving, error) {
	return c.informer.write(c.namespace, name, func() (*v1beta2.Serving, error) {
		return c.ServingInterface.Patch(ctx, name, kind, data, options, subresources...)
	})
}
