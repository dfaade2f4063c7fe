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

// feature is what a runtime may claim: a heading in the document.
type feature string

const (
	start       feature = "Start"
	environment feature = "Environment"
	requests    feature = "Requests"
	events      feature = "Events"
	end         feature = "End"
)

// requirement is one sentence of what a runtime does.
type requirement struct {
	feature feature
	// text says who MUST or SHOULD do what.
	text string
	// check fails the test where that is not so.
	check func(*subject, *testing.T)
}

// requirements are all sentences, in the order of the document.
func requirements() []requirement {
	return []requirement{
		{start, "The image MUST be started by its own entry point, without arguments.", (*subject).checkArguments},
		{start, "The process MUST run as another user than 0.", (*subject).checkUser},
		{start, "The process MUST NOT be able to gain privileges, and MUST have no capability.", (*subject).checkPrivileges},
		{start, "There MUST be no token of the API server.", (*subject).checkToken},
		{start, "The folder `/tmp` MUST be writable.", (*subject).checkTemporary},

		{environment, "The variable `PORT` MUST hold the port that calls come to.", (*subject).checkPort},
		{environment, "The variable `POD_NAMESPACE` MUST hold the namespace of the function.", (*subject).checkNamespace},
		{environment, "The variable `POD_NAME` MUST hold the name of the pod or of the Serving.", (*subject).checkPodName},
		{environment, "Both documents MUST follow their schemas, and name the function and its version.", (*subject).checkDocuments},
		{environment, "Both documents MUST be free of secrets.", (*subject).checkSecrets},
		{environment, "What is in `spec.serving.params` MUST arrive byte for byte.", (*subject).checkParams},

		{requests, "A request MUST start a function that has no pod.", (*subject).checkCallFromZero},
		{requests, "Requests MUST come at the same time.", (*subject).checkAtOnce},

		{events, "An event MUST start a function that has no pod.", (*subject).checkCallFromZero},
		{events, "An event MUST be posted to the path that is the key of its trigger.", (*subject).checkPath},
		{events, "An event that was not answered with success MUST come again.", (*subject).checkAgain},
		{events, "Events SHOULD come at the same time, by HTTP as many as `dapr.io/app-max-concurrency` says.", (*subject).checkAtOnce},
		{events, "The variable `APP_PROTOCOL` MUST hold the protocol that events come by.", (*subject).checkProtocol},

		{end, "A process that has to end MUST be told so by SIGTERM.", (*subject).checkSignal},
		{end, "A call that has begun MUST be answered before the end.", (*subject).checkFinished},
		{end, "The process MUST have at least 25 seconds after SIGTERM.", (*subject).checkGrace},
		{end, "A function that nothing calls MUST have no pod.", (*subject).checkZero},
	}
}

const contract = "../../../docs/reference/runtime-contract.md"

// What is checked is what the document says, and the other way round.
func TestTheDocumentSaysWhatIsChecked(t *testing.T) {
	text, err := os.ReadFile(contract)
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(text), "\n## What a runtime does\n")
	if !found {
		t.Fatalf("%s does not say what a runtime does", contract)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	var said []string
	heading := ""
	for line := range strings.Lines(section) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "### "); ok {
			heading = name
		}
		if sentence, ok := strings.CutPrefix(line, "- "); ok {
			said = append(said, heading+": "+sentence)
		}
	}
	var checked []string
	for _, r := range requirements() {
		checked = append(checked, string(r.feature)+": "+r.text)
		if !strings.Contains(r.text, " MUST ") && !strings.Contains(r.text, " SHOULD ") {
			t.Errorf("%q is no requirement: it has neither MUST nor SHOULD", r.text)
		}
	}
	if diff := cmp.Diff(checked, said); diff != "" {
		t.Errorf("sentences (-checked +said):\n%s", diff)
	}
}
