#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Component keda: KEDA, which scales functions by the backlog of their events and
# by what the http add-on reports.
# shellcheck disable=SC2154 # settings.sh assigns them

keda_resolve() {
	local folder
	folder=$(mktemp -d)
	keda_manifests >"$folder/keda.yaml"
	resolve keda "" "$folder/keda.yaml"
	rm -r "$folder"
}

# keda_manifests: upstream's own, with the programs in place of released images.
keda_manifests() {
	local keda
	keda=$(module_folder keda github.com/kedacore/keda/v2)
	kustomize "$keda/config/default" | sed \
		-e "s|image: ghcr.io/kedacore/keda:.*|image: ko://github.com/kedacore/keda/v2/cmd/operator|" \
		-e "s|image: ghcr.io/kedacore/keda-metrics-apiserver:.*|image: ko://github.com/kedacore/keda/v2/cmd/adapter|" \
		-e "s|image: ghcr.io/kedacore/keda-admission-webhooks:.*|image: ko://github.com/kedacore/keda/v2/cmd/webhooks|"
}

keda_kustomization() {
	fit_patches
	entrypoint_patch Deployment
}

keda_configure() {
	:
}

keda_namespaces() {
	echo keda
}
