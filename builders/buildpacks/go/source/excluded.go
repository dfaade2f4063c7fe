/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package source

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/build/constraint"
	"io"
	"path/filepath"
	"slices"
	"strings"
)

// Excluded is a file that does not belong to the build.
type Excluded struct {
	// Package has what the file declares.
	Package
	// File is its path relative to the scanned root, and Reason is why it is excluded.
	File, Reason string
}

// excluded returns why a file does not belong to the build, or "".
func excluded(platform *build.Context, path string, file *ast.File) (string, error) {
	dir, name := filepath.Split(path)
	switch {
	case strings.HasSuffix(name, "_test.go"):
		return "its name is for tests", nil
	case strings.HasPrefix(name, "_"), strings.HasPrefix(name, "."):
		return "its name begins with " + name[:1], nil
	}
	match, err := platform.MatchFile(dir, name)
	switch {
	case err != nil:
		return "", err
	case !match:
		return constraintOf(platform, dir, name, file), nil
	case file.Name.Name == "documentation":
		return "its package is documentation", nil
	case slices.ContainsFunc(file.Imports, func(s *ast.ImportSpec) bool { return s.Path.Value == `"C"` }):
		return `it imports "C"`, nil
	}
	return "", nil
}

// constraintOf returns what excludes a file: its name or its build constraint.
func constraintOf(platform *build.Context, dir, name string, file *ast.File) string {
	byName := *platform
	byName.OpenFile = func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("package p")), nil }
	if match, err := byName.MatchFile(dir, name); err == nil && !match {
		return "its name is for another platform"
	}
	for _, group := range file.Comments {
		for _, comment := range group.List {
			if comment.Pos() < file.Package && (constraint.IsGoBuild(comment.Text) || constraint.IsPlusBuild(comment.Text)) {
				return comment.Text
			}
		}
	}
	return "its build constraint"
}

// describeExcluded describes the excluded files for which matches returns true, and the
// build that they do not fit.
func (t *Tree) describeExcluded(platform *build.Context, matches func(*Excluded) bool) []string {
	const most = 5
	var files []string
	for i := range t.Excluded {
		if file := &t.Excluded[i]; matches(file) {
			files = append(files, fmt.Sprintf("%s (%s)", file.File, file.Reason))
		}
	}
	if len(files) == 0 {
		return nil
	}
	if more := len(files) - most; more > 0 {
		files = append(files[:most], fmt.Sprintf("%d more", more))
	}
	tags := "no build tags"
	if len(platform.BuildTags) > 0 {
		tags = "the build tags " + strings.Join(platform.BuildTags, ",")
	}
	return []string{fmt.Sprintf("the build is for %s/%s without cgo, with %s (FUNC_BUILD_ARGS: -tags=NAME), and leaves out %s",
		platform.GOOS, platform.GOARCH, tags, strings.Join(files, ", "))}
}
