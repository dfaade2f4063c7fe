#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# The order in which a cluster comes up. Images are built while the node starts:
# two builds at a time is what two cores bear.
# shellcheck disable=SC2154 # settings.sh assigns them

cluster_up() {
	components=$(chosen_components "$@")
	if $own_node; then
		preflight
	else
		foreign_preflight
	fi
	lock_state
	: >"$state/stages"
	if $own_node; then
		recover
		run_stage "installing Debian packages" packages_up
		run_stage "network and registry" network_and_registry
	fi
	run_stage "building crane" binary crane
	crane_program=$(binary crane)
	export crane_program
	start_image_builds
	if $own_node; then
		node_stages
	fi
	install_components
	await_image_builds
	await_components
	show_stages
	say_what_next
}

# chosen_components [--with A,B]: prints the components to install, in order.
chosen_components() {
	local chosen=$components_default name
	if (($# > 0)); then
		[[ $# == 2 && $1 == --with ]] || die "usage: hack/cluster.sh up [--with A,B]"
		chosen=$2
	fi
	# Functions need something that builds and serves them: the other parts are additions.
	[[ $chosen =~ (^|,)(build|knative)(,|$) ]] || chosen=$components_default,$chosen
	for name in ${chosen//,/ }; do
		[[ " ${components_supported[*]} " == *" $name "* ]] ||
			die "no component named $name; supported are: ${components_supported[*]}"
	done
	# The parts share components: each is printed once.
	for name in knative build keda async eventing; do
		[[ ,$chosen, != *,$name,* ]] || components_of "$name"
	done | awk '!seen[$0]++'
	echo openfunction
}

# components_of NAME: what the part NAME consists of.
components_of() {
	case $1 in
	knative) printf '%s\n' gateway knative ;;
	keda) printf '%s\n' gateway keda httpaddon ;;
	async) printf '%s\n' keda dapr brokers ;;
	*) echo "$1" ;;
	esac
}

foreign_preflight() {
	[[ -n $registry ]] || die "KUBECONFIG names a cluster of yours: set KO_DOCKER_REPO to a registry that it pulls from and you may push to"
	command -v go >/dev/null || die "go is not in PATH: install Go"
	command -v kubectl >/dev/null || die "kubectl is not in PATH: install it, as for any cluster of yours"
	kubectl get --raw /readyz >/dev/null || die "the cluster of $KUBECONFIG does not answer: see whether kubectl reaches it"
	mkdir -p "$cache" "$state" || die "cannot create $cache and $state: choose others by OPENFUNCTION_CACHE and OPENFUNCTION_STATE"
}

need_own_node() {
	$own_node || die "KUBECONFIG names a cluster of yours, which this command does not touch: unset KUBECONFIG"
	((EUID == 0)) || die "this needs root: run it with sudo"
}

# cluster_install FOLDER: installs OpenFunction from the source tree in FOLDER into a
# cluster that is up, and waits until its programs are rolled out. All else in the
# cluster stays as it is.
cluster_install() {
	sources=$(cd "$1" && pwd)
	[[ -d $sources/config ]] || die "$1 is no source tree of OpenFunction: name a folder that has config/"
	lock_state
	components=$(applied_components)
	[[ -n $components ]] || die "there is no cluster to install into yet: run hack/cluster.sh up"
	crane_program=$(binary crane)
	export crane_program
	mkdir -p "$state/resolved"
	note_resolved openfunction
	openfunction_forget
	component_up openfunction
	await_component openfunction
}

# One run at a time. Descriptor 9 holds the lock until this process ends.
lock_state() {
	local tries
	mkdir -p "$state" "$cache"
	exec 9>"$cache/lock-of-run"
	for ((tries = 0; tries < 200; tries++)); do
		flock -w 0.1 9 && return
		info "waiting for another run of hack/cluster.sh to end"
		flock -w 9 9 && return
	done
	die "another run of hack/cluster.sh does not end: see who holds $cache/lock-of-run (fuser names it)"
}

network_and_registry() {
	network_up
	registry_up
}

# The builds run in a process group of their own, so that nothing of them goes on
# when this run fails or is interrupted.
start_image_builds() {
	rm -rf "$state/resolved"
	mkdir "$state/resolved"
	set -m
	image_builds 9>&- &
	image_job=$!
	set +m
	trap 'kill -TERM -- "-$image_job" 2>/dev/null || true' EXIT
	trap 'exit 130' INT TERM
}

# The manifests of each component are noted when its images are there, so that it
# can be installed while the next ones are built.
image_builds() {
	local name
	run_stage "static base image" image static-base
	run_stage "Debian base image" image debian-base & # waits more than it computes
	for name in $components; do
		if [[ $name == openfunction ]]; then
			run_stage "builder and run image" builder_image_reference
		fi
		run_stage "images of $name" note_resolved "$name"
	done
	wait
}

note_resolved() {
	local manifests
	manifests=$("$1_resolve")
	echo "$manifests" >"$state/resolved/$1.new"
	mv "$state/resolved/$1.new" "$state/resolved/$1"
}

# images_resolved NAME: they are there, or will never be.
images_resolved() {
	[[ -e $state/resolved/$1 ]] || ! kill -0 "$image_job" 2>/dev/null
}

await_image_builds() {
	wait "$image_job" || exit 1
	trap - EXIT
}

node_stages() {
	run_stage "building Kubernetes" binary kubernetes
	run_stage "control plane" controlplane_up
	run_stage "node" node_up
	run_stage "building CoreDNS" binary coredns
	run_stage "cluster DNS" dns_up
	run_stage "node to be ready" await 120 "node to be ready" node_ready
}

install_components() {
	local name
	for name in $components; do
		await 3600 "images of $name" images_resolved "$name"
		[[ -e $state/resolved/$name ]] || exit 1 # the job has printed the reason
		run_stage "installing $name" component_up "$name"
	done
}

await_components() {
	local name
	for name in $components; do
		run_stage "waiting for $name" await_component "$name"
	done
}

say_what_next() {
	if $own_node; then
		printf "The cluster is up. To use it:\n\n  export KUBECONFIG=%s PATH=\$PATH:%s\n\n" "$admin_kubeconfig" "$cache/bin"
		printf 'Requests for a function go to http://%s with its host name, such as\n\n' "$node_ip"
		printf "  curl -H 'Host: NAME.NAMESPACE.%s' http://%s\n\n" "$knative_domain" "$node_ip"
	else
		info "everything is installed in the cluster of $KUBECONFIG"
	fi
}
