/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const root = "../../.."

// reasonsOf returns the reasons that a file declares, with their comments.
func reasonsOf(t *testing.T, path string) map[string]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	reasons := make(map[string]string)
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 || !strings.HasPrefix(spec.Names[0].Name, "Reason") {
			return true
		}
		value, ok := spec.Values[0].(*ast.BasicLit)
		if !ok {
			return true
		}
		text, err := strconv.Unquote(value.Value)
		if err != nil {
			t.Fatal(err)
		}
		reasons[text] = spec.Doc.Text()
		return true
	})
	return reasons
}

// The comment of every reason begins with its status, and the page of the conditions
// lists it.
func TestReasonsAreDocumented(t *testing.T) {
	reasons := reasonsOf(t, "v1beta2/reason.go")
	if len(reasons) < 30 {
		t.Fatalf("found %d reasons only", len(reasons))
	}
	page, err := os.ReadFile(filepath.Join(root, "docs/reference/conditions.md"))
	if err != nil {
		t.Fatal(err)
	}
	status := regexp.MustCompile(`^Reason\w+ ends the reason|^Reason\w+ \((True|False|Unknown)( or Unknown|; Unknown for a Builder)?\): `)
	for reason, comment := range reasons {
		if !status.MatchString(comment) {
			t.Errorf("the comment of %s does not begin with the status: %q", reason, comment)
		}
		// A suffix stands behind the name of a product.
		if !regexp.MustCompile("`[A-Za-z…]*" + reason + "`").Match(page) {
			t.Errorf("docs/reference/conditions.md does not have the reason %s", reason)
		}
	}
}

// markers are what gives a condition its reason, by which argument: of the managers
// of conditions and of our own functions.
var markers = map[string]int{
	"MarkUnknown": 1, "MarkFalse": 1, "MarkTrueWithReason": 1, "MarkBuilding": 0, "MarkFailed": 0, "MarkCancelled": 0,
	"MarkRefsUnresolved": 0, "fail": 1, "failed": 0, "unknown": 0,
}

// No condition is given a reason that is not a constant with a comment.
func TestReasonsAreConstants(t *testing.T) {
	checked := 0
	err := filepath.WalkDir(filepath.Join(root, "pkg"), func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{"client", "testing", "testdata", "runtimetest", "strategytest", "webhook"}, entry.Name()):
			return fs.SkipDir
		case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, nil, 0)
		if err != nil {
			return err
		}
		for _, reason := range reasonsIn(file) {
			checked++
			if literal, ok := reason.(*ast.BasicLit); ok && literal.Value != `""` {
				t.Errorf("%s: the reason %s is not a constant of reason.go", files.Position(reason.Pos()), literal.Value)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if checked < 20 {
		t.Errorf("checked %d places only", checked)
	}
}

// reasonsIn returns what a file gives conditions as their reasons.
func reasonsIn(file *ast.File) []ast.Expr {
	var reasons []ast.Expr
	ast.Inspect(file, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.CallExpr:
			if at, ok := markers[nameOf(n.Fun)]; ok && at < len(n.Args) {
				reasons = append(reasons, n.Args[at])
			}
		case *ast.CompositeLit:
			if nameOf(n.Type) == "Condition" {
				reasons = append(reasons, valuesOf(n, "Reason")...)
			}
		}
		return true
	})
	return reasons
}

func valuesOf(literal *ast.CompositeLit, field string) []ast.Expr {
	var values []ast.Expr
	for _, element := range literal.Elts {
		if pair, ok := element.(*ast.KeyValueExpr); ok && nameOf(pair.Key) == field {
			values = append(values, pair.Value)
		}
	}
	return values
}

func nameOf(expression ast.Expr) string {
	switch e := expression.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}
