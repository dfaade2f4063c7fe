#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# The checks of every change, without a cluster: generated code, modules, scripts,
# sizes, linters, unit tests and tests on a real API server. test/nightly.sh has the
# checks that take longer.
#
# Compiling takes longest. The race detector has builds of its own: linters and unit
# tests use those. Integration tests use the builds that ko makes for a cluster.
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

# A module that names a package which is not imported, or lacks one, fails here. Those of
# parts that come up only on request are gigabytes: their build checks the same.
verify_modules() {
	local module
	each_module go mod tidy -diff
	for module in third_party/*/; do
		[[ ! $module =~ /(dapr|eventing|helm|kafka|keda|nats|prometheus)/ ]] || continue
		(cd "$module" && go list -mod=readonly -deps tool ./... >/dev/null)
	done
}

lint_scripts() {
	git ls-files --cached --others --exclude-standard -- '*.sh' .ci/run | xargs shellcheck -x
}

lint() {
	local program
	program=$(hack/cluster.sh binary golangci-lint)
	GOFLAGS="$GOFLAGS -race" each_module "$program" run --config "$repo/.golangci.yml" ./...
}

unit_tests() {
	each_module go test -race -v -timeout 10m ./...
}

# Not from the cache: these tests depend on more than Go code. Their time is that of
# our controllers, which takes eight times as long with the race detector.
integration_tests() {
	CGO_ENABLED=0 go test -v -count=1 -tags integration -timeout 30m \
		./test/integration/... ./test/conformance/...
}

static_checks() {
	stage "scripts" lint_scripts
	stage "licences, sizes and pins" hack/verify-sources.sh
	stage "generated code" hack/verify-codegen.sh
	stage "modules" verify_modules
	stage "linters" lint
}

tests_on_a_server() {
	stage "the Kubernetes binary" hack/cluster.sh binary kubernetes
	stage "integration tests" integration_tests
}

begin_stages
stage "Debian packages" install_packages
# The longest build starts first; its stage waits for the end.
hack/cluster.sh binary kubernetes >/dev/null 2>&1 &
# Two lanes: integration tests wait for watches most of the time, and linters and unit
# tests use that time.
{
	static_checks
	stage "unit tests" unit_tests
} &
tests_on_a_server
wait
end_stages
