#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Images of programs that only tests run. Sourced, from the root of the repository.

# image_of NAME: builds a program of test/images, and prints its image.
image_of() {
	ko_here build "./test/images/$1"
}

# ko_here COMMAND ARGUMENT...: runs ko on programs that tests alone run.
ko_here() {
	local command=$1
	shift
	KO_DOCKER_REPO=${KO_DOCKER_REPO:-$(hack/cluster.sh registry)}/test \
		KO_DEFAULTBASEIMAGE=$(hack/cluster.sh image static-base) GOFLAGS=-buildvcs=false \
		"$(hack/cluster.sh binary ko)" "$command" --sbom=none --base-import-paths --insecure-registry \
		--platform=linux/amd64 "$@"
}
