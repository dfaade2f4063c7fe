#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Component gateway: Traefik and the definitions of the Gateway API that it is built
# with. Every runtime that serves requests shares it.
# shellcheck disable=SC2154 # settings.sh assigns them

gateway_resolve() {
	local gateway_api definitions=()
	gateway_api=$(module_folder traefik sigs.k8s.io/gateway-api)
	# Left out: the policy that protects these definitions from other versions.
	mapfile -t definitions < <(find "$gateway_api/config/crd/standard" -name '*.yaml' ! -name '*_vap_*' | sort)
	resolve traefik "" "${definitions[@]}" "$repo/config/100-namespace.yaml" "$repo/hack/cluster/gateway.yaml"
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
