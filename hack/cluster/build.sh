#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Component build: Tekton Pipelines and Shipwright.
# shellcheck disable=SC2154 # settings.sh assigns them

build_resolve() {
	local tekton shipwright files=()
	tekton=$(module_folder build github.com/tektoncd/pipeline)
	shipwright=$(module_folder build github.com/shipwright-io/build)
	# Left out: the autoscaler of the webhook, whose metrics are not served here, and
	# the controllers for remote resolution and cloud events, which builds do not use.
	mapfile -t files < <(find "$tekton/config" "$shipwright/deploy" -name '*.yaml' \
		! -name '*-hpa.yaml' ! -name events.yaml ! -path '*/resolvers/*' | sort)
	# Only the git step calls programs: git, git-lfs and ssh.
	resolve build "github.com/shipwright-io/build/cmd/git: $(image debian-base)" "${files[@]}"
}

# - Task pods pass the restricted pod security standard.
# - No sidecars are injected here, so a step need not wait until the kubelet
#   reports that they are ready.
build_kustomization() {
	fit_patches
	setting_patch tekton-pipelines feature-flags \
		'set-security-context: "true"' \
		'running-in-environment-with-injected-sidecars: "false"'
	step_patch
}

# git_step_image: our program that fetches sources, in place of Shipwright's own.
git_step_image() {
	local base key result
	base=$(image debian-base)
	key=$({
		go env GOVERSION
		echo "$registry $base"
		cd "$repo" && cat go.mod go.sum cmd/git/*.go pkg/cacerts/*.go pkg/gitstep/*.go pkg/plaintext/*.go
	} | sha256sum | cut -c1-16)
	result=$cache/manifests/git-step-$key.yaml
	if ! images_present "$result"; then
		mkdir -p "$cache/manifests" "$cache/lock"
		(
			flock 8
			images_present "$result" || build_git_step "$base" "$result"
		) 8>"$cache/lock/ko-git-step"
	fi
	cat "$result"
}

build_git_step() {
	local ko
	ko=$(binary ko)
	(
		cd "$repo" || exit
		KO_DOCKER_REPO=$registry KO_DEFAULTBASEIMAGE=$1 GOFLAGS=-buildvcs=false \
			"$ko" build --sbom=none --base-import-paths --platform=linux/amd64 --insecure-registry ./cmd/git
	) >"$2.part"
	mv "$2.part" "$2"
}

# Shipwright's own steps pass the restricted standard, too: what it sets by
# itself lacks runAsNonRoot and a seccomp profile. The image of the git step is ours,
# and the other stays the one that the manifests name.
step_patch() {
	local name git_image
	git_image=$(git_step_image)
	printf '%s\n' "- target: {kind: Deployment, name: shipwright-build-controller}" \
		"  patch: |-" "    apiVersion: apps/v1" "    kind: Deployment" \
		"    metadata: {name: shipwright-build-controller}" \
		"    spec:" "      template:" "        spec:" "          containers:" \
		"          - name: shipwright-build" "            env:" \
		"            - {name: GIT_CONTAINER_IMAGE, value: '$git_image'}"
	for name in git bundle; do
		printf "            - {name: %s_CONTAINER_TEMPLATE, value: '%s'}\n" "${name^^}" "$(step_template "$name")"
	done
}

step_template() {
	jq -cn --arg program "/ko-app/$1" --arg listing "${1^^}_SHOW_LISTING" '{
		command: [$program],
		env: ([{name: "HOME", value: "/shared-home"}, {name: $listing, value: "false"}] +
			if $program == "/ko-app/git" then [{name: "CA_CERTIFICATES", valueFrom: {configMapKeyRef: {
				name: "openfunction-ca-certificates", key: "ca.crt", optional: true
			}}}] else [] end),
		securityContext: {
			allowPrivilegeEscalation: false,
			runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000,
			readOnlyRootFilesystem: true,
			capabilities: {drop: ["ALL"]},
			seccompProfile: {type: "RuntimeDefault"}
		}
	}'
}

# Shipwright's webhook converts old versions of its kinds, and leaves it to the
# installer to give it a certificate, and the API server the authority for it.
build_configure() {
	local folder bundle definition
	if ! as_installer get secret shipwright-build-webhook-cert -n shipwright-build >/dev/null 2>&1; then
		folder=$(mktemp -d)
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
			-subj /CN=shp-build-webhook -keyout "$folder/tls.key" -out "$folder/tls.crt" \
			-addext "subjectAltName=DNS:shp-build-webhook.shipwright-build.svc"
		as_installer create secret tls shipwright-build-webhook-cert -n shipwright-build \
			--cert "$folder/tls.crt" --key "$folder/tls.key"
		rm -r "$folder"
	fi
	bundle=$(as_installer get secret shipwright-build-webhook-cert -n shipwright-build -o 'jsonpath={.data.tls\.crt}')
	for definition in builds buildruns buildstrategies clusterbuildstrategies; do
		as_installer patch customresourcedefinition "$definition.shipwright.io" --type json \
			-p "[{\"op\":\"add\",\"path\":\"/spec/conversion/webhook/clientConfig/caBundle\",\"value\":\"$bundle\"}]"
	done
}

build_namespaces() {
	echo tekton-pipelines shipwright-build
}
