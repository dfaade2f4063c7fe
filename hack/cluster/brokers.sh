#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Component brokers: one of each kind that functions get their events from. What
# is needed to reach one is in the Secret of its name, in namespace brokers; NATS
# authenticates no client.
# shellcheck disable=SC2154 # settings.sh assigns them

brokers=(kafka mosquitto nats rabbitmq redis)

brokers_resolve() {
	local folder name image
	folder=$(mktemp -d)
	image=$(image debian-brokers)
	for name in "${brokers[@]}"; do
		echo ---
		case $name in
		kafka | nats) cat "$(resolve "$name" "" "$repo/hack/cluster/brokers/$name.yaml")" ;;
		*) sed "s|image: debian-brokers$|image: $image|" "$repo/hack/cluster/brokers/$name.yaml" ;;
		esac
	done >"$folder/brokers.yaml"
	keep_manifests brokers "$folder/brokers.yaml"
	rm -r "$folder"
}

brokers_kustomization() {
	:
}

brokers_configure() {
	broker_secrets
	! $own_node || broker_volumes
}

# The passwords are made once for a cluster, and not known outside of it.
broker_secrets() {
	local password
	password=$(broker_password kafka)
	broker_secret kafka username=functions password="$password"
	password=$(broker_password redis)
	broker_secret redis username=default password="$password" redis.conf="requirepass $password"
	password=$(broker_password rabbitmq)
	broker_secret rabbitmq username=functions password="$password" \
		uri="amqp://functions:$password@rabbitmq.brokers:5672/" \
		user.conf="default_user = functions
default_pass = $password"
	password=$(broker_password mosquitto)
	broker_secret mosquitto username=functions password="$password" \
		uri="mqtt://functions:$password@mosquitto.brokers:1883" \
		passwd="functions:$(mosquitto_hash "$password")"
}

# broker_password NAME: the one in use, or a new one.
broker_password() {
	local password
	password=$(as_installer get secret "$1" -n brokers --ignore-not-found -o 'jsonpath={.data.password}' | base64 -d)
	echo "${password:-$(openssl rand -hex 16)}"
}

# broker_secret NAME KEY=VALUE...
broker_secret() {
	local name=$1 pair literals=()
	shift
	if as_installer get secret "$name" -n brokers >/dev/null 2>&1; then
		return 0
	fi
	for pair; do
		literals+=("--from-literal=$pair")
	done
	as_installer create secret generic "$name" -n brokers "${literals[@]}"
}

# mosquitto_hash PASSWORD: as mosquitto_passwd writes it.
mosquitto_hash() {
	local salt rounds=101
	salt=$(openssl rand -base64 12)
	# shellcheck disable=SC2016 # the first part names the method
	printf '$7$%d$%s$%s\n' "$rounds" "$salt" \
		"$(openssl kdf -binary -keylen 64 -kdfopt digest:SHA512 -kdfopt "pass:$1" \
			-kdfopt "hexsalt:$(base64 -d <<<"$salt" | od -An -tx1 | tr -d ' \n')" \
			-kdfopt "iter:$rounds" PBKDF2 | base64 -w 0)"
}

# What the brokers hold stays when their pods go: on a machine of its own the
# volumes are folders, which go with the cluster.
broker_volumes() {
	local name
	for name in "${brokers[@]}"; do
		install -d -m 750 -o 65532 -g 65532 "$state/brokers/$name"
		as_installer apply --server-side --force-conflicts -f - <<-VOLUME
			apiVersion: v1
			kind: PersistentVolume
			metadata: {name: broker-$name}
			spec:
			  capacity: {storage: 1Gi}
			  accessModes: [ReadWriteOnce]
			  persistentVolumeReclaimPolicy: Retain
			  claimRef: {namespace: brokers, name: data-$name-0}
			  hostPath: {path: $state/brokers/$name}
		VOLUME
	done
}

brokers_namespaces() {
	echo brokers
}
