/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Command git is the step that fetches the source of a build. It has the flags and results
// of Shipwright's program of the same name, so that Shipwright's controller can use its
// image in place of its own.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"syscall"

	"openfunction.dev/openfunction/pkg/cacerts"
	"openfunction.dev/openfunction/pkg/gitstep"
)

// Variables that an administrator sets in the template of the step.
const (
	knownHostsVariable    = "GIT_KNOWN_HOSTS"
	acceptUnknownVariable = "GIT_ACCEPT_UNKNOWN_HOSTS"
)

// results are the files that Shipwright reads.
type results struct {
	commit, author, branch, time, errorReason, errorMessage string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	var files results
	err := run(ctx, os.Args[1:], &files)
	stop()
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return
	}
	failure := gitstep.Explain(err)
	fmt.Fprintln(os.Stderr, "ERROR:", err)
	fmt.Fprintf(os.Stderr, "ERROR: %s: %s\n", failure.Reason, failure.Message)
	if err := errors.Join(write(files.errorReason, failure.Reason), write(files.errorMessage, failure.Message)); err != nil {
		fmt.Fprintln(os.Stderr, "ERROR: record the failure:", err)
	}
	os.Exit(1)
}

func run(ctx context.Context, arguments []string, files *results) error {
	clone := gitstep.Clone{Output: os.Stderr, KnownHosts: os.Getenv(knownHostsVariable), CACertificates: os.Getenv(cacerts.Variable)}
	clone.AcceptUnknownHosts, _ = strconv.ParseBool(os.Getenv(acceptUnknownVariable))
	flags := flag.NewFlagSet("git", flag.ContinueOnError)
	flags.StringVar(&clone.URL, "url", "", "URL of the repository")
	flags.StringVar(&clone.Revision, "revision", "", "branch, tag, ref or commit; default: the default branch")
	flags.StringVar(&clone.Target, "target", "", "folder of the clone")
	flags.StringVar(&clone.Secret, "secret-path", "", "folder of a Secret of the type basic-auth or ssh-auth")
	flags.UintVar(&clone.Depth, "depth", 1, "number of commits of the history; 0 for all")
	flags.BoolVar(&clone.RewriteURL, "git-url-rewrite", false, "use SSH for https:// URLs of the host")
	flags.StringVar(&files.commit, "result-file-commit-sha", "", "file for the commit")
	flags.StringVar(&files.author, "result-file-commit-author", "", "file for the author of the commit")
	flags.StringVar(&files.time, "result-file-source-timestamp", "", "file for the time of the commit")
	flags.StringVar(&files.branch, "result-file-branch-name", "", "file for the default branch, if no revision is set")
	flags.StringVar(&files.errorReason, "result-file-error-reason", "", "file for the reason of a failure")
	flags.StringVar(&files.errorMessage, "result-file-error-message", "", "file for the message of a failure")
	flags.Bool("skip-validation", false, "has no effect")
	flags.Bool("verbose", false, "has no effect")
	flags.Bool("show-listing", false, "has no effect")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if clone.URL == "" || clone.Target == "" {
		return errors.New("the flags --url and --target are required")
	}
	source, err := clone.Run(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "fetched commit %s\n", source.Commit)
	return errors.Join(
		write(files.commit, source.Commit), write(files.author, source.Author),
		write(files.time, source.Time), write(files.branch, source.Branch),
	)
}

// write writes a result, which other users read, unless it is empty.
func write(file, text string) error {
	if file == "" || text == "" {
		return nil
	}
	return os.WriteFile(file, []byte(text), 0o644) //nolint:gosec // the controller of the task and later steps read it
}
