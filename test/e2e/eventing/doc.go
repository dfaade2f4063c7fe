//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package eventing tests functions that handle the events of Knative Eventing on a real
// cluster: its Brokers, Channels and sources.
package eventing
