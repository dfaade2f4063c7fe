/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package api tests that an installation keeps what the API promises. The text
// of each requirement is the name of its test, and the run ends with a report.
// Its tests are compiled with -tags=e2e only.
package api
