#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Installs what OpenFunction runs on into a cluster of yours: the upstream
# releases, with upstream's own images, of the versions that third_party pins.
# Needs kubectl and openssl, and a cluster that reaches the internet.
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
gateway_class=traefik.ingress.networking.knative.dev
releases=https://github.com

usage() {
	cat <<USAGE
usage: hack/install-runtimes.sh [--with A,B] [--dry-run]

Installs into the cluster that kubectl uses. Parts, $parts by default:

  build      Tekton Pipelines $(pinned build github.com/tektoncd/pipeline), Shipwright $(pinned build github.com/shipwright-io/build)
  knative    Knative Serving $(knative_release knative knative.dev/serving), Traefik $(pinned traefik github.com/traefik/traefik/v3)
             with the Gateway API $(pinned traefik sigs.k8s.io/gateway-api)
  keda       KEDA $(pinned keda github.com/kedacore/keda/v2), its http add-on $(pinned keda github.com/kedacore/http-add-on), the same Traefik
  eventing   Knative Eventing $(knative_release eventing knative.dev/eventing) with its in-memory channel and
             the broker on it, which are for development: a restart loses events

--dry-run prints what would be applied, and changes nothing.

This script does not install Dapr and brokers, which event functions need.
hack/cluster.sh up --with async does, also into the cluster of KUBECONFIG.
USAGE
}

die() {
	printf 'error: %s\n' "$*" >&2
	exit 1
}

# pinned MODULE PATH: the version of PATH in third_party/MODULE/go.mod.
pinned() {
	awk -v path="$2" '$1 == path && $2 ~ /^v/ {print $2; exit} $1 == "require" && $2 == path {print $3; exit}' \
		"$repo/third_party/$1/go.mod"
}

# knative_release MODULE PATH: the release of PATH that third_party/MODULE pins. Knative's
# modules count v0.N for release v1.(N-27).
knative_release() {
	local version
	version=$(pinned "$1" "$2")
	version=${version#v0.}
	echo "knative-v1.$((${version%%.*} - 27)).${version#*.}"
}

as_installer() {
	kubectl "$@"
}

# shellcheck source=hack/cluster/build.sh
source "$repo/hack/cluster/build.sh"

apply() {
	if $dry_run; then
		echo "apply $*"
	else
		kubectl apply --server-side --force-conflicts "$@"
	fi
}

await_deployments() {
	$dry_run || kubectl wait --for=condition=Available deployment --all -n "$1" --timeout=300s
}

install_build() {
	local tekton shipwright
	tekton=$(pinned build github.com/tektoncd/pipeline)
	shipwright=$(pinned build github.com/shipwright-io/build)
	apply -f "$releases/tektoncd/pipeline/releases/download/$tekton/release.yaml"
	apply -f "$releases/shipwright-io/build/releases/download/$shipwright/release.yaml"
	$dry_run || build_configure # a certificate for its webhook
	await_deployments tekton-pipelines
	await_deployments shipwright-build
}

install_knative() {
	local release file
	release=$releases/knative/serving/releases/download/$(knative_release knative knative.dev/serving)
	for file in serving-crds.yaml serving-core.yaml; do
		apply -f "$release/$file"
	done
	install_gateway
	if $dry_run; then
		echo "patch configmap config-network: ingress-class: $gateway_class"
	else
		kubectl patch configmap config-network -n knative-serving --type merge \
			-p "{\"data\":{\"ingress-class\":\"$gateway_class\"}}"
	fi
	await_deployments knative-serving
	await_deployments traefik
}

install_keda() {
	local keda addon
	keda=$(pinned keda github.com/kedacore/keda/v2)
	addon=$(pinned keda github.com/kedacore/http-add-on)
	apply -f "$releases/kedacore/keda/releases/download/$keda/keda-${keda#v}.yaml"
	await_deployments keda
	apply -f "$releases/kedacore/http-add-on/releases/download/$addon/keda-add-ons-http-${addon#v}.yaml"
	apply -f "$repo/config/keda"
	install_gateway
	await_deployments keda
	await_deployments traefik
}

install_eventing() {
	local release file
	release=$releases/knative/eventing/releases/download/$(knative_release eventing knative.dev/eventing)
	for file in eventing-crds.yaml eventing-core.yaml in-memory-channel.yaml mt-channel-broker.yaml; do
		apply -f "$release/$file"
	done
	await_deployments knative-eventing
}

# install_gateway: Traefik, and the Gateway that functions use by default.
install_gateway() {
	local definitions image
	definitions=$releases/kubernetes-sigs/gateway-api/releases/download/$(pinned traefik sigs.k8s.io/gateway-api)
	image=docker.io/library/traefik:$(pinned traefik github.com/traefik/traefik/v3)
	apply -f "$definitions/standard-install.yaml"
	$dry_run || kubectl wait --for=condition=Established --timeout=60s \
		crd/gatewayclasses.gateway.networking.k8s.io crd/gateways.gateway.networking.k8s.io
	apply -f "$repo/config/100-namespace.yaml"
	if $dry_run; then
		echo "apply -f $repo/hack/cluster/gateway.yaml, with the image $image"
	else
		sed "s|ko://github.com/traefik/traefik/v3/cmd/traefik|$image|" "$repo/hack/cluster/gateway.yaml" | apply -f -
	fi
}

dry_run=false
parts=build,knative
while (($# > 0)); do
	case $1 in
	--with)
		parts=${2:?usage: --with A,B}
		shift
		;;
	--dry-run) dry_run=true ;;
	*)
		usage >&2
		exit 2
		;;
	esac
	shift
done
for part in ${parts//,/ }; do
	[[ $part =~ ^(build|knative|keda|eventing)$ ]] || die "no part named $part; there are: build, knative, keda, eventing"
done
if ! $dry_run; then
	for program in kubectl openssl; do
		command -v "$program" >/dev/null || die "$program is not in PATH: install it"
	done
	kubectl get --raw /readyz >/dev/null || die "the cluster does not answer: see whether kubectl reaches it"
fi
for part in ${parts//,/ }; do
	"install_$part"
done
