/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package api tests the guarantees of the API on an installation. The text of each
// requirement is the name of its test, and the run ends with a report. With -tags=e2e
// the tests run on the cluster of KUBECONFIG. With -tags=integration the tests that
// need no node run on an API server of their own.
package api
