#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Builds the builder image and the run image for Go functions and pushes them to
# the cluster's registry. What is there already, with the same content, is not
# built again. Prints two lines:
#   builder REPOSITORY@DIGEST
#   run REPOSITORY@DIGEST
# and makes the tags builder-go:v1 and run-static:v1 name the same images.
# shellcheck disable=SC1091,SC2154 # what is sourced assigns them
set -euo pipefail
shopt -s inherit_errexit

usage="usage: builders/images.sh"
(($# == 0)) || {
	echo "$usage" >&2
	exit 2
}

builders=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for part in settings progress binaries registry images; do
	# shellcheck source=/dev/null
	source "$builders/../hack/cluster/$part.sh"
done
for part in toolchain builder run; do
	# shellcheck source=/dev/null
	source "$builders/images/$part.sh"
done
export PATH=$PATH:/usr/sbin:/sbin:/usr/local/go/bin

[[ -n $registry ]] || die "no registry: set KO_DOCKER_REPO to one that the cluster pulls from"
mkdir -p "$cache/lock"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

run=$(run_image)
builder=$(builder_image "$run")
crane tag "$run" v1
crane tag "$builder" v1
printf 'builder %s\nrun %s\n' "$builder" "$run"
