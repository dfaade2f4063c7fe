/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package buildstep

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ReasonSourceInvalid is the reason for a source that has a link to the outside, or whose
// sub-path is no folder.
const ReasonSourceInvalid = "SourceInvalid"

func sourceInvalid(format string, values ...any) error {
	return &FailureError{Reason: ReasonSourceInvalid, Message: fmt.Sprintf(format, values...)}
}

// resolveSource returns the folder app of the source at root without symbolic links in its
// path. A link that leads from app to another folder of the source is replaced by a copy of
// what it leads to, because the image contains app alone. A link that leads out of the
// source is an error.
func resolveSource(root, app string) (string, error) {
	root, err := filepath.EvalSymlinks(root)
	if err != nil {
		return "", err
	}
	subPath, err := filepath.Rel(root, app)
	if err != nil {
		return "", err
	}
	resolved, err := filepath.EvalSymlinks(app)
	switch {
	case os.IsNotExist(err):
		return "", sourceInvalid("sourceSubPath %q does not exist in the source", subPath)
	case err != nil:
		return "", err
	case !contains(root, resolved):
		return "", sourceInvalid("sourceSubPath %q is a link that leads out of the source: use a folder of the source", subPath)
	}
	if info, err := os.Stat(resolved); err != nil || !info.IsDir() {
		return "", sourceInvalid("sourceSubPath %q is not a folder: use the folder that contains it", subPath)
	}
	return resolved, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Type() != fs.ModeSymlink {
			return err
		}
		return resolveLink(root, resolved, path)
	})
}

// resolveLink checks the link at path, and replaces it if it leads out of app.
func resolveLink(root, app, path string) error {
	link, err := filepath.Rel(root, path)
	if err != nil {
		return err
	}
	text, err := os.Readlink(path)
	if err != nil {
		return err
	}
	lexical := text
	if !filepath.IsAbs(text) {
		lexical = filepath.Join(filepath.Dir(path), text)
	}
	target, leads := lexical, false
	if evaluated, err := filepath.EvalSymlinks(path); err == nil {
		target, leads = evaluated, true
	}
	switch {
	case !contains(root, target) || !contains(root, lexical):
		return sourceInvalid("the link %q leads out of the source, to %q: replace it by what it leads to", link, text)
	case !leads || !contains(app, path) || contains(app, target):
		return nil
	case contains(target, app):
		return sourceInvalid("the link %q leads to %q, a folder that contains the link: replace it by what it leads to", link, text)
	}
	return replaceByCopy(path, target)
}

// contains reports whether path is folder or below it.
func contains(folder, path string) bool {
	return path == folder || strings.HasPrefix(path, strings.TrimSuffix(folder, "/")+"/")
}

func replaceByCopy(link, target string) error {
	info, err := os.Stat(target)
	if err != nil {
		return err
	}
	if err := os.Remove(link); err != nil {
		return err
	}
	if info.IsDir() {
		return os.CopyFS(link, os.DirFS(target))
	}
	data, err := os.ReadFile(target) //nolint:gosec // a file of the source
	if err != nil {
		return err
	}
	return os.WriteFile(link, data, info.Mode().Perm()) //nolint:gosec // a file of the source
}
