#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# The run image: what is below a function in its image. Static programs need
# nothing but certificates and a user.
# shellcheck disable=SC2154 # builders/images.sh and what it sources assign them

run_image() {
	local base key
	base=$(image static-base)
	key=$({
		echo "$base"
		declare -f run_image
	} | sha256sum | cut -c1-16)
	registry_reference "$registry/run-static:$key" && return
	crane mutate "$base" --set-platform linux/amd64 --tag "$registry/run-static:$key" \
		--user 65532:65532 \
		--label io.buildpacks.base.id=openfunction.static \
		--label org.opencontainers.image.title="Run image for static programs" >/dev/null
	registry_reference "$registry/run-static:$key"
}
