/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// shortenDeprecated keeps one sentence of each description in deprecated versions.
// Client-side apply stores a definition with all of its versions in an annotation,
// whose size is limited.
func shortenDeprecated(manifest *yaml.Node) {
	if len(manifest.Content) == 0 {
		return
	}
	versions := valueOf(valueOf(manifest.Content[0], "spec"), "versions")
	if versions == nil {
		return
	}
	for _, version := range versions.Content {
		if deprecated := valueOf(version, "deprecated"); deprecated != nil && deprecated.Value == "true" {
			shorten(valueOf(version, "schema"))
		}
	}
}

// shorten shortens the descriptions of the node and of all nodes below it.
func shorten(node *yaml.Node) {
	if node == nil {
		return
	}
	if node.Kind == yaml.MappingNode {
		if text := valueOf(node, "description"); text != nil && text.Kind == yaml.ScalarNode {
			text.SetString(firstSentence(text.Value))
		}
	}
	for _, child := range node.Content {
		shorten(child)
	}
}

// firstSentence returns the text up to a sentence that begins with a capital letter.
func firstSentence(text string) string {
	for i := 0; i+2 < len(text); i++ {
		if text[i] == '.' && text[i+1] == ' ' && text[i+2] >= 'A' && text[i+2] <= 'Z' {
			if next := text[i+2:]; !strings.HasPrefix(next, "In v1beta2") {
				return text[:i+1]
			}
		}
	}
	return text
}

// valueOf returns the value of a key, or nil.
func valueOf(mapping *yaml.Node, key string) *yaml.Node {
	if mapping == nil || mapping.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1]
		}
	}
	return nil
}
