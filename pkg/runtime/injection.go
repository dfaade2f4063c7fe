/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtime

import (
	"context"
	"sync"

	"knative.dev/pkg/controller"
	"knative.dev/pkg/injection"
	"knative.dev/pkg/logging"
)

// observerKey is the key of the Observer of a runtime in a context of injection.
type observerKey struct{ name string }

// injected are the names of the runtimes whose Observers injection starts.
var injected sync.Map

// InjectObservers makes injection create, start and stop the Observers of the runtimes,
// like informers. It must be called before the program sets up injection.
func InjectObservers(set Set) {
	for name, r := range set {
		create := r.Describe().NewObserver
		if create == nil {
			continue
		}
		if _, isKnown := injected.LoadOrStore(name, true); isKnown {
			continue
		}
		injection.Default.RegisterInformer(func(ctx context.Context) (context.Context, controller.Informer) {
			o := create(ctx)
			return context.WithValue(ctx, observerKey{name}, o), o
		})
	}
}

// ObserversFromContext returns the Observers of the runtimes that injection created.
func ObserversFromContext(ctx context.Context, set Set) Observers {
	observers := Observers{}
	for name, r := range set {
		if r.Describe().NewObserver == nil {
			continue
		}
		o, ok := ctx.Value(observerKey{name}).(Observer)
		if !ok {
			logging.FromContext(ctx).Panicf("Unable to fetch the Observer of runtime %s from context.", name)
		}
		observers[name] = o
	}
	return observers
}
