#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Upstream manifests: read from the module that third_party pins, images built
# from that same module, adapted by a kustomization, applied server-side. Each
# step is skipped when its input is what it was.
#
# A component is one file hack/cluster/NAME.sh with four functions:
#   NAME_resolve         builds the images; prints the path of the manifests that
#                        name them
#   NAME_kustomization   prints the patches of a kustomization
#   NAME_configure       what remains to be done once the objects exist
#   NAME_namespaces      prints the namespaces whose workloads must be available
# shellcheck disable=SC2154 # settings.sh assigns them

# module_folder MODULE PATH: where the source of PATH lies that third_party/MODULE pins.
module_folder() {
	(
		cd "$repo/third_party/$1" || exit
		go mod download "$2"
		go list -m -f '{{.Dir}}' "$2"
	)
}

# resolve MODULE OVERRIDE FILE...: replaces ko:// references in the manifests
# FILE... by images built from third_party/MODULE, and prints the path of the
# result. OVERRIDE is "IMPORT_PATH: BASE_IMAGE" for a program that needs another
# base image, or nothing.
resolve() {
	local module=$1 override=$2 base key result
	shift 2
	base=$(image static-base)
	key=$(module_key "$module" "$base" "$override" "$registry" "$(cat "$@" | sha256sum)")
	result=$cache/manifests/$module-$key.yaml
	if ! images_present "$result"; then
		mkdir -p "$cache/manifests" "$cache/lock"
		(
			flock 8
			if ! images_present "$result"; then
				run_ko "$module" "$override" "$base" "$@" >"$result.part"
				mv "$result.part" "$result"
			fi
		) 8>"$cache/lock/ko-$module"
	fi
	echo "$result"
}

run_ko() {
	local module=$1 override=$2 base=$3 ko config file arguments=()
	shift 3
	ko=$(binary ko)
	config=$cache/ko/$module
	mkdir -p "$config"
	printf 'defaultLdflags: ["%s"]\nbaseImageOverrides:\n  %s\n' \
		"$(ldflags_of "$module")" "$override" >"$config/.ko.yaml"
	for file; do
		arguments+=(-f "$file")
	done
	cd "$repo/third_party/$module" || return
	# One program at a time: those of a product share most packages, and two builds
	# that begin together compile each of them twice.
	KO_CONFIG_PATH=$config KO_DOCKER_REPO=$registry/$module KO_DEFAULTBASEIMAGE=$base \
		GOFLAGS=-buildvcs=false "$ko" resolve --jobs 1 --sbom=none --base-import-paths \
		--platform=linux/amd64 --insecure-registry "${arguments[@]}"
}

# images_present FILE: the manifests exist and so do all images they name.
images_present() {
	local reference
	[[ -s $1 ]] || return 1
	while read -r reference; do
		crane digest --insecure "$reference" >/dev/null 2>&1 || return 1
	done < <(grep -oE "$registry/[a-z0-9/._-]+@sha256:[0-9a-f]{64}" "$1" | sort -u)
}

# kustomize FOLDER: the manifests of upstream's own kustomization.
kustomize() {
	if $own_node; then
		binary kubernetes >/dev/null
	fi
	kubectl kustomize "$1"
}

# keep_manifests NAME FILE: keeps FILE, which names its images, and prints where.
keep_manifests() {
	local result
	result=$cache/manifests/$1-$(sha256sum <"$2" | cut -c1-16).yaml
	mkdir -p "$cache/manifests"
	put "$result" <"$2"
	echo "$result"
}

# entrypoint_patch KIND: containers run the entrypoint of their image, which is ours, and
# not the path of the program in upstream's.
entrypoint_patch() {
	printf '%s\n' "- target: {kind: $1}" "  patch: |-" \
		"    - {op: remove, path: /spec/template/spec/containers/0/command}"
}

# The node has two cores: upstream's requests do not fit on it, and no component needs a
# second replica. A small request remains, because a pod without one gets almost no CPU
# while builds run.
fit_patches() {
	cat <<-'PATCHES'
		- target: {kind: Deployment}
		  patch: |-
		    - {op: add, path: /spec/template/spec/containers/0/resources, value: {requests: {cpu: 20m}}}
		    - {op: add, path: /spec/replicas, value: 1}
	PATCHES
}

# setting_patch NAMESPACE NAME LINE...: LINES become data of ConfigMap NAME.
setting_patch() {
	local namespace=$1 name=$2
	shift 2
	printf '%s\n' "- target: {kind: ConfigMap, name: $name, namespace: $namespace}" \
		"  patch: |-" "    apiVersion: v1" "    kind: ConfigMap" \
		"    metadata: {name: $name, namespace: $namespace}" "    data:"
	printf '      %s\n' "$@"
}

# render NAME: prints the path of the adapted manifests of component NAME.
render() {
	local name=$1 resolved folder result
	# As noted when the images were built: what was built is what gets applied,
	# even if a source file changed since.
	resolved=$(<"$state/resolved/$name")
	result=$cache/manifests/$name-$({
		cat "$resolved"
		"${name}_kustomization"
	} | sha256sum | cut -c1-16).rendered.yaml
	if [[ ! -s $result ]]; then
		folder=$(mktemp -d)
		cp "$resolved" "$folder/upstream.yaml"
		{
			printf 'resources: [upstream.yaml]\npatches:\n'
			"${name}_kustomization"
		} >"$folder/kustomization.yaml"
		kubectl kustomize "$folder" >"$result.part"
		mv "$result.part" "$result"
		rm -r "$folder"
	fi
	echo "$result"
}

# component_up NAME: applies the component unless exactly that is applied.
component_up() {
	local name=$1 manifests key
	manifests=$(render "$name")
	key=$({
		cat "$manifests"
		declare -f "${name}_configure"
	} | sha256sum | cut -c1-16)
	if [[ $(applied_key "$name") == "$key" ]]; then
		echo "$name is applied and unchanged"
		return 0
	fi
	apply_all "$manifests"
	"${name}_configure"
	as_installer create configmap openfunction-components -n kube-system 2>/dev/null || true
	as_installer patch configmap openfunction-components -n kube-system --type merge \
		-p "{\"data\":{\"$name\":\"$key\"}}"
}

# What is applied is noted in the cluster: it is true as long as the cluster is.
applied_key() {
	as_installer get configmap openfunction-components -n kube-system --ignore-not-found \
		-o "jsonpath={.data['$1']}"
}

# apply_all FILE: definitions first; objects of the kinds they define can only
# follow once those are served.
apply_all() {
	local folder
	folder=$(mktemp -d)
	split_definitions "$1" "$folder"
	if [[ -s $folder/definitions.yaml ]]; then
		as_installer apply --server-side --force-conflicts -f "$folder/definitions.yaml"
		as_installer wait --for=condition=Established --timeout=60s -f "$folder/definitions.yaml"
	fi
	as_installer apply --server-side --force-conflicts -f "$folder/objects.yaml"
	rm -r "$folder"
}

split_definitions() {
	awk -v folder="$2" '
		function flush() {
			if (document ~ /[^[:space:]]/) {
				target = folder (document ~ /\nkind: CustomResourceDefinition\n/ ? "/definitions.yaml" : "/objects.yaml")
				printf "---\n%s", document > target
			}
			document = ""
		}
		/^---/ { flush(); next }
		{ document = document $0 "\n" }
		END { flush() }' <(sed '1s/^/\n/' "$1")
}

# as_installer: kubectl as a user of its own, so that the audit log shows what
# the installation wrote from what people wrote.
as_installer() {
	if $own_node; then
		KUBECONFIG=$state/installer.kubeconfig kubectl "$@"
	else
		kubectl "$@"
	fi
}

# await_component NAME: every workload of the component is available.
await_component() {
	local namespace workload
	for namespace in $("$1"_namespaces); do
		for workload in $(as_installer get deployments,statefulsets -n "$namespace" -o name); do
			as_installer rollout status "$workload" -n "$namespace" --timeout=300s || {
				describe_trouble "$namespace"
				return 1
			}
		done
	done
}

# describe_trouble NAMESPACE: what a person would look at first.
describe_trouble() {
	local pod
	for pod in $(as_installer get pods -n "$1" \
		-o 'jsonpath={.items[?(@.status.containerStatuses[0].ready==false)].metadata.name}'); do
		as_installer logs -n "$1" "$pod" --tail 10 || true
	done
	as_installer get pods -n "$1" -o wide
	as_installer get events -n "$1" --field-selector type=Warning --sort-by=.lastTimestamp | tail -n 15
}
