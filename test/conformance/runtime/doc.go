/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package runtime tests the requirements of docs/reference/runtime-contract.md for each
// runtime on the cluster of KUBECONFIG. An image reports what it finds, and the run
// ends with a report by runtime.
//
// With -tags=e2e the requirements are tested. Without it, they are compared with the
// document.
package runtime
