/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package v1alpha1 is the Gateway of the old project. It is accepted so that manifests
// keep their effect: it is translated into a Gateway of the Gateway API.
//
// +k8s:deepcopy-gen=package
// +groupName=networking.openfunction.io
// +groupGoName=Networking
package v1alpha1
