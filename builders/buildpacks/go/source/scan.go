/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package source finds the programs in Go source: exported functions with a supported
// signature, and ordinary main programs. It only parses the syntax, so it needs neither
// the dependencies nor the toolchain.
package source

import (
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Package is one package of the source.
type Package struct { //nolint:recvcheck // filled in place, read by value
	// Dir is relative to the scanned root, slash-separated; "." is the root.
	Dir string
	// Name is the name in the package clause.
	Name string
	// HasMain is set if the package declares func main.
	HasMain bool
	// Functions are the exported functions without a receiver.
	Functions []Function
}

// Function is one exported function.
type Function struct {
	Name string
	// Kind is the kind of the function; None if its signature is not supported.
	Kind Kind
	// Signature is the declaration in one line, and Position its file and line.
	Signature, Position string
}

// Tree is the result of Scan.
type Tree struct {
	Packages []Package
	// Excluded are the files that do not belong to the build.
	Excluded []Excluded
	// SyntaxErrors contains the errors of the parser, in reading order.
	SyntaxErrors []error
}

// Platform returns what decides which files belong to a build: the operating system, the
// architecture, the build tags, and no cgo. The compiler gets the same.
func Platform(tags string) build.Context {
	platform := build.Default
	platform.GOOS, platform.CgoEnabled = "linux", false
	platform.BuildTags = strings.FieldsFunc(tags, func(r rune) bool { return r == ',' })
	return platform
}

// Scan reads the packages in root and its subfolders that belong to the same module.
func Scan(root string, platform *build.Context) (Tree, error) {
	tree := Tree{}
	byDir := map[string]*Package{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			return skipDir(root, path, entry.Name())
		case !strings.HasSuffix(entry.Name(), ".go") || !isFile(path):
			return nil
		}
		return tree.add(root, path, platform, byDir)
	})
	if err != nil {
		return Tree{}, fmt.Errorf("read the source: %w", err)
	}
	for _, found := range byDir {
		tree.Packages = append(tree.Packages, *found)
	}
	slices.SortFunc(tree.Packages, func(a, b Package) int { return cmp.Compare(a.Dir, b.Dir) })
	return tree, nil
}

// isFile reports whether path is a file or, as for the go command, a link to one.
func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// skipDir skips the folders that the go command skips, and other modules.
func skipDir(root, path, name string) error {
	if path == root {
		return nil
	}
	if name == "vendor" || name == "testdata" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
		return filepath.SkipDir
	}
	if _, err := os.Lstat(filepath.Join(path, "go.mod")); err == nil {
		return filepath.SkipDir
	}
	return nil
}

// add parses a file, and adds it to its package or to the files that are left out.
func (t *Tree) add(root, path string, platform *build.Context, byDir map[string]*Package) error {
	relative, err := filepath.Rel(root, path)
	if err != nil {
		return err
	}
	relative = filepath.ToSlash(relative)
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution|parser.ParseComments)
	if err != nil {
		text := strings.ReplaceAll(err.Error(), root+string(filepath.Separator), "")
		t.SyntaxErrors = append(t.SyntaxErrors, errors.New(text))
	}
	if file == nil || file.Name == nil || file.Name.Name == "_" {
		return nil
	}
	reason, err := excluded(platform, path, file)
	if err != nil {
		t.SyntaxErrors = append(t.SyntaxErrors, fmt.Errorf("%s: %w", relative, err))
		return nil
	}
	declared := Package{Dir: filepath.ToSlash(filepath.Dir(relative)), Name: file.Name.Name}
	for _, declaration := range file.Decls {
		if function, ok := declaration.(*ast.FuncDecl); ok && function.Recv == nil {
			declared.addFunction(file, function, fmt.Sprintf("%s:%d", relative, files.Position(function.Pos()).Line))
		}
	}
	switch known := byDir[declared.Dir]; {
	case reason != "":
		t.Excluded = append(t.Excluded, Excluded{Package: declared, File: relative, Reason: reason})
	case known == nil:
		byDir[declared.Dir] = &declared
	default:
		known.HasMain = known.HasMain || declared.HasMain
		known.Functions = append(known.Functions, declared.Functions...)
	}
	return nil
}

func (p *Package) addFunction(file *ast.File, function *ast.FuncDecl, position string) {
	name := function.Name.Name
	if name == "main" && p.Name == "main" {
		p.HasMain = true
	}
	if token.IsExported(name) {
		p.Functions = append(p.Functions, Function{
			Name:      name,
			Kind:      kindOf(file, function.Type),
			Signature: signature(name, function.Type),
			Position:  position,
		})
	}
}
