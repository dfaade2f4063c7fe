#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# The node's network: one bridge that is the gateway of all pods, the address of
# the node, and a way out through NAT.
# shellcheck disable=SC2154 # settings.sh assigns them

network_up() {
	if ! bridge_is_ours; then
		ip link add "$bridge" type bridge
		ip link set "$bridge" alias "$bridge_alias"
	fi
	ip address replace "$node_ip/24" dev "$bridge"
	ip link set "$bridge" up
	sysctl -qw net.ipv4.ip_forward=1
	# Without it replies between two pods of this bridge bypass the Service that
	# was called.
	if [[ ! -e /proc/sys/net/bridge/bridge-nf-call-iptables ]]; then
		modprobe br_netfilter
	fi
	sysctl -qw net.bridge.bridge-nf-call-iptables=1
	raise_inotify
	allow_traffic
}

bridge_is_ours() {
	[[ $(cat "/sys/class/net/$bridge/ifalias" 2>/dev/null) == "$bridge_alias" ]]
}

# The kubelet, containerd and every controller watch files: 128 instances, the
# default, are soon used up.
raise_inotify() {
	local name
	for name in max_user_instances:1024 max_user_watches:524288; do
		if (($(sysctl -n "fs.inotify.${name%:*}") < ${name#*:})); then
			sysctl -qw "fs.inotify.${name%:*}=${name#*:}"
		fi
	done
}

# allow_traffic puts our rules into chains of our own, so that they can be found
# again and taken away whole.
#
# kube-proxy replaces the address of a Service by that of a pod before these chains. A
# packet that still has it here came before kube-proxy knew the Service or its pods. It
# is rejected, so that the client tries again at once. Outside of this machine, another
# program might answer at that address.
allow_traffic() {
	iptables -w 10 -t nat -N OPENFUNCTION-NAT 2>/dev/null || true
	iptables -w 10 -t nat -F OPENFUNCTION-NAT
	iptables -w 10 -t nat -A OPENFUNCTION-NAT -s "$pod_cidr" ! -d "$pod_cidr" -j MASQUERADE
	jump_once nat POSTROUTING OPENFUNCTION-NAT

	iptables -w 10 -N OPENFUNCTION-FORWARD 2>/dev/null || true
	iptables -w 10 -F OPENFUNCTION-FORWARD
	iptables -w 10 -A OPENFUNCTION-FORWARD -d "$service_cidr" -j REJECT
	iptables -w 10 -A OPENFUNCTION-FORWARD -s "$pod_cidr" -j ACCEPT
	iptables -w 10 -A OPENFUNCTION-FORWARD -d "$pod_cidr" -j ACCEPT
	jump_once filter FORWARD OPENFUNCTION-FORWARD

	iptables -w 10 -N OPENFUNCTION-OUTPUT 2>/dev/null || true
	iptables -w 10 -F OPENFUNCTION-OUTPUT
	iptables -w 10 -A OPENFUNCTION-OUTPUT -d "$service_cidr" -j REJECT
	jump_once filter OUTPUT OPENFUNCTION-OUTPUT
}

jump_once() {
	iptables -w 10 -t "$1" -C "$2" -j "$3" 2>/dev/null ||
		iptables -w 10 -t "$1" -A "$2" -j "$3"
}

network_down() {
	local tool table
	for tool in iptables ip6tables; do
		command -v "$tool" >/dev/null || continue
		for table in nat filter mangle; do
			remove_chains "$tool" "$table"
		done
	done
	if bridge_is_ours; then
		ip link delete "$bridge"
	fi
}

# remove_chains TOOL TABLE: takes away the chains that kube-proxy, the kubelet,
# the CNI plugins and this script made, and every rule that leads into them, in
# one transaction.
remove_chains() {
	local tool=$1 table=$2 script
	script=$("$tool-save" -t "$table" 2>/dev/null | awk -v table="$table" '
		function ours(chain) { return chain ~ /^(KUBE-|CNI-|OPENFUNCTION-)/ }
		/^:/ { sub(/^:/, "", $1); if (ours($1)) chains[++n] = $1 }
		/^-A/ && !ours($2) {
			for (i = 3; i < NF; i++)
				if ($i == "-j" && ours($(i + 1))) { sub(/^-A/, "-D"); rules[++m] = $0; break }
		}
		END {
			if (n == 0) exit
			print "*" table
			for (i = 1; i <= m; i++) print rules[i]
			for (i = 1; i <= n; i++) print "-F " chains[i]
			for (i = 1; i <= n; i++) print "-X " chains[i]
			print "COMMIT"
		}')
	if [[ -n $script ]]; then
		"$tool-restore" -w 10 --noflush <<<"$script"
	fi
}
