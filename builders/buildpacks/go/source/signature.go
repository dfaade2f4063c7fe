/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package source

import (
	"fmt"
	"go/ast"
	"go/types"
	"path"
	"strconv"
	"strings"
)

// Kind is the kind of a function.
type Kind int

// The kinds of functions, by their signatures.
const (
	// None is a function with an unsupported signature.
	None Kind = iota
	// HTTP is a func(http.ResponseWriter, *http.Request).
	HTTP
	// Event is a func(functions.Context, []byte) (functions.Out, error), with the
	// package functions of the framework.
	Event
	// PlainEvent is a func(context.Context, []byte) error.
	PlainEvent
)

// FrameworkPackage is the package that functions of the kind Event import.
const FrameworkPackage = "openfunction.dev/functions-framework-go/functions"

// supportedSignatures returns the supported signatures of a function, for messages.
func supportedSignatures(name string) string {
	return fmt.Sprintf("func %[1]s(w http.ResponseWriter, r *http.Request), "+
		"func %[1]s(ctx functions.Context, data []byte) (functions.Out, error) or "+
		"func %[1]s(ctx context.Context, data []byte) error", name)
}

// kindOf returns the kind of f by its syntax, with any import names for the packages of
// its types.
func kindOf(file *ast.File, f *ast.FuncType) Kind {
	params, results := fieldTypes(f.Params), fieldTypes(f.Results)
	if f.TypeParams != nil || len(params) != 2 {
		return None
	}
	switch len(results) {
	case 0:
		if isHandler(file, params[0], params[1]) {
			return HTTP
		}
	case 1:
		if isFrom(file, params[0], "context", "Context") && isBytes(params[1]) && isNamed(results[0], "error") {
			return PlainEvent
		}
	case 2:
		if isFrom(file, params[0], FrameworkPackage, "Context") && isBytes(params[1]) &&
			isFrom(file, results[0], FrameworkPackage, "Out") && isNamed(results[1], "error") {
			return Event
		}
	}
	return None
}

func isHandler(file *ast.File, writer, request ast.Expr) bool {
	pointer, ok := request.(*ast.StarExpr)
	return ok && isFrom(file, writer, "net/http", "ResponseWriter") && isFrom(file, pointer.X, "net/http", "Request")
}

// fieldTypes returns the type of each field; several fields may share one.
func fieldTypes(list *ast.FieldList) []ast.Expr {
	if list == nil {
		return nil
	}
	var all []ast.Expr
	for _, field := range list.List {
		for range max(1, len(field.Names)) {
			all = append(all, field.Type)
		}
	}
	return all
}

func isBytes(expression ast.Expr) bool {
	slice, ok := expression.(*ast.ArrayType)
	return ok && slice.Len == nil && (isNamed(slice.Elt, "byte") || isNamed(slice.Elt, "uint8"))
}

func isNamed(expression ast.Expr, name string) bool {
	identifier, ok := expression.(*ast.Ident)
	return ok && identifier.Name == name
}

// isFrom reports whether expression is the type name of the package importPath.
func isFrom(file *ast.File, expression ast.Expr, importPath, name string) bool {
	qualifier := "."
	switch typed := expression.(type) {
	case *ast.Ident:
		if typed.Name != name {
			return false
		}
	case *ast.SelectorExpr:
		left, ok := typed.X.(*ast.Ident)
		if !ok || typed.Sel.Name != name {
			return false
		}
		qualifier = left.Name
	default:
		return false
	}
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil || imported != importPath {
			continue
		}
		if spec.Name == nil && qualifier == path.Base(importPath) || spec.Name != nil && spec.Name.Name == qualifier {
			return true
		}
	}
	return false
}

// signature returns the declaration of a function in one line, without its body.
func signature(name string, f *ast.FuncType) string {
	return "func " + name + strings.TrimPrefix(types.ExprString(f), "func")
}
