/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package async tests functions with events, with each broker, from the examples that
// users read. It also tests KEDA and Dapr with objects that a user writes. Its tests
// are compiled only with -tags=e2e; test/e2e-tests.sh --with async runs them.
package async
