/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtime

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// feature is a group of requirements that a runtime can claim: a heading in the
// document.
type feature string

const (
	start       feature = "Start"
	environment feature = "Environment"
	requests    feature = "Requests"
	events      feature = "Events"
	end         feature = "End"
)

// requirement is one requirement for a runtime.
type requirement struct {
	feature feature
	// text is the requirement, with MUST or SHOULD.
	text string
	// check fails the test if the requirement is not met.
	check func(*subject, *testing.T)
}

// requirements returns all requirements, in the order of the document.
func requirements() []requirement {
	return []requirement{
		{start, "The runtime MUST start the image with its own entry point, without arguments.", (*subject).checkArguments},
		{start, "The process MUST NOT run as user 0.", (*subject).checkUser},
		{start, "The process MUST NOT be able to gain privileges, and MUST NOT have any capability.", (*subject).checkPrivileges},
		{start, "The container MUST NOT contain a token of the API server.", (*subject).checkToken},
		{start, "The folder `/tmp` MUST be writable.", (*subject).checkTemporary},

		{environment, "The variable `PORT` MUST contain the port that receives calls.", (*subject).checkPort},
		{environment, "The variable `POD_NAMESPACE` MUST contain the namespace of the function.", (*subject).checkNamespace},
		{environment, "The variable `POD_NAME` MUST contain the name of the pod or of the Serving.", (*subject).checkPodName},
		{environment, "Both documents MUST match their schemas, and contain the names of the function and its version.", (*subject).checkDocuments},
		{environment, "Both documents MUST NOT contain secrets.", (*subject).checkSecrets},
		{environment, "The variables in `spec.serving.params` MUST be set unchanged.", (*subject).checkParams},

		{requests, "A request MUST start a function that has no pod.", (*subject).checkCallFromZero},
		{requests, "The function MUST receive requests concurrently.", (*subject).checkAtOnce},

		{events, "An event MUST start a function that has no pod.", (*subject).checkCallFromZero},
		{events, "An event MUST be posted to the path that is the key of its trigger.", (*subject).checkPath},
		{events, "An event whose response is not a success MUST be redelivered.", (*subject).checkAgain},
		{events, "The function SHOULD receive events concurrently, over HTTP up to `dapr.io/app-max-concurrency`.", (*subject).checkAtOnce},
		{events, "The variable `APP_PROTOCOL` MUST contain the protocol of events.", (*subject).checkProtocol},

		{end, "A process that has to end MUST receive SIGTERM.", (*subject).checkSignal},
		{end, "The container MUST NOT be killed before a call in progress has its response.", (*subject).checkFinished},
		{end, "The process MUST have at least 25 seconds after SIGTERM.", (*subject).checkGrace},
		{end, "A function without calls MUST scale to zero.", (*subject).checkZero},
	}
}

const contract = "../../../docs/reference/runtime-contract.md"

// The tested requirements are those of the document.
func TestDocumentMatchesRequirements(t *testing.T) {
	text, err := os.ReadFile(contract)
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(text), "\n## What a runtime does\n")
	if !found {
		t.Fatalf("%s has no section \"What a runtime does\"", contract)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	var documented []string
	heading := ""
	for line := range strings.Lines(section) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "### "); ok {
			heading = name
		}
		if sentence, ok := strings.CutPrefix(line, "- "); ok {
			documented = append(documented, heading+": "+sentence)
		}
	}
	var checked []string
	for _, r := range requirements() {
		checked = append(checked, string(r.feature)+": "+r.text)
		if !strings.Contains(r.text, " MUST ") && !strings.Contains(r.text, " SHOULD ") {
			t.Errorf("%q is no requirement: it has neither MUST nor SHOULD", r.text)
		}
	}
	if diff := cmp.Diff(checked, documented); diff != "" {
		t.Errorf("sentences (-checked +documented):\n%s", diff)
	}
}
