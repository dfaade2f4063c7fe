/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package async tests functions that events call, with each broker, from the
// examples that users read, and what they run on: KEDA and Dapr, with objects as a
// person writes them. Its tests are compiled with -tags=e2e only;
// test/e2e-tests.sh --with async runs them.
package async
