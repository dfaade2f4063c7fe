/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package buildstep

import (
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"

	"openfunction.dev/openfunction/pkg/cacerts"
	"openfunction.dev/openfunction/pkg/plaintext"
)

// Reasons for a failed build, as they appear in the BuildRun's failureDetails.
const (
	ReasonEnvInvalid = "EnvInvalid"
	ReasonBuildError = "BuildError"
)

// phaseReasons are the reasons by the lifecycle's name of the failed phase.
var phaseReasons = map[string]string{
	"ANALYZING": "AnalyzeFailed",
	"DETECTING": "DetectFailed",
	"RESTORING": "RestoreFailed",
	"BUILDING":  "BuildFailed",
	"EXPORTING": "ExportFailed",
}

// maxMessageBytes leaves space for the other results: Tekton passes all results of a
// step in the 4096 bytes of the container's termination message.
const maxMessageBytes = 1500

// FailureError is a failed build, with a message for the user.
type FailureError struct {
	Reason, Message string
}

// Error implements error.
func (f *FailureError) Error() string { return f.Reason + ": " + f.Message }

// Results are the files of the Tekton results that Shipwright reads, and of the
// artifacts of the step.
type Results struct {
	Digest, ErrorReason, ErrorMessage, Artifacts string
}

// WriteFailure reports to Shipwright why a step failed.
func (r Results) WriteFailure(err error) error {
	failure := &FailureError{Reason: ReasonBuildError, Message: err.Error()}
	errors.As(err, &failure)
	return errors.Join(
		os.WriteFile(r.ErrorReason, []byte(failure.Reason), 0o600),
		os.WriteFile(r.ErrorMessage, []byte(lastLines(plaintext.Redact(failure.Message), maxMessageBytes)), 0o600),
	)
}

var (
	phaseLine = regexp.MustCompile(`(?m)^===> ([A-Z]+)\s*$`)
	escape    = regexp.MustCompile("\x1b\\[[0-9;]*[A-Za-z]")

	// noise are lines of the output that do not help to understand a failure: those of
	// the lifecycle itself around those of a buildpack, and progress.
	noise = []string{
		"target distro name/version labels not found", "Building ", "go: downloading ", "Warning: ",
		"======== ", "err:  ", "fail: ", "pass: ", "skip: ", "Timer: ", "Resolving plan...",
		"ERROR: No buildpack groups passed detection.", "ERROR: Please check that you are running against the correct path.",
		"ERROR: failed to detect: ", "ERROR: failed to build: exit status",
	}
)

// explain returns the failure at the end of the lifecycle's output: the phase in which
// it ended and the output of that phase, without noise.
func explain(output string, err error) *FailureError {
	output = escape.ReplaceAllString(strings.ToValidUTF8(output, "?"), "")
	reason := ReasonBuildError
	if phases := phaseLine.FindAllStringSubmatchIndex(output, -1); len(phases) > 0 {
		last := phases[len(phases)-1]
		if known, ok := phaseReasons[output[last[2]:last[3]]]; ok {
			reason = known
		}
		output = output[last[1]:]
	}
	var all, useful []string
	for line := range strings.Lines(output) {
		line = strings.TrimRight(line, " \t\r\n")
		if line == "" {
			continue
		}
		all = append(all, line)
		if !slices.ContainsFunc(noise, func(prefix string) bool { return strings.HasPrefix(line, prefix) }) {
			useful = append(useful, line)
		}
	}
	switch {
	case len(useful) > 0:
		all = useful
	case len(all) == 0:
		all = []string{"the lifecycle ended without a word: " + err.Error()}
	}
	if strings.Contains(output, "x509: certificate signed by unknown authority") {
		all = append(all, "a host is not trusted: "+cacerts.Advice)
	}
	return &FailureError{Reason: reason, Message: strings.Join(all, "\n")}
}

// lastLines returns the end of text, from the begin of a line if possible.
func lastLines(text string, size int) string {
	if len(text) <= size {
		return text
	}
	text = text[len(text)-size:]
	if _, whole, found := strings.Cut(text, "\n"); found && whole != "" {
		return whole
	}
	return strings.ToValidUTF8(text, "")
}

// tail keeps the last bytes written to it.
type tail struct {
	data []byte
	size int
}

// Write implements io.Writer.
func (t *tail) Write(data []byte) (int, error) {
	t.data = append(t.data, data...)
	if extra := len(t.data) - t.size; extra > 0 {
		t.data = append(t.data[:0], t.data[extra:]...)
	}
	return len(data), nil
}
