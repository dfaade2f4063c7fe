#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Brings a cluster up, or the one of KUBECONFIG up to date, and tests the whole
# there: sources in, replies out. The cluster stays up.
#
#   test/e2e-tests.sh [--with async,keda,eventing] [FLAGS OF go test]     as -run TestUpdate
#
# With async, what event functions run on is brought up and tested, too; with keda, what
# runs HTTP functions without Knative; with eventing, the Brokers of Knative Eventing.
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$repo"
# shellcheck source=test/stages.sh
source test/stages.sh
# shellcheck source=test/images.sh
source test/images.sh

run_tests() {
	local packages=(./test/e2e ./test/conformance/...)
	MIGRATION_MANIFEST=$results/migration.yaml
	migration >"$MIGRATION_MANIFEST"
	KUBECONFIG=$(hack/cluster.sh kubeconfig)
	PROBE_IMAGE=$(image_of probe)
	export KUBECONFIG MIGRATION_MANIFEST PROBE_IMAGE RESULTS=$results
	if [[ ,$parts, == *,async,* ]]; then
		packages+=(./test/e2e/async)
		RECEIVER_IMAGE=$(image_of receiver)
		export RECEIVER_IMAGE
	fi
	if [[ ,$parts, == *,keda,* ]]; then
		packages+=(./test/e2e/keda)
		ECHO_IMAGE=$(image_of echo)
		export ECHO_IMAGE
	fi
	if [[ ,$parts, == *,eventing,* ]]; then
		packages+=(./test/e2e/eventing)
		ECHO_IMAGE=$(image_of echo)
		export ECHO_IMAGE
	fi
	# One package at a time: they share the node. Its tests wait for pods most of the
	# time, so more of them run than there are cores. The race detector is there so
	# that the build is shared with the other tests.
	go test -race -v -count=1 -p 1 -parallel 4 -tags e2e -timeout 60m "${packages[@]}" "$@" || {
		hack/cluster.sh status || true
		return 1
	}
}

# migration prints what an administrator applies after an upgrade.
migration() {
	ko_here resolve -f config/post-install
}

# Needs the log of all other tests: what none of them needed, no role allows.
run_role_tests() {
	KUBECONFIG=$(hack/cluster.sh kubeconfig)
	export KUBECONFIG
	SUITE_BEGAN=$began SUITE_PARTS=$parts go test -race -v -count=1 -tags e2e ./test/rbac/...
}

parts=
if [[ ${1:-} == --with ]]; then
	parts=${2:-}
	[[ $parts =~ ^(async|keda|eventing)(,(async|keda|eventing))*$ ]] || {
		echo "error: usage: test/e2e-tests.sh [--with async,keda,eventing] [FLAGS OF go test]" >&2
		exit 2
	}
	shift 2
fi

began=$(date --utc +%Y-%m-%dT%H:%M:%SZ)
begin_stages
stage "cluster" hack/cluster.sh up ${parts:+--with "$parts"}
stage "end-to-end tests" run_tests "$@"
if (($# == 0)); then
	stage "roles equal calls" run_role_tests
fi
end_stages
