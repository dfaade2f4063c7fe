#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Where things are and what they are called. Sourced by hack/cluster.sh; every
# other file here uses these names and none of its own.
# shellcheck disable=SC2034 # read by the files that source this one

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
sources=$repo # of OpenFunction itself
cache=${OPENFUNCTION_CACHE:-/var/cache/openfunction}
state=${OPENFUNCTION_STATE:-/var/lib/openfunction}

# The node is also the gateway of its pods, the registry and the API server.
node_name=openfunction
node_ip=10.200.0.1
pod_cidr=10.200.0.0/24
bridge=cni0
bridge_alias=openfunction # identifies the bridge of this cluster

service_cidr=10.96.0.0/16
api_service_ip=10.96.0.1
dns_service_ip=10.96.0.10

api_port=6443
registry_port=5000
etcd_client_port=12379 # on loopback, and not the usual one: tests run their own etcd
etcd_peer_port=12380

# Where a proxy leads out of this machine, it does not lead to the cluster.
export NO_PROXY=${NO_PROXY:+$NO_PROXY,}$pod_cidr,$service_cidr,.svc,.cluster.local
export no_proxy=$NO_PROXY

admin_kubeconfig=$state/kubeconfig
containerd_socket=$state/containerd/containerd.sock

# With an existing cluster the registry must be named too: it is where that
# cluster's nodes pull from.
if [[ -n ${KUBECONFIG:-} && ${KUBECONFIG} != "$admin_kubeconfig" ]]; then
	own_node=false
	registry=${KO_DOCKER_REPO:-}
else
	own_node=true
	registry=$node_ip:$registry_port/openfunction
	export KUBECONFIG=$admin_kubeconfig
fi

components_supported=(build knative keda async eventing)
components_default=build,knative

# What Debian has to give; the rest is built from Go modules.
packages=(
	ca-certificates conntrack containerd containernetworking-plugins curl
	debootstrap docker-registry ethtool git iproute2 iptables jq kmod openssl procps
	runc socat
)
