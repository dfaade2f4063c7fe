#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Images, composed without a container engine and kept in the registry under a
# tag that is the hash of their content.
#
#   image NAME             builds the base image NAME if needed, pushes it and
#                          prints REPOSITORY@DIGEST. NAME is one of
#                            static-base   CA certificates, users, /tmp: for static Go programs
#                            debian-base   Debian with git, git-lfs, an ssh client, time zones
#                                          and media types
#                            debian-brokers  the same with RabbitMQ, Redis and Mosquitto
#                                          in place of these
#                            pause         the sandbox of every pod
#   compose_image NAME:TAG BASE LAYER.tar FLAGS...
#                          puts one layer on BASE (- for none), sets the FLAGS of
#                          `crane mutate` and prints REPOSITORY@DIGEST
#   make_layer FOLDER FILE puts FOLDER into a reproducible tar file, owned by root
#
# From the command line: hack/cluster.sh image NAME.
# shellcheck disable=SC2154 # settings.sh assigns them

debian_suite=bookworm
debian_packages=ca-certificates,git,git-lfs,media-types,openssh-client,tzdata
debian_brokers=ca-certificates,mosquitto,rabbitmq-server,redis-server
ca_bundle=/etc/ssl/certs/ca-certificates.crt

image() {
	case $1 in
	static-base) static_base ;;
	debian-base) debian_base ;;
	debian-brokers) debian_packages=$debian_brokers debian_base ;;
	pause) pause_image ;;
	*) die "no image named $1: static-base, debian-base, debian-brokers and pause are built here" ;;
	esac
}

make_layer() {
	tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$1" -cf "$2" .
}

compose_image() {
	local target=$registry/$1 base=$2 layer=$3 from=()
	shift 3
	[[ $base == - ]] || from=(--base "$base")
	# Through a tag that is not used, so that a killed run leaves no image
	# that looks complete.
	crane append "${from[@]}" --new_layer "$layer" --new_tag "$target-part" >/dev/null
	crane mutate "$target-part" --set-platform linux/amd64 --tag "$target" "$@" >/dev/null
	registry_reference "$target"
}

# The machine's own certificates go into the images: where a company checks its
# traffic, pods must trust what the machine trusts.
static_base() {
	local key folder
	key=$({
		cat "$ca_bundle"
		declare -f static_base fill_static_root
	} | sha256sum | cut -c1-16)
	registry_reference "$registry/static-base:$key" && return
	folder=$(mktemp -d)
	fill_static_root "$folder/root"
	make_layer "$folder/root" "$folder/layer.tar"
	compose_image "static-base:$key" - "$folder/layer.tar" \
		--user 65532:65532 --workdir /home/nonroot --env "SSL_CERT_FILE=$ca_bundle" --env PATH=/usr/bin:/bin
	rm -rf "$folder"
}

fill_static_root() {
	install -d -m 755 "$1" "$1/etc" "$1/etc/ssl" "$1/etc/ssl/certs" "$1/home" "$1/root"
	install -d -m 1777 "$1/tmp" "$1/home/nonroot" "$1/shared-home"
	install -m 644 "$ca_bundle" "$1$ca_bundle"
	printf '%s\n' root:x:0:0:root:/root:/sbin/nologin \
		nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin >"$1/etc/passwd"
	printf '%s\n' root:x:0: nonroot:x:65532: >"$1/etc/group"
	echo "hosts: files dns" >"$1/etc/nsswitch.conf"
	chmod 644 "$1/etc/passwd" "$1/etc/group" "$1/etc/nsswitch.conf"
}

debian_base() {
	local key
	key=$({
		cat "$ca_bundle"
		echo "$debian_suite $debian_packages"
		declare -f debian_base fill_debian_root debian_mirror
	} | sha256sum | cut -c1-16)
	registry_reference "$registry/debian-base:$key" && return
	mkdir -p "$cache/lock"
	(
		flock 8
		registry_reference "$registry/debian-base:$key" && exit
		folder=$(mktemp -d)
		fill_debian_root "$folder/root" >&2
		make_layer "$folder/root" "$folder/layer.tar"
		compose_image "debian-base:$key" - "$folder/layer.tar" \
			--user 65532:65532 --workdir /home/nonroot --env "SSL_CERT_FILE=$ca_bundle" \
			--env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
		rm -rf "$folder"
	) 8>"$cache/lock/debian-base"
}

fill_debian_root() {
	local root=$1 mirror
	mirror=$(debian_mirror)
	debootstrap --variant=minbase --include="$debian_packages" "$debian_suite" "$root" ${mirror:+"$mirror"}
	rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/var/log/* "$root"/debootstrap
	find "$root/usr/share" -mindepth 2 -maxdepth 2 \
		\( -path '*/doc/*' -o -path '*/man/*' -o -path '*/locale/*' -o -path '*/info/*' \) -exec rm -rf {} +
	install -m 644 "$ca_bundle" "$root$ca_bundle"
	echo nonroot:x:65532:65532:nonroot:/home/nonroot:/usr/sbin/nologin >>"$root/etc/passwd"
	echo nonroot:x:65532: >>"$root/etc/group"
	# Shipwright runs its git step as this user, and ssh refuses one it cannot name.
	echo git:x:1000:1000:git:/shared-home:/usr/sbin/nologin >>"$root/etc/passwd"
	echo git:x:1000: >>"$root/etc/group"
	install -d -m 1777 "$root/home/nonroot" "$root/shared-home"
}

# debian_mirror: the archive this machine itself installs from; nothing where it
# is silent, and then debootstrap chooses.
debian_mirror() {
	# shellcheck disable=SC2016 # apt-get expands them
	apt-get indextargets --format '$(REPO_URI) $(LABEL)' 'Created-By: Packages' |
		awk '$2 == "Debian" && !found {print $1; found = 1}'
}

pause_image() {
	local program key folder
	program=$(binary pause)
	key=$(sha256sum "$program" | cut -c1-16)
	if ! registry_reference "$registry/pause:$key" >/dev/null; then
		folder=$(mktemp -d)
		install -d -m 755 "$folder/root"
		install -m 755 "$program" "$folder/root/pause"
		make_layer "$folder/root" "$folder/layer.tar"
		compose_image "pause:$key" - "$folder/layer.tar" --entrypoint /pause --user 65535:65535 >/dev/null
		rm -rf "$folder"
	fi
	registry_reference "$registry/pause:$key"
}
