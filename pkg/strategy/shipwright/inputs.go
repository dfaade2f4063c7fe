/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package shipwright

import (
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"openfunction.dev/openfunction/pkg/strategy"
)

const (
	// gitReason is the prefix of the reasons for failures of git, and plainHTTPReason the
	// one that Shipwright has besides.
	gitReason       = "Git"
	plainHTTPReason = "AuthUnexpectedHTTP"

	// sshReason is Shipwright's reason for every failure over SSH. Its message names the
	// key, whatever failed.
	sshReason = "GitAuthInvalidKey"

	// sshAdvice is what is known instead.
	sshAdvice = "git cannot read the repository over SSH. See the log of the step for the cause: the port is closed, the host key is unknown, " +
		"the key is wrong or has a passphrase, or the repository does not exist"

	// detectFailed and buildFailed are the reasons for failures of the program itself.
	detectFailed = "DetectFailed"
	buildFailed  = "BuildFailed"

	// inSource begins the messages of the step that fetches the source.
	inSource = "step source-default: "

	// badCredentials is how Shipwright's step ends before it calls git, without a message,
	// if the Secret does not fit the URL.
	badCredentials = "exited with code 110"

	// credentialsAdvice describes which Secret fits which URL.
	credentialsAdvice = "the Secret does not fit the URL: one of the type basic-auth needs an https:// URL, a username and a password, and one of the type ssh-auth needs an SSH URL"
)

// unauthorized matches what a registry replies to wrong or missing credentials.
var unauthorized = regexp.MustCompile(`(?i)\bunauthorized\b|\b401\b|\bdenied\b|\bforbidden\b|\b403\b`)

// nameInputs adds to a failure of git or of a registry what the user has to check, because
// the message does not contain it: the URL, the revision or the image, and the Secret.
func nameInputs(run *unstructured.Unstructured, result strategy.Result) strategy.Result {
	text := func(fields ...string) string {
		value, _, _ := unstructured.NestedString(run.Object, append([]string{"spec", "build", "spec"}, fields...)...)
		return value
	}
	var inputs []string
	add := func(field, value string) {
		if value != "" {
			inputs = append(inputs, field+" "+value)
		}
	}
	url, bundle := text("source", "git", "url"), text("source", "ociArtifact", "image")
	switch {
	case url != "" && (strings.HasPrefix(result.Reason, gitReason) || result.Reason == plainHTTPReason):
		if strings.Contains(result.Message, badCredentials) {
			result.Message = credentialsAdvice
		}
		if result.Reason == sshReason {
			result.Message = inSource + sshAdvice
		}
		add("srcRepo.url", url)
		add("srcRepo.revision", text("source", "git", "revision"))
		add("srcRepo.credentials", text("source", "git", "cloneSecret"))
	case result.Reason == detectFailed, result.Reason == buildFailed, !unauthorized.MatchString(result.Message):
	case bundle != "" && strings.HasPrefix(result.Message, inSource):
		add("srcRepo.bundleContainer", bundle)
		add("srcRepo.credentials", text("source", "ociArtifact", "pullSecret"))
	default:
		add("image", text("output", "image"))
		add("imageCredentials", text("output", "pushSecret"))
	}
	if len(inputs) > 0 {
		result.Message = strategy.Message(result.Message + " (" + strings.Join(inputs, ", ") + ")")
	}
	return result
}
