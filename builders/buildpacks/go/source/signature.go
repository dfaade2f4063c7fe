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
	// CloudEvent is a func(context.Context, cloudevents.Event) error, with the package
	// cloudevents of the official SDK.
	CloudEvent
	// CloudEventReply is a func(context.Context, cloudevents.Event) (*cloudevents.Event,
	// error), with the same package.
	CloudEventReply
)

// CalledByRequests reports whether requests alone call functions of the kind, so that they
// have the type http.
func (k Kind) CalledByRequests() bool {
	return k == HTTP || k.TakesCloudEvents()
}

// TakesCloudEvents reports whether functions of the kind take events of the SDK.
func (k Kind) TakesCloudEvents() bool {
	return k == CloudEvent || k == CloudEventReply
}

// CloudEventsPackage is the package that functions of CloudEvents import. Its name is
// cloudevents.
const CloudEventsPackage = "github.com/cloudevents/sdk-go/v2"

// FrameworkPackage is the package that functions of the kind Event import.
const FrameworkPackage = "openfunction.dev/functions-framework-go/functions"

// supportedSignatures returns the supported signatures of a function, for messages.
func supportedSignatures(name string) string {
	return fmt.Sprintf("func %[1]s(w http.ResponseWriter, r *http.Request), "+
		"func %[1]s(ctx functions.Context, data []byte) (functions.Out, error), "+
		"func %[1]s(ctx context.Context, data []byte) error, "+
		"func %[1]s(ctx context.Context, event cloudevents.Event) error or "+
		"func %[1]s(ctx context.Context, event cloudevents.Event) (*cloudevents.Event, error)", name)
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
		if isFrom(file, params[0], "context", "Context") && isNamed(results[0], "error") {
			return kindOfData(file, params[1])
		}
	case 2:
		if isReply(file, params, results) {
			return CloudEventReply
		}
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

// kindOfData returns the kind of a function that takes data and a context of the standard
// library, and returns an error.
func kindOfData(file *ast.File, data ast.Expr) Kind {
	switch {
	case isBytes(data):
		return PlainEvent
	case isFrom(file, data, CloudEventsPackage, "Event"):
		return CloudEvent
	default:
		return None
	}
}

// isReply reports whether a function with these parameters and results takes a CloudEvent
// and returns one.
func isReply(file *ast.File, params, results []ast.Expr) bool {
	pointer, ok := results[0].(*ast.StarExpr)
	return ok && isFrom(file, params[0], "context", "Context") && isFrom(file, params[1], CloudEventsPackage, "Event") &&
		isFrom(file, pointer.X, CloudEventsPackage, "Event") && isNamed(results[1], "error")
}

// nameOf returns the name of the package importPath.
func nameOf(importPath string) string {
	if importPath == CloudEventsPackage {
		return "cloudevents"
	}
	return path.Base(importPath)
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
		if spec.Name == nil && qualifier == nameOf(importPath) || spec.Name != nil && spec.Name.Name == qualifier {
			return true
		}
	}
	return false
}

// signature returns the declaration of a function in one line, without its body.
func signature(name string, f *ast.FuncType) string {
	return "func " + name + strings.TrimPrefix(types.ExprString(f), "func")
}
