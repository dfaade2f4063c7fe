#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# CoreDNS runs on the node, not in a pod: pods find it by a Service whose
# endpoint is the node's address.
# shellcheck disable=SC2154 # settings.sh assigns them

dns_up() {
	local config=$state/Corefile
	make_kubeconfig "$state/dns.kubeconfig" openfunction:dns
	put "$config" <<-CONFIG
		.:53 {
		    bind $node_ip
		    errors
		    ready 127.0.0.1:10253
		    kubernetes cluster.local in-addr.arpa {
		        kubeconfig $state/dns.kubeconfig openfunction
		        ttl 5
		        fallthrough in-addr.arpa
		    }
		    forward . /etc/resolv.conf
		    cache 30 {
		        disable success cluster.local
		        disable denial cluster.local
		    }
		}
	CONFIG
	apply_dns_objects
	daemon_start coredns "$config $state/dns.kubeconfig" "$(binary coredns)" -conf "$config"
	await 60 "CoreDNS" dns_healthy
}

dns_healthy() {
	curl -fsS -o /dev/null --max-time 5 --noproxy '*' http://127.0.0.1:10253/ready
}

apply_dns_objects() {
	kubectl apply --server-side --force-conflicts -f - <<-OBJECTS
		apiVersion: rbac.authorization.k8s.io/v1
		kind: ClusterRole
		metadata: {name: "openfunction:dns"}
		rules:
		- apiGroups: [""]
		  resources: [namespaces, services, pods, endpoints]
		  verbs: [list, watch]
		- apiGroups: [discovery.k8s.io]
		  resources: [endpointslices]
		  verbs: [list, watch]
		---
		apiVersion: rbac.authorization.k8s.io/v1
		kind: ClusterRoleBinding
		metadata: {name: "openfunction:dns"}
		roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "openfunction:dns"}
		subjects:
		- {apiGroup: rbac.authorization.k8s.io, kind: User, name: "openfunction:dns"}
		---
		apiVersion: v1
		kind: Service
		metadata: {name: kube-dns, namespace: kube-system}
		spec:
		  clusterIP: $dns_service_ip
		  ports:
		  - {name: dns, port: 53, protocol: UDP, targetPort: 53}
		  - {name: dns-tcp, port: 53, protocol: TCP, targetPort: 53}
		---
		apiVersion: discovery.k8s.io/v1
		kind: EndpointSlice
		metadata:
		  name: kube-dns-node
		  namespace: kube-system
		  labels:
		    kubernetes.io/service-name: kube-dns
		    endpointslice.kubernetes.io/managed-by: cluster.openfunction.io
		addressType: IPv4
		endpoints:
		- addresses: ["$node_ip"]
		  conditions: {ready: true}
		ports:
		- {name: dns, port: 53, protocol: UDP}
		- {name: dns-tcp, port: 53, protocol: TCP}
	OBJECTS
}
