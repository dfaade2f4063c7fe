/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package performance measures an installation and prints what it found. It sets
// no limits: how fast a machine is, is no property of the code. Its tests are
// compiled with -tags=e2e only.
package performance
