#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Component httpaddon: KEDA's http add-on, whose interceptor holds requests for
# functions that are scaled to zero. It needs the component keda.
# shellcheck disable=SC2154 # settings.sh assigns them

httpaddon_resolve() {
	local folder addon
	folder=$(mktemp -d)
	addon=$(module_folder keda github.com/kedacore/http-add-on)
	kustomize "$addon/config/default" >"$folder/httpaddon.yaml"
	resolve keda "" "$folder/httpaddon.yaml"
	rm -r "$folder"
}

# Each of the two intervals delays a start from zero: upstream's add half a second in
# the median. Shorter ones cost CPU for each function, which is little for some dozens.
httpaddon_kustomization() {
	fit_patches
	printf '%s\n' "- target: {kind: Deployment, name: keda-add-ons-http-scaler}" "  patch: |-" \
		"    - {op: add, path: /spec/template/spec/containers/0/env/-, value: {name: KEDA_HTTP_QUEUE_TICK_DURATION, value: 50ms}}" \
		"    - {op: add, path: /spec/template/spec/containers/0/env/-, value: {name: KEDA_HTTP_SCALER_STREAM_INTERVAL_MS, value: '50'}}"
}

httpaddon_configure() {
	:
}

httpaddon_namespaces() {
	echo keda
}
