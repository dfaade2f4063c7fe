#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Fails where generated code is not what hack/update-codegen.sh makes of the
# sources as they are, committed or not. It works on a copy. It generates nothing if
# all that the generators read and write is as it was when this check passed.
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$repo"

# files: what the generators read and write: our packages that the API and the generators
# import, generated clients, manifests and documents.
files() {
	local module path
	module=$(go list -m)
	{
		go list -deps ./pkg/apis/... ./hack/definitions | sed -n "s|^$module/||p"
		printf '%s\n' pkg/apis pkg/client config hack/boilerplate docs/reference/api.md \
			go.mod go.sum hack/update-codegen.sh hack/verify-codegen.sh
	} | xargs git ls-files -z --cached --others --exclude-standard -- | sort --zero-terminated --unique |
		while IFS= read -r -d '' path; do
			[[ ! -f $path ]] || printf '%s\0' "$path"
		done
}

# state: a hash of the names and contents of these files, and of the version of Go.
state() {
	{
		go version
		files | xargs --null sha256sum
	} | sha256sum | cut -d ' ' -f 1
}

before=$(state)
passed=${OPENFUNCTION_CACHE:-/var/cache/openfunction}/verified/generated-code-$before
if [[ -e $passed ]]; then
	echo "generated code was verified for the same files before: $passed"
	exit 0
fi

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

git ls-files -z --cached --others --exclude-standard |
	while IFS= read -r -d '' path; do
		# Deleted, but not yet from the index.
		[[ ! -e $path && ! -L $path ]] || printf '%s\0' "$path"
	done | tar --create --null --files-from - | tar --extract --directory "$copy"

cd "$copy"
git init --quiet
git add --all --force
git -c user.name=verify -c user.email=verify@localhost -c commit.gpgsign=false \
	commit --quiet --no-verify --message sources
hack/update-codegen.sh

changed=$(git status --porcelain)
if [[ -n $changed ]]; then
	git --no-pager diff | head -n 80
	printf '%s\n' "$changed"
	echo "generated code is out of date: run hack/update-codegen.sh and commit what it changed" >&2
	exit 1
fi

# Not if a file was changed before it was copied. Without the note the check only takes
# longer the next time.
if [[ $(state) == "$before" ]] && mkdir -p "$(dirname "$passed")" && touch "$passed"; then
	echo "noted in $passed"
fi
