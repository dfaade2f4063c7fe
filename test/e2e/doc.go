/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package e2e tests functions on a real cluster, from source code to reply. Its tests
// are compiled only with -tags=e2e; test/e2e-tests.sh runs them.
package e2e
