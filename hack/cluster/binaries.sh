#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Programs built from the modules in third_party, cached by content: the same
# module files and the same Go give the same path, whatever folder this
# repository is in.
#
#   binary NAME      builds NAME if needed and prints the path of the program
#
# $cache/bin holds a link to the newest of each, and one for every program that
# the kubernetes binary can be (kubectl, etcd, kube-apiserver, ...).
# shellcheck disable=SC2154 # settings.sh assigns them

kubernetes_programs=(etcd kube-apiserver kube-controller-manager kube-proxy kube-scheduler kubectl kubelet)

# module_of NAME and package_of NAME: where a program comes from.
module_of() {
	case $1 in
	pause) echo kubernetes ;;
	launcher) echo lifecycle ;;
	*) echo "$1" ;;
	esac
}

package_of() {
	case $1 in
	coredns) echo github.com/coredns/coredns ;;
	crane) echo github.com/google/go-containerregistry/cmd/crane ;;
	golangci-lint) echo github.com/golangci/golangci-lint/v2/cmd/golangci-lint ;;
	helm) echo helm.sh/helm/v3/cmd/helm ;;
	ko) echo github.com/google/ko ;;
	kubernetes) echo . ;;
	launcher | lifecycle) echo "github.com/buildpacks/lifecycle/cmd/$1" ;;
	pause) echo ./pause ;;
	prometheus) echo github.com/prometheus/prometheus/cmd/prometheus ;;
	*) die "no program named $1: see package_of in hack/cluster/binaries.sh" ;;
	esac
}

# version_of MODULE PATH: the version that third_party/MODULE pins PATH to.
version_of() {
	(cd "$repo/third_party/$1" && go list -m -f '{{.Version}}' "$2")
}

# ldflags_of NAME: what a program, or those of module NAME, has compiled in about itself
# at link time.
ldflags_of() {
	local flags="-s -w" version
	case $1 in
	kubernetes)
		version=$(version_of kubernetes k8s.io/kubernetes)
		flags+=" -X k8s.io/component-base/version.gitVersion=$version"
		;;
	dapr)
		version=$(version_of dapr github.com/dapr/dapr)
		flags+=" -X github.com/dapr/dapr/pkg/buildinfo.version=${version#v}"
		flags+=" -X github.com/dapr/kit/logger.DaprVersion=${version#v}"
		;;
	keda)
		version=$(version_of keda github.com/kedacore/keda/v2)
		flags+=" -X github.com/kedacore/keda/v2/version.Version=${version#v}"
		;;
	launcher | lifecycle)
		version=$(version_of lifecycle github.com/buildpacks/lifecycle)
		flags+=" -X github.com/buildpacks/lifecycle/cmd.Version=${version#v}"
		;;
	esac
	echo "$flags"
}

# tags_of NAME: the build tags that leave out what we do not use.
tags_of() {
	case $1 in
	# The clients of all clouds, by which Prometheus finds what to scrape.
	prometheus) echo remove_all_sd ;;
	esac
}

# module_key MODULE [MORE...]: a hash of everything that decides what comes out.
module_key() {
	local module=$1
	shift
	(
		cd "$repo/third_party/$module" || exit
		{
			go env GOVERSION GOOS GOARCH
			printf '%s\n' "$@"
			find . -type f \( -name '*.go' -o -name go.mod -o -name go.sum \) -print0 |
				sort -z | xargs -0 sha256sum
		} | sha256sum | cut -c1-16
	)
}

binary() {
	local name=$1 package flags tags key folder
	package=$(package_of "$name")
	flags=$(ldflags_of "$name")
	tags=$(tags_of "$name")
	key=$(module_key "$(module_of "$name")" "$package" "$flags" ${tags:+"$tags"})
	folder=$cache/programs/$name-$key
	if [[ ! -x $folder/$name ]]; then
		build_binary "$name" "$package" "$flags" "$tags" "$folder"
	fi
	if [[ $(readlink "$cache/bin/$name" 2>/dev/null) != "$folder/$name" ]]; then
		link_binary "$name" "$folder"
	fi
	echo "$folder/$name"
}

# build_binary is safe to call from several runs at once: one builds, the others
# wait for it.
build_binary() {
	local name=$1 package=$2 flags=$3 tags=$4 folder=$5
	mkdir -p "$cache/programs" "$cache/lock"
	(
		flock 8
		[[ ! -x $folder/$name ]] || exit 0
		rm -rf "$folder.part"
		mkdir "$folder.part"
		cd "$repo/third_party/$(module_of "$name")" || exit
		# The flags are those ko uses, so that its builds share the build cache.
		CGO_ENABLED=0 go build -buildvcs=false -trimpath -tags "$tags" -ldflags "$flags" -o "$folder.part/$name" "$package" >&2
		mv "$folder.part" "$folder"
	) 8>"$cache/lock/$name"
}

link_binary() {
	local name=$1 folder=$2 program
	mkdir -p "$cache/bin"
	ln -sfn "$folder/$name" "$cache/bin/$name"
	if [[ $name == kubernetes ]]; then
		for program in "${kubernetes_programs[@]}"; do
			ln -sfn "$folder/$name" "$cache/bin/$program"
		done
	fi
}

# On an existing cluster the user's own client is enough.
kubectl() {
	if ! $own_node && [[ ! -x $cache/bin/kubectl ]]; then
		command kubectl "$@"
	else
		"$cache/bin/kubectl" "$@"
	fi
}
