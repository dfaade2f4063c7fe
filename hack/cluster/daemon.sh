#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Daemons: each in its own session under a supervisor that starts it again when
# it dies. A process is known by its pid *and* its start time, so that a pid
# used anew is never mistaken for ours.
# shellcheck disable=SC2154 # settings.sh assigns them

# process_start PID: when the process started, in clock ticks since boot.
process_start() {
	local stat
	stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
	stat=${stat##*) } # the name before it may hold spaces
	local fields
	read -ra fields <<<"$stat"
	[[ ${fields[0]} != Z ]] && printf '%s\n' "${fields[19]}"
}

# recorded_pid FILE: prints the pid recorded in FILE if that process still runs.
recorded_pid() {
	local pid start
	[[ -s $1 ]] || return 1
	read -r pid start <"$1" || return 1
	[[ $(process_start "$pid") == "$start" ]] && printf '%s\n' "$pid"
}

# end_recorded FILE: ends the process recorded in FILE, and removes FILE.
end_recorded() {
	local pid tries
	if pid=$(recorded_pid "$1"); then
		kill -TERM "$pid" 2>/dev/null || true
		for ((tries = 0; tries < 150; tries++)); do
			recorded_pid "$1" >/dev/null || break
			sleep 0.1
		done
		if recorded_pid "$1" >/dev/null; then
			kill -KILL "$pid" 2>/dev/null || true
		fi
	fi
	rm -f "$1"
}

daemon_alive() {
	recorded_pid "$state/run/$1.supervisor" >/dev/null
}

daemon_stop() {
	end_recorded "$state/run/$1.supervisor"
	end_recorded "$state/run/$1.child" # left behind when the supervisor was killed
	rm -f "$state/run/$1.command"
}

# daemon_start NAME FILES COMMAND...: keeps COMMAND running. Called again with
# the same command and the same content of FILES (space-separated), it does
# nothing; with anything else it restarts the daemon.
daemon_start() {
	local name=$1 files=$2 key
	shift 2
	# shellcheck disable=SC2086 # a list of our own paths, none with spaces
	key=$({
		printf '%s\0' "$@"
		[[ -z $files ]] || cat $files
	} | sha256sum)
	if daemon_alive "$name" && [[ $(cat "$state/run/$name.command") == "$key" ]]; then
		return 0
	fi
	daemon_stop "$name"
	mkdir -p "$state/run" "$state/log"
	trim_log "$state/log/$name.log"
	# Descriptor 9 is the lock of this run: a daemon must not keep it.
	setsid bash "$repo/hack/cluster/supervise.sh" "$state/run/$name" "$@" \
		</dev/null >>"$state/log/$name.log" 2>&1 9>&- &
	await 5 "$name to be supervised" daemon_alive "$name"
	printf '%s\n' "$key" >"$state/run/$name.command"
}

# put FILE: FILE gets the content of standard input, unless it has it already.
# Some daemons watch their files, and end or start over when one is touched.
put() {
	cat >"$1.new"
	if cmp -s "$1.new" "$1"; then
		rm "$1.new"
	else
		mv "$1.new" "$1"
	fi
}

# trim_log FILE: keeps the end of a log that grew large over many runs.
trim_log() {
	local size
	size=$(stat -c %s "$1" 2>/dev/null || echo 0)
	if ((size > 64 * 1024 * 1024)); then
		tail -c 1048576 "$1" >"$1.tail"
		mv "$1.tail" "$1"
	fi
}
