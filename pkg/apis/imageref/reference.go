/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package imageref parses image references by the grammar of the distribution project,
// which registries, containerd and the kubelet follow.
package imageref

import (
	"errors"
	"regexp"
	"strings"
)

const (
	// DockerHub is the registry of a reference that names none.
	DockerHub = "index.docker.io"

	defaultTag    = "latest"
	officialImage = "library/"
	maxRepository = 255
)

// Reference is a parsed image reference.
type Reference struct {
	// Registry is the host of the registry with its port.
	Registry string
	// Repository is the path in the registry.
	Repository string
	// Tag is the tag. It is latest if the reference has neither a tag nor a digest, and
	// empty if it has a digest.
	Tag string
	// Digest is the digest; empty if the reference has none.
	Digest string
}

var (
	// A host may have underscores: the distribution project refuses them, DNS does not.
	host       = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?)*|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?$`)
	repository = regexp.MustCompile(`^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$`)
	tag        = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$`)
	digest     = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
)

// The reasons why a reference is refused.
var (
	errDigest    = errors.New("malformed digest: must be sha256: and 64 hexadecimal digits")
	errTagStart  = errors.New("the tag must not begin with '-' or '.'")
	errTag       = errors.New("the tag must have at most 128 letters, digits, '_', '-' and '.'")
	errUpperCase = errors.New("repository must be lowercase")
	errLength    = errors.New("the repository must have at most 255 bytes")
	errForm      = errors.New("must be [registry/]repository[:tag][@digest]")
)

// Parse returns the parts of a reference. The error names the part that is wrong and
// does not repeat the reference.
func Parse(reference string) (Reference, error) {
	rest, digested, byDigest := strings.Cut(reference, "@")
	if byDigest && !digest.MatchString(digested) {
		return Reference{}, errDigest
	}
	rest, tagged, byTag := cutTag(rest)
	registry, path := split(rest)
	switch {
	case path != strings.ToLower(path):
		return Reference{}, errUpperCase
	case !host.MatchString(registry) || !repository.MatchString(path) || byTag && tagged == "":
		return Reference{}, errForm
	case len(path) > maxRepository:
		return Reference{}, errLength
	case byTag && strings.ContainsAny(tagged[:1], "-."):
		return Reference{}, errTagStart
	case byTag && !tag.MatchString(tagged):
		return Reference{}, errTag
	case byDigest:
		tagged = ""
	case !byTag:
		tagged = defaultTag
	}
	return Reference{Registry: registry, Repository: path, Tag: tagged, Digest: digested}, nil
}

func cutTag(reference string) (rest, tag string, found bool) {
	colon := strings.LastIndexByte(reference, ':')
	if colon < 0 || colon < strings.LastIndexByte(reference, '/') {
		return reference, "", false
	}
	return reference[:colon], reference[colon+1:], true
}

// split returns the registry and the repository. The first part of a path is a
// registry if it cannot be anything else.
func split(name string) (registry, path string) {
	first, rest, found := strings.Cut(name, "/")
	registry, path = DockerHub, name
	if found && (first == "localhost" || strings.ContainsAny(first, ".:")) {
		registry, path = first, rest
	}
	if registry == "docker.io" {
		registry = DockerHub
	}
	if registry == DockerHub && !strings.Contains(path, "/") {
		path = officialImage + path
	}
	return registry, path
}

// Name returns the reference without tag and digest.
func (r Reference) Name() string {
	return r.Registry + "/" + r.Repository
}

// Identifier returns the digest, or the tag if there is none.
func (r Reference) Identifier() string {
	if r.Digest != "" {
		return r.Digest
	}
	return r.Tag
}

// ByDigest returns the image of that digest in the repository of reference.
func ByDigest(reference, digest string) (string, error) {
	ref, err := Parse(reference)
	if err != nil {
		return "", err
	}
	return ref.ByDigest(digest), nil
}

// ByDigest returns the reference of another image of the same repository.
func (r Reference) ByDigest(digest string) string {
	return r.Name() + "@" + digest
}
