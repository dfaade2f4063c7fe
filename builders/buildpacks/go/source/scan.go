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
	// SyntaxErrors contains the errors of the parser, in reading order.
	SyntaxErrors []error
}

// platform is the target platform; files for other platforms are ignored.
var platform = func() build.Context {
	context := build.Default
	context.GOOS, context.CgoEnabled = "linux", false
	return context
}()

// Scan reads the packages in root and its subfolders that belong to the same module.
func Scan(root string) (Tree, error) {
	tree := Tree{}
	byDir := map[string]*Package{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return skipDir(root, path, entry.Name())
		}
		name := entry.Name()
		if !entry.Type().IsRegular() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		// The compiler reports a file whose constraints cannot be parsed.
		if match, err := platform.MatchFile(filepath.Dir(path), name); err == nil && match {
			return tree.add(root, path, byDir)
		}
		return nil
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

func (t *Tree) add(root, path string, byDir map[string]*Package) error {
	relative, err := filepath.Rel(root, path)
	if err != nil {
		return err
	}
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
	if err != nil {
		text := strings.ReplaceAll(err.Error(), root+string(filepath.Separator), "")
		t.SyntaxErrors = append(t.SyntaxErrors, errors.New(text))
	}
	if file == nil || file.Name == nil || file.Name.Name == "_" {
		return nil
	}
	dir := filepath.ToSlash(filepath.Dir(relative))
	if byDir[dir] == nil {
		byDir[dir] = &Package{Dir: dir, Name: file.Name.Name}
	}
	for _, declaration := range file.Decls {
		if function, ok := declaration.(*ast.FuncDecl); ok && function.Recv == nil {
			byDir[dir].addFunction(file, function, fmt.Sprintf("%s:%d", filepath.ToSlash(relative), files.Position(function.Pos()).Line))
		}
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
