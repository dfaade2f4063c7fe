/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package gitstep

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
)

var (
	// fullCommit matches a complete object name, of SHA-1 or SHA-256. git takes every such
	// word for an object name, even if a branch has it.
	fullCommit = regexp.MustCompile(`^([0-9a-f]{40}|[0-9a-f]{64})$`)
	// shortCommit matches what can be the beginning of one.
	shortCommit = regexp.MustCompile(`^[0-9a-f]{4,63}$`)
)

// target is what a revision stands for in a repository.
type target struct {
	// ref is the full name of a ref of the repository, or HEAD; empty for a commit.
	ref string
	// commit is a full commit, if ref is empty.
	commit string
	// branch is the name of the branch, if ref is one or the default branch.
	branch string
}

// object returns the name of the fetched object in the clone.
func (t target) object() string {
	if t.commit != "" {
		return t.commit
	}
	return "FETCH_HEAD"
}

// candidates returns the refs that a revision can mean, the preferred ones first: a branch,
// then a tag, as git clone --branch does. A full ref means itself alone.
func candidates(revision string) []string {
	switch {
	case revision == "":
		return []string{"HEAD"}
	case strings.HasPrefix(revision, "refs/"):
		return []string{revision}
	}
	return []string{"refs/heads/" + revision, "refs/tags/" + revision, "refs/" + revision}
}

// resolve decides by the refs of the repository what the revision is. Its letters do not
// decide, because branches and tags may look like commits.
func (c *Clone) resolve(ctx context.Context) (target, error) {
	if strings.HasPrefix(c.Revision, "-") {
		return target{}, notFound(c.Revision, "no branch or tag can begin with -")
	}
	if fullCommit.MatchString(c.Revision) {
		return target{commit: c.Revision}, nil
	}
	wanted := candidates(c.Revision)
	refs, branch, err := c.listRefs(ctx, wanted)
	if err != nil {
		return target{}, err
	}
	for _, ref := range wanted {
		if !refs[ref] {
			continue
		}
		found := target{ref: ref}
		found.branch, _ = strings.CutPrefix(ref, "refs/heads/")
		if found.branch == ref {
			found.branch = ""
		}
		if ref == "HEAD" {
			found.branch = branch
		}
		return found, nil
	}
	switch {
	case c.Revision == "":
		return target{}, &FailureError{Reason: ReasonRevisionNotFound, Message: "the repository is empty: it has no default branch with a commit"}
	case shortCommit.MatchString(c.Revision):
		return c.findCommit(ctx)
	}
	return target{}, notFound(c.Revision, "the repository has no branch, tag or ref of that name, and it is no commit")
}

// listRefs returns which of the refs the repository has, and its default branch. The
// patterns only reduce what the server sends: git matches them by their end, too.
func (c *Clone) listRefs(ctx context.Context, names []string) (refs map[string]bool, branch string, err error) {
	text, err := c.git(ctx, append([]string{"ls-remote", "--quiet", "--symref", "--", remote}, names...)...)
	if err != nil {
		return nil, "", err
	}
	refs = map[string]bool{}
	for line := range strings.Lines(text) {
		object, ref, _ := strings.Cut(strings.TrimRight(line, "\n"), "\t")
		if symbolic, ok := strings.CutPrefix(object, "ref: "); ok {
			if ref == "HEAD" {
				branch = strings.TrimPrefix(symbolic, "refs/heads/")
			}
			continue
		}
		refs[ref] = true
	}
	return refs, branch, nil
}

// findCommit returns the commit with an abbreviated name, which no server resolves. So it
// fetches the history, without the files if the server can leave them out: of branches and
// tags first, and then of all refs, such as pull requests. It does so beside the clone,
// for which git would never fetch those files.
func (c *Clone) findCommit(ctx context.Context) (target, error) {
	history := &Clone{URL: c.URL, Target: filepath.Join(c.temporary, "history"), Output: c.Output, settings: c.settings}
	if err := history.start(ctx); err != nil {
		return target{}, err
	}
	for _, refs := range [][]string{{"+refs/heads/*:refs/found/heads/*", "+refs/tags/*:refs/found/tags/*"}, {"+refs/*:refs/found/all/*"}} {
		fetch := append([]string{"fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--filter=tree:0", "--", remote}, refs...)
		if _, err := history.git(ctx, fetch...); err != nil {
			return target{}, err
		}
		text, err := history.git(ctx, "rev-parse", "--disambiguate="+c.Revision)
		if err != nil {
			return target{}, err
		}
		commits, err := history.commits(ctx, strings.Fields(text))
		switch {
		case err != nil:
			return target{}, err
		case len(commits) > 1:
			return target{}, notFound(c.Revision, "several commits begin with it: "+strings.Join(commits[:2], ", ")+"; write more digits")
		case len(commits) == 1:
			return target{commit: commits[0]}, nil
		}
	}
	return target{}, notFound(c.Revision, "the repository has no branch, tag or ref of that name, and no commit that begins with it")
}

// commits returns those of the objects that are commits. An annotated tag is another
// object than its commit.
func (c *Clone) commits(ctx context.Context, objects []string) ([]string, error) {
	var commits []string
	for _, object := range objects {
		kind, err := c.git(ctx, "cat-file", "-t", object)
		if err != nil {
			return nil, fmt.Errorf("reading object %s: %w", object, err)
		}
		if kind == "commit" {
			commits = append(commits, object)
		}
	}
	return commits, nil
}

// fetch fetches a revision with the history that Depth selects.
func (c *Clone) fetch(ctx context.Context, wanted target) error {
	fetch := []string{"fetch", "--quiet", "--no-tags", "--no-recurse-submodules"}
	if c.Depth > 0 {
		fetch = append(fetch, "--depth", c.depth())
	}
	what := wanted.ref
	if wanted.commit != "" {
		what = wanted.commit
	}
	_, err := c.git(ctx, append(fetch, "--", remote, what)...)
	switch {
	case err == nil || wanted.commit == "":
		return err
	case failedWith(err, missingObject):
		return notFound(c.Revision, "the repository has no such commit")
	case !failedWith(err, refusedObject):
		return err
	}
	// A server with the older protocol sends only what a ref names, with its history.
	all := []string{"fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--", remote, "+refs/*:refs/found/all/*"}
	if _, err := c.git(ctx, all...); err != nil {
		return err
	}
	if _, err := c.git(ctx, "cat-file", "-e", wanted.commit+"^{commit}"); err != nil {
		return notFound(c.Revision, "the repository has no such commit")
	}
	return nil
}
