#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Stages of a check: each prints what it is, how long it took and, where it failed,
# what it wrote. Sourced; RESULTS is the folder that several checks report to.

# Without the path of this folder in them, builds and the results of tests are the same in
# every clone, so a new clone takes them from the cache of an older one. Flags of the
# caller stay.
GOFLAGS="$(go env GOFLAGS) -trimpath"
export GOFLAGS

results=${RESULTS:-$repo/_output/results/$(basename "$0" .sh)}

begin_stages() {
	mkdir -p "$results"
	if [[ -z ${RESULTS:-} ]]; then
		rm -f "$results"/*.log "$results"/*.tsv "$results"/stages
	fi
}

# stage NAME COMMAND...: runs COMMAND and goes on after a failure, so that one run
# shows every failure. Stages may run in several processes at the same time.
stage() {
	local name=$1 log begin=$SECONDS word=passed
	shift
	log=$results/${name//[^a-zA-Z0-9]/-}.log
	printf '[%4ds] %s\n' "$SECONDS" "$name"
	# In a shell of its own, where set -e holds although the status is looked at.
	set +e
	(
		set -e
		"$@"
	) >"$log" 2>&1
	local status=$?
	set -e
	if ((status != 0)); then
		word=FAILED
		show_failure "$log"
	fi
	printf '%d\t%s\t%s\n' "$((SECONDS - begin))" "$word" "$name" >>"$results/stages"
}

# show_failure LOG: of tests only what failed, of the rest the end.
show_failure() {
	if grep -q '^=== RUN' "$1"; then
		awk '
			/^=== (RUN|NAME|PAUSE|CONT)/ { next }
			/^ *--- (PASS|SKIP)/ { held = ""; next }
			/^ok / { held = ""; next }
			{ held = held $0 "\n" }
			/^ *--- FAIL|^FAIL|^panic:/ { printf "%s", held; held = "" }
		' "$1" | tail -n 200 | sed 's/^/    /' >&2
	else
		tail -n 60 "$1" | sed 's/^/    /' >&2
	fi
	printf '    the whole log: %s\n' "$1" >&2
}

# end_stages: the table, the count of tests, and whether all stages passed.
end_stages() {
	printf '\n%8s  %-7s %s\n' seconds result stage
	awk -F '\t' '{ printf "%8d  %-7s %s\n", $1, $2, $3 }' "$results/stages"
	printf '%8d  %-7s %s\n\n' "$SECONDS" "" "in all"
	count_tests "$results"
	! grep -q -P '\tFAILED\t' "$results/stages"
}

# count_tests FOLDER: how many Go tests, with each case of a table as one, passed
# and failed; a package that could not run its tests counts as one that failed.
count_tests() {
	find "$1" -name '*.log' -exec cat {} + | awk '
		/^ *--- PASS: / { passed++ }
		/^ *--- FAIL: / { failed++; named = 1 }
		/^FAIL\t/ { if (!named) failed++; named = 0 }
		/^ok  \t/ { named = 0 }
		END { printf "%d passed, %d failed\n", passed, failed }'
}
