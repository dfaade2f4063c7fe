#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# A real Kubernetes cluster on this machine, built from Go modules and Debian
# packages. See usage below, and hack/cluster/ for the parts.
# shellcheck disable=SC2154 # hack/cluster/settings.sh assigns them
set -euo pipefail
shopt -s inherit_errexit

usage() {
	cat <<USAGE
usage: hack/cluster.sh COMMAND

  up [--with A,B]      bring everything up, or bring it up to date; the parts that
                       can be chosen: ${components_supported[*]} (default: $components_default).
                       async is KEDA, Dapr and brokers; keda is KEDA with its http
                       add-on; eventing is Knative Eventing. They add to the
                       default if none of it is named
  install FOLDER       install OpenFunction from another source tree into the cluster
                       that is up, as an older release
  down                 take everything away but the caches
  status               show what is healthy; exit status 1 if anything is not
  kubeconfig           print the path of the administrator's kubeconfig
  load FILE NAME:TAG   put an image (tar file or OCI layout) into the registry and
                       print its reference
  registry             bring up the registry alone
  binary NAME          build a pinned program if needed and print its path:
                       coredns crane golangci-lint helm ko kubernetes launcher
                       lifecycle
  image NAME           build a base image if needed and print its reference:
                       static-base debian-base debian-brokers

Caches are in OPENFUNCTION_CACHE ($cache), the state of the
cluster is in OPENFUNCTION_STATE ($state).

With KUBECONFIG set to a cluster of yours, up installs the parts into that one, and
needs KO_DOCKER_REPO, a registry that the cluster pulls from and you may push to.
USAGE
}

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/cluster
for part in settings progress daemon binaries network registry images packages pki controlplane \
	node dns cleanup manifests build gateway knative keda httpaddon dapr brokers eventing openfunction status up; do
	# shellcheck source=/dev/null
	source "$scripts/$part.sh"
done
export PATH=$PATH:/usr/sbin:/sbin:/usr/local/go/bin

main() {
	local command=${1:-}
	shift || true
	case $command in
	up) cluster_up "$@" ;;
	down)
		need_own_node
		lock_state
		cluster_down
		;;
	install)
		(($# == 1)) || die "usage: hack/cluster.sh install FOLDER"
		! $own_node || need_own_node
		cluster_install "$1"
		;;
	status)
		! $own_node || need_own_node
		cluster_status
		;;
	kubeconfig)
		[[ -s $KUBECONFIG ]] || die "there is no cluster yet: run hack/cluster.sh up"
		echo "$KUBECONFIG"
		;;
	load)
		(($# == 2)) || die "usage: hack/cluster.sh load FILE NAME:TAG"
		load_image "$@"
		;;
	registry)
		need_own_node
		preflight
		packages_up >&2
		network_up
		registry_up
		echo "$registry"
		;;
	binary | image)
		(($# == 1)) || die "usage: hack/cluster.sh $command NAME"
		"$command" "$1"
		;;
	help | -h | --help) usage ;;
	*)
		usage >&2
		exit 2
		;;
	esac
}

main "$@"
