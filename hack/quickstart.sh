#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# From nothing to a function that answers: a cluster, a git repository with a Go
# function, a Function object, a reply, and a reply from zero pods. Run it again
# at any time: it continues from what exists. If KUBECONFIG is set, it uses that
# cluster, and KO_DOCKER_REPO is the registry that the cluster pulls from. With
# async it also runs a second function, which handles events.
# shellcheck disable=SC2154 # the files that it sources assign them
set -euo pipefail

usage="usage: hack/quickstart.sh [--with async]"
with=("$@")
[[ $* == "" || $* == "--with async" ]] || {
	echo "$usage" >&2
	exit 2
}

folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for part in cluster/settings cluster/progress cluster/daemon cluster/binaries \
	quickstart/source quickstart/function quickstart/events; do
	# shellcheck source=/dev/null
	source "$folder/$part.sh"
done
export PATH=$PATH:/usr/sbin:/sbin:/usr/local/go/bin

if ! $own_node; then
	kubectl() { command kubectl "$@"; }
fi

stage_names=()
stage_seconds=()

# stage TITLE COMMAND...: runs COMMAND and records how long it took.
stage() {
	local title=$1 begin
	shift
	begin=$(now_ms)
	"$@"
	stage_names+=("$title")
	stage_seconds+=("$(seconds_since "$begin")")
}

now_ms() { date +%s%3N; }

# seconds_since MS: seconds with one decimal.
seconds_since() {
	local ms=$(($(now_ms) - $1))
	printf '%d.%d\n' $((ms / 1000)) $((ms % 1000 / 100))
}

# Descriptor 7 is the lock of this run: no daemon may keep it.
cluster_up() { "$folder/cluster.sh" up "${with[@]}" 7>&-; }

summary() {
	local i
	printf '\n%9s  %s\n' seconds stage
	for i in "${!stage_names[@]}"; do
		printf '%9s  %s\n' "${stage_seconds[i]}" "${stage_names[i]}"
	done
	printf '%9d  in all\n\n' "$(($(date +%s) - started_at))"
	printf 'Function   %s\nReply      %s\nFrom zero  %s (%s s)\n' "$url" "$reply" "$cold_reply" "$cold_seconds"
	((${#with[@]} == 0)) ||
		printf 'Event      %s (invoice from zero: %s s)\n' "$order" "$event_seconds"
	cat <<-NEXT

		Next, with

		  export KUBECONFIG=$KUBECONFIG PATH=\$PATH:$cache/bin

		try
		  1. call it:
		     curl --connect-to ::$gateway $url
		  2. see what it consists of:
		     kubectl -n $namespace get fn,fb,fs -o wide
		  3. change its source, and build that:
		     git clone -q $git_repository examples &&
		       sed -i 's/"v1"/"v2"/' examples/hello-go/hello.go &&
		       git -C examples -c user.name=me -c user.email=me@example.com commit -qam v2 &&
		       git -C examples push -q &&
		       kubectl -n $namespace patch fn hello --type merge -p '{"spec":{"build":{"rebuildToken":"v2"}}}'
	NEXT
}

mkdir -p "$state/log" "$cache" 2>/dev/null || die "cannot write to $state and $cache: run this as root, or set OPENFUNCTION_STATE and OPENFUNCTION_CACHE"
exec 7>"$state/quickstart.lock"
flock -n 7 || die "another quickstart runs; wait for it to end"

stage "cluster" cluster_up
stage "source in git" source_up
stage "function applied and built" function_up
stage "first reply" first_reply
stage "scaled to zero" scaled_to_zero
stage "reply from zero" reply_from_zero
if ((${#with[@]} > 0)); then
	stage "event function built" billing_up
	stage "scaled to zero" scaled_to_zero
	stage "event handled from zero" event_handled
fi
summary
