/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package scalers

import (
	"crypto/sha256"
	"encoding/hex"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEscapeForKEDA(t *testing.T) {
	for _, text := range textsOf("$(A\u00e9", 7) {
		value := escapeForKEDA(text)
		if got := expandedByKEDA(value, map[string]string{"A": "expanded"}); got != text {
			t.Errorf("KEDA reads %q from %q, want %q", got, value, text)
		}
	}
}

// textsOf returns all texts of the characters up to a length, with several ends.
func textsOf(characters string, longest int) []string {
	texts, last := []string{""}, []string{""}
	for range longest {
		var longer []string
		for _, text := range last {
			for _, char := range characters {
				longer = append(longer, text+string(char))
			}
		}
		texts, last = append(texts, longer...), longer
	}
	for _, text := range texts {
		texts = append(texts, text+")", text+") and more")
	}
	return texts
}

// expandedByKEDA returns what KEDA reads from the value of a variable.
func expandedByKEDA(value string, defined map[string]string) string {
	var read strings.Builder
	for {
		before, after, found := strings.Cut(value, "$")
		read.WriteString(before)
		switch {
		case !found:
			return read.String()
		case len(after) < 3:
			// Whatever it is.
			read.WriteString("$" + after)
			return read.String()
		case after[0] == '$':
			read.WriteString("$")
			value = after[1:]
			continue
		case after[0] != '(':
			// A byte of a longer character becomes another character.
			read.WriteString("$" + string(rune(after[0])))
			value = after[1:]
			continue
		}
		name, rest, closed := strings.Cut(after[1:], ")")
		text, known := defined[name]
		switch {
		case !closed:
			read.WriteString("$(")
			value = after[1:]
		case known:
			read.WriteString(text)
			value = rest
		default:
			read.WriteString("$(" + name + ")")
			value = rest
		}
	}
}

// ruleOfKEDA is the SHA-256 of the function that expandedByKEDA does the same as.
const ruleOfKEDA = "488cf821d7a4a22580f7a625e2dd3559940a558ad914ed96e7b0273672b97971"

// A version of KEDA with another rule needs another expandedByKEDA.
func TestKedaExpandsAsBefore(t *testing.T) {
	source, err := os.ReadFile(filepath.Join(kedaFolder(t), "pkg", "scaling", "resolver", "scale_resolvers.go"))
	if err != nil {
		t.Fatal(err)
	}
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, "scale_resolvers.go", source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	sum := "none"
	for _, declared := range parsed.Decls {
		if function, ok := declared.(*ast.FuncDecl); ok && function.Name.Name == "resolveEnvValue" {
			digest := sha256.Sum256(source[files.Position(function.Pos()).Offset:files.Position(function.End()).Offset])
			sum = hex.EncodeToString(digest[:])
		}
	}
	if sum != ruleOfKEDA {
		t.Errorf("the SHA-256 of KEDA's resolveEnvValue is %s, want %s: compare it with expandedByKEDA, then change the constant", sum, ruleOfKEDA)
	}
}
