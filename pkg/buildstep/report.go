/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package buildstep

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

var (
	digestLine   = regexp.MustCompile(`^digest = "(sha256:[0-9a-f]{64})"$`)
	runImageLine = regexp.MustCompile(`^reference = "([^"@\\]+@sha256:[0-9a-f]{64})"$`)
)

// readDigest returns the digest of the image from the lifecycle's report.
func readDigest(path string) (string, error) {
	digest, err := find(path, "[image]", digestLine)
	if err != nil {
		return "", fmt.Errorf("read the lifecycle's report: %w", err)
	}
	if digest == "" {
		return "", errors.New("the lifecycle's report contains no image digest: use a builder image with lifecycle 0.17 or newer")
	}
	return digest, nil
}

// readRunImage returns the base image from the lifecycle's analysis; empty if that
// names none by digest, which is not an error of the build.
func readRunImage(path string) string {
	reference, err := find(path, "[run-image]", runImageLine)
	if err != nil {
		return ""
	}
	return reference
}

// find returns the value of the first line of a table that matches. The lifecycle
// writes its files in one fixed form.
func find(path, table string, line *regexp.Regexp) (string, error) {
	content, err := os.ReadFile(path) //nolint:gosec // a folder of this build
	if err != nil {
		return "", err
	}
	current := ""
	for text := range strings.Lines(string(content)) {
		text = strings.TrimSpace(text)
		if strings.HasPrefix(text, "[") {
			current = text
		}
		if match := line.FindStringSubmatch(text); match != nil && current == table {
			return match[1], nil
		}
	}
	return "", nil
}

// RunImageArtifact is the name of the step's input artifact that is the base of
// the image.
const RunImageArtifact = "run-image"

// maxArtifactsBytes leaves space for the results: a termination message that is too
// long for Tekton would fail a build that has succeeded.
const maxArtifactsBytes = 1024

// artifacts is the format in which a step reports its inputs to Tekton.
type artifacts struct {
	Inputs []artifact `json:"inputs"`
}

type artifact struct {
	Name   string          `json:"name"`
	Values []artifactValue `json:"values"`
}

type artifactValue struct {
	URI    string            `json:"uri"`
	Digest map[string]string `json:"digest"`
}

// writeRunImage reports the base of the image to Tekton, as a package URL. A Tekton
// without artifacts has no folder for them.
func (r Results) writeRunImage(reference string) error {
	repository, digest, found := strings.Cut(reference, "@sha256:")
	if !found || r.Artifacts == "" {
		return nil
	}
	purl := "pkg:oci/" + path.Base(repository) + "@sha256%3A" + digest + "?repository_url=" + url.QueryEscape(repository)
	content, err := json.Marshal(artifacts{Inputs: []artifact{{
		Name:   RunImageArtifact,
		Values: []artifactValue{{URI: purl, Digest: map[string]string{"sha256": digest}}},
	}}})
	if err != nil || len(content) > maxArtifactsBytes {
		return err
	}
	if _, err := os.Stat(filepath.Dir(r.Artifacts)); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return os.WriteFile(r.Artifacts, content, 0o600)
}
