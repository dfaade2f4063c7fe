/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/client-go/tools/cache"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// identityIndex is the index of Functions by the name that brokers and state stores know
// them by, if another Function can have the same one.
const identityIndex = "identity"

// newIdentities adds the index of names that are not unique to a cache that has not
// started.
func newIdentities(functions cache.Indexer) nameIndex {
	index := func(obj any) ([]string, error) { return identitiesOf(obj), nil }
	if err := functions.AddIndexers(cache.Indexers{identityIndex: index}); err != nil {
		panic(fmt.Sprintf("adding the index of identities: %v", err))
	}
	return nameIndex{functions: functions, index: identityIndex, namesOf: identitiesOf}
}

// identitiesOf returns the name of a Function at brokers and state stores, if it uses any
// and another Function can have the same name.
func identitiesOf(obj any) []string {
	fn, ok := obj.(*v1beta2.Function)
	if !ok || fn.Annotations[functions.IdentityAnnotationKey] == functions.IdentityUnique || !usesComponents(fn.Spec.Serving) {
		return nil
	}
	return []string{functions.CompatibleIdentity(fn.Name, fn.Namespace)}
}

// usesComponents reports whether the spec defines a component or names one of the
// namespace.
func usesComponents(ws *v1beta2.WorkloadSpec) bool {
	return ws != nil && len(ws.Bindings)+len(ws.Pubsub)+len(ws.States)+len(ws.Outputs)+len(ws.ForeignComponents()) > 0
}

// reconcileIdentity reports the other Functions with the same name at brokers and state
// stores.
func (r *Reconciler) reconcileIdentity(fn *v1beta2.Function) {
	var others []string
	identities := identitiesOf(fn)
	for _, identity := range identities {
		for _, other := range r.identities.of(identity) {
			if other.UID != fn.UID {
				others = append(others, other.Namespace+"/"+other.Name)
			}
		}
	}
	slices.Sort(others)
	fn.Status.MarkIdentity(strings.Join(identities, ""), others)
}
