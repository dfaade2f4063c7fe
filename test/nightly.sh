#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# The checks that take too long for every change: the integration tests with the race
# detector, with every row of bad input and a SIGKILL before every write; fuzzing by
# inputs; more generated objects; the queries of rollouts on a real Prometheus; admission
# under load; thousands of Functions; the end-to-end tests with all brokers; and an upgrade
# of a live cluster. It needs root, and takes hours.
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$repo"
# shellcheck source=test/stages.sh
source test/stages.sh
# shellcheck source=test/images.sh
source test/images.sh

# The tag nightly adds rows and crash points to the tests of presubmit.
integration_tests() {
	go test -race -v -count=1 -tags integration,nightly -timeout 2h \
		./test/integration/... ./test/conformance/...
}

generated_objects() {
	go test -race -v -tags nightly -timeout 1h ./pkg/apis/functions/...
}

queries_of_gates() {
	PROMETHEUS=$(hack/cluster.sh binary prometheus)
	export PROMETHEUS
	go test -race -v -count=1 -tags nightly -run TestQueriesOfAServer ./pkg/reconciler/function/meter
}

admission_under_load() {
	CGO_ENABLED=0 go test -v -count=1 -tags integration -timeout 30m \
		-run TestNothingIsLost ./test/performance/admission/
}

many_functions() {
	CGO_ENABLED=0 go test -v -count=1 -tags integration -timeout 2h ./test/performance/scale/
}

e2e_tests() {
	rm -rf "$results/e2e"
	RESULTS=$results/e2e test/e2e-tests.sh --with async,keda
}

cold_starts() {
	KUBECONFIG=$(hack/cluster.sh kubeconfig)
	ECHO_IMAGE=$(image_of echo)
	export KUBECONFIG ECHO_IMAGE
	go test -race -v -count=1 -tags e2e -timeout 30m ./test/performance/coldstart/
}

upgrade_tests() {
	RESULTS=$results/upgrade test/upgrade-tests.sh
}

begin_stages
stage "integration tests" integration_tests
stage "generated objects" generated_objects
stage "queries of gates" queries_of_gates
stage "admission under load" admission_under_load
stage "many functions" many_functions
stage "fuzzing" test/fuzz.sh
stage "end-to-end tests" e2e_tests
stage "cold starts" cold_starts
stage "upgrade" upgrade_tests
end_stages
