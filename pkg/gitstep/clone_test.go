/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package gitstep

import (
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// repository is a repository on disk, with the commits of its revisions by the content of
// their file.
type repository struct {
	url     string
	commits map[string]string
}

// run runs git in a folder, and returns its output.
func run(t *testing.T, folder string, arguments ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", append([]string{"-C", folder}, arguments...)...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null",
		"GIT_AUTHOR_NAME=Ada", "GIT_AUTHOR_EMAIL=ada@example.com", "GIT_AUTHOR_DATE=2026-01-01T00:00:00Z",
		"GIT_COMMITTER_NAME=Ada", "GIT_COMMITTER_EMAIL=ada@example.com", "GIT_COMMITTER_DATE=2026-01-01T00:00:00Z")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v: %s", arguments, err, out)
	}
	return strings.TrimSpace(string(out))
}

// shared is the repository of all tests, which do not change it, and folder is where it is.
var (
	shared *repository
	folder string
)

// newRepository returns a repository with one commit for each kind of revision. Each commit
// has a file "name" with the text by which the tests know it.
func newRepository(t *testing.T) *repository {
	t.Helper()
	if shared == nil {
		shared = makeRepository(t, folder)
	}
	return shared
}

func TestMain(m *testing.M) {
	var err error
	if folder, err = os.MkdirTemp("", "gitstep-"); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

func makeRepository(t *testing.T, folder string) *repository {
	t.Helper()
	work, bare := t.TempDir(), filepath.Join(folder, "source.git")
	run(t, work, "init", "--quiet", "--initial-branch=main")
	r := &repository{url: "file://" + bare, commits: map[string]string{}}
	commit := func(name string) {
		if err := os.WriteFile(filepath.Join(work, "name"), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
		run(t, work, "add", "name")
		run(t, work, "commit", "--quiet", "--message="+name)
		r.commits[name] = run(t, work, "rev-parse", "HEAD")
	}
	commit("first")
	commit("main")
	for _, branch := range []string{"20240115", "feedbeef", "release/1.0", "both", "tags/odd"} {
		run(t, work, "checkout", "--quiet", "-b", branch, "main")
		commit("branch " + branch)
	}
	for _, tag := range []string{"20240116", "cafebabe", "v1.0.0", "both"} {
		run(t, work, "checkout", "--quiet", "--detach", "main")
		commit("tag " + tag)
		run(t, work, "tag", tag)
	}
	run(t, work, "checkout", "--quiet", "--detach", "main")
	commit("annotated")
	run(t, work, "tag", "--annotate", "--message=of Ada", "annotated")
	run(t, work, "checkout", "--quiet", "--detach", "main")
	commit("pull")
	run(t, work, "update-ref", "refs/pull/1/head", "HEAD")
	run(t, work, "tag", "tree", "HEAD^{tree}")
	run(t, work, "checkout", "--quiet", "--detach", "main")
	commit("unreachable")
	run(t, work, "update-ref", "refs/gone", "HEAD")
	run(t, work, "checkout", "--quiet", "main")
	run(t, work, "clone", "--quiet", "--mirror", work, bare)
	run(t, bare, "update-ref", "-d", "refs/gone")
	return r
}

// fetch clones a revision, and returns the text that identifies its commit.
func (r *repository) fetch(t *testing.T, revision string) (Source, string, error) {
	t.Helper()
	clone := &Clone{URL: r.url, Revision: revision, Target: filepath.Join(t.TempDir(), "source"), Depth: 1, Output: t.Output()}
	source, err := clone.Run(t.Context())
	name, _ := os.ReadFile(filepath.Join(clone.Target, "name"))
	return source, string(name), err
}

// isolate keeps the settings of this machine from git.
func isolate(t *testing.T) {
	t.Helper()
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
}

// A revision means what the repository has, whatever its letters are.
func TestRevisions(t *testing.T) {
	isolate(t)
	r := newRepository(t)
	tagObject := run(t, strings.TrimPrefix(r.url, "file://"), "rev-parse", "annotated")
	for name, tt := range map[string]struct{ revision, want string }{
		"default branch":                         {"", "main"},
		"branch":                                 {"main", "main"},
		"branch with a slash":                    {"release/1.0", "branch release/1.0"},
		"branch like a date":                     {"20240115", "branch 20240115"},
		"branch of hexadecimal letters":          {"feedbeef", "branch feedbeef"},
		"branch like the short name of a ref":    {"tags/odd", "branch tags/odd"},
		"tag":                                    {"v1.0.0", "tag v1.0.0"},
		"tag like a date":                        {"20240116", "tag 20240116"},
		"tag of hexadecimal letters":             {"cafebabe", "tag cafebabe"},
		"annotated tag":                          {"annotated", "annotated"},
		"the object of an annotated tag":         {tagObject, "annotated"},
		"name of a branch and a tag":             {"both", "branch both"},
		"full ref of that branch":                {"refs/heads/both", "branch both"},
		"full ref of that tag":                   {"refs/tags/both", "tag both"},
		"short ref of that tag":                  {"tags/both", "tag both"},
		"full ref of a tag like a date":          {"refs/tags/20240116", "tag 20240116"},
		"pull request":                           {"refs/pull/1/head", "pull"},
		"pull request without refs":              {"pull/1/head", "pull"},
		"commit of a branch":                     {r.commits["main"], "main"},
		"commit in the history":                  {r.commits["first"], "first"},
		"commit of a tag only":                   {r.commits["tag v1.0.0"], "tag v1.0.0"},
		"commit of a pull request only":          {r.commits["pull"], "pull"},
		"commit that no ref reaches":             {r.commits["unreachable"], "unreachable"},
		"short commit of a branch":               {r.commits["main"][:7], "main"},
		"short commit in the history":            {r.commits["first"][:8], "first"},
		"short commit of a tag only":             {r.commits["tag v1.0.0"][:10], "tag v1.0.0"},
		"short commit of a pull request only":    {r.commits["pull"][:10], "pull"},
		"beginning of an annotated tag's commit": {r.commits["annotated"][:12], "annotated"},
	} {
		t.Run(name, func(t *testing.T) {
			source, got, err := r.fetch(t, tt.revision)
			if err != nil {
				t.Fatal(err)
			}
			if got != tt.want || source.Commit != r.commits[tt.want] {
				t.Errorf("revision %q is commit %s %q, want %s %q", tt.revision, source.Commit, got, r.commits[tt.want], tt.want)
			}
			if source.Author != "Ada" || source.Time != "1767225600" {
				t.Errorf("author %q, time %q", source.Author, source.Time)
			}
			if want := map[bool]string{true: "main"}[tt.revision == ""]; source.Branch != want {
				t.Errorf("branch %q, want %q", source.Branch, want)
			}
		})
	}
}

func TestRevisionsThatDoNotExist(t *testing.T) {
	isolate(t)
	r := newRepository(t)
	for name, tt := range map[string]struct{ revision, want string }{
		"a name":             {"no-such-branch", `revision "no-such-branch": the repository has no branch, tag or ref of that name`},
		"an option":          {"--upload-pack=touch /tmp/x", "no branch or tag can begin with -"},
		"a pattern":          {"*", "the repository has no branch, tag or ref of that name"},
		"a refspec":          {"main:refs/heads/other", "the repository has no branch, tag or ref of that name"},
		"the end of a name":  {"1.0", "the repository has no branch, tag or ref of that name"},
		"a full ref":         {"refs/heads/v1.0.0", "the repository has no branch, tag or ref of that name"},
		"a full commit":      {strings.Repeat("0123456789", 4), "the repository has no such commit"},
		"a short commit":     {"0123456789", "no commit that begins with it"},
		"a tag of no commit": {"tree", "it is no commit"},
		"a short commit that only a deleted branch had": {r.commits["unreachable"][:12], "no commit that begins with it"},
	} {
		t.Run(name, func(t *testing.T) {
			_, got, err := r.fetch(t, tt.revision)
			var failure *FailureError
			if !errors.As(err, &failure) || failure.Reason != ReasonRevisionNotFound || !strings.Contains(failure.Message, tt.want) || got != "" {
				t.Errorf("error %v, source %q, want GitRevisionNotFound: %s", err, got, tt.want)
			}
		})
	}
}

// A server with the older protocol sends commits only by their refs.
func TestCommitsByTheOlderProtocol(t *testing.T) {
	isolate(t)
	r := newRepository(t)
	t.Setenv("GIT_CONFIG_COUNT", "1")
	t.Setenv("GIT_CONFIG_KEY_0", "protocol.version")
	t.Setenv("GIT_CONFIG_VALUE_0", "0")
	for _, name := range []string{"main", "first", "tag v1.0.0", "pull"} {
		if source, got, err := r.fetch(t, r.commits[name]); err != nil || source.Commit != r.commits[name] || got != name {
			t.Errorf("commit of %s: %q, error %v", name, got, err)
		}
	}
	if _, _, err := r.fetch(t, strings.Repeat("0123456789", 4)); err == nil || !strings.Contains(err.Error(), "the repository has no such commit") {
		t.Errorf("a commit that does not exist: %v", err)
	}
}

func TestShortCommitOfSeveral(t *testing.T) {
	isolate(t)
	r := newRepository(t)
	bare := strings.TrimPrefix(r.url, "file://")
	first, second := twins(run(t, bare, "rev-parse", "main^{tree}"))
	twin := &repository{url: "file://" + filepath.Join(t.TempDir(), "twins.git")}
	run(t, bare, "clone", "--quiet", "--mirror", bare, strings.TrimPrefix(twin.url, "file://"))
	for name, content := range map[string]string{"first": first, "second": second} {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		commit := run(t, strings.TrimPrefix(twin.url, "file://"), "hash-object", "-t", "commit", "-w", file)
		run(t, strings.TrimPrefix(twin.url, "file://"), "update-ref", "refs/heads/"+name, commit)
	}
	_, _, err := twin.fetch(t, nameOf(first)[:5])
	if err == nil || !strings.Contains(err.Error(), "several commits begin with it") {
		t.Errorf("error %v, want that several commits begin with %s", err, nameOf(first)[:5])
	}
}

// nameOf returns the name of a commit object.
func nameOf(content string) string {
	sum := sha1.Sum(fmt.Appendf(nil, "commit %d\x00%s", len(content), content))
	return hex.EncodeToString(sum[:])
}

// twins returns two commits whose names begin with the same five digits.
func twins(tree string) (first, second string) {
	seen := map[string]string{}
	for n := 0; ; n++ {
		content := fmt.Sprintf("tree %s\nauthor Ada <ada@example.com> %[2]d +0000\ncommitter Ada <ada@example.com> %[2]d +0000\n\ntwin\n", tree, n)
		begin := nameOf(content)[:5]
		if other := seen[begin]; other != "" {
			return other, content
		}
		seen[begin] = content
	}
}

func TestSubmodulesAndDepth(t *testing.T) {
	isolate(t)
	t.Setenv("GIT_CONFIG_COUNT", "1") // for folders of this machine
	t.Setenv("GIT_CONFIG_KEY_0", "protocol.file.allow")
	t.Setenv("GIT_CONFIG_VALUE_0", "always")
	r := newRepository(t)
	work, outer := t.TempDir(), filepath.Join(t.TempDir(), "outer.git")
	run(t, work, "init", "--quiet", "--initial-branch=main")
	run(t, work, "remote", "add", "origin", "file://"+outer)
	if err := os.Symlink(strings.TrimPrefix(r.url, "file://"), filepath.Join(filepath.Dir(outer), "inner.git")); err != nil {
		t.Fatal(err)
	}
	run(t, work, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../inner.git", "inner")
	run(t, work, "commit", "--quiet", "--message=one")
	run(t, work, "commit", "--quiet", "--allow-empty", "--message=two")
	run(t, work, "clone", "--quiet", "--mirror", work, outer)
	for depth, want := range map[uint]string{0: "2", 1: "1"} {
		clone := &Clone{URL: "file://" + outer, Revision: "main", Target: filepath.Join(t.TempDir(), "source"), Depth: depth, Output: t.Output()}
		if _, err := clone.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if name, err := os.ReadFile(filepath.Join(clone.Target, "inner", "name")); err != nil || string(name) != "main" {
			t.Errorf("the submodule has %q, error %v", name, err)
		}
		if got := run(t, clone.Target, "rev-list", "--count", "HEAD"); got != want {
			t.Errorf("depth %d: %s commits, want %s", depth, got, want)
		}
		if got := run(t, clone.Target, "branch", "--show-current"); got != "main" {
			t.Errorf("branch %q, want main", got)
		}
	}
}

func TestEmptyRepository(t *testing.T) {
	isolate(t)
	bare := filepath.Join(t.TempDir(), "empty.git")
	run(t, t.TempDir(), "init", "--quiet", "--bare", bare)
	r := &repository{url: "file://" + bare}
	if _, _, err := r.fetch(t, ""); err == nil || !strings.Contains(err.Error(), "the repository is empty") {
		t.Errorf("error %v, want that it is empty", err)
	}
}
