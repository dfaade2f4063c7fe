/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package buildstep

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestExplain(t *testing.T) {
	for name, test := range map[string]struct{ output, reason, message string }{
		"detect": {
			output: "===> ANALYZING\nImage not found\n===> DETECTING\n======== Output: openfunction/go@0.1.0 ========\n" +
				"ERROR: no func X\n======== Results ========\nerr:  openfunction/go@0.1.0 (1)\n" +
				"ERROR: No buildpack groups passed detection.\nERROR: Please check that you are running against the correct path.\n" +
				"ERROR: failed to detect: buildpack(s) failed with err\n",
			reason: "DetectFailed", message: "ERROR: no func X",
		},
		"compile error": {
			output: "===> BUILDING\ntarget distro name/version labels not found, reading /etc/os-release file\n" +
				"Building function Hello of package hello in . with go1.26.4\ngo: downloading example.com/x v1.0.0\n" +
				"# example.com/hello\n./hello.go:1:2: undefined: x\nERROR: the program does not compile\nERROR: failed to build: exit status 1\n",
			reason: "BuildFailed", message: "# example.com/hello\n./hello.go:1:2: undefined: x\nERROR: the program does not compile",
		},
		"only noise": {
			output: "===> DETECTING\nERROR: No buildpack groups passed detection.\n",
			reason: "DetectFailed", message: "ERROR: No buildpack groups passed detection.",
		},
		"registry": {
			output: "===> ANALYZING\nERROR: failed to initialize analyzer: validating registry write access: UNAUTHORIZED\n",
			reason: "AnalyzeFailed", message: "ERROR: failed to initialize analyzer: validating registry write access: UNAUTHORIZED",
		},
		"an unknown authority": {
			output: "===> ANALYZING\nERROR: Get \"https://r.example.com/v2/\": tls: failed to verify certificate: x509: certificate signed by unknown authority\n",
			reason: "AnalyzeFailed",
			message: "ERROR: Get \"https://r.example.com/v2/\": tls: failed to verify certificate: x509: certificate signed by unknown authority\n" +
				"a host is not trusted: add the certificate of its authority to ca.crt in the ConfigMap openfunction-ca-certificates of this namespace",
		},
		"before any phase":  {output: "ERROR: failed to resolve inputs\n", reason: ReasonBuildError, message: "ERROR: failed to resolve inputs"},
		"an unknown phase":  {output: "===> REBASING\nx\n", reason: ReasonBuildError, message: "x"},
		"nothing":           {reason: ReasonBuildError, message: "the lifecycle ended without a word: exit status 1"},
		"colours and bytes": {output: "\x1b[31;1m===> EXPORTING\x1b[0m\n\x1b[31;1mERROR: \x1b[0ma\xffb\n", reason: "ExportFailed", message: "ERROR: a?b"},
	} {
		t.Run(name, func(t *testing.T) {
			got := explain(test.output, errors.New("exit status 1"))
			if got.Reason != test.reason || got.Message != test.message {
				t.Errorf("explain = %q: %q, want %q: %q", got.Reason, got.Message, test.reason, test.message)
			}
		})
	}
}

func TestWriteFailureFitsIntoATerminationMessage(t *testing.T) {
	for name, message := range map[string]string{
		"lines":    strings.Repeat("a line of the output\n", 1000) + "the last line",
		"one line": strings.Repeat("ä", 5000),
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			results := Results{ErrorReason: filepath.Join(folder, "reason"), ErrorMessage: filepath.Join(folder, "message")}
			if err := results.WriteFailure(&FailureError{Reason: "BuildFailed", Message: message}); err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(results.ErrorMessage)
			if err != nil || len(got) > maxMessageBytes || len(got) < maxMessageBytes/2 || !utf8.Valid(got) || !strings.HasSuffix(message, string(got)) {
				t.Errorf("message has %d bytes, %v: %.60q", len(got), err, got)
			}
			if reason, err := os.ReadFile(results.ErrorReason); err != nil || string(reason) != "BuildFailed" {
				t.Errorf("reason = %q, %v", reason, err)
			}
		})
	}
}

func TestTailKeepsTheEnd(t *testing.T) {
	end := &tail{size: 4}
	for _, text := range []string{"abc", "de", "fghijk", ""} {
		if n, err := end.Write([]byte(text)); n != len(text) || err != nil {
			t.Fatalf("Write = %d, %v", n, err)
		}
	}
	if string(end.data) != "hijk" {
		t.Errorf("tail = %q", end.data)
	}
}
