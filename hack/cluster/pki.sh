#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Certificates and tokens of the control plane, made once and kept with its data.
# shellcheck disable=SC2154 # settings.sh assigns them

pki=$state/pki

pki_up() {
	mkdir -p "$pki"
	chmod 700 "$pki"
	make_ca ca
	make_ca front-proxy-ca
	make_certificate ca apiserver "/CN=kube-apiserver" \
		"subjectAltName=IP:$node_ip,IP:$api_service_ip,IP:127.0.0.1,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local"
	make_certificate ca kubelet-client "/O=system:masters/CN=kube-apiserver-kubelet-client" \
		"extendedKeyUsage=clientAuth"
	make_certificate front-proxy-ca front-proxy-client "/CN=front-proxy-client" \
		"extendedKeyUsage=clientAuth"
	if [[ ! -s $pki/service-account.key ]]; then
		openssl genrsa -out "$pki/service-account.key.new" 2048
		mv "$pki/service-account.key.new" "$pki/service-account.key"
	fi
	make_tokens
}

make_ca() {
	[[ ! -s $pki/$1.crt ]] || return 0
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
		-subj "/CN=openfunction-$1" -keyout "$pki/$1.key" -out "$pki/$1.crt.new" \
		-addext "keyUsage=critical,keyCertSign,cRLSign"
	mv "$pki/$1.crt.new" "$pki/$1.crt"
}

# make_certificate CA NAME SUBJECT EXTENSION: the certificate appears last and
# whole, so that a killed run leaves no half of a pair in use.
make_certificate() {
	local ca=$1 name=$2 subject=$3 extension=$4
	[[ ! -s $pki/$name.crt ]] || return 0
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
		-subj "$subject" -keyout "$pki/$name.key" -out "$pki/$name.csr"
	openssl x509 -req -in "$pki/$name.csr" -CA "$pki/$ca.crt" -CAkey "$pki/$ca.key" \
		-CAcreateserial -days 3650 -extfile <(printf '%s\n' "$extension") -out "$pki/$name.crt.new"
	mv "$pki/$name.crt.new" "$pki/$name.crt"
}

# Every client of the API server is a user of its own, so that the
# audit log distinguishes them. Fields: token, user, uid, groups.
make_tokens() {
	local user groups
	[[ ! -s $pki/tokens.csv ]] || return 0
	while read -r user groups; do
		printf '%s,%s,%s,"%s"\n' "$(openssl rand -hex 24)" "$user" "$user" "$groups"
	done >"$pki/tokens.csv.new" <<-USERS
		openfunction:admin system:masters
		system:kube-controller-manager
		system:kube-scheduler
		system:kube-proxy
		system:node:$node_name system:nodes
		openfunction:dns
		openfunction:installer system:masters
	USERS
	chmod 600 "$pki/tokens.csv.new"
	mv "$pki/tokens.csv.new" "$pki/tokens.csv"
}

# make_kubeconfig FILE USER
make_kubeconfig() {
	local token
	token=$(awk -F, -v user="$2" '$2 == user {print $1}' "$pki/tokens.csv")
	(
		umask 077
		put "$1" <<-CONFIG
			apiVersion: v1
			kind: Config
			clusters:
			- name: openfunction
			  cluster:
			    server: https://$node_ip:$api_port
			    certificate-authority-data: $(base64 -w 0 "$pki/ca.crt")
			users:
			- name: $2
			  user:
			    token: $token
			contexts:
			- name: openfunction
			  context: {cluster: openfunction, user: $2}
			current-context: openfunction
		CONFIG
	)
}
