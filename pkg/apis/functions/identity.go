/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

const (
	// IdentityAnnotationKey is the annotation of a Function or Serving that chooses the
	// name by which brokers and state stores identify it. Admission sets it to
	// IdentityUnique on new objects. Without it, the value is IdentityCompatible.
	IdentityAnnotationKey = Domain + "/identity"

	// IdentityUnique is a name that no other function of the cluster has.
	IdentityUnique = "Unique"

	// IdentityCompatible is the name that the old project used, and this one used for
	// Functions that have no annotation: CompatibleIdentity.
	IdentityCompatible = "Compatible"
)

// CompatibleIdentity returns the name of a function at brokers, state stores and in the
// scopes of Dapr components, if its identity is IdentityCompatible:
// <function>-<namespace>. It is not unique: the function a-b in the namespace c has the
// same one as a in b-c.
func CompatibleIdentity(function, namespace string) string {
	return function + "-" + namespace
}
