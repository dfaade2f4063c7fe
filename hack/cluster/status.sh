#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# What is healthy, what is not, and where to look.
# shellcheck disable=SC2154 # settings.sh assigns them

# Daemon and the question it answers when it is healthy.
health_checks=(
	"registry registry_healthy"
	"containerd containerd_healthy"
	"etcd etcd_healthy"
	"kube-apiserver apiserver_healthy"
	"kube-controller-manager controller_manager_healthy"
	"kube-scheduler scheduler_healthy"
	"kubelet kubelet_healthy"
	"kube-proxy proxy_healthy"
	"coredns dns_healthy"
)

cluster_status() {
	local unhealthy=0
	if $own_node; then
		daemons_status || unhealthy=1
	fi
	components_status || unhealthy=1
	return "$unhealthy"
}

daemons_status() {
	local line name check word unhealthy=0
	for line in "${health_checks[@]}"; do
		read -r name check <<<"$line"
		word=healthy
		if ! daemon_alive "$name"; then
			word="not running"
		elif ! "$check" >/dev/null 2>&1; then
			word="not healthy"
		fi
		[[ $word == healthy ]] || unhealthy=1
		printf '%-28s %-12s %s\n' "$name" "$word" "$state/log/$name.log"
	done
	return "$unhealthy"
}

components_status() {
	local namespace line ready wanted workload unhealthy=0
	if ! as_installer get --raw /readyz >/dev/null 2>&1; then
		echo "the API server does not answer: hack/cluster.sh up"
		return 1
	fi
	for namespace in $(applied_namespaces); do
		while read -r workload ready wanted; do
			line=healthy
			if [[ ${ready:-0} != "$wanted" ]]; then
				line="${ready:-0} of $wanted"
				unhealthy=1
			fi
			printf '%-28s %-12s kubectl logs -n %s %s --tail 50\n' "${workload#*/}" "$line" "$namespace" "$workload"
		done < <(as_installer get deployments,statefulsets -n "$namespace" -o json |
			jq -r '.items[] | "\(.kind | ascii_downcase)/\(.metadata.name) \(.status.availableReplicas // 0) \(.spec.replicas)"')
	done
	return "$unhealthy"
}

# applied_namespaces: those of the components that are applied, each once.
applied_namespaces() {
	local name
	for name in $(applied_components); do
		"${name}_namespaces"
	done | tr ' ' '\n' | awk '!seen[$0]++'
}

applied_components() {
	as_installer get configmap openfunction-components -n kube-system --ignore-not-found -o json |
		jq -r '.data // {} | keys[]'
}
