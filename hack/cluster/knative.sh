#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Component knative: Knative Serving behind the gateway.
# shellcheck disable=SC2154 # settings.sh assigns them

knative_domain=${OPENFUNCTION_DOMAIN:-functions.test}

# How fast an idle function goes to zero. Upstream waits 60s and up to 30s more;
# here it should be seen. Tests may set them lower: 6s is the least for the window.
knative_stable_window=${OPENFUNCTION_STABLE_WINDOW:-10s}
knative_grace_period=${OPENFUNCTION_SCALE_TO_ZERO_GRACE_PERIOD:-10s}

knative_resolve() {
	local serving networking caching files=()
	serving=$(module_folder knative knative.dev/serving)
	networking=$(module_folder knative knative.dev/networking)
	caching=$(module_folder knative knative.dev/caching)
	# Not wanted on one node: autoscalers of the components themselves, and the
	# request to keep the queue image on every node.
	mapfile -t files < <(
		find "$serving/config/core" -name '*.yaml' ! -name '*-hpa.yaml' ! -name 999-cache.yaml | sort
		find "$networking/config" "$caching/config" -name '*.yaml' | sort
	)
	resolve knative "" "${files[@]}"
}

knative_kustomization() {
	fit_patches
	setting_patch knative-serving config-network \
		"ingress-class: traefik.ingress.networking.knative.dev"
	setting_patch knative-serving config-domain "$knative_domain: \"\""
	setting_patch knative-serving config-autoscaler \
		"stable-window: $knative_stable_window" \
		"scale-to-zero-grace-period: $knative_grace_period"
	# The gates of rollouts read these metrics.
	setting_patch knative-serving config-observability \
		"request-metrics-protocol: prometheus"
}

knative_configure() {
	:
}

knative_namespaces() {
	echo knative-serving
}
