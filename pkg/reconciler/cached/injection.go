/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cached

import (
	"context"

	"k8s.io/client-go/tools/cache"
	"k8s.io/utils/clock"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/injection"

	"openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	functionsclient "openfunction.dev/openfunction/pkg/client/injection/client"
	builderinformer "openfunction.dev/openfunction/pkg/client/injection/informers/functions/v1beta2/builder"
	functioninformer "openfunction.dev/openfunction/pkg/client/injection/informers/functions/v1beta2/function"
	servinginformer "openfunction.dev/openfunction/pkg/client/injection/informers/functions/v1beta2/serving"
	listers "openfunction.dev/openfunction/pkg/client/listers/functions/v1beta2"
)

// It is registered after the informers of the imported packages.
func init() { injection.Default.RegisterInformer(withOwnWrites) }

// withOwnWrites replaces the client and the informers of our kinds by those of this
// package. The generated reconcilers find them in the context as well.
func withOwnWrites(ctx context.Context) (context.Context, controller.Informer) {
	own := informers{
		functions: newInformer[*v1beta2.Function](functioninformer.Get(ctx).Informer(), clock.RealClock{}),
		builders:  newInformer[*v1beta2.Builder](builderinformer.Get(ctx).Informer(), clock.RealClock{}),
		servings:  newInformer[*v1beta2.Serving](servinginformer.Get(ctx).Informer(), clock.RealClock{}),
	}
	ctx = context.WithValue(ctx, functioninformer.Key{}, functionInformer{own.functions})
	ctx = context.WithValue(ctx, builderinformer.Key{}, builderInformer{own.builders})
	ctx = context.WithValue(ctx, servinginformer.Key{}, servingInformer{own.servings})
	return context.WithValue(ctx, functionsclient.Key{}, client{functionsclient.Get(ctx), own}), noInformer{}
}

type functionInformer struct{ *informer[*v1beta2.Function] }

// Informer returns the shared informer.
func (i functionInformer) Informer() cache.SharedIndexInformer { return i.informer }

// Lister returns a lister of the informer's cache.
func (i functionInformer) Lister() listers.FunctionLister {
	return listers.NewFunctionLister(i.GetIndexer())
}

type builderInformer struct{ *informer[*v1beta2.Builder] }

// Informer returns the shared informer.
func (i builderInformer) Informer() cache.SharedIndexInformer { return i.informer }

// Lister returns a lister of the informer's cache.
func (i builderInformer) Lister() listers.BuilderLister {
	return listers.NewBuilderLister(i.GetIndexer())
}

type servingInformer struct{ *informer[*v1beta2.Serving] }

// Informer returns the shared informer.
func (i servingInformer) Informer() cache.SharedIndexInformer { return i.informer }

// Lister returns a lister of the informer's cache.
func (i servingInformer) Lister() listers.ServingLister {
	return listers.NewServingLister(i.GetIndexer())
}

// noInformer is an informer without work: the informers that it replaced are started by
// the framework.
type noInformer struct{}

// Run implements controller.Informer.
func (noInformer) Run(stop <-chan struct{}) { <-stop }

// HasSynced implements controller.Informer.
func (noInformer) HasSynced() bool { return true }
