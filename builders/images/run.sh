#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# The run image: what a function finds beside its own files. Base images with a C
# library have the same: CA certificates, users and a home folder from the static base
# image, time zones and media types from Debian.
# shellcheck disable=SC2154 # builders/images.sh and what it sources assign them

run_image() {
	local base debian key
	base=$(image static-base)
	debian=$(image debian-base)
	key=$({
		echo "$base" "$debian"
		declare -f run_image fill_run
	} | sha256sum | cut -c1-16)
	registry_reference "$registry/run-static:$key" && return
	fill_run "$debian" "$folder/run" >&2
	make_layer "$folder/run" "$folder/run.tar"
	compose_image "run-static:$key" "$base" "$folder/run.tar" \
		--user 65532:65532 \
		--label io.buildpacks.base.id=openfunction.static \
		--label org.opencontainers.image.title="Run image for static programs"
}

# fill_run DEBIAN TO: the files of the Debian image that programs of any language read.
fill_run() {
	install -d -m 755 "$2"
	crane export "$1" - | tar -C "$2" --no-same-owner -xf - \
		--wildcards --exclude='*/zoneinfo/posix' --exclude='*/zoneinfo/right' \
		'*usr/share/zoneinfo/*' '*etc/mime.types'
	chmod -R u+rwX,go+rX,go-w "$2"
}
