#!/usr/bin/env bash
# Copyright 2026 The OpenFunction Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Generates deepcopy functions, clients, informers, listers, reconcilers and the
# schemas of the CRDs with their reference, docs/reference/api.md. Idempotent; everything it needs is pinned in go.mod.

set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly module=openfunction.dev/openfunction
readonly header="$PWD/hack/boilerplate/boilerplate.go.txt"

# go list prints no folder for a module that is not in the module cache yet.
go mod download k8s.io/code-generator knative.dev/pkg
module_dir() { go list -m -f '{{.Dir}}' "$1"; }

# kube_codegen.sh keeps a local variable named boilerplate, so ours is header.
# shellcheck disable=SC1091
source "$(module_dir k8s.io/code-generator)/kube_codegen.sh"

kube::codegen::gen_helpers --boilerplate "$header" pkg/apis
kube::codegen::gen_client --with-watch \
  --output-dir pkg/client --output-pkg "$module/pkg/client" \
  --boilerplate "$header" pkg/apis

bash "$(module_dir knative.dev/pkg)/hack/generate-knative.sh" injection \
  "$module/pkg/client" "$module/pkg/apis" "functions:v1beta2 networking:v1alpha1" \
  --go-header-file "$header"

go tool controller-gen schemapatch:manifests=config,maxDescLen=1000 \
  output:dir=config paths=./pkg/apis/...

# Descriptions of what is not ours, and docs/reference/api.md.
go run ./hack/definitions config/300-*.yaml
