//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"encoding/base64"
	"testing"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/collector"
	"openfunction.dev/openfunction/test/eventing"
)

// A trigger with raw payloads passes each message to the function as it was published,
// and messages that are no CloudEvents hold up nothing.
func TestRawPayloadsArriveUnchanged(t *testing.T) {
	t.Parallel()
	binary := make([]byte, 256)
	for i := range binary {
		binary[i] = byte(i)
	}
	messages := []string{`{"celsius":21.5}`, `[1,2]`, `21.5`, "plain text", `{"specversion":"1.0"`, string(binary)}
	// The function reports in base64 what is no text.
	wanted := map[string]bool{base64.StdEncoding.EncodeToString(binary): true}
	for _, message := range messages[:len(messages)-1] {
		wanted[message] = true
	}
	for _, b := range eventing.Brokers() {
		t.Run(b.Name, func(t *testing.T) {
			t.Parallel()
			s := prepare(t, b)
			s.apply(t, s.Example(t, b.Example, func(fn *v1beta2.Function) {
				fn.Spec.Serving.Triggers.Dapr[0].Payload = v1beta2.PayloadRaw
			}))
			for range 5 {
				for _, message := range messages {
					s.SendRaw(t, []byte(message))
				}
			}
			records := s.Collector.Await(t, s.Timeout, "30 messages", func(records []collector.Record) bool { return len(records) >= 30 })
			for _, r := range records {
				if !wanted[r.Data] {
					t.Errorf("the function got %q, which was not sent", r.Data)
				}
			}
		})
	}
}
