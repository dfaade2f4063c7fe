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
	if $own_node; then
		settings+=("insecure-source-hosts: \"$node_ip\"" "insecure-registries: \"$node_ip:$registry_port\"")
	fi
	setting_patch openfunction config-build "${settings[@]}"
}

builder_image_reference() {
	"$sources/builders/images.sh" | awk '$1 == "builder" {print $2}'
}

# knows CONFIG KEY: whether the sources have that key of a ConfigMap.
knows() {
	grep -q "^    $2:" "$sources/config/$1.yaml"
}

# set_key CONFIG KEY VALUE: VALUE is JSON; null removes the key.
set_key() {
	as_installer patch configmap "$1" -n openfunction --type merge -p "{\"data\":{\"$2\":$3}}"
}

# openfunction_forget: the webhook of an older release refuses every change of a ConfigMap
# with a key that it does not know.
openfunction_forget() {
	knows config-gateway domain || set_key config-gateway domain null
	knows config-build full-git-refs || set_key config-build full-git-refs null
}

# Sets keys that the webhook of an earlier release would refuse, so the new one must run.
# A function keeps its address when it changes its engine, if both engines have the same
# domain. The git step of this cluster is ours.
openfunction_configure() {
	as_installer rollout status deployment/webhook -n openfunction --timeout=5m
	if knows config-gateway domain; then
		set_key config-gateway domain "\"$knative_domain\""
	fi
	if knows config-build full-git-refs; then
		set_key config-build full-git-refs '"true"'
	fi
}

openfunction_namespaces() {
	echo openfunction
}
