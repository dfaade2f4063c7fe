/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtime

import (
	"bytes"
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"openfunction.dev/openfunction/test/collector"
)

func (s *subject) checkArguments(t *testing.T) {
	t.Helper()
	if arguments := s.finding(t).Arguments; len(arguments) > 0 {
		t.Errorf("it was started with the arguments %q", arguments)
	}
}

func (s *subject) checkUser(t *testing.T) {
	t.Helper()
	if s.finding(t).User == 0 {
		t.Error("it runs as user 0")
	}
}

func (s *subject) checkPrivileges(t *testing.T) {
	t.Helper()
	process := s.finding(t).Process
	if process["NoNewPrivs"] != "1" {
		t.Errorf("NoNewPrivs is %q", process["NoNewPrivs"])
	}
	for _, name := range []string{"CapEff", "CapPrm", "CapBnd"} {
		if strings.Trim(process[name], "0") != "" {
			t.Errorf("%s is %q", name, process[name])
		}
	}
}

func (s *subject) checkToken(t *testing.T) {
	t.Helper()
	if s.finding(t).Token {
		t.Error("there is a token")
	}
}

func (s *subject) checkTemporary(t *testing.T) {
	t.Helper()
	if !s.finding(t).Temporary {
		t.Error("nothing can be written to /tmp")
	}
}

// The probe listens on PORT, so a call that arrives proves that the port is right. The
// number has to be the one of the trigger.
func (s *subject) checkPort(t *testing.T) {
	t.Helper()
	if port := s.finding(t).Environment["PORT"]; port != s.port {
		t.Errorf("PORT is %q, want %q", port, s.port)
	}
	s.mustCall(t, "port")
	s.await(t, 0, collector.Answered, "port")
}

func (s *subject) checkNamespace(t *testing.T) {
	t.Helper()
	if namespace := s.finding(t).Environment["POD_NAMESPACE"]; namespace != s.fn.Namespace {
		t.Errorf("POD_NAMESPACE is %q, want %q", namespace, s.fn.Namespace)
	}
}

func (s *subject) checkPodName(t *testing.T) {
	t.Helper()
	pod := s.await(t, 0, collector.Started, "").Pod
	name := s.finding(t).Environment["POD_NAME"]
	if name != pod && name != s.fn.Status.Serving.ResourceRef {
		t.Errorf("POD_NAME is %q, want %q or %q", name, pod, s.fn.Status.Serving.ResourceRef)
	}
}

// documents maps the variable of each of the two documents to its schema.
var documents = map[string]string{
	"FUNC_CONTEXT":         "https://openfunction.dev/schema/func-context.json",
	"FUNC_CONTEXT_V1BETA2": "https://openfunction.dev/schema/func-context-v1beta2.json",
}

// schemaOf compiles one of the schemas, which refer to each other.
func schemaOf(t *testing.T, id string) *jsonschema.Schema {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	for _, id := range documents {
		text, err := os.ReadFile(filepath.Join("../../../pkg/funccontext/schema", path.Base(id)))
		if err != nil {
			t.Fatal(err)
		}
		schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := compiler.AddResource(id, schema); err != nil {
			t.Fatal(err)
		}
	}
	schema, err := compiler.Compile(id)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func (s *subject) checkDocuments(t *testing.T) {
	t.Helper()
	for variable, id := range documents {
		text := s.finding(t).Environment[variable]
		schema := schemaOf(t, id)
		content, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Errorf("%s is no JSON: %v: %s", variable, err, text)
			continue
		}
		if err := schema.Validate(content); err != nil {
			t.Errorf("%s does not follow its schema: %v", variable, err)
		}
		names := struct {
			Name    string `json:"name"`
			Version string `json:"version"`
		}{}
		if err := json.Unmarshal([]byte(text), &names); err != nil || names.Name != s.fn.Name || names.Version != version {
			t.Errorf("%s names %+v (%v), want %s and %s", variable, names, err, s.fn.Name, version)
		}
	}
}

func (s *subject) checkSecrets(t *testing.T) {
	t.Helper()
	for variable := range documents {
		if s.secret != "" && strings.Contains(s.finding(t).Environment[variable], s.secret) {
			t.Errorf("%s has the password of the broker in it", variable)
		}
	}
}

func (s *subject) checkParams(t *testing.T) {
	t.Helper()
	if got := s.finding(t).Environment["GREETING"]; !bytes.Equal([]byte(got), []byte(greeting)) {
		t.Errorf("it arrived as\n%q, want\n%q", got, greeting)
	}
}

func (s *subject) mustCall(t *testing.T, wish string) {
	t.Helper()
	if err := s.call(t, wish); err != nil {
		t.Fatalf("calling with %q: %v", wish, err)
	}
}

func (s *subject) checkCallFromZero(t *testing.T) {
	t.Helper()
	s.zero(t)
	after := len(s.collector.Records())
	s.mustCall(t, "from-zero")
	s.await(t, after, collector.Answered, "from-zero")
}

// Two slow calls overlap: both start before one of them ends.
func (s *subject) checkAtOnce(t *testing.T) {
	t.Helper()
	after := len(s.collector.Records())
	answered := make(chan error, 2)
	for range 2 {
		go func() { answered <- s.call(t, "slow "+slow.String()) }()
	}
	s.collector.Await(t, s.Timeout, "two answers", func(records []collector.Record) bool {
		return count(records[after:], collector.Answered) == 2
	})
	for range 2 {
		if err := <-answered; err != nil {
			t.Error(err)
		}
	}
	for _, r := range s.collector.Records()[after:] {
		switch r.Kind {
		case collector.Called:
			continue
		case collector.Answered:
			before := s.before(after, r.Time)
			if count(before, collector.Called) < 2 {
				t.Error("the second call began when the first one had ended")
			}
			return
		}
	}
}

// before returns the records after the first so many, up to that time.
func (s *subject) before(after int, at time.Time) []collector.Record {
	var early []collector.Record
	for _, r := range s.collector.Records()[after:] {
		if r.Time.Before(at) {
			early = append(early, r)
		}
	}
	return early
}

func count(records []collector.Record, kind string) int {
	n := 0
	for _, r := range records {
		if r.Kind == kind {
			n++
		}
	}
	return n
}

func (s *subject) checkPath(t *testing.T) {
	t.Helper()
	s.mustCall(t, "path")
	if got, want := s.await(t, 0, collector.Called, " path").Data, "POST "+s.path+" path"; got != want {
		t.Errorf("the event came as %q, want %q", got, want)
	}
}

func (s *subject) checkAgain(t *testing.T) {
	t.Helper()
	after := len(s.collector.Records())
	s.mustCall(t, "refuse")
	s.await(t, after, collector.Answered, " refuse")
}

func (s *subject) checkProtocol(t *testing.T) {
	t.Helper()
	if protocol := s.finding(t).Environment["APP_PROTOCOL"]; protocol != s.protocol {
		t.Errorf("APP_PROTOCOL is %q, want %q", protocol, s.protocol)
	}
}

// life is how a pod ended that received SIGTERM while it handled a call.
type life struct {
	begun, answered, terminating, ended collector.Record
	// err is the result of the call.
	err error
}

// endOfLife ends the pods of the function while one handles a call. All checks share
// one run.
func (s *subject) endOfLife(t *testing.T) life {
	t.Helper()
	if s.life != nil {
		return *s.life
	}
	after := len(s.collector.Records())
	wish := "slow " + slow.String()
	result := make(chan error, 1)
	go func() { result <- s.call(t, wish) }()
	l := life{begun: s.await(t, after, collector.Called, wish)}
	s.end(t)
	l.terminating = s.awaitOf(t, l.begun.Pod, collector.Terminating)
	l.answered = s.await(t, after, collector.Answered, wish)
	l.err = <-result
	l.ended = s.awaitOf(t, l.begun.Pod, collector.Ended)
	s.life = &l
	return l
}

func (s *subject) checkSignal(t *testing.T) {
	t.Helper()
	if signal := s.endOfLife(t).terminating.Data; signal != "terminated" {
		t.Errorf("the signal was %q, want SIGTERM", signal)
	}
}

func (s *subject) checkFinished(t *testing.T) {
	t.Helper()
	l := s.endOfLife(t)
	if l.err != nil {
		t.Errorf("the call failed: %v", l.err)
	}
	if l.answered.Pod != l.begun.Pod {
		t.Errorf("pod %s began it, and %s answered", l.begun.Pod, l.answered.Pod)
	}
}

func (s *subject) checkGrace(t *testing.T) {
	t.Helper()
	l := s.endOfLife(t)
	if had := l.ended.Time.Sub(l.terminating.Time); had < grace {
		t.Errorf("it ended %v after SIGTERM", had)
	}
}

// awaitOf waits for a record of that pod.
func (s *subject) awaitOf(t *testing.T, pod, kind string) collector.Record {
	t.Helper()
	var found collector.Record
	s.collector.Await(t, s.Timeout, kind+" of pod "+pod, func(records []collector.Record) bool {
		for _, r := range records {
			if r.Pod == pod && r.Kind == kind {
				found = r
				return true
			}
		}
		return false
	})
	return found
}

func (s *subject) checkZero(t *testing.T) {
	t.Helper()
	s.zero(t)
}
