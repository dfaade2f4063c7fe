#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# The function of the quickstart, from manifest to reply.
# shellcheck disable=SC2034,SC2154 # names shared with the files beside it

namespace=quickstart
function_label=openfunction.io/function
log=$state/log/quickstart.log

# example FILE: the example, with this cluster's registry and git server in the
# place of the ones it names.
example() {
	sed -e "s|registry\.example\.com|${registry%%/*}|" -e "s|https://git\.example\.com|$git_url|" "$repo/docs/examples/$1"
}

# find_gateway sets gateway, the address that requests for any function go to.
find_gateway() {
	local address
	address=$(kubectl -n traefik get service gateway \
		-o 'jsonpath={.status.loadBalancer.ingress[0].ip}{.status.loadBalancer.ingress[0].hostname}' 2>>"$log") || true
	[[ -n $address ]] || die "the gateway has no address: see kubectl -n traefik get service gateway"
	gateway=$address:80
}

function_up() {
	find_gateway
	kubectl create namespace "$namespace" --dry-run=client -o yaml |
		kubectl label --local -f - pod-security.kubernetes.io/enforce=restricted -o yaml |
		kubectl apply -f - >>"$log"
	apply_example hello hello.yaml
	url=$(kubectl -n "$namespace" get fn hello -o 'jsonpath={.status.url}')
}

# apply_example NAME FILE: applies it, and waits until the Function is ready.
apply_example() {
	applied=$1
	example "$2" | kubectl apply -n "$namespace" -f - >>"$log"
	while_running function_phase kubectl wait -n "$namespace" "fn/$applied" \
		--for=condition=Ready --timeout=20m || {
		kubectl -n "$namespace" describe fn "$applied" | tail -n 40 >&2
		die "the function did not get ready; the message above contains the reason"
	}
}

# function_phase: the state of the Function that was applied last, in one line.
function_phase() {
	local text
	text=$(kubectl -n "$namespace" get fn "$applied" \
		-o 'jsonpath={range .status.conditions[*]}{.type}={.status}{" "}{.reason}{"; "}{end}' 2>>"$log") || true
	echo "$applied: ${text:-waiting for the controller}"
}

# while_running DESCRIBE COMMAND...: runs COMMAND, and every few seconds prints
# what DESCRIBE prints.
while_running() {
	local describe=$1 pid status=0 begin
	shift
	"$@" >>"$log" 2>&1 &
	pid=$!
	begin=$SECONDS
	info "$("$describe")"
	while kill -0 "$pid" 2>/dev/null; do
		sleep 0.5
		if ((SECONDS - begin >= 5)); then
			begin=$SECONDS
			info "$("$describe")"
		fi
	done
	wait "$pid" || status=$?
	return "$status"
}

# call: prints the function's reply. It retries for a while, because the gateway may
# apply the route a moment after it exists.
call() {
	curl -fsS --noproxy '*' --max-time 60 --retry 20 --retry-delay 1 --retry-all-errors \
		--connect-to "::$gateway" "$url" 2>>"$log"
}

first_reply() {
	reply=$(call) || die "no reply from $url; the log: $log"
	info "$url answers: $reply"
}

pods_left() {
	echo "pods of $applied: $(kubectl -n "$namespace" get pods -l "$function_label=$applied" --no-headers 2>>"$log" | wc -l)"
}

# scaled_to_zero: of the Function applied last.
scaled_to_zero() {
	while_running pods_left kubectl wait -n "$namespace" pod -l "$function_label=$applied" \
		--for=delete --timeout=5m || die "the function did not scale to zero; the log: $log"
	info "no pod is left"
}

reply_from_zero() {
	local begin
	begin=$(now_ms)
	cold_reply=$(call) || die "no reply from zero from $url; the log: $log"
	cold_seconds=$(seconds_since "$begin")
	info "from zero it answers: $cold_reply (${cold_seconds}s)"
}
