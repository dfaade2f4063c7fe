#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Builds the sample functions with the real builder image and lifecycle, as the
# build strategy does but without a cluster: in a chroot, as uid 65532, against a
# registry on loopback. Then it runs the images and checks their replies.
# shellcheck disable=SC1091,SC2016,SC2154 # what is sourced assigns them; text is literal on purpose
set -euo pipefail

(($# == 0)) || {
	echo "usage: builders/test.sh" >&2
	exit 2
}

# The settings of an existing cluster: images go to the test's registry.
export KUBECONFIG=/dev/null KO_DOCKER_REPO=127.0.0.1:5799/openfunction
builders=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for part in settings progress binaries registry; do
	# shellcheck source=/dev/null
	source "$builders/../hack/cluster/$part.sh"
done
source "$builders/test/sandbox.sh"
export PATH=$PATH:/usr/sbin:/sbin:/usr/local/go/bin
output=127.0.0.1:5799/test

[[ $(id -u) == 0 ]] || die "run this as root: it uses chroot"
command -v docker-registry >/dev/null || die "install the package docker-registry"

expect() {
	[[ $2 == "$3" ]] || die "$1: got '$2', want '$3'"
	info "ok: $1"
}

expect_part() {
	[[ $2 == *"$3"* ]] || die "$1: got '$2', want it to hold '$3'"
	info "ok: $1"
}

sandbox_up
info "builder image and run image"
"$builders/images.sh" >"$work/images"
info "the builder's root file system"
unpack "$(sed -n 's/^builder //p' "$work/images")" "$work/builder"
(cd "$repo" && CGO_ENABLED=0 go build -buildvcs=false -o "$work/build-step" ./cmd/build-step)

build hello-go "$output/hello:a" none FUNC_NAME=Hello
first=$digest
build hello-go "$output/hello:b" none FUNC_NAME=Hello
expect "two builds of one source give one image" "$digest" "$first"
expect "the function replies" "$(reply "$output/hello:a")" "hello from OpenFunction, version v1"

sed -i 's/"v1"/"v2"/' "$work/source/hello-go/hello.go"
build hello-go "$output/hello:a" auto FUNC_NAME=Hello
expect "the changed function replies" "$(reply "$output/hello:a")" "hello from OpenFunction, version v2"

build main-go "$output/main:v1" auto
expect "a main program replies" "$(reply "$output/main:v1")" "hello from a main program"

greeting='q" #1 $(params.env[*]) $$(HOME) `id` %s 函数 a=b'
build env-go "$output/env:v1" auto FUNC_NAME=Greet \
	"FUNC_GOLDFLAGS=-X 'openfunction.dev/examples/env-go.greeting=$greeting'"
expect "the environment arrives byte for byte" "$(reply "$output/env:v1")" "$greeting"

fail broken-go "$output/broken:v1" FUNC_NAME=Hello
expect "reason of a compile error" "$reason" BuildFailed
expect_part "message of a compile error" "$message" "broken.go:16:18: undefined: undeclared"
fail hello-go "$output/broken:v1" FUNC_NAME=Hallo
expect "reason of a missing function" "$reason" DetectFailed
expect_part "message of a missing function" "$message" "FUNC_NAME could be one of Hello (hello.go:"
fail hello-go "$output/broken:v1" PATH=/tmp
expect "reason of a reserved name" "$reason" EnvInvalid
info "all passed"
