/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package entrypoint

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"golang.org/x/mod/modfile"
)

// defaultModule is the module path of source without a go.mod.
const defaultModule = "function"

// module is the Go module that the program belongs to.
type module struct {
	root, path string
	// virtual is set if the source has no go.mod.
	virtual bool
	// framework is set if the module itself requires the functions framework. file is
	// its go.mod.
	framework bool
	file      *modfile.File
}

// findModule returns the module of the package in dir, which is root or a folder below
// it. If no folder up to root has a go.mod, root becomes a module.
func findModule(root, dir string) (module, error) {
	for folder := dir; ; folder = filepath.Dir(folder) {
		data, err := os.ReadFile(filepath.Join(folder, "go.mod"))
		switch {
		case err == nil:
			return readModule(folder, data)
		case !errors.Is(err, fs.ErrNotExist):
			return module{}, err
		case folder == filepath.Dir(folder):
			return module{root: root, path: defaultModule, virtual: true}, nil
		}
	}
}

func readModule(folder string, data []byte) (module, error) {
	file, err := modfile.Parse("go.mod", data, nil)
	if err != nil {
		return module{}, fmt.Errorf("read the module: %w", err)
	}
	if file.Module == nil {
		return module{}, errors.New("go.mod names no module: add a line like: module example.com/function")
	}
	found := module{root: folder, path: file.Module.Mod.Path, file: file}
	for _, required := range file.Require {
		found.framework = found.framework || required.Mod.Path == frameworkModule
	}
	return found, nil
}

// withFramework returns the text of go.mod with the framework replaced by folder. It
// returns an empty string if the user already sets its location, by a replace directive
// or a vendor folder. With a replace directive, the framework needs no line in go.sum.
func (m module) withFramework(folder string) (string, error) {
	for _, replaced := range m.file.Replace {
		if replaced.Old.Path == frameworkModule {
			return "", nil
		}
	}
	if _, err := os.Lstat(filepath.Join(m.root, "vendor")); err == nil {
		return "", nil
	}
	if err := m.file.AddReplace(frameworkModule, "", folder, ""); err != nil {
		return "", err
	}
	text, err := m.file.Format()
	return string(text), err
}

// requires reports whether go.mod requires the module at modulePath.
func (m module) requires(modulePath string) bool {
	return m.file != nil && slices.ContainsFunc(m.file.Require, func(required *modfile.Require) bool {
		return required.Mod.Path == modulePath
	})
}

// importPath returns the path by which the package in dir is imported.
func (m module) importPath(dir string) (string, error) {
	relative, err := filepath.Rel(m.root, dir)
	if err != nil {
		return "", err
	}
	return path.Join(m.path, filepath.ToSlash(relative)), nil
}
