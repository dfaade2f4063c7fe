#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# etcd, kube-apiserver, kube-controller-manager and kube-scheduler.
# shellcheck disable=SC2154 # settings.sh assigns them

controlplane_up() {
	local programs
	programs=$(dirname "$(binary kubernetes)")
	pki_up
	make_kubeconfig "$admin_kubeconfig" openfunction:admin
	make_kubeconfig "$state/installer.kubeconfig" openfunction:installer
	make_kubeconfig "$state/kube-controller-manager.kubeconfig" system:kube-controller-manager
	make_kubeconfig "$state/kube-scheduler.kubeconfig" system:kube-scheduler
	start_etcd "$programs/kubernetes"
	start_apiserver "$programs/kubernetes"
	start_controllers "$programs/kubernetes"
}

# etcd listens on loopback only: it authenticates no client.
start_etcd() {
	mkdir -p "$state/etcd"
	chmod 700 "$state/etcd"
	daemon_start etcd "" "$1" etcd --name "$node_name" --data-dir "$state/etcd" \
		--listen-client-urls "http://127.0.0.1:$etcd_client_port" \
		--advertise-client-urls "http://127.0.0.1:$etcd_client_port" \
		--listen-peer-urls "http://127.0.0.1:$etcd_peer_port" \
		--initial-advertise-peer-urls "http://127.0.0.1:$etcd_peer_port" \
		--initial-cluster "$node_name=http://127.0.0.1:$etcd_peer_port" \
		--auto-compaction-mode periodic --auto-compaction-retention 30m \
		--quota-backend-bytes 4294967296 --log-level warn
	await 60 "etcd" etcd_healthy
}

etcd_healthy() {
	curl -fsS --max-time 3 --noproxy '*' "http://127.0.0.1:$etcd_client_port/health" | grep -q '"health":"true"'
}

# Who wrote what is kept for every write: figures such as writes per Function
# are counted from it. Reads would be most of the log and are not needed.
write_audit_policy() {
	put "$state/audit-policy.yaml" <<-'POLICY'
		apiVersion: audit.k8s.io/v1
		kind: Policy
		omitStages: [RequestReceived]
		rules:
		# All requests of our own programs, reads included: their roles must allow no others.
		- level: Metadata
		  users:
		  - system:serviceaccount:openfunction:controller
		  - system:serviceaccount:openfunction:webhook
		  - system:serviceaccount:openfunction:scheduler
		  - system:serviceaccount:openfunction:mqtt-scaler
		  - system:serviceaccount:openfunction:storage-version-migration
		- level: None
		  verbs: [get, list, watch]
		- level: None
		  nonResourceURLs: ["*"]
		- level: None # questions, not writes
		  resources:
		  - group: authentication.k8s.io
		  - group: authorization.k8s.io
		- level: Metadata
	POLICY
}

start_apiserver() {
	write_audit_policy
	mkdir -p "$state/audit"
	daemon_start kube-apiserver "$state/audit-policy.yaml $pki/apiserver.crt $pki/tokens.csv" "$1" kube-apiserver \
		--etcd-servers "http://127.0.0.1:$etcd_client_port" \
		--bind-address "$node_ip" --advertise-address "$node_ip" --secure-port "$api_port" \
		--service-cluster-ip-range "$service_cidr" --allow-privileged \
		--authorization-mode Node,RBAC --enable-admission-plugins NodeRestriction \
		--kubelet-preferred-address-types InternalIP \
		--tls-cert-file "$pki/apiserver.crt" --tls-private-key-file "$pki/apiserver.key" \
		--client-ca-file "$pki/ca.crt" --token-auth-file "$pki/tokens.csv" \
		--kubelet-client-certificate "$pki/kubelet-client.crt" --kubelet-client-key "$pki/kubelet-client.key" \
		--service-account-issuer https://kubernetes.default.svc.cluster.local \
		--service-account-key-file "$pki/service-account.key" \
		--service-account-signing-key-file "$pki/service-account.key" \
		--requestheader-client-ca-file "$pki/front-proxy-ca.crt" \
		--requestheader-allowed-names front-proxy-client \
		--requestheader-extra-headers-prefix X-Remote-Extra- \
		--requestheader-group-headers X-Remote-Group \
		--requestheader-username-headers X-Remote-User \
		--proxy-client-cert-file "$pki/front-proxy-client.crt" \
		--proxy-client-key-file "$pki/front-proxy-client.key" \
		--audit-policy-file "$state/audit-policy.yaml" --audit-log-path "$state/audit/audit.log" \
		--audit-log-maxsize 100 --audit-log-maxbackup 5 --profiling=false
	await 90 "the API server" apiserver_healthy
}

apiserver_healthy() {
	curl -fsS -o /dev/null --max-time 5 --noproxy '*' --cacert "$pki/ca.crt" "https://$node_ip:$api_port/readyz"
}

start_controllers() {
	daemon_start kube-controller-manager "$state/kube-controller-manager.kubeconfig" "$1" kube-controller-manager \
		--kubeconfig "$state/kube-controller-manager.kubeconfig" --bind-address 127.0.0.1 \
		--use-service-account-credentials --leader-elect=false --profiling=false \
		--root-ca-file "$pki/ca.crt" --service-account-private-key-file "$pki/service-account.key" \
		--cluster-signing-cert-file "$pki/ca.crt" --cluster-signing-key-file "$pki/ca.key" \
		--kube-api-qps 100 --kube-api-burst 200
	daemon_start kube-scheduler "$state/kube-scheduler.kubeconfig" "$1" kube-scheduler \
		--kubeconfig "$state/kube-scheduler.kubeconfig" --bind-address 127.0.0.1 \
		--leader-elect=false --profiling=false
}

controller_manager_healthy() {
	curl -fskS -o /dev/null --max-time 5 --noproxy '*' https://127.0.0.1:10257/healthz
}

scheduler_healthy() {
	curl -fskS -o /dev/null --max-time 5 --noproxy '*' https://127.0.0.1:10259/healthz
}
