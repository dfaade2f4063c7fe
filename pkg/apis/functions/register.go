/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package functions holds the API group of Function, Builder and Serving.
package functions

import "k8s.io/apimachinery/pkg/runtime/schema"

// GroupName is the API group of Functions, Builders and Servings.
const GroupName = "core.openfunction.io"

var (
	// FunctionsResource is the resource of the Function kind.
	FunctionsResource = schema.GroupResource{Group: GroupName, Resource: "functions"}
	// BuildersResource is the resource of the Builder kind.
	BuildersResource = schema.GroupResource{Group: GroupName, Resource: "builders"}
	// ServingsResource is the resource of the Serving kind.
	ServingsResource = schema.GroupResource{Group: GroupName, Resource: "servings"}
)
