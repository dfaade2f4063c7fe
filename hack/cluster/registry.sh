#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# The image registry of the cluster, at an address that nodes, pods and this
# machine all reach. Its content is in the cache: images are found again by
# digest after the cluster was taken down.
# shellcheck disable=SC2154 # settings.sh assigns them

registry_up() {
	local config=$state/registry.yaml
	mkdir -p "$state" "$cache/registry"
	put "$config" <<-CONFIG
		version: 0.1
		log:
		  level: error
		  accesslog:
		    disabled: true
		storage:
		  filesystem:
		    rootdirectory: $cache/registry
		  delete:
		    enabled: true
		http:
		  addr: $node_ip:$registry_port
		  relativeurls: true
	CONFIG
	daemon_start registry "$config" docker-registry serve "$config"
	await 30 "the registry" registry_healthy
}

registry_healthy() {
	curl -fsS -o /dev/null --max-time 3 --noproxy '*' "http://$node_ip:$registry_port/v2/"
}

# registry_reference NAME: NAME:TAG of an image as REPOSITORY@DIGEST, or nothing.
registry_reference() {
	local digest
	digest=$(crane digest "$1" 2>/dev/null) || return 1
	echo "${1%:*}@$digest"
}

crane() {
	"${crane_program:-$(binary crane)}" "$@"
}

# load_image FILE NAME:TAG: puts a tar file (docker or OCI) or an OCI layout into
# the registry and prints its reference.
load_image() {
	local source=$1 target=$registry/$2 unpacked=
	[[ -e $source ]] || die "no such file: $source"
	if [[ -f $source ]] && tar -tf "$source" | grep -Eqx '(\./)?oci-layout'; then
		unpacked=$(mktemp -d)
		tar -xf "$source" -C "$unpacked"
		source=$unpacked
	fi
	crane push --insecure "$source" "$target" >&2
	[[ -z $unpacked ]] || rm -rf "$unpacked"
	registry_reference "$target"
}
