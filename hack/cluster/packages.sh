#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# What Debian gives, and the checks that come before anything is started.
# shellcheck disable=SC2154 # settings.sh assigns them

packages_up() {
	local missing=() package
	for package in "${packages[@]}"; do
		if ! dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^ii'; then
			missing+=("$package")
		fi
	done
	((${#missing[@]} > 0)) || return 0
	install_packages "${missing[@]}" || {
		apt-get update
		install_packages "${missing[@]}"
	}
}

# Debian starts the containerd and the registry it installs; ours have other
# settings and folders, so those are stopped again and stay off.
install_packages() {
	local name
	DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" || return
	for name in containerd docker-registry; do
		[[ " $* " == *" $name "* ]] || continue
		if [[ -d /run/systemd/system ]]; then
			systemctl disable --now "$name"
		elif [[ -x /etc/init.d/$name ]]; then
			service "$name" stop || true # it may not have been started
			update-rc.d "$name" disable
		fi
	done
}

# preflight stops with one line about what to do, before anything is started.
preflight() {
	local free folder need=3000
	((EUID == 0)) || die "a cluster on this machine needs root: run it with sudo, or set KUBECONFIG to use a cluster you have"
	command -v go >/dev/null || die "go is not in PATH: install Go $(awk '$1 == "go" {print $2}' "$repo/go.mod") or newer"
	command -v apt-get >/dev/null || die "apt-get is not here: this script sets up Debian and its kin; elsewhere set KUBECONFIG to use a cluster you have"
	# Go's own cache takes most of what a first run needs.
	[[ -d $cache/programs ]] || need=20000
	for folder in "$cache" "$state" "$(go env GOCACHE)"; do
		mkdir -p "$folder" || die "cannot create $folder: choose others by OPENFUNCTION_CACHE and OPENFUNCTION_STATE"
		free=$(df -Pm "$folder" | awk 'NR == 2 {print $4}')
		((free >= need)) || die "only $free MiB are free below $folder: $need are needed; free some, or choose another place by OPENFUNCTION_CACHE and OPENFUNCTION_STATE"
	done
	preflight_ports
	preflight_network
}

# Daemon and ports it listens on; those of a daemon that already runs are ours.
daemon_ports=(
	"registry $registry_port"
	"etcd $etcd_client_port $etcd_peer_port"
	"kube-apiserver $api_port"
	"kube-controller-manager 10257"
	"kube-scheduler 10259"
	"kubelet 10248 10250"
	"kube-proxy 10249 10256"
	"coredns 53 10253"
)

preflight_ports() {
	local line name ports port
	for line in "${daemon_ports[@]}"; do
		read -r name ports <<<"$line"
		if daemon_alive "$name" || recorded_pid "$state/run/$name.child" >/dev/null; then
			continue
		fi
		for port in $ports; do
			if port_taken "$port"; then
				die "port $port, needed by $name, is in use by another process: end it (ss -ltnp 'sport = :$port' names it)"
			fi
		done
	done
}

# port_taken PORT: a program listens there on every address, on loopback or on
# the node's: the ones our daemons use. Read from the kernel: ss may be missing.
port_taken() {
	local hex
	hex=$(printf '%04X' "$1")
	awk -v port=":$hex" '
		$4 == "0A" && $2 ~ port "$" && $2 ~ /^(00000000|0100007F|0100C80A|00000000000000000000000000000000)/ { found = 1 }
		END { exit !found }' /proc/net/tcp /proc/net/tcp6 2>/dev/null
}

preflight_network() {
	if [[ -e /sys/class/net/$bridge ]] && ! bridge_is_ours; then
		die "a link named $bridge exists and is not ours: remove it (ip link delete $bridge), or run on another machine"
	fi
	if ip -4 -o address show 2>/dev/null | grep -v " $bridge " | grep -q ' 10\.200\.0\.'; then
		die "this machine already uses 10.200.0.0/24, the network of our pods: run on another machine"
	fi
}
