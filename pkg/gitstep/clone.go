/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package gitstep fetches the source of a build from a git repository. It replaces the git
// step of Shipwright, which decides by the letters of a revision whether it is a commit.
package gitstep

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// remote is the name of the remote in the clone. Relative URLs of submodules refer to it.
const remote = "origin"

// Clone is one clone of a repository at a revision.
type Clone struct {
	// URL is the URL of the repository.
	URL string
	// Revision is a branch, tag, ref or commit; empty for the default branch.
	Revision string
	// Target is the folder of the clone. It is created if it does not exist.
	Target string
	// Secret is the folder with the keys of a Secret, either username and password, or
	// ssh-privatekey and perhaps known_hosts; empty without credentials.
	Secret string
	// Depth is how many commits of the history are fetched; 0 for all.
	Depth uint
	// RewriteURL makes git use SSH for https:// URLs of the same host.
	RewriteURL bool
	// KnownHosts are host keys that the administrator trusts, in the form of known_hosts.
	// They are used if the Secret has none.
	KnownHosts string
	// AcceptUnknownHosts accepts every host key that no known_hosts contains.
	AcceptUnknownHosts bool
	// CACertificates are certificates of authorities in PEM form that are trusted beside
	// those of the image.
	CACertificates string
	// Output receives the commands of git.
	Output io.Writer

	// settings are the options of git that contain the credentials.
	settings []string
	// environment are further variables of git.
	environment []string
	// temporary is the folder of the files that settings and environment name.
	temporary string
}

// Source is what was fetched.
type Source struct {
	// Commit is the full commit.
	Commit string
	// Author is the name of its author, and Time the time of the commit in Unix seconds.
	Author, Time string
	// Branch is the default branch if no revision was given; empty otherwise.
	Branch string
}

// Run fetches the source. An error with a cause that a user can correct is a FailureError.
func (c *Clone) Run(ctx context.Context) (Source, error) {
	var err error
	if c.temporary, err = os.MkdirTemp("", "git-"); err != nil {
		return Source{}, fmt.Errorf("making a folder for credentials: %w", err)
	}
	defer func() { _ = os.RemoveAll(c.temporary) }()
	if err := errors.Join(c.setCredentials(), c.setCertificates()); err != nil {
		return Source{}, err
	}
	if err := c.start(ctx); err != nil {
		return Source{}, err
	}
	wanted, err := c.resolve(ctx)
	if err != nil {
		return Source{}, err
	}
	if err := c.checkout(ctx, wanted); err != nil {
		return Source{}, err
	}
	return c.describe(ctx, wanted)
}

// start makes an empty repository.
func (c *Clone) start(ctx context.Context) error {
	if err := os.MkdirAll(c.Target, 0o755); err != nil { //nolint:gosec // other users run the next steps
		return fmt.Errorf("making the folder of the clone: %w", err)
	}
	if _, err := c.git(ctx, "init", "--quiet", "--initial-branch=source"); err != nil {
		return err
	}
	_, err := c.git(ctx, "remote", "add", "--", remote, c.URL)
	return err
}

// checkout fetches a revision and its submodules into the folder. The clone is on a branch
// if the revision is one, as after git clone.
func (c *Clone) checkout(ctx context.Context, wanted target) error {
	if err := c.fetch(ctx, wanted); err != nil {
		return err
	}
	commit, err := c.git(ctx, "rev-parse", "--verify", "--quiet", wanted.object()+"^{commit}")
	if err != nil {
		return notFound(c.Revision, "it is no commit")
	}
	arguments := []string{"checkout", "--quiet", "--detach", commit}
	if wanted.branch != "" && !strings.HasPrefix(wanted.branch, "-") {
		arguments = []string{"checkout", "--quiet", "-B", wanted.branch, commit}
	}
	if _, err := c.git(ctx, append(arguments, "--")...); err != nil {
		return err
	}
	submodules := []string{"submodule", "--quiet", "update", "--init", "--recursive"}
	if c.Depth > 0 {
		submodules = append(submodules, "--depth", c.depth())
	}
	_, err = c.git(ctx, submodules...)
	return err
}

// describe returns what the next steps and the status of the build show.
func (c *Clone) describe(ctx context.Context, wanted target) (Source, error) {
	text, err := c.git(ctx, "log", "-1", "--no-show-signature", "--format=%H%n%ct%n%an", "HEAD", "--")
	if err != nil {
		return Source{}, err
	}
	lines := append(strings.SplitN(text, "\n", 3), "", "")
	source := Source{Commit: lines[0], Time: lines[1], Author: lines[2]}
	if c.Revision == "" {
		source.Branch = wanted.branch
	}
	return source, nil
}

func (c *Clone) depth() string {
	return strconv.FormatUint(uint64(c.Depth), 10)
}

// inSecret returns the path of a key of the Secret; empty if it has no such key.
func (c *Clone) inSecret(key string) string {
	if c.Secret == "" {
		return ""
	}
	path := filepath.Join(c.Secret, key)
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}
