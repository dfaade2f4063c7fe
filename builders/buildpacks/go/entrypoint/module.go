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
	"strings"

	"golang.org/x/mod/modfile"
	xmodule "golang.org/x/mod/module"

	"openfunction.dev/openfunction/builders/buildpacks/go/source"
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
// it. If no folder up to root has a go.mod, root becomes a module, or dir if it cannot be
// imported from root.
func findModule(root, dir string) (module, error) {
	for folder := dir; ; folder = filepath.Dir(folder) {
		data, err := os.ReadFile(filepath.Join(folder, "go.mod"))
		switch {
		case err == nil:
			return readModule(folder, data)
		case !errors.Is(err, fs.ErrNotExist):
			return module{}, err
		case folder == filepath.Dir(folder):
			virtual := module{root: root, path: defaultModule, virtual: true}
			if virtual.checkFolders(dir) != nil {
				virtual.root = dir
			}
			return virtual, nil
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

// check returns an error that names the folder or the line of go.mod to change, if Go
// cannot build the package in dir, or import it for a function.
func (m Maker) check(mod *module, dir string, program source.Program) error {
	if err := checkImportPath(mod.path); err != nil {
		return fmt.Errorf("go.mod has the line %q, which is not a valid import path (%w): change the line, for example to: module example.com/function",
			"module "+mod.path, err)
	}
	if err := mod.checkFolders(dir); err != nil {
		return err
	}
	imported, err := mod.importPath(dir)
	if err != nil || program.Function == "" || program.Name == "main" {
		return err
	}
	if slices.Contains(reserved, imported) || m.Standard != nil && m.Standard(imported) {
		return fmt.Errorf("the function is in package %q, and Go has a package of that path or a meaning for it: change the line %q of go.mod, for example to: module example.com/%[1]s",
			imported, "module "+mod.path)
	}
	return nil
}

// reserved are the paths that the go command does not read as paths of packages.
var reserved = []string{"C", "all", "cmd", "main", "std", "tool", "work"}

// checkFolders returns an error if a folder from the root of the module to dir cannot be a
// part of an import path.
func (m module) checkFolders(dir string) error {
	relative, err := filepath.Rel(m.root, dir)
	if err != nil || relative == "." {
		return err
	}
	folders := strings.Split(relative, string(filepath.Separator))
	for i, folder := range folders {
		if err := checkElement(folder); err != nil {
			return fmt.Errorf("folder %q cannot be a part of an import path (%w): rename it, or add a go.mod to the folder of the function and set FUNC_SRC to that folder",
				path.Join(folders[:i+1]...), err)
		}
	}
	return nil
}

// checkElement checks a part of an import path as the go command does.
func checkElement(element string) error {
	switch {
	case element == "vendor":
		return errors.New("it is for copies of other modules")
	case strings.HasPrefix(element, "-"):
		return errors.New("leading dash")
	}
	return checkImportPath(element)
}

// checkImportPath returns the reason alone: the caller names the path.
func checkImportPath(importPath string) error {
	err := xmodule.CheckImportPath(importPath)
	if invalid := (*xmodule.InvalidPathError)(nil); errors.As(err, &invalid) {
		return invalid.Err
	}
	return err
}
