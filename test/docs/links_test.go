/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package docs tests the documentation: its links, its table of contents and its
// manifests.
package docs

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const root = "../.."

// files returns the files of the repository that have one of the extensions, relative
// to its root.
func files(t *testing.T, extensions ...string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{".git", "_output", "testdata"}, entry.Name()):
			return fs.SkipDir
		case entry.IsDir() || !slices.Contains(extensions, filepath.Ext(path)):
			return nil
		}
		relative, err := filepath.Rel(root, path)
		found = append(found, relative)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, filepath.Clean(path)))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

var (
	fence    = regexp.MustCompile("(?ms)^ *```.*?^ *```$")
	code     = regexp.MustCompile("`[^`\n]*`")
	heading  = regexp.MustCompile(`(?m)^#+ (.+)$`)
	link     = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	mention  = regexp.MustCompile(`\bdocs/[\w./-]+\.md(?:#[\w-]+)?`)
	unlinked = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)
	dropped  = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// anchorsOf are the anchors of the pages by their paths, as functions that return them.
// Many links lead to the same page.
var anchorsOf sync.Map

// anchors returns the anchors of a page.
func anchors(t *testing.T, path string) []string {
	t.Helper()
	page := read(t, path)
	once, _ := anchorsOf.LoadOrStore(path, sync.OnceValue(func() []string { return parseAnchors(page) }))
	found, _ := once.(func() []string)
	return found()
}

// parseAnchors returns the anchors of the headings of a page, as GitHub forms them.
func parseAnchors(page string) []string {
	var found []string
	seen := map[string]int{}
	for _, match := range heading.FindAllStringSubmatch(fence.ReplaceAllString(page, ""), -1) {
		text := strings.ToLower(unlinked.ReplaceAllString(match[1], "$1"))
		anchor := strings.ReplaceAll(dropped.ReplaceAllString(text, ""), " ", "-")
		if n := seen[anchor]; n > 0 {
			found = append(found, anchor+"-"+strconv.Itoa(n))
		} else {
			found = append(found, anchor)
		}
		seen[anchor]++
	}
	return found
}

// checkTarget reports a target, relative to the root, that does not exist.
func checkTarget(t *testing.T, from, target string) {
	t.Helper()
	path, anchor, hasAnchor := strings.Cut(target, "#")
	if _, err := os.Stat(filepath.Join(root, path)); err != nil {
		t.Errorf("%s links to %s, which does not exist", from, target)
		return
	}
	if hasAnchor && filepath.Ext(path) == ".md" && !slices.Contains(anchors(t, path), anchor) {
		t.Errorf("%s links to %s, but %s has no such heading", from, target, path)
	}
}

func TestLinksBetweenPagesExist(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, page := range files(t, ".md") {
		text := code.ReplaceAllString(fence.ReplaceAllString(read(t, page), ""), "")
		for _, match := range link.FindAllStringSubmatch(text, -1) {
			target := match[1]
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			checked++
			if strings.HasPrefix(target, "#") {
				target = filepath.Base(page) + target
			}
			checkTarget(t, page, filepath.Join(filepath.Dir(page), target))
		}
	}
	if checked < 100 {
		t.Errorf("only %d links were found", checked)
	}
}

// Messages, comments and scripts name pages by their path from the root.
func TestPagesThatSourcesNameExist(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, file := range files(t, ".go", ".sh", ".yaml") {
		for line := range strings.SplitSeq(read(t, file), "\n") {
			// The regular expression takes far longer than this comparison.
			if !strings.Contains(line, "docs/") {
				continue
			}
			for _, target := range mention.FindAllString(line, -1) {
				checked++
				checkTarget(t, file, target)
			}
		}
	}
	if checked < 10 {
		t.Errorf("only %d pages are named", checked)
	}
}

// A reader finds every page from the table of contents.
func TestTableOfContentsIsComplete(t *testing.T) {
	t.Parallel()
	const contents = "docs/README.md"
	linked := map[string]bool{contents: true}
	for _, match := range link.FindAllStringSubmatch(read(t, contents), -1) {
		path, _, _ := strings.Cut(match[1], "#")
		linked[filepath.Join("docs", path)] = true
	}
	for _, page := range files(t, ".md") {
		isListedElsewhere := strings.HasPrefix(page, "docs/decisions/") || strings.HasPrefix(page, "docs/examples/")
		if strings.HasPrefix(page, "docs/") && !isListedElsewhere && !linked[page] {
			t.Errorf("%s has no link to %s", contents, page)
		}
	}
}

// Pages name files and folders by their path from the root.
func TestPathsThatPagesNameExist(t *testing.T) {
	t.Parallel()
	path := regexp.MustCompile("`((?:pkg|cmd|config|hack|test|builders|third_party|docs)/[\\w./-]*)`")
	// Paths in the source of upstream, which decisions quote.
	upstream := []string{"pkg/reconciler/buildrun/resources/build.go", "pkg/middleware/http/pipeline.go"}
	checked := 0
	for _, page := range files(t, ".md") {
		for _, match := range path.FindAllStringSubmatch(read(t, page), -1) {
			if slices.Contains(upstream, match[1]) {
				continue
			}
			checked++
			if _, err := os.Stat(filepath.Join(root, match[1])); err != nil {
				t.Errorf("%s names %s, which does not exist", page, match[1])
			}
		}
	}
	if checked < 30 {
		t.Errorf("only %d paths are named", checked)
	}
}
