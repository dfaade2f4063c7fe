/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package coldstart measures the engines for requests side by side: cold starts from zero
// pods, one by one and together, and the latency that they add to a call of the pod. Its
// tests are compiled with -tags=e2e only, and need a cluster with part keda.
package coldstart
