/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package source

import (
	"errors"
	"fmt"
	"go/build"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Selection selects a program; the zero value selects a main program in any folder.
type Selection struct {
	// Function is the name of an exported function (FUNC_NAME).
	Function string
	// Dir is the folder to search (FUNC_SRC), relative to the root.
	Dir string
	// Tags are the build tags, separated by commas (FUNC_BUILD_ARGS).
	Tags string
}

// Program is the program to build.
type Program struct {
	Package
	// Function is the function to serve; empty for an ordinary main program.
	Function string
	// Kind is the kind of the function; None for a main program.
	Kind Kind
}

// ErrNoGo means that the folder contains no Go source.
var ErrNoGo = errors.New("the source contains no Go files")

// Find returns the program below root that is selected. The error contains the programs
// that exist, and what to change.
func Find(root string, selected Selection) (Program, error) {
	dir := filepath.ToSlash(filepath.Clean(selected.Dir))
	if !filepath.IsLocal(filepath.FromSlash(dir)) {
		return Program{}, fmt.Errorf("FUNC_SRC is %q: use a folder inside the source, relative to it", selected.Dir)
	}
	if selected.Function != "" && (!token.IsIdentifier(selected.Function) || !token.IsExported(selected.Function)) {
		return Program{}, fmt.Errorf("FUNC_NAME is %q: use the name of an exported Go function", selected.Function)
	}
	dir, err := resolve(root, dir)
	if err != nil {
		return Program{}, err
	}
	folder := filepath.Join(root, filepath.FromSlash(dir))
	// A folder that the user selects may be a module of its own.
	platform := Platform(selected.Tags)
	tree, err := Scan(folder, &platform)
	if err != nil {
		return Program{}, err
	}
	if len(tree.Packages)+len(tree.Excluded)+len(tree.SyntaxErrors) == 0 {
		return Program{}, ErrNoGo
	}
	for i := range tree.Packages {
		tree.Packages[i].Dir = joinDir(dir, tree.Packages[i].Dir)
	}
	if selected.Function != "" {
		return tree.findFunction(dir, selected.Function, &platform)
	}
	return tree.findMain(dir, &platform)
}

// resolve returns the folder dir of root without symbolic links.
func resolve(root, dir string) (string, error) {
	root, err := filepath.EvalSymlinks(root)
	if err != nil {
		return "", err
	}
	folder, err := filepath.EvalSymlinks(filepath.Join(root, filepath.FromSlash(dir)))
	if err == nil {
		if info, statErr := os.Stat(folder); statErr != nil || !info.IsDir() {
			err = fs.ErrNotExist
		}
	}
	if err != nil {
		return "", fmt.Errorf("FUNC_SRC is %q: there is no such folder in the source", dir)
	}
	relative, err := filepath.Rel(root, folder)
	if err != nil || !filepath.IsLocal(relative) {
		return "", fmt.Errorf("FUNC_SRC is %q, which is a link that leads out of the source: use a folder inside the source", dir)
	}
	return filepath.ToSlash(relative), nil
}

func joinDir(dir, below string) string {
	return filepath.ToSlash(filepath.Join(dir, below))
}

func (t *Tree) findFunction(dir, name string, platform *build.Context) (Program, error) {
	var found []Package
	for _, candidate := range t.Packages {
		if candidate.kind(name) != None {
			found = append(found, candidate)
		}
	}
	// A program in the selected folder takes precedence over those in subfolders.
	if i := slices.IndexFunc(found, func(p Package) bool { return p.Dir == dir }); i >= 0 {
		found = found[i : i+1]
	}
	switch {
	case len(found) == 0:
		return Program{}, t.noFunction(dir, name, platform)
	case len(found) > 1:
		return Program{}, fmt.Errorf("function %s exists in %s: set FUNC_SRC to one of them", name, dirs(found))
	case found[0].HasMain:
		return Program{}, fmt.Errorf("function %s is in package main of %s, which declares func main: remove func main, or unset FUNC_NAME to build that program", name, found[0].Dir)
	}
	return Program{Package: found[0], Function: name, Kind: found[0].kind(name)}, nil
}

// kind returns the kind of the function of that name.
func (p Package) kind(name string) Kind {
	for _, f := range p.Functions {
		if f.Name == name && f.Kind != None {
			return f.Kind
		}
	}
	return None
}

// declares reports whether the package declares a function of that name.
func (p Package) declares(name string) bool {
	return slices.ContainsFunc(p.Functions, func(f Function) bool { return f.Name == name })
}

func (t *Tree) noFunction(dir, name string, platform *build.Context) error {
	parts := []string{fmt.Sprintf("no %s in %s", supportedSignatures(name), dir)}
	if near := t.functions(func(f Function) bool { return f.Name == name }); near != "" {
		parts = append(parts, "it is declared with another signature, as "+near+": change its signature")
	}
	if fitting := t.functions(func(f Function) bool { return f.Kind != None }); fitting != "" {
		parts = append(parts, "FUNC_NAME could be one of "+fitting)
	} else {
		parts = append(parts, "no exported function with such a signature exists: write one, or set FUNC_SRC to its folder")
	}
	parts = append(parts, t.describeExcluded(platform, func(file *Excluded) bool {
		return file.declares(name) || len(t.Packages) == 0
	})...)
	parts = append(parts, t.syntaxError()...)
	return errors.New(strings.Join(parts, "; "))
}

func (t *Tree) findMain(dir string, platform *build.Context) (Program, error) {
	var found []Package
	for _, candidate := range t.Packages {
		if candidate.HasMain {
			found = append(found, candidate)
		}
	}
	if i := slices.IndexFunc(found, func(p Package) bool { return p.Dir == dir }); i >= 0 {
		found = found[i : i+1]
	}
	switch {
	case len(found) == 1:
		return Program{Package: found[0]}, nil
	case len(found) > 1:
		return Program{}, fmt.Errorf("there are main programs in %s: set FUNC_SRC to one of them", dirs(found))
	}
	parts := []string{fmt.Sprintf("FUNC_NAME is not set and there is no main program in %s", dir)}
	if fitting := t.functions(func(f Function) bool { return f.Kind != None }); fitting != "" {
		parts = append(parts, "set FUNC_NAME in build.env to one of "+fitting)
	} else {
		parts = append(parts, "write a package main with func main, or a function and set FUNC_NAME in build.env to its name: "+supportedSignatures("Name"))
	}
	parts = append(parts, t.describeExcluded(platform, func(file *Excluded) bool {
		return file.HasMain || len(t.Packages) == 0
	})...)
	return Program{}, errors.New(strings.Join(append(parts, t.syntaxError()...), "; "))
}

// functions lists at most five functions for which matches returns true.
func (t *Tree) functions(matches func(Function) bool) string {
	const most = 5
	var texts []string
	for _, p := range t.Packages {
		for _, f := range p.Functions {
			switch {
			case !matches(f):
			case f.Kind != None:
				texts = append(texts, fmt.Sprintf("%s (%s)", f.Name, f.Position))
			default:
				texts = append(texts, fmt.Sprintf("%s (%s)", f.Signature, f.Position))
			}
		}
	}
	if more := len(texts) - most; more > 0 {
		texts = append(texts[:most], fmt.Sprintf("%d more", more))
	}
	return strings.Join(texts, ", ")
}

func (t *Tree) syntaxError() []string {
	if len(t.SyntaxErrors) == 0 {
		return nil
	}
	return []string{"some files could not be parsed: " + t.SyntaxErrors[0].Error()}
}

func dirs(packages []Package) string {
	list := make([]string, 0, len(packages))
	for _, p := range packages {
		list = append(list, p.Dir)
	}
	return strings.Join(list, ", ")
}
