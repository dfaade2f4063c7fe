#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Fails where generated code is not what hack/update-codegen.sh makes of the
# sources as they are, committed or not. It works on a copy.
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$repo"
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
