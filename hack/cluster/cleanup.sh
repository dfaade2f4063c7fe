#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Takes away what a cluster leaves on the machine, whether it was ended or
# killed: known by path (everything of ours lies below $state), by recorded pid,
# or by our names. Safe to repeat at any point.
# shellcheck disable=SC2154 # settings.sh assigns them

# Last in, first out: nothing may start again what was just taken away. The git
# server is the quickstart's.
daemons=(git-server coredns kube-proxy kubelet kube-scheduler kube-controller-manager kube-apiserver etcd containerd registry)

# cleanup_pods ends all pods: what they run, their mounts, their networks. The
# data of the cluster stays; the kubelet starts the pods anew from it.
cleanup_pods() {
	local name
	for name in kubelet kube-proxy containerd; do
		daemon_stop "$name"
	done
	kill_shims
	unmount_below "$state"
	rm -rf "$state/containerd/run" "$state/containerd/runc" "$state/containerd/ipam" \
		"$state/kubelet/pods"
	remove_links
	remove_cgroups
}

# our_shims: the processes that hold containers of our containerd, recognized by the
# address they report to.
our_shims() {
	local folder
	for folder in /proc/[0-9]*; do
		if tr '\0' ' ' <"$folder/cmdline" 2>/dev/null | grep -q -- "-address $containerd_socket "; then
			echo "${folder#/proc/}"
		fi
	done
}

kill_shims() {
	local shim pid
	for shim in $(our_shims); do
		for pid in $(descendants "$shim") "$shim"; do
			kill -KILL "$pid" 2>/dev/null || true
		done
	done
	await 20 "all containers to end" no_shims
	remove_dead_sockets
}

# A shim that was killed leaves its socket, at a place that containerd does not
# let one choose. One without a listener is of no use.
remove_dead_sockets() {
	local socket
	for socket in /run/containerd/s/*; do
		if [[ -S $socket ]] && ! grep -qF "$socket" /proc/net/unix; then
			rm -f "$socket"
		fi
	done
	rmdir /run/containerd/s /run/containerd 2>/dev/null || true
}

no_shims() {
	[[ -z $(our_shims) ]]
}

# descendants PID: all processes below PID.
descendants() {
	local child children
	read -ra children < <(cat "/proc/$1/task/"*/children 2>/dev/null) || true
	for child in "${children[@]}"; do
		echo "$child"
		descendants "$child"
	done
}

# unmount_below FOLDER: the newest mount first. A mount that is busy is detached
# and goes when its last user does.
unmount_below() {
	local target
	while read -r target; do
		umount "$target" 2>/dev/null || umount -l "$target" 2>/dev/null || true
	done < <(awk -v below="$1/" 'index($5, below) == 1 {print $5}' /proc/self/mountinfo | tac)
}

# remove_links: a pod's link goes with its network namespace; those that are
# left have a peer that is gone.
remove_links() {
	local link
	bridge_is_ours || return 0
	for link in "/sys/class/net/$bridge/brif/"*; do
		[[ -e $link ]] || continue
		ip link delete "$(basename "$link")" 2>/dev/null || true
	done
}

remove_cgroups() {
	local controller
	for controller in /sys/fs/cgroup/*/kubepods /sys/fs/cgroup/kubepods; do
		[[ -d $controller ]] || continue
		find "$controller" -depth -type d -exec rmdir {} \; 2>/dev/null || true
	done
}

# The kubelet links container logs here for log collectors.
remove_log_links() {
	local link
	for link in /var/log/containers/*; do
		if [[ -L $link && $(readlink "$link") == "$state/"* ]]; then
			rm -f "$link"
		fi
	done
	rmdir /var/log/containers 2>/dev/null || true
}

cluster_down() {
	local name
	for name in "${daemons[@]}"; do
		info "stopping $name"
		daemon_stop "$name"
	done
	info "removing what pods left"
	cleanup_pods
	network_down
	remove_log_links
	# Nothing may be deleted through a mount that would not go.
	if grep -qF " $state/" /proc/self/mountinfo; then
		die "something below $state is still mounted (grep $state /proc/self/mountinfo): end its users, then run down again"
	fi
	rm -rf --one-file-system "${state:?}"
	info "the cluster is down; the caches in $cache stay"
}

# recover ends what a killed run left behind, before anything is started.
# It does nothing while the node runs.
recover() {
	if daemon_alive containerd && daemon_alive kubelet; then
		return 0
	fi
	cleanup_pods
}
