#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Installs what OpenFunction runs on into a cluster of yours: the upstream
# releases, with upstream's own images, of the versions that third_party pins.
# Nothing is applied before all files have the checksums in install-runtimes.sha256.
# Needs kubectl, curl and openssl, and a cluster that reaches the internet.
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
gateway_class=traefik.ingress.networking.knative.dev
releases=${RELEASES:-https://github.com}
checksums=$repo/hack/install-runtimes.sha256

usage() {
	cat <<USAGE
usage: hack/install-runtimes.sh [--with A,B] [--dry-run | --record]

Installs into the cluster that kubectl uses. Parts, $parts by default:

  build      Tekton Pipelines $(pinned build github.com/tektoncd/pipeline), Shipwright $(pinned build github.com/shipwright-io/build)
  knative    Knative Serving $(knative_release knative knative.dev/serving), Traefik $(pinned traefik github.com/traefik/traefik/v3)
             with the Gateway API $(pinned traefik sigs.k8s.io/gateway-api)
  keda       KEDA $(pinned keda github.com/kedacore/keda/v2), its http add-on $(pinned keda github.com/kedacore/http-add-on), the same Traefik
  eventing   Knative Eventing $(knative_release eventing knative.dev/eventing) with its in-memory channel and
             the broker on it, which are for development: a restart loses events
  git-step   our program that fetches sources, in place of Shipwright's own. It needs
             the part build, OpenFunction and KO_DOCKER_REPO, a registry to push to

--dry-run prints what would be applied, and changes nothing.
--record adds the checksums of files that have none to ${checksums#"$repo/"},
and applies nothing.

RELEASES is the address of a mirror to use in place of https://github.com.

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

# release_files PART: the files of the releases, as paths below $releases.
release_files() {
	local release file
	case $1 in
	build)
		echo "tektoncd/pipeline/releases/download/$(pinned build github.com/tektoncd/pipeline)/release.yaml"
		echo "shipwright-io/build/releases/download/$(pinned build github.com/shipwright-io/build)/release.yaml"
		;;
	knative)
		release=knative/serving/releases/download/$(knative_release knative knative.dev/serving)
		for file in serving-crds serving-core; do
			echo "$release/$file.yaml"
		done
		;;
	gateway)
		echo "kubernetes-sigs/gateway-api/releases/download/$(pinned traefik sigs.k8s.io/gateway-api)/standard-install.yaml"
		;;
	keda)
		release=$(pinned keda github.com/kedacore/keda/v2)
		echo "kedacore/keda/releases/download/$release/keda-${release#v}.yaml"
		;;
	addon)
		release=$(pinned keda github.com/kedacore/http-add-on)
		echo "kedacore/http-add-on/releases/download/$release/keda-add-ons-http-${release#v}.yaml"
		;;
	eventing)
		release=knative/eventing/releases/download/$(knative_release eventing knative.dev/eventing)
		for file in eventing-crds eventing-core in-memory-channel mt-channel-broker; do
			echo "$release/$file.yaml"
		done
		;;
	esac
}

# needed_files: the files of all chosen parts.
needed_files() {
	local part
	for part in ${parts//,/ }; do
		release_files "$part"
		case $part in
		knative) release_files gateway ;;
		keda)
			release_files addon
			release_files gateway
			;;
		esac
	done | sort -u
}

# fetch: downloads the files of all chosen parts, and returns once their checksums are
# those that are recorded.
fetch() {
	local path want got wrong=0
	while IFS= read -r path; do
		curl --fail --silent --show-error --location --retry 3 --create-dirs --output "$downloads/$path" "$releases/$path" ||
			die "cannot download $releases/$path: nothing was applied"
		got=$(sha256sum "$downloads/$path" | cut -d' ' -f1)
		want=$(awk -v path="$path" '$2 == path {print $1}' "$checksums")
		if [[ -z $want ]] && $record; then
			echo "$got  $path" >>"$checksums"
			echo "recorded $got  $path"
		elif [[ -z $want ]]; then
			wrong=1
			printf 'error: %s has no checksum of %s: compare the file with the release, then run hack/install-runtimes.sh --record --with %s\n' \
				"${checksums#"$repo/"}" "$releases/$path" "$parts" >&2
		elif [[ $want != "$got" ]]; then
			wrong=1
			printf 'error: %s has the checksum %s, and not %s as in %s: it changed at its origin or on the way; if the new file is right, remove its line and run hack/install-runtimes.sh --record --with %s\n' \
				"$releases/$path" "$got" "$want" "${checksums#"$repo/"}" "$parts" >&2
		fi
	done < <(needed_files)
	((wrong == 0)) || die "nothing was applied"
}

# apply_release PART: the files of its release, which fetch has checked.
apply_release() {
	local path
	for path in $(release_files "$1"); do
		if $dry_run; then
			echo "apply -f $releases/$path"
		else
			apply -f "$downloads/$path"
		fi
	done
}

install_build() {
	apply_release build
	$dry_run || build_configure # a certificate for its webhook
	await_deployments tekton-pipelines
	await_deployments shipwright-build
}

install_knative() {
	apply_release knative
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
	apply_release keda
	await_deployments keda
	apply_release addon
	apply -f "$repo/config/keda"
	install_gateway
	await_deployments keda
	await_deployments traefik
}

install_eventing() {
	apply_release eventing
	await_deployments knative-eventing
}

# install_gateway: Traefik, and the Gateway that functions use by default.
install_gateway() {
	local image
	image=docker.io/library/traefik:$(pinned traefik github.com/traefik/traefik/v3)
	apply_release gateway
	$dry_run || kubectl wait --for=condition=Established --timeout=60s \
		crd/gatewayclasses.gateway.networking.k8s.io crd/gateways.gateway.networking.k8s.io
	apply -f "$repo/config/100-namespace.yaml"
	if $dry_run; then
		echo "apply -f $repo/hack/cluster/gateway.yaml, with the image $image"
	else
		sed "s|ko://github.com/traefik/traefik/v3/cmd/traefik|$image|" "$repo/hack/cluster/gateway.yaml" | apply -f -
	fi
}

# install_git-step: a template of an administrator stays.
install_git-step() {
	local deployment=deployment/shipwright-build-controller image base template
	if $dry_run; then
		echo "set env $deployment: GIT_CONTAINER_IMAGE, built from cmd/git, and GIT_CONTAINER_TEMPLATE, unless it has one"
		echo "patch configmap config-build: full-git-refs: true"
		return
	fi
	[[ -n ${KO_DOCKER_REPO:-} ]] || die "KO_DOCKER_REPO is not set: name a registry that the cluster pulls from"
	base=${GIT_STEP_BASE_IMAGE:-$("$repo/hack/cluster.sh" image debian-base)}
	image=$(cd "$repo" && KO_DEFAULTBASEIMAGE=$base GOFLAGS=-buildvcs=false \
		"${KO:-$(hack/cluster.sh binary ko)}" build --sbom=none --base-import-paths --platform=linux/amd64 ./cmd/git)
	template=$(kubectl get "$deployment" -n shipwright-build \
		-o 'jsonpath={.spec.template.spec.containers[*].env[?(@.name=="GIT_CONTAINER_TEMPLATE")].value}')
	kubectl set env "$deployment" -n shipwright-build \
		"GIT_CONTAINER_IMAGE=$image" "GIT_CONTAINER_TEMPLATE=${template:-$(step_template git)}"
	kubectl patch configmap config-build -n openfunction --type merge -p '{"data":{"full-git-refs":"true"}}'
	await_deployments shipwright-build
}

dry_run=false
record=false
parts=build,knative
while (($# > 0)); do
	case $1 in
	--with)
		parts=${2:?usage: --with A,B}
		shift
		;;
	--dry-run) dry_run=true ;;
	--record) record=true ;;
	*)
		usage >&2
		exit 2
		;;
	esac
	shift
done
for part in ${parts//,/ }; do
	[[ $part =~ ^(build|knative|keda|eventing|git-step)$ ]] ||
		die "no part named $part; there are: build, knative, keda, eventing, git-step"
done
if ! $dry_run; then
	downloads=$(mktemp -d)
	trap 'rm -r "$downloads"' EXIT
	for program in kubectl curl openssl jq; do
		command -v "$program" >/dev/null || die "$program is not in PATH: install it"
	done
	fetch
	! $record || exit 0
	kubectl get --raw /readyz >/dev/null || die "the cluster does not answer: see whether kubectl reaches it"
fi
for part in ${parts//,/ }; do
	"install_$part"
done
