/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package keda tests functions of the engine keda on a real cluster: KEDA's http add-on
// and a gateway of the Gateway API.
package keda
