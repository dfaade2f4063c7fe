/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package source

import (
	"go/ast"
	"go/types"
	"strconv"
	"strings"
)

// Wanted is the signature of a function that can be served, for messages.
const Wanted = "func %s(w http.ResponseWriter, r *http.Request)"

// isHandler reports whether f is a func(http.ResponseWriter, *http.Request) by
// its syntax, under whatever name the file imports net/http.
func isHandler(file *ast.File, f *ast.FuncType) bool {
	if f.TypeParams != nil || f.Results.NumFields() != 0 || f.Params.NumFields() != 2 {
		return false
	}
	var params []ast.Expr
	for _, field := range f.Params.List {
		for range max(1, len(field.Names)) {
			params = append(params, field.Type)
		}
	}
	request, ok := params[1].(*ast.StarExpr)
	return ok && isFromHTTP(file, params[0], "ResponseWriter") && isFromHTTP(file, request.X, "Request")
}

func isFromHTTP(file *ast.File, expression ast.Expr, name string) bool {
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
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil || path != "net/http" {
			continue
		}
		if spec.Name == nil && qualifier == "http" || spec.Name != nil && spec.Name.Name == qualifier {
			return true
		}
	}
	return false
}

// signature returns the declaration of a function in one line, without its body.
func signature(name string, f *ast.FuncType) string {
	return "func " + name + strings.TrimPrefix(types.ExprString(f), "func")
}
