#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# containerd, the CNI network, kubelet and kube-proxy.
# shellcheck disable=SC2154 # settings.sh assigns them

node_up() {
	start_containerd "$(pause_image)"
	start_kubelet
	start_proxy
}

# containerd keeps everything below our own folder, network namespaces and
# runc's state too, so that the path shows what belongs to this cluster.
start_containerd() {
	local pause=$1 config=$state/containerd/config.toml
	mkdir -p "$state/containerd/cni" "$state/containerd/hosts/$node_ip:$registry_port"
	write_cni_config
	put "$state/containerd/hosts/$node_ip:$registry_port/hosts.toml" <<-HOSTS
		server = "http://$node_ip:$registry_port"
		[host."http://$node_ip:$registry_port"]
		  capabilities = ["pull", "resolve"]
	HOSTS
	put "$config" <<-CONFIG
		version = 2
		root = "$state/containerd/root"
		state = "$state/containerd/run"
		[grpc]
		  address = "$containerd_socket"
		[plugins."io.containerd.internal.v1.opt"]
		  path = "$state/containerd/opt"
		[plugins."io.containerd.grpc.v1.cri"]
		  sandbox_image = "$pause"
		  restrict_oom_score_adj = true
		  netns_mounts_under_state_dir = true
		  max_concurrent_downloads = 4
		  [plugins."io.containerd.grpc.v1.cri".cni]
		    bin_dir = "/usr/lib/cni"
		    conf_dir = "$state/containerd/cni"
		  [plugins."io.containerd.grpc.v1.cri".registry]
		    config_path = "$state/containerd/hosts"
		  [plugins."io.containerd.grpc.v1.cri".containerd]
		    snapshotter = "overlayfs"
		    default_runtime_name = "runc"
		    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
		      runtime_type = "io.containerd.runc.v2"
		      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
		        Root = "$state/containerd/runc"
		        SystemdCgroup = false
	CONFIG
	daemon_start containerd "$config" containerd --config "$config" --log-level warn
	await 30 "containerd" containerd_healthy
}

# Masquerading is done once for the whole bridge (network.sh), not per pod: a
# pod starts sooner, and leaves no rule behind.
write_cni_config() {
	put "$state/containerd/cni/10-openfunction.conflist" <<-CNI
		{
		  "cniVersion": "0.4.0",
		  "name": "openfunction",
		  "plugins": [
		    {
		      "type": "bridge",
		      "bridge": "$bridge",
		      "isGateway": true,
		      "hairpinMode": true,
		      "ipam": {
		        "type": "host-local",
		        "dataDir": "$state/containerd/ipam",
		        "ranges": [[{"subnet": "$pod_cidr", "rangeStart": "10.200.0.10", "gateway": "$node_ip"}]],
		        "routes": [{"dst": "0.0.0.0/0"}]
		      }
		    },
		    {"type": "portmap", "capabilities": {"portMappings": true}}
		  ]
		}
	CNI
}

# containers COMMAND...: containerd's own client, in the kubelet's namespace.
containers() {
	ctr --address "$containerd_socket" --namespace k8s.io "$@"
}

containerd_healthy() {
	containers version
}

write_kubelet_config() {
	put "$1" <<-CONFIG
		apiVersion: kubelet.config.k8s.io/v1beta1
		kind: KubeletConfiguration
		address: $node_ip
		authentication:
		  anonymous: {enabled: false}
		  webhook: {enabled: true}
		  x509: {clientCAFile: $pki/ca.crt}
		authorization: {mode: Webhook}
		clusterDNS: [$dns_service_ip]
		clusterDomain: cluster.local
		containerRuntimeEndpoint: unix://$containerd_socket
		cgroupDriver: cgroupfs
		failCgroupV1: false
		failSwapOn: false
		enforceNodeAllocatable: []
		evictionHard: {}
		localStorageCapacityIsolation: false
		# Without CAP_SYS_RESOURCE some limits cannot be set; go on without.
		featureGates: {KubeletInUserNamespace: true}
		serializeImagePulls: false
		maxParallelImagePulls: 4
		registryPullQPS: 0
		eventRecordQPS: 0
		kubeAPIQPS: 100
		kubeAPIBurst: 200
		imageGCHighThresholdPercent: 100
		maxPods: 200
		podLogsDir: $state/pod-logs
		volumePluginDir: $state/kubelet/volume-plugins
		readOnlyPort: 0
		resolvConf: /etc/resolv.conf
		logging: {verbosity: 1}
	CONFIG
}

start_kubelet() {
	local config=$state/kubelet.yaml
	mkdir -p "$state/kubelet" "$state/pod-logs"
	make_kubeconfig "$state/kubelet.kubeconfig" "system:node:$node_name"
	write_kubelet_config "$config"
	daemon_start kubelet "$config $state/kubelet.kubeconfig" "$(binary kubernetes)" kubelet \
		--config "$config" --kubeconfig "$state/kubelet.kubeconfig" --root-dir "$state/kubelet" \
		--cert-dir "$state/kubelet/pki" --hostname-override "$node_name" --node-ip "$node_ip"
}

kubelet_healthy() {
	curl -fsS -o /dev/null --max-time 5 --noproxy '*' http://127.0.0.1:10248/healthz
}

start_proxy() {
	local config=$state/kube-proxy.yaml
	make_kubeconfig "$state/kube-proxy.kubeconfig" system:kube-proxy
	# The conntrack settings of the machine stay as they are: they may not be ours to set.
	put "$config" <<-CONFIG
		apiVersion: kubeproxy.config.k8s.io/v1alpha1
		kind: KubeProxyConfiguration
		bindAddress: $node_ip
		healthzBindAddress: 127.0.0.1:10256
		metricsBindAddress: 127.0.0.1:10249
		clientConnection: {kubeconfig: $state/kube-proxy.kubeconfig}
		clusterCIDR: $pod_cidr
		hostnameOverride: $node_name
		mode: iptables
		nodePortAddresses: [primary]
		# A Service follows its pods at once: a cold start waits for nothing else.
		iptables: {minSyncPeriod: 100ms, syncPeriod: 30s}
		conntrack:
		  maxPerCore: 0
		  min: 0
		  tcpEstablishedTimeout: 0s
		  tcpCloseWaitTimeout: 0s
		  udpTimeout: 0s
		  udpStreamTimeout: 0s
	CONFIG
	daemon_start kube-proxy "$config $state/kube-proxy.kubeconfig" "$(binary kubernetes)" kube-proxy --config "$config"
}

proxy_healthy() {
	curl -fsS -o /dev/null --max-time 5 --noproxy '*' http://127.0.0.1:10256/healthz
}

node_ready() {
	[[ $(kubectl get node "$node_name" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}') == True ]]
}
