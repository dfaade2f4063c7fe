#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Makes the files of a release: manifests that name images by digest, the list of the images,
# a bill of materials (SPDX) of each image, and checksums. Pushes the images to
# KO_DOCKER_REPO. KO names the program ko.
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

die() {
	printf 'error: %s\n' "$*" >&2
	exit 1
}

if (($# == 0)) || [[ $1 == -* ]]; then
	die "usage: KO_DOCKER_REPO=REGISTRY hack/release.sh FOLDER [FLAG OF KO...]"
fi
[[ -n ${KO_DOCKER_REPO:-} ]] || die "KO_DOCKER_REPO is not set: name the registry of the release"
mkdir -p "$1"
folder=$(cd "$1" && pwd)
shift
[[ -z $(ls -A "$folder") ]] || die "$folder is not empty: files of another release would get checksums, too"

cd "$repo"
ko=${KO:-$(hack/cluster.sh binary ko)}
KO_DEFAULTBASEIMAGE=${KO_DEFAULTBASEIMAGE:-$(hack/cluster.sh image static-base)}
export KO_DEFAULTBASEIMAGE
mkdir "$folder/sbom"
for part in openfunction:config strategies:config/strategies keda:config/keda; do
	GOFLAGS=-buildvcs=false "$ko" resolve --sbom=spdx --sbom-dir="$folder/sbom" --base-import-paths \
		--platform=linux/amd64 "$@" -f "${part#*:}" >"$folder/${part%%:*}.yaml"
done

if grep -n 'ko://' "$folder"/*.yaml; then
	die "these images were not built"
fi
{ grep -hoE "$KO_DOCKER_REPO/[a-z0-9/._-]+@sha256:[0-9a-f]{64}" "$folder"/*.yaml || true; } | sort -u >"$folder/images.txt"
[[ -s $folder/images.txt ]] || die "the manifests name no image by digest"
while read -r image; do
	name=${image%@*}
	[[ -s $folder/sbom/${name##*/}-linux-amd64.spdx.json ]] || die "$image has no bill of materials"
done <"$folder/images.txt"
cd "$folder"
find . -type f ! -name "SHA256SUMS*" -printf '%P\0' | sort -z | xargs -0 sha256sum >SHA256SUMS.part
mv SHA256SUMS.part SHA256SUMS
