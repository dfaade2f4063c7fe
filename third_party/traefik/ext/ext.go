/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package ext stands in for a nested module of Traefik. Traefik replaces that module by
// one of its own folders, which the archive of Traefik's module does not contain.
package ext

// HTTP is embedded in Traefik's configuration of HTTP and adds nothing to it.
type HTTP struct{}

// Router is embedded in Traefik's configuration of a router and adds nothing to it.
type Router struct{}
