/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cron

import (
	"encoding/json"
	"time"
)

const (
	eventType = "io.openfunction.cron"

	jsonContentType = "application/json"
	textContentType = "text/plain; charset=utf-8"
)

// event is what a function gets for a run.
type event struct {
	// key names the trigger, a DNS label.
	key     string
	payload []byte
	// contentType is that of the payload.
	contentType string
	// attributes are names and values beside it, those of Dapr's cron binding among
	// them. Names are lower-case but for two of Dapr.
	attributes map[string]string
}

// newEvent returns the event of t for the run of that second, sent at that time.
// Its id is the same for the same run, whoever sends it.
func newEvent(t *target, at, sent time.Time) *event {
	scheduled := at.UTC().Format(time.RFC3339)
	zone := t.cron.TimeZone
	if zone == "" {
		zone = "UTC"
	}
	e := &event{
		key:         t.key,
		payload:     []byte(t.cron.Payload),
		contentType: textContentType,
		attributes: map[string]string{
			"ce-specversion": "1.0",
			"ce-id":          string(t.function.UID) + "/" + t.key + "/" + scheduled,
			"ce-time":        scheduled,
			"ce-type":        eventType,
			"ce-source":      "/namespaces/" + t.serving.Namespace + "/functions/" + t.function.Name,
			"ce-subject":     t.key,
			"timeZone":       zone,
			"readTimeUTC":    sent.UTC().String(),
		},
	}
	// daprd says so of an empty payload, too.
	if len(e.payload) == 0 || json.Valid(e.payload) {
		e.contentType = jsonContentType
	}
	return e
}
