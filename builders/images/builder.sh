#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# The upper part of the builder image: the lifecycle, the buildpack and the
# functions framework, and what the lifecycle reads about them.
# shellcheck disable=SC2154 # builders/images.sh and what it sources assign them

buildpack_version() { sed -n 's/^version = "\(.*\)"$/\1/p' "$builders/buildpacks/go/buildpack.toml"; }

# builder_image RUN: RUN is the image that functions are put on.
builder_image() {
	local run=$1 base version key
	base=$(toolchain_image)
	version=$(version_of lifecycle github.com/buildpacks/lifecycle)
	version=${version#v}
	fill_builder "$folder/builder" "$run" >&2
	key=$({
		echo "$base"
		declare -f builder_image fill_builder fill_buildpack
		cd "$folder/builder" || exit
		find . -type f -print0 | sort -z | xargs -0 sha256sum
	} | sha256sum | cut -c1-16)
	registry_reference "$registry/builder-go:$key" && return
	make_layer "$folder/builder" "$folder/builder.tar"
	compose_image "builder-go:$key" "$base" "$folder/builder.tar" \
		--user 65532:65532 --workdir /workspace \
		--env CNB_USER_ID=65532 --env CNB_GROUP_ID=65532 --env CNB_PLATFORM_API=0.14 \
		--label "io.buildpacks.lifecycle.version=$version" \
		--label "io.buildpacks.builder.metadata=$(builder_metadata "$run" "$version")" \
		--label "io.buildpacks.buildpack.order=[{\"group\":[{\"id\":\"openfunction/go\",\"version\":\"$(buildpack_version)\"}]}]"
}

builder_metadata() {
	jq -cn --arg run "$1" --arg lifecycle "$2" --arg buildpack "$(buildpack_version)" '{
		description: "Builds Go functions and programs",
		buildpacks: [{id: "openfunction/go", version: $buildpack, homepage: "https://openfunction.dev"}],
		stack: {runImage: {image: $run}},
		images: [{image: $run}],
		lifecycle: {version: $lifecycle},
		createdBy: {name: "builders/images.sh"}
	}'
}

fill_builder() {
	local root=$1 cnb=$1/cnb phase buildpack
	install -d -m 755 "$cnb/lifecycle"
	install -d -m 1777 "$root/layers" "$root/platform" "$root/workspace"
	install -m 755 "$(binary lifecycle)" "$cnb/lifecycle/lifecycle"
	install -m 755 "$(binary launcher)" "$cnb/lifecycle/launcher"
	for phase in analyzer builder creator detector exporter rebaser restorer; do
		ln -s lifecycle "$cnb/lifecycle/$phase"
	done
	buildpack=$cnb/buildpacks/openfunction_go/$(buildpack_version)
	fill_buildpack "$buildpack"
	printf '[[order]]\n[[order.group]]\nid = "openfunction/go"\nversion = "%s"\n' "$(buildpack_version)" >"$cnb/order.toml"
	printf '[[images]]\nimage = "%s"\n' "$2" >"$cnb/run.toml"
	write_build_config "$cnb/build-config/env"
	chmod -R u+rwX,go+rX,go-w "$cnb"
}

# fill_buildpack TO: the buildpack in the form of the lifecycle, and the framework.
fill_buildpack() {
	local package
	install -d -m 755 "$1/bin" "$1/framework/functions" "$1/framework/cloudevents"
	install -m 644 "$builders/functions-framework-go/go.mod" "$1/framework/go.mod"
	install -m 644 "$builders/buildpacks/go/buildpack.toml" "$1/buildpack.toml"
	(cd "$builders/.." && CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags="-s -w" \
		-o "$1/bin/build" ./builders/buildpacks/go)
	ln -s build "$1/bin/detect"
	for package in functions cloudevents; do
		find "$builders/functions-framework-go/$package" -name '*.go' ! -name '*_test.go' \
			-exec install -m 644 -t "$1/framework/$package" {} +
	done
}

# write_build_config TO: where this machine gets its modules from is where builds
# get theirs; a user's FUNC_GOPROXY still comes first.
write_build_config() {
	local name value
	install -d -m 755 "$1"
	for name in GOPROXY GOSUMDB GONOSUMDB GOPRIVATE GONOPROXY; do
		value=$(go env "$name")
		[[ -z $value ]] || printf %s "$value" >"$1/$name.default"
	done
}
