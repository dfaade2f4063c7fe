#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Native fuzzing: every Fuzz function of the repository, one after the other.
#
#   test/fuzz.sh [INPUTS]     each for that many inputs, 100000 by default
#
# An input that fails stays in testdata/fuzz of its package, where go test runs it
# with the other seeds.
#
# Inputs are counted, not seconds: up to Go 1.26 a fuzz test that ends by time may
# fail with "context deadline exceeded" though nothing was found (go.dev/issue/75804).
# Shortening one input is bounded as well, or it takes the minute that was meant for
# trying others.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
inputs=${1:-100000}

# targets: folder and name of every Fuzz function.
targets() {
	git grep --untracked -E '^func Fuzz[A-Za-z0-9_]*\(' -- '*_test.go' |
		sed -E 's|^(.*)/[^/]*:func (Fuzz[A-Za-z0-9_]*).*|\1 \2|' | sort
}

count=0
while read -r folder name; do
	begin=$SECONDS
	(cd "$folder" && go test -run '^$' -fuzz "^$name\$" \
		-fuzztime "${inputs}x" -fuzzminimizetime 100x . </dev/null)
	printf '%4ds %s %s\n' "$((SECONDS - begin))" "$folder" "$name"
	count=$((count + 1))
done < <(targets)

printf '%d targets, %d inputs each: %d seconds in all\n' "$count" "$inputs" "$SECONDS"
((count > 0))
