#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# What builders/test.sh runs things in: a registry on loopback, and root file
# systems of images in a mount namespace of their own.
#
#   sandbox_up                      starts the registry, makes $work
#   unpack IMAGE FOLDER             the root file system of an image
#   build SOURCE IMAGE CACHE ENV... builds test/functions/SOURCE; sets $digest
#   fail SOURCE IMAGE ENV...        the same for a build that must fail; sets
#                                   $reason and $message
#   reply IMAGE                     runs the image and prints what it replies
# shellcheck disable=SC2016,SC2034,SC2154 # read and assigned by builders/test.sh

function_port=5798
registry_pid=
process=

sandbox_up() {
	work=$(mktemp -d)
	trap sandbox_down EXIT
	cp -r "$repo/test/functions" "$work/source"
	mkdir -p "$cache/registry-test"
	cat >"$work/registry.yaml" <<-CONFIG
		version: 0.1
		log: {level: error, accesslog: {disabled: true}}
		storage: {filesystem: {rootdirectory: $cache/registry-test}}
		http: {addr: "127.0.0.1:5799"}
	CONFIG
	docker-registry serve "$work/registry.yaml" >"$work/registry.log" 2>&1 &
	registry_pid=$!
	await 20 "the registry" curl -fsS --noproxy '*' http://127.0.0.1:5799/v2/
	kill -0 "$registry_pid" || die "port 5799 is taken: $(cat "$work/registry.log")"
}

sandbox_down() {
	[[ -z $registry_pid ]] || kill "$registry_pid" 2>/dev/null || true
	rm -rf "$work"
}

unpack() {
	mkdir -p "$2"
	crane export "$1" - | tar -C "$2" --numeric-owner -xf -
}

# in_root FOLDER VARIABLE=VALUE... COMMAND...: as the user of our images, with
# just these variables, and with devices and processes visible; mounts vanish
# with the command.
in_root() { (exec_in_root "$@"); }

exec_in_root() {
	exec unshare --mount --propagation private bash -c '
		root=$1 variables=()
		shift
		while [[ $1 == *=* ]]; do
			variables+=("$1")
			shift
		done
		mkdir -p "$root/proc" "$root/dev"
		mount --rbind /dev "$root/dev"
		mount --rbind /proc "$root/proc"
		exec env -i "${variables[@]}" "$(command -v chroot)" --userspec=65532:65532 "$root" "$@"' - "$@"
}

# run_build SOURCE IMAGE CACHE ENV...: both steps of the strategy.
run_build() {
	local source=$1 image=$2 cache_image=$3 root=$work/builder elements=() pair
	shift 3
	for pair in "$@"; do
		elements+=("${pair%%=*}=$(printf %s "${pair#*=}" | base64 -w0)")
	done
	rm -rf "$root"/{workspace,layers,platform,results}
	install -d -o 65532 -g 65532 "$root"/{layers,platform,results}
	cp -r "$work/source/$source" "$root/workspace"
	chown -R 65532:65532 "$root/workspace"
	install -m 755 "$work/build-step" "$root/build-step"
	local env=(PATH=/usr/local/go/bin:/usr/bin:/bin HOME=/tmp CNB_USER_ID=65532 CNB_GROUP_ID=65532 CNB_PLATFORM_API=0.14)
	local results=(-result-error-reason=/results/reason -result-error-message=/results/message)
	in_root "$root" "${env[@]}" /build-step prepare -copy-to=/results/tool "${results[@]}" -- "${elements[@]}" &&
		in_root "$root" "${env[@]}" /results/tool create -app=/workspace -image="$image" -insecure=true \
			-cache-image="$cache_image" -result-digest=/results/digest "${results[@]}" --
}

build() {
	local begin
	begin=$(date +%s%3N)
	run_build "$@" >"$work/build.log" 2>&1 || {
		cat "$work/build.log" >&2
		die "the build of $1 failed"
	}
	digest=$(cat "$work/builder/results/digest")
	info "$1 built in $(($(date +%s%3N) - begin)) ms: $digest"
}

fail() {
	local source=$1 image=$2
	shift 2
	! run_build "$source" "$image" none "$@" >"$work/build.log" 2>&1 || die "the build of $source succeeded"
	reason=$(cat "$work/builder/results/reason")
	message=$(cat "$work/builder/results/message")
}

reply() {
	local root=$work/run env
	rm -rf "$root"
	unpack "$1" "$root"
	mapfile -t env < <(crane config "$1" | jq -r '.config.Env[]')
	# exec, so that the process to end is the program itself.
	exec_in_root "$root" "${env[@]}" PORT=$function_port /cnb/process/web >"$work/run.log" 2>&1 &
	process=$!
	await 20 "a reply" replied || {
		cat "$work/run.log" >&2
		die "the image $1 does not reply"
	}
	kill "$process"
	# 143: a program that leaves SIGTERM to the kernel.
	wait "$process" || (($? == 143)) || die "the image $1 ended with an error: $(tail -n 5 "$work/run.log")"
	cat "$work/reply"
}

replied() { curl -fsS --max-time 5 --noproxy '*' -o "$work/reply" "http://127.0.0.1:$function_port/"; }
