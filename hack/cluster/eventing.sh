#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Component eventing: Knative Eventing with its in-memory channel and the broker on it,
# whose events and sources call functions.
# shellcheck disable=SC2154 # settings.sh assigns them

eventing_resolve() {
	local eventing folder files=()
	eventing=$(module_folder eventing knative.dev/eventing)
	folder=$(mktemp -d)
	eventing_images >"$folder/images.yaml"
	# Not wanted on one node: autoscalers of the components themselves. The sink that
	# starts Jobs and request-reply are not used by functions.
	mapfile -t files < <(find "$eventing/config/core" "$eventing/config/channels/in-memory-channel" \
		"$eventing/config/brokers/mt-channel-broker" -name '*.yaml' \
		! -name '*hpa.yaml' ! -name job-sink.yaml ! -name request-reply.yaml | sort)
	resolve eventing "" "${files[@]}" "$folder/images.yaml"
	rm -r "$folder"
}

# eventing_images: the controller starts only if two ConfigMaps name the images of
# transformations and of sources and sinks of other clouds. Upstream releases those
# images apart, and they are not installed here: an object that needs one fails to pull.
eventing_images() {
	local name
	printf '%s\n' "apiVersion: v1" "kind: ConfigMap" \
		"metadata: {name: eventing-transformations-images, namespace: knative-eventing}" \
		"data: {transform-jsonata: not-installed}" "---" \
		"apiVersion: v1" "kind: ConfigMap" \
		"metadata: {name: eventing-integrations-images, namespace: knative-eventing}" "data:"
	for name in timer-source aws-s3-source aws-sqs-source aws-ddb-streams-source \
		log-sink aws-s3-sink aws-sqs-sink aws-sns-sink; do
		printf '  %s: not-installed\n' "$name"
	done
}

# The controller starts the adapter of PingSources with the first of them, and gives it
# its settings then.
eventing_kustomization() {
	fit_patches
	printf '%s\n' "- target: {kind: Deployment, name: pingsource-mt-adapter}" "  patch: |-" \
		"    - {op: replace, path: /spec/replicas, value: 0}"
}

eventing_configure() {
	:
}

eventing_namespaces() {
	echo knative-eventing
}
