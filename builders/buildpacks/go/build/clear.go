/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package build

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"openfunction.dev/openfunction/builders/buildpacks/go/settings"
)

var (
	versionControl = []string{".git", ".hg", ".svn", ".bzr"}
	goFiles        = []string{"go.mod", "go.sum", "go.work", "go.work.sum"}
)

// clearSource removes the files from the application folder that the image must not
// contain.
func clearSource(dir string, choice settings.Clear) error {
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		switch name := entryName(entry); {
		case err != nil:
			return err
		case path == dir:
			return nil
		case choice == settings.ClearAll, slices.Contains(versionControl, name):
			return remove(path, entry)
		case choice == settings.ClearNothing:
			return nil
		case entry.IsDir() && name == "vendor":
			return remove(path, entry)
		case !entry.IsDir() && (strings.HasSuffix(name, ".go") || slices.Contains(goFiles, name)):
			return remove(path, entry)
		}
		return nil
	})
}

func entryName(entry fs.DirEntry) string {
	if entry == nil {
		return ""
	}
	return entry.Name()
}

func remove(path string, entry fs.DirEntry) error {
	if err := os.RemoveAll(path); err != nil || !entry.IsDir() {
		return err
	}
	return filepath.SkipDir
}
