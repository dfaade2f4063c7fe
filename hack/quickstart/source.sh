#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# The source code of the quickstart: a git repository on this machine, served to
# the builds over HTTP.
# shellcheck disable=SC2034,SC2154 # names shared with the files beside it

git_root=$state/git
git_repository=$git_root/examples.git
git_port=3080

source_up() {
	local host
	host=$(git_host) || die "no address of this machine is known that pods reach: set QUICKSTART_GIT_HOST to one"
	git_url=http://$host:$git_port
	make_repository >>"$log" 2>&1 || die "no git repository could be made; the log: $log"
	serve_repository "$host"
	if ! $own_node; then
		allow_source_host "$host"
	fi
	info "$git_url/examples.git has the source of the function"
}

# git_host: where pods reach this machine.
git_host() {
	if [[ -n ${QUICKSTART_GIT_HOST:-} ]]; then
		echo "$QUICKSTART_GIT_HOST"
	elif $own_node; then
		echo "$node_ip"
	else
		ip -4 -o route get 1.1.1.1 | grep -o 'src [0-9.]*' | cut -d' ' -f2
	fi
}

# make_repository: one commit of what is in test/functions, the same each time.
# A repository that is there stays: it may have commits of yours.
make_repository() {
	local work
	[[ ! -d $git_repository ]] || return 0
	work=$(mktemp -d)
	mkdir -p "$git_root" &&
		cp -r "$repo/test/functions/." "$work" &&
		commit_all "$work" &&
		rm -rf "$git_repository.part" &&
		git clone -q --bare "$work" "$git_repository.part" &&
		mv "$git_repository.part" "$git_repository" &&
		rm -rf "$work"
}

# commit_all FOLDER: independent of the git settings of the user.
commit_all() (
	export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
	export GIT_AUTHOR_NAME=Quickstart GIT_AUTHOR_EMAIL=quickstart@example.com GIT_AUTHOR_DATE=2026-01-01T00:00:00Z
	export GIT_COMMITTER_NAME=$GIT_AUTHOR_NAME GIT_COMMITTER_EMAIL=$GIT_AUTHOR_EMAIL GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE
	git -C "$1" init -q --initial-branch=main &&
		git -C "$1" add --all &&
		git -C "$1" commit -qm "Functions to try"
)

serve_repository() {
	local program=$cache/programs/git-server
	mkdir -p "$cache/programs"
	(cd "$repo" && CGO_ENABLED=0 go build -trimpath -o "$program" ./test/images/git-server) >>"$log" 2>&1 ||
		die "the git server does not build; the log: $log"
	daemon_start git-server "$program" "$program" -listen "$1:$git_port" -root "$git_root" 7>&-
	await 30 "the git server" git_healthy || die "the git server does not answer; its log: $state/log/git-server.log"
}

git_healthy() {
	git ls-remote -q "$git_url/examples.git" main
}

# allow_source_host HOST: hack/cluster.sh does this for its own node.
allow_source_host() {
	local hosts
	hosts=$(kubectl -n openfunction get configmap config-build -o 'jsonpath={.data.insecure-source-hosts}')
	[[ ",$hosts," != *",$1,"* ]] || return 0
	kubectl -n openfunction patch configmap config-build --type merge \
		-p "{\"data\":{\"insecure-source-hosts\":\"${hosts:+$hosts,}$1\"}}" >>"$log"
}
