/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package config

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	cm "knative.dev/pkg/configmap"

	"openfunction.dev/openfunction/pkg/apis/imageref"
)

const (
	// anything is the pattern that allows everything.
	anything = "*"
	// ownNamespace is the placeholder for the namespace of the function.
	ownNamespace = "{namespace}"
	dockerHub    = "docker.io"
	// anyDigest is what follows the @ of a pattern that allows no tags.
	anyDigest    = digestPrefix + "*"
	digestPrefix = "sha256:"
)

// ImagePatterns is a list of images, each as host/path, where * matches any characters
// except a slash. A path also allows every path below it, and with @sha256:* only images
// by digest. A path with a tag or a digest allows that image only. The single pattern *
// allows all.
type ImagePatterns []string

// Allows reports whether one of the patterns matches the image.
func (p ImagePatterns) Allows(image string) bool {
	if p.AllowAll() {
		return true
	}
	ref, err := imageref.Parse(image)
	if err != nil {
		return false
	}
	host := ref.Registry
	if host == imageref.DockerHub {
		host = dockerHub
	}
	repository := host + "/" + ref.Repository
	return slices.ContainsFunc(p, func(pattern string) bool {
		wanted, identifier := splitIdentifier(pattern)
		switch {
		case identifier == anyDigest && !strings.HasPrefix(ref.Identifier(), digestPrefix):
			return false
		case identifier != "" && identifier != anyDigest:
			return identifier == ref.Identifier() && matches(wanted, repository)
		}
		return matches(wanted, firstParts(repository, strings.Count(wanted, "/")+1))
	})
}

// AllowAll reports whether the patterns match every image.
func (p ImagePatterns) AllowAll() bool {
	return slices.Contains(p, anything)
}

// in returns the patterns for one namespace.
func (p ImagePatterns) in(namespace string) ImagePatterns {
	own := slices.Clone(p)
	for i := range own {
		own[i] = strings.ReplaceAll(own[i], ownNamespace, namespace)
	}
	return own
}

// matches compares part by part. * does not match a slash, so that a pattern for one
// host cannot match a path on another.
func matches(pattern, repository string) bool {
	matched, err := path.Match(pattern, repository)
	return err == nil && matched
}

func firstParts(repository string, n int) string {
	parts := strings.Split(repository, "/")
	return strings.Join(parts[:min(n, len(parts))], "/")
}

// splitIdentifier splits a pattern from its tag or digest.
func splitIdentifier(pattern string) (rest, identifier string) {
	if rest, digest, ok := strings.Cut(pattern, "@"); ok {
		return rest, digest
	}
	slash := strings.LastIndex(pattern, "/")
	if colon := strings.LastIndex(pattern, ":"); slash >= 0 && colon > slash {
		return pattern[:colon], pattern[colon+1:]
	}
	return pattern, ""
}

var (
	patternHost       = regexp.MustCompile(`^[a-z0-9.*-]+(:[0-9]+)?$`)
	patternPath       = regexp.MustCompile(`^[a-z0-9._*-]+(/[a-z0-9._*-]+)*$`)
	patternIdentifier = regexp.MustCompile(`^([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}|sha256:[0-9a-f]{64})$`)
)

// asImages parses a list of patterns, which must not be empty.
func asImages(key string, target *ImagePatterns) cm.ParseFunc {
	return func(data map[string]string) error {
		raw, ok := data[key]
		if !ok {
			return nil
		}
		patterns := fields(raw)
		if len(patterns) == 0 {
			return fmt.Errorf("%s: must not be empty; %s allows all", key, anything)
		}
		for i, pattern := range patterns {
			if patterns[i] = canonicalImage(pattern); !isImagePattern(patterns[i]) {
				return fmt.Errorf("%s: %q is not host/path, where * matches any characters except a slash, for example registry.example.com/team", key, pattern)
			}
		}
		*target = patterns
		return nil
	}
}

// canonicalImage adds the default host to a pattern without one.
func canonicalImage(pattern string) string {
	name, _, _ := strings.Cut(pattern, "@")
	first, _, found := strings.Cut(name, "/")
	switch {
	case pattern == anything, strings.ContainsAny(first, ".*") || found && strings.Contains(first, ":") || first == "localhost":
		return pattern
	case !found:
		return dockerHub + "/library/" + pattern
	}
	return dockerHub + "/" + pattern
}

func isImagePattern(pattern string) bool {
	if pattern == anything {
		return true
	}
	rest, identifier := splitIdentifier(strings.ReplaceAll(pattern, ownNamespace, "x"))
	host, repository, found := strings.Cut(rest, "/")
	return patternHost.MatchString(host) && (!found || patternPath.MatchString(repository)) &&
		(identifier == "" || identifier == anyDigest || found && patternIdentifier.MatchString(identifier))
}
