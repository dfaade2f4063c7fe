#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# What no linter checks: licences, the size of scripts and of ReconcileKind, that the
# core names no product, and that we compile against the releases that we run against.
# Prints the figures that this code is measured by.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

failed=0
report() {
	printf '%s\n' "$*" >&2
	failed=1
}

# sources PATTERN...: files of ours that are there, committed or not.
sources() {
	local path
	git ls-files --cached --others --exclude-standard -- "$@" | while IFS= read -r path; do
		[[ ! -f $path ]] || printf '%s\n' "$path"
	done
}

# written by hand: no generated file.
go_sources() {
	sources '*.go' | grep -v -e '/zz_generated' -e '^pkg/client/' -e '/testdata/'
}

verify_licences() {
	local path line
	for line in 'Copyright 2026 The OpenFunction Authors\.' 'SPDX-License-Identifier: Apache-2\.0'; do
		while IFS= read -r path; do
			report "$path: a line of its licence is missing: copy it from hack/boilerplate/boilerplate.go.txt"
		done < <(sources '*.go' '*.sh' '*.yaml' '*.yml' .ci/run | grep -v '/testdata/' | xargs grep -L "$line")
	done
}

verify_script_sizes() {
	local path lines
	while IFS= read -r path; do
		lines=$(wc -l <"$path")
		((lines <= 500)) || report "$path: $lines lines, 500 are the most: split it"
	done < <(sources '*.sh' .ci/run)
}

# functions: the lines of each function, its file and its name; gofmt puts the
# last brace of a function into the first column.
functions() {
	# shellcheck disable=SC2016 # these are awk's
	go_sources | grep -v '_test\.go$' | xargs awk '
		/^func / { name = $0; begin = FNR }
		/^func .*}$/ { print 1, FILENAME, name; begin = 0 }
		/^}/ && begin { print FNR - begin + 1, FILENAME, name; begin = 0 }'
}

# api_names: extended regular expressions of the product names that users see as names
# of the API: types, fields, their paths, values and documentation, and reserved
# domains. They cannot change with a plug-in, so the generic files of pkg/apis may use
# them. Only the name is allowed, not the rest of its line.
api_names() {
	cat <<-'EOF'
		\+kubebuilder:.*
		`json:"(dapr|keda|shipwright),omitempty"`
		\<(Dapr(Trigger|ComponentRef|Component|Output)|KedaScaleOptions|ShipwrightEngine|HTTPEngineKeda)\>
		^[^:]*:[0-9]+:	(Dapr|Keda|Shipwright)\>
		^[^:]*:[0-9]+:	// (Dapr|Keda|Shipwright) (selects|makes|configures)\>
		\.(Dapr|Keda|Shipwright)\>
		"(dapr|keda|shipwright)"
		"triggers\.dapr\[%d\]
		\<shipwright\.(strategy|timeout)\>
		\<if dapr and cron are empty\>
		\<Dapr (components|binding components|publish/subscribe components|state stores)\>
		\<the defaults of KEDA\>
		\<knative or keda, in any letter case\. Default: knative\>
		"(dapr\.io|keda\.sh)"
		"shipwright\.io/buildRun"
		\<DAPR_
	EOF
}

# products REGEX...: lines of standard input, each "path:number:text", that name a
# product after what the expressions match is taken away.
products() {
	local expressions=(-e '') exception
	for exception in "$@"; do
		expressions+=(-e "s~$exception~~g")
	done
	sed -E "${expressions[@]}" | grep -iE '^[^:]*:[0-9]+:.*(dapr|keda|knative\.dev/(serving|eventing)|shipwright|tekton|mqtt)' || true
}

# The core depends on no product: a new runtime or strategy must not need a change there. Nor
# does the API outside of the files that are named after a product, which hold its
# fields and their rules. The API of the release before is no longer developed.
verify_wall() {
	local line names
	mapfile -t names < <(api_names)
	while IFS= read -r line; do
		report "$line: generic code names a product: move it into the plug-in, or into a file of pkg/apis that is named after the product"
	done < <(
		go_sources | grep -E '^pkg/(reconciler|child)/' | grep -v '_test\.go$' |
			xargs grep -nH '' | products
		go_sources | grep -E '^pkg/apis/' | grep -v -e '_test\.go$' -e '^pkg/apis/functions/v1beta1/' |
			grep -vE '/(dapr|keda|shipwright)(_[a-z]+)?\.go$' | xargs grep -nH '' | products "${names[@]}"
	)
}

# A namespace that floods a controller must not delay others. The controllers of the webhook,
# and the one that serves KEDA, have one key each.
verify_queues() {
	local path
	while IFS= read -r path; do
		report "$path: a controller without a fair queue: wrap its constructor in fairqueue.Install"
	done < <(
		go_sources | grep -v -e '_test\.go$' -e '^pkg/webhook/' |
			xargs grep -lE '[a-z]reconciler\.NewImpl\(|controller\.NewContext\(' | xargs grep -L 'fairqueue\.Install'
	)
}

# ReconcileKind is a table of contents.
verify_reconcilers() {
	local lines path _
	while read -r lines path _; do
		((lines <= 40)) || report "$path: ReconcileKind has $lines lines, 40 are the most: name its phases"
	done < <(functions | grep ') ReconcileKind(')
}

# version MODULE PATH: what the module in a folder requires.
version() {
	awk -v path="$2" '
		$1 == "require" { $1 = ""; $0 = $0 }
		$1 == path && $2 ~ /^v/ { print $2; exit }' "$1/go.mod"
}

# Types we compile against and programs we run are released together.
verify_pins() {
	local folder path here there
	for folder in third_party/*/; do
		for path in knative.dev/serving knative.dev/eventing knative.dev/networking github.com/tektoncd/pipeline github.com/shipwright-io/build \
			k8s.io/client-go sigs.k8s.io/gateway-api; do
			[[ $path != k8s.io/client-go || $folder == third_party/kubernetes/ ]] || continue
			[[ $path != sigs.k8s.io/gateway-api || $folder == third_party/traefik/ ]] || continue
			[[ $path != knative.dev/* || $folder == third_party/knative/ || $path == knative.dev/eventing ]] || continue
			here=$(version . "$path")
			there=$(version "$folder" "$path")
			[[ -z $here || -z $there || $here == "$there" ]] ||
				report "go.mod has $path $here and $folder has $there: go get the same in both"
		done
	done
}

# distribution NAME: median, 90th percentile and maximum of numbers.
distribution() {
	sort -n | awk -v name="$1" '
		{ v[NR] = $1 }
		END {
			if (NR == 0) exit
			printf "%-22s %5d / %d / %d\n", name, v[int((NR + 1) / 2)], v[int(NR * 0.9 + 0.5)], v[NR]
		}'
}

print_figures() {
	local code tests
	code=$(go_sources | grep -v -e '_test\.go$' -e '^test/' | xargs cat | wc -l)
	tests=$(go_sources | grep -e '_test\.go$' -e '^test/' | xargs cat | wc -l)
	echo "lines, median / p90 / max:"
	go_sources | grep -v '_test\.go$' | xargs wc -l | awk '$2 != "total" { print $1 }' | distribution files
	functions | cut -d ' ' -f 1 | distribution functions
	functions | grep ') ReconcileKind(' | cut -d ' ' -f 1 | distribution ReconcileKind
	awk -v c="$code" -v t="$tests" 'BEGIN { printf "%-22s %d : %d = %.2f\n", "tests : code", t, c, t / c }'
}

verify_licences
verify_script_sizes
verify_wall
verify_queues
verify_reconcilers
verify_pins
print_figures
exit "$failed"
