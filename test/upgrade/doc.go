/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package upgrade tests that an upgrade of OpenFunction changes nothing that runs. It
// expects a cluster with an older revision; the test installs the work tree. Its tests
// are compiled with -tags=e2e only; test/upgrade-tests.sh runs them.
package upgrade
