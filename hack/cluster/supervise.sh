#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# supervise.sh RECORD COMMAND...: runs COMMAND, and runs it again when it ends,
# until this process is terminated. Writes pid and start time of itself to
# RECORD.supervisor and of the command to RECORD.child.
set -uo pipefail

record=$1
shift
child=
stopping=false

# note FILE PID: through a rename, so that a reader never sees half of it.
note() {
	local stat fields
	stat=$(cat "/proc/$2/stat" 2>/dev/null) || return 0
	read -ra fields <<<"${stat##*) }"
	printf '%s %s\n' "$2" "${fields[19]}" >"$1.new"
	mv "$1.new" "$1"
}

stop() {
	stopping=true
	if [[ -n $child ]]; then
		kill -TERM "$child" 2>/dev/null
	fi
}
trap stop TERM INT

note "$record.supervisor" "$$"
while ! $stopping; do
	begin=$SECONDS
	"$@" &
	child=$!
	note "$record.child" "$child"
	code=0
	wait "$child" || code=$?
	while kill -0 "$child" 2>/dev/null; do # a trapped signal interrupts wait
		wait "$child" || code=$?
	done
	child=
	$stopping && break
	printf 'supervisor: %s ended with status %s; starting it again\n' "$1" "$code"
	# Something that cannot start must not eat the machine.
	if ((SECONDS - begin < 10)); then
		sleep 2
	fi
done
rm -f "$record.child" "$record.supervisor"
