#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Component gateway: Traefik, which every runtime that serves requests shares.
# shellcheck disable=SC2154 # settings.sh assigns them

gateway_resolve() {
	resolve traefik "" "$repo/hack/cluster/gateway.yaml"
}

gateway_kustomization() {
	:
}

# On a machine of its own nothing assigns addresses: the gateway's is the node's.
gateway_configure() {
	$own_node || return 0
	as_installer patch service gateway -n traefik --subresource status --type merge \
		-p "{\"status\":{\"loadBalancer\":{\"ingress\":[{\"ip\":\"$node_ip\"}]}}}"
}

gateway_namespaces() {
	echo traefik
}
