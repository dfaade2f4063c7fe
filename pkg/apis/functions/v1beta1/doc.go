/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package v1beta1 is the older, deprecated version of Function, Builder and Serving.
// The API server converts it to v1beta2, the storage version and the only one that the
// controllers use. So it has no defaults, no validation and no clients. Types that both
// versions share are declared in v1beta2.
//
// +k8s:deepcopy-gen=package
// +groupName=core.openfunction.io
package v1beta1
