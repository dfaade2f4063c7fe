/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Command definitions finishes the definitions of our kinds after controller-gen
// and writes the reference of the API from them.
//
// The reference is made from the definitions and not from the Go types, as they
// are what is served: with all versions, with the rules in CEL and their
// messages, and with the fields of types that are not ours. The generators that
// are about read Go types and show none of these.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	sigsyaml "sigs.k8s.io/yaml"
)

func main() {
	reference := flag.String("reference", "docs/reference/api.md", "the `file` to write the reference to")
	flag.Parse()
	if err := run(flag.Args(), *reference); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(paths []string, reference string) error {
	var crds []*apiextensionsv1.CustomResourceDefinition
	for _, path := range paths {
		content, err := os.ReadFile(filepath.Clean(path))
		if err != nil {
			return err
		}
		finished, err := finish(content)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if err := os.WriteFile(path, finished, 0o644); err != nil { //nolint:gosec // a manifest is readable by all users
			return err
		}
		crd := &apiextensionsv1.CustomResourceDefinition{}
		if err := sigsyaml.Unmarshal(finished, crd); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		crds = append(crds, crd)
	}
	return os.WriteFile(reference, []byte(document(crds)), 0o644) //nolint:gosec // documentation is readable by all users
}

// finish adds descriptions to the fields of types that are not ours. It writes each
// description in one line, because the indentation of many short lines would double the
// size.
func finish(content []byte) ([]byte, error) {
	var manifest yaml.Node
	if err := yaml.Unmarshal(content, &manifest); err != nil {
		return nil, err
	}
	describe(&manifest, nil)
	shortenDeprecated(&manifest)
	var finished bytes.Buffer
	encoder := yaml.NewEncoder(&finished)
	encoder.SetIndent(2)
	if err := encoder.Encode(&manifest); err != nil {
		return nil, err
	}
	return finished.Bytes(), encoder.Close()
}

// describe visits the node at path, which only contains names of fields.
func describe(node *yaml.Node, path []string) {
	if node.Kind != yaml.MappingNode {
		for _, child := range node.Content {
			describe(child, path)
		}
		return
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		switch {
		case key.Value == "description" && value.Kind == yaml.ScalarNode:
			text := value.Value
			if ours, ok := foreign(path); ok {
				text = ours
			}
			value.Style = 0
			value.SetString(oneLine(text))
		case key.Value == "properties":
			for j := 0; j+1 < len(value.Content); j += 2 {
				describeField(value.Content[j+1], append(path, value.Content[j].Value))
			}
		default:
			describe(value, path)
		}
	}
}

// describeField also describes a field without a description upstream.
func describeField(node *yaml.Node, path []string) {
	described := false
	for i := 0; i < len(node.Content); i += 2 {
		described = described || node.Content[i].Value == "description"
	}
	if text, ok := foreign(path); ok && !described {
		var key, value yaml.Node
		key.SetString("description")
		value.SetString(text)
		node.Content = append([]*yaml.Node{&key, &value}, node.Content...)
	}
	describe(node, path)
}

// oneLine joins the lines of each paragraph.
func oneLine(text string) string {
	paragraphs := strings.Split(text, "\n\n")
	for i, paragraph := range paragraphs {
		paragraphs[i] = strings.Join(strings.Fields(paragraph), " ")
	}
	return strings.Join(paragraphs, " ")
}
