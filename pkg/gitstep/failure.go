/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package gitstep

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"

	"openfunction.dev/openfunction/pkg/cacerts"
	"openfunction.dev/openfunction/pkg/plaintext"
)

// Reasons of failures. Those without a comment are Shipwright's own.
const (
	ReasonGitError           = "GitError"
	ReasonRevisionNotFound   = "GitRevisionNotFound"
	reasonRepositoryNotFound = "GitRemoteRepositoryNotFound"
	reasonPasswordRejected   = "GitAuthInvalidUserOrPass"
	reasonPrivate            = "GitRemoteRepositoryPrivate"
	reasonBasicIncomplete    = "GitBasicAuthIncomplete"
	reasonSSHUnexpected      = "GitSSHAuthUnexpected"
	reasonSSHExpected        = "GitSSHAuthExpected"
	reasonPlainHTTP          = "AuthUnexpectedHTTP"
	// ReasonHostKeyUnknown is set if no known_hosts contains the key of the host.
	ReasonHostKeyUnknown = "GitHostKeyUnknown"
	// reasonHostKeyChanged is set if known_hosts has another key of the host.
	reasonHostKeyChanged = "GitHostKeyChanged"
	// reasonKeyRejected is set if the host does not accept the key of the Secret.
	reasonKeyRejected = "GitKeyRejected"
	// reasonKeyUnreadable is set if ssh cannot read the key of the Secret.
	reasonKeyUnreadable = "GitKeyUnreadable"
	// reasonCertificateUnknown is set if no trusted authority issued the certificate of
	// the host, or the authorities of the build cannot be read.
	reasonCertificateUnknown = "GitCertificateUnknown"
	// reasonUnreachable is set if there is no connection to the host.
	reasonUnreachable = "GitUnreachable"
)

// maxMessageBytes is the maximum length of a message. Tekton passes all results of a step
// in 4096 bytes.
const maxMessageBytes = 1000

// FailureError is a failure that a user can correct.
type FailureError struct {
	Reason, Message string
}

// Error implements error.
func (f *FailureError) Error() string { return f.Message }

func notFound(revision, why string) *FailureError {
	return &FailureError{Reason: ReasonRevisionNotFound, Message: fmt.Sprintf("revision %q: %s", plaintext.Head(revision, 200), why)}
}

// causes are the failures that git and ssh report, by their words. The first that matches
// counts, as git adds general words to those of ssh.
var causes = []struct {
	words           *regexp.Regexp
	reason, message string
}{
	{
		regexp.MustCompile(`REMOTE HOST IDENTIFICATION HAS CHANGED|Host key for .* has changed`), reasonHostKeyChanged,
		"the host has another key than known_hosts contains: correct known_hosts in the Secret if the new key is right",
	},
	{
		regexp.MustCompile(`Host key verification failed|host key is known for`), ReasonHostKeyUnknown,
		"the host key is unknown: add the line of ssh-keyscan HOST to known_hosts in the Secret, after you compared it with the one that the host publishes",
	},
	{
		regexp.MustCompile(`Load key .*|invalid format|error in libcrypto|incorrect passphrase`), reasonKeyUnreadable,
		"the SSH key of the Secret cannot be read: it must be a private key without a passphrase",
	},
	{
		regexp.MustCompile(`Permission denied \(`), reasonKeyRejected,
		"the host does not accept the SSH key of the Secret, or the URL needs a Secret with one",
	},
	{
		regexp.MustCompile(`(?i)certificate verification failed|certificate verify failed|SSL certificate problem|x509: `), reasonCertificateUnknown,
		"the certificate of the host is not trusted: " + cacerts.Advice,
	},
	{
		regexp.MustCompile(`(?i)could not resolve host|connection refused|connection timed out|no route to host|network is unreachable|failed to connect|name or service not known|temporary failure in name resolution`),
		reasonUnreachable, "no connection to the host of the repository",
	},
	{
		regexp.MustCompile(`(?i)authentication failed|invalid username or password`), reasonPasswordRejected,
		"the host does not accept the username and password of the Secret",
	},
	{
		regexp.MustCompile(`terminal prompts disabled|could not read Username`), reasonPrivate,
		"the repository does not exist, or it needs a Secret",
	},
	{
		regexp.MustCompile(`(?i)(repository|project) .*not found|does not appear to be a git repository|could not be found`), reasonRepositoryNotFound,
		"the repository does not exist, or the Secret has no access to it",
	},
	{
		regexp.MustCompile(`(?i)couldn't find remote ref|remote branch .* not found`), ReasonRevisionNotFound,
		"the revision does not exist any more",
	},
}

// commandError is a command of git that failed, with its output.
type commandError struct {
	command, output string
}

// Error implements error.
func (e *commandError) Error() string { return "git " + e.command + ": " + e.output }

var (
	// missingObject matches the answer to a request for a commit that does not exist.
	missingObject = regexp.MustCompile(`not our ref`)
	// refusedObject matches the answer of the older protocol to one that no ref names.
	refusedObject = regexp.MustCompile(`unadvertised object`)
)

// failedWith reports whether git failed with such words.
func failedWith(err error, words *regexp.Regexp) bool {
	failed, ok := errors.AsType[*commandError](err)
	return ok && words.MatchString(failed.output)
}

// Explain returns the failure that a user reads of an error of Run: the cause, and the
// words of git.
func Explain(err error) *FailureError {
	if failure, ok := errors.AsType[*FailureError](err); ok {
		return failure
	}
	text := err.Error()
	if failed, ok := errors.AsType[*commandError](err); ok {
		text = failed.output
	}
	words := plaintext.Head(plaintext.Redact(plaintext.Line(text, "; ")), maxMessageBytes/2)
	for _, cause := range causes {
		if cause.words.MatchString(text) {
			return &FailureError{Reason: cause.reason, Message: cause.message + " (" + words + ")"}
		}
	}
	return &FailureError{Reason: ReasonGitError, Message: words}
}

// git runs a command of git in the clone, and returns its output without the last newline.
func (c *Clone) git(ctx context.Context, arguments ...string) (string, error) {
	_, _ = fmt.Fprintln(c.Output, "git", strings.ReplaceAll(strings.Join(arguments, " "), c.URL, shown(c.URL)))
	all := append([]string{"-C", c.Target, "-c", "safe.directory=*", "-c", "advice.detachedHead=false"}, c.settings...)
	cmd := exec.CommandContext(ctx, "git", append(all, arguments...)...) //nolint:gosec // no shell; what a user wrote is behind "--" or checked
	cmd.Env = append(append(os.Environ(), "GIT_TERMINAL_PROMPT=0", "LC_ALL=C"), c.environment...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	output := strings.TrimRight(string(out), "\n")
	if err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		failed := &commandError{command: arguments[0], output: strings.TrimSpace(stderr.String() + "\n" + output)}
		if failed.output == "" {
			failed.output = err.Error()
		}
		return output, failed
	}
	return output, nil
}

// shown returns a URL as the log shows it.
func shown(url string) string {
	return plaintext.Redact(url)
}
