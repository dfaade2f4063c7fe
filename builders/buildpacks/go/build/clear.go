/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package build

import (
	"bytes"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"openfunction.dev/openfunction/builders/buildpacks/go/settings"
)

// markers are the folders of version control systems, and a file that each of them has. A
// folder that only has the name stays in the image.
var markers = map[string]string{".git": "HEAD", ".hg": "requires", ".svn": "wc.db", ".bzr": "branch-format"}

var goFiles = []string{"go.mod", "go.sum", "go.work", "go.work.sum"}

// clearSource removes the files from the application folder that the image must not
// contain, and returns their paths.
func clearSource(dir string, choice settings.Clear) ([]string, error) {
	var removed []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == dir || !isCleared(path, entry, choice) {
			return err
		}
		relative, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		removed = append(removed, filepath.ToSlash(relative))
		if err := os.RemoveAll(path); err != nil || !entry.IsDir() {
			return err
		}
		return filepath.SkipDir
	})
	return removed, err
}

func isCleared(path string, entry fs.DirEntry, choice settings.Clear) bool {
	switch {
	case choice == settings.ClearAll, isVersionControl(path, entry):
		return true
	case choice == settings.ClearNothing:
		return false
	case entry.IsDir():
		return entry.Name() == "vendor" && exists(filepath.Join(path, "modules.txt"))
	default:
		return slices.Contains(goFiles, entry.Name()) || isGoSource(path)
	}
}

// isVersionControl reports whether path is the data of a version control system, or the
// file by which a submodule or worktree of git names its folder.
func isVersionControl(path string, entry fs.DirEntry) bool {
	marker := markers[entry.Name()]
	if marker == "" || entry.IsDir() {
		return marker != "" && exists(filepath.Join(path, marker))
	}
	text, err := os.ReadFile(path)
	return err == nil && bytes.HasPrefix(text, []byte("gitdir: "))
}

// isGoSource reports whether a file is Go source. A file that only has the name is data.
func isGoSource(path string) bool {
	if !strings.HasSuffix(path, ".go") {
		return false
	}
	_, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.PackageClauseOnly)
	return err == nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
