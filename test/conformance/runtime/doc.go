/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package runtime tests on the cluster of KUBECONFIG that each runtime does for an
// image what docs/reference/runtime-contract.md says, sentence by sentence. An image reports
// what it finds; the run ends with a report by runtime.
//
// With -tags=e2e the sentences are checked, and without that they are the same as
// in the document.
package runtime
