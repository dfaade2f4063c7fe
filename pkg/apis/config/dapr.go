/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package config

// sidecarName is the name of the container that Dapr adds to pods.
const sidecarName = "daprd"
