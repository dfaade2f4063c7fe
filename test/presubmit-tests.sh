#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Everything that can be checked without a cluster: generated code, modules,
# scripts, sizes, linters, unit tests, tests on a real API server and fuzzing.
#
# What takes long is to compile. The race detector has builds of its own, so
# linters and tests all use that one.
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$repo"
# shellcheck source=test/stages.sh
source test/stages.sh

# packages that Debian has to give: the race detector needs a C compiler.
install_packages() {
	local missing=()
	command -v shellcheck >/dev/null || missing+=(shellcheck)
	command -v git >/dev/null || missing+=(git)
	command -v gcc >/dev/null || missing+=(gcc libc6-dev)
	((${#missing[@]} > 0)) || return 0
	((EUID == 0)) || {
		echo "these Debian packages are missing: ${missing[*]}; install them, or run this as root"
		return 1
	}
	export DEBIAN_FRONTEND=noninteractive
	apt-get install -y --no-install-recommends "${missing[@]}" || {
		apt-get update
		apt-get install -y --no-install-recommends "${missing[@]}"
	}
}

# our_modules: the folders of our Go modules but for third_party, which only names
# versions, and the sources that tests build as users do.
our_modules() {
	git ls-files --cached --others --exclude-standard -- go.mod '*/go.mod' |
		grep -v -e '^third_party/' -e '^test/functions/' -e '/testdata/' | xargs -n 1 dirname
}

each_module() {
	local module
	for module in $(our_modules); do
		echo "# $module"
		(cd "$module" && "$@")
	done
}

# A module that names a package nobody imports, or lacks one, fails here. Those of
# parts that come up only when asked for are gigabytes: their build tells as much.
verify_modules() {
	local module
	each_module go mod tidy -diff
	for module in third_party/*/; do
		[[ ! $module =~ /(dapr|helm|kafka|keda|nats)/ ]] || continue
		(cd "$module" && go list -mod=readonly -deps tool ./... >/dev/null)
	done
}

lint_scripts() {
	git ls-files --cached --others --exclude-standard -- '*.sh' .ci/run | xargs shellcheck -x
}

lint() {
	local program
	program=$(hack/cluster.sh binary golangci-lint)
	GOFLAGS=-race each_module "$program" run --config "$repo/.golangci.yml" ./...
}

unit_tests() {
	each_module go test -race -v -timeout 10m ./...
}

# Not from the cache: what they test is more than the Go code.
integration_tests() {
	go test -race -v -count=1 -tags integration -timeout 30m \
		./test/integration/... ./test/conformance/...
}

begin_stages
stage "Debian packages" install_packages
# The longest build waits for nothing; the stage below waits for it.
hack/cluster.sh binary kubernetes >/dev/null 2>&1 &
stage "scripts" lint_scripts
stage "licences, sizes and pins" hack/verify-sources.sh
stage "generated code" hack/verify-codegen.sh
stage "modules" verify_modules
stage "unit tests" unit_tests
stage "linters" lint
stage "the Kubernetes binary" hack/cluster.sh binary kubernetes
stage "integration tests" integration_tests
stage "fuzzing" test/fuzz.sh
end_stages
