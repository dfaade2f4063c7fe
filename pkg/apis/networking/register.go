/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package networking holds the API group of the Gateway of the old project.
package networking

// GroupName is the API group of everything in this folder.
const GroupName = "networking.openfunction.io"

// GatewayAnnotationKey is the annotation of a Gateway of the Gateway API with the object
// of this group, as namespace/name, that its listeners come from.
const GatewayAnnotationKey = GroupName + "/gateway"

// ListenersAnnotationKey is the annotation of a Gateway of the Gateway API with the hash
// of what was last applied to it.
const ListenersAnnotationKey = GroupName + "/applied"
