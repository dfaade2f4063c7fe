#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# The function of the quickstart that events call, from source code to an invoice
# for an order.
# shellcheck disable=SC2034,SC2154 # names shared with the files beside it

billing_up() {
	local password
	password=$(kubectl get secret redis -n brokers -o 'jsonpath={.data.password}')
	kubectl apply -n "$namespace" -f - >>"$log" <<-SECRET
		{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "redis"}, "data": {"password": "$password"}}
	SECRET
	apply_example billing events/from-source.yaml
}

# redis COMMAND...: sends a command to the broker. No process has the password as an argument.
# shellcheck disable=SC2016 # it is for the shell in the pod
redis() {
	kubectl exec -n brokers redis-0 -- sh -c '
		REDISCLI_AUTH=$(sed -n "s/^requirepass //p" /run/secrets/redis/redis.conf)
		export REDISCLI_AUTH
		exec redis-cli "$@"' redis-cli "$@" 2>>"$log"
}

# event_handled sends an order, as a CloudEvent, and waits for the invoice of it.
event_handled() {
	local begin last found id
	id=$(date +%s)
	order="{\"id\":\"$id\",\"total\":3}"
	last=$(redis XREVRANGE new-invoices + - COUNT 1 | head -n 1)
	begin=$(now_ms)
	redis XADD new-orders '*' data "{\"specversion\":\"1.0\",\"id\":\"$id\",\"source\":\"quickstart\",
		\"type\":\"order\",\"datacontenttype\":\"application/json\",\"data\":$order}" >>"$log" ||
		die "the order could not be sent; the log: $log"
	info "sent the order $order"
	found=$(redis XREAD BLOCK 120000 STREAMS new-invoices "${last:-0-0}")
	[[ $found == *"$id"* ]] || {
		kubectl -n "$namespace" describe fn billing | tail -n 40 >&2
		die "no invoice came; the message above may contain the reason"
	}
	event_seconds=$(seconds_since "$begin")
	info "from zero its invoice came (${event_seconds}s)"
}
