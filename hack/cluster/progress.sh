#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Progress with elapsed time, one line at least every ten seconds, and a table
# of how long each stage took.
# shellcheck disable=SC2154 # settings.sh assigns them

started_at=${started_at:-$(date +%s)}
export started_at # a background job counts from the same moment

info() {
	printf '[%4ds] %s\n' "$(($(date +%s) - started_at))" "$*"
}

die() {
	printf 'error: %s\n' "$*" >&2
	exit 1
}

# run_stage TITLE COMMAND...: runs COMMAND with its output in a log file, shows
# that it is alive, and on failure shows the end of the log.
run_stage() {
	local title=$1 log begin ticker status=0
	shift
	log=$state/log/stage-${title//[^a-zA-Z0-9]/-}.log
	mkdir -p "$state/log"
	begin=$(date +%s)
	info "$title"
	show_ticks "$title" "$begin" &
	ticker=$!
	# In a subshell of its own, so that set -e holds inside although the status
	# is looked at here.
	set +e
	(
		set -e
		"$@"
	) >"$log" 2>&1
	status=$?
	set -e
	kill "$ticker" 2>/dev/null || true
	wait "$ticker" 2>/dev/null || true
	printf '%s\t%s\n' "$(($(date +%s) - begin))" "$title" >>"$state/stages"
	if ((status != 0)); then
		tail -n 25 "$log" | sed 's/^/    /' >&2
		die "$title failed; the whole log: $log"
	fi
}

show_ticks() {
	local title=$1 begin=$2
	while sleep 8 >/dev/null 2>&1; do
		info "$title … ($(($(date +%s) - begin))s)"
	done
}

# await SECONDS TITLE COMMAND...: polls COMMAND until it succeeds.
await() {
	local limit=$1 title=$2 begin
	shift 2
	begin=$(date +%s)
	until "$@" >/dev/null 2>&1; do
		if (($(date +%s) - begin > limit)); then
			printf 'gave up after %ss waiting for: %s\n' "$limit" "$title" >&2
			return 1
		fi
		sleep 0.3
	done
}

show_stages() {
	[[ -s $state/stages ]] || return 0
	printf '\n%8s  %s\n' seconds stage
	awk -F '\t' '{printf "%8d  %s\n", $1, $2}' "$state/stages"
	printf '%8d  %s\n\n' "$(($(date +%s) - started_at))" "in all (stages overlap)"
}
