#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# The lower part of the builder image: Debian with this machine's Go toolchain
# and the standard library compiled with the buildpack's flags. It is large and
# changes only with Go, so it is an image of its own.
# shellcheck disable=SC2154 # builders/images.sh and what it sources assign them

# prepared_dir is where the buildpack looks for compiled packages (build/cache.go).
prepared_dir() { echo "/cnb/buildpacks/openfunction_go/$(buildpack_version)/go-build"; }

toolchain_image() {
	local base key
	base=$(image debian-base)
	key=$({
		echo "$base"
		go env GOVERSION GOARCH
		prepared_dir
		declare -f toolchain_image copy_toolchain prepare_packages
	} | sha256sum | cut -c1-16)
	registry_reference "$registry/toolchain-go:$key" && return
	(
		flock 8
		registry_reference "$registry/toolchain-go:$key" && exit
		copy_toolchain "$(go env GOROOT)" "$folder/toolchain/usr/local/go" >&2
		prepare_packages "$folder/toolchain$(prepared_dir)" >&2
		make_layer "$folder/toolchain" "$folder/toolchain.tar"
		compose_image "toolchain-go:$key" "$base" "$folder/toolchain.tar" \
			--env PATH=/usr/local/go/bin:/usr/local/bin:/usr/bin:/bin
		rm -rf "$folder/toolchain" "$folder/toolchain.tar"
	) 8>"$cache/lock/toolchain-go"
}

# copy_toolchain FROM TO: what compiling and linking takes, without the
# toolchain's own sources and tests.
copy_toolchain() {
	local tools
	tools=pkg/tool/linux_$(go env GOARCH)
	mkdir -p "$2"
	tar -C "$1" --exclude=./src/cmd --exclude='*_test.go' --exclude=testdata -cf - \
		./VERSION ./go.env ./LICENSE ./bin/go ./lib/time ./pkg/include ./src \
		"./$tools/asm" "./$tools/compile" "./$tools/link" | tar -C "$2" --no-same-owner -xf -
	chmod -R u+rwX,go+rX,go-w "$2"
}

# prepare_packages TO: the go command's cache of the standard library, compiled
# as the buildpack compiles.
prepare_packages() {
	mkdir -p "$1"
	CGO_ENABLED=0 GOFLAGS='' GOENV=off GOTOOLCHAIN=local GOCACHE=$1 \
		go build -trimpath -buildvcs=false std
	rm -f "$1/trim.txt" "$1/README"
	chmod -R u+rwX,go+rX,go-w "$1"
}
