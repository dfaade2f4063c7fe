/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package v1beta2 is the storage version of Function, the one object a user
// writes, and of Builder and Serving, which a Function controls.
//
// +k8s:deepcopy-gen=package
// +groupName=core.openfunction.io
// +groupGoName=Functions
package v1beta2
