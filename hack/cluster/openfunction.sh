#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Component openfunction: what `ko apply -f config/` installs, what belongs to other
# products that are there, and the settings that are this cluster's own. It is built from the
# source tree $sources, which is this one unless `install` names another.
# shellcheck disable=SC2154 # settings.sh assigns them

# Strategies are objects of Shipwright: where it is not, they cannot be. An older source
# tree that `install` names may have nothing for the http add-on.
openfunction_files() {
	find "$sources/config" -maxdepth 1 -name '*.yaml' | sort
	if [[ $components == *build* ]]; then
		find "$sources/config/strategies" -name '*.yaml' | sort
	fi
	if [[ $components == *httpaddon* && -d $sources/config/keda ]]; then
		find "$sources/config/keda" -name '*.yaml' | sort
	fi
}

openfunction_resolve() {
	local files=() key result
	mapfile -t files < <(openfunction_files)
	key=$(source_key "${files[@]}")
	result=$cache/manifests/openfunction-$key.yaml
	if ! images_present "$result"; then
		mkdir -p "$cache/manifests" "$cache/lock"
		(
			flock 8
			if ! images_present "$result"; then
				ko_our_own "${files[@]}" >"$result.part"
				mv "$result.part" "$result"
			fi
		) 8>"$cache/lock/ko-openfunction"
	fi
	echo "$result"
}

# source_key FILE...: a hash of the sources that end up in our images, and of
# the manifests.
source_key() {
	{
		go env GOVERSION
		image static-base
		echo "$registry"
		cat "$@" "$sources/go.mod" "$sources/go.sum"
		[[ ! -f $sources/.ko.yaml ]] || cat "$sources/.ko.yaml"
		find "$sources/cmd" "$sources/pkg" -type f ! -name '*_test.go' ! -path '*/testdata/*' -print0 |
			sort -z | xargs -0 cat
	} | sha256sum | cut -c1-16
}

ko_our_own() {
	local ko file arguments=()
	ko=$(binary ko)
	for file; do
		arguments+=(-f "$file")
	done
	cd "$sources" || return
	KO_DOCKER_REPO=$registry KO_DEFAULTBASEIMAGE=$(image static-base) GOFLAGS=-buildvcs=false \
		"$ko" resolve --jobs 1 --sbom=none --base-import-paths --platform=linux/amd64 \
		--insecure-registry "${arguments[@]}"
}

# The builder of functions that name none is the one made from builders/. The
# registry and the git host of a cluster of our own serve plain http: an
# administrator has to allow that, which there is this script.
openfunction_kustomization() {
	local settings=("default-builder: $(builder_image_reference)")
	if grep -q '^    full-git-refs:' "$sources/config/config-build.yaml"; then
		settings+=('full-git-refs: "true"')
	fi
	if $own_node; then
		settings+=("insecure-source-hosts: \"$node_ip\"" "insecure-registries: \"$node_ip:$registry_port\"")
	fi
	setting_patch openfunction config-build "${settings[@]}"
}

builder_image_reference() {
	"$sources/builders/images.sh" | awk '$1 == "builder" {print $2}'
}

# knows_domain: whether the sources have the key domain of config-gateway.
knows_domain() {
	grep -q '^    domain:' "$sources/config/config-gateway.yaml"
}

# openfunction_forget: the webhook of an older release refuses every change of a ConfigMap
# with a key that it does not know.
openfunction_forget() {
	knows_domain || as_installer patch configmap config-gateway -n openfunction --type merge -p '{"data":{"domain":null}}'
}

# A function keeps its address when it changes its engine, if both engines have the same
# domain. A webhook of an earlier release would refuse the setting.
openfunction_configure() {
	knows_domain || return 0
	as_installer rollout status deployment/webhook -n openfunction --timeout=5m
	as_installer patch configmap config-gateway -n openfunction --type merge \
		-p "{\"data\":{\"domain\":\"$knative_domain\"}}"
}

openfunction_namespaces() {
	echo openfunction
}
