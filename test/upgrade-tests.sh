#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Installs an older revision of OpenFunction into the cluster, creates functions, sends
# them requests and events, and installs this work tree meanwhile. The cluster stays up,
# with this work tree installed.
#
#   test/upgrade-tests.sh [REVISION] [FLAGS OF go test]
#
# REVISION is a commit of this repository to upgrade from.
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$repo"
# shellcheck source=test/stages.sh
source test/stages.sh
# shellcheck source=test/images.sh
source test/images.sh

# The revision that clusters run before this one.
default_base=468a816d58f184c531b14bb690fd72292128c499

export_base() {
	git archive "$base" | tar -x -C "$folder"
}

run_tests() {
	KUBECONFIG=$(hack/cluster.sh kubeconfig)
	RECEIVER_IMAGE=$(image_of receiver)
	export KUBECONFIG RECEIVER_IMAGE RESULTS=$results
	go test -race -v -count=1 -tags e2e -timeout 60m ./test/upgrade "$@" || {
		hack/cluster.sh status || true
		return 1
	}
}

base=$default_base
if [[ -n ${1:-} && $1 != -* ]]; then
	base=$1
	shift
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

begin_stages
stage "source of $base" export_base
stage "cluster" hack/cluster.sh up --with async
stage "install of $base" hack/cluster.sh install "$folder"
stage "upgrade" run_tests "$@"
# A test that failed early has not installed it.
stage "install of the work tree" hack/cluster.sh install "$repo"
end_stages
