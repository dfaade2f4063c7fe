/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package scalers

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"openfunction.dev/openfunction/pkg/plaintext"
)

// messageSize bounds the part of KEDA's message that a condition quotes, in bytes.
const messageSize = 512

// keywordsByType are words in KEDA's messages about a type of trigger, in lower case.
var keywordsByType = map[string][]string{
	"kafka":                  {"kafka", "cg offset", "consumer group", "describing topics"},
	"nats-jetstream":         {"nats", "jetstream", "stream not found", "leader node not found", "/jsz"},
	"rabbitmq":               {"rabbitmq", "amqp", "exception ("},
	"redis-streams":          {"redis", "nogroup", "noauth", "wrongpass", "noperm"},
	"redis-cluster-streams":  {"redis", "nogroup", "noauth", "wrongpass", "noperm"},
	"redis-sentinel-streams": {"redis", "nogroup", "noauth", "wrongpass", "noperm", "sentinel"},
	externalPush:             {"rpc error", "external scaler", "external push scaler"},
}

// matchTriggers returns the triggers that a message is about: those whose queue, topic or
// broker it names; otherwise those whose type it names; otherwise all.
func matchTriggers(triggers []Derived, message string) []Derived {
	named := func(t Derived) bool {
		return slices.ContainsFunc(t.Scaler.words, func(word string) bool { return hasWord(message, word) })
	}
	typed := func(t Derived) bool {
		return slices.ContainsFunc(keywordsByType[t.Scaler.Triggers[0].Type], func(word string) bool {
			return strings.Contains(strings.ToLower(message), word)
		})
	}
	for _, is := range []func(Derived) bool{named, typed} {
		if meant := slices.DeleteFunc(slices.Clone(triggers), func(t Derived) bool { return !is(t) }); len(meant) > 0 {
			return meant
		}
	}
	return triggers
}

// hasWord reports whether a message has a word in it, and not only as a part of a longer
// word.
func hasWord(message, word string) bool {
	if word == "" {
		return false
	}
	return regexp.MustCompile(`(^|[^\w.-])` + regexp.QuoteMeta(word) + `($|[^\w.-]|\.(\s|$))`).MatchString(message)
}

// quote returns a message that quotes KEDA and ends with the next step. Of triggers that
// the author wrote it has only the class of the error.
func quote(s *Scaler, message string) string {
	cause, advice := explain(s, message)
	if !s.ofAuthor {
		cause = plaintext.Head(plaintext.Line(message, " "), messageSize)
	}
	return fmt.Sprintf("KEDA cannot read %s: %s; %s", s.Summary, cause, advice)
}

// isHarmless reports whether a message is about a consumer group of Redis that the first Job
// creates. Until then KEDA counts the events in the stream, and misses only those that Jobs
// received and did not handle.
func (s *Scaler) isHarmless(message string) bool {
	return s.job && strings.HasPrefix(s.Triggers[0].Type, "redis-") && strings.Contains(strings.ToLower(message), "nogroup")
}

// subscribes is the advice if the queue or group does not exist yet.
const subscribes = "it recovers when the function has subscribed; if it does not subscribe, see the first lines of the logs of the containers function and daprd"

// jobSubscribes is that advice for a Job.
const jobSubscribes = "create it: a Job subscribes only when an event starts it"

// explanations are the classes of errors, each with the next step, by words in a message;
// the first match counts.
var explanations = []struct {
	words         []string
	class, advice string
}{
	{
		[]string{"no queue", "not found in stream", "stream not found", "nogroup", "topic or partition", "unknown topic"},
		"the queue, the topic or its consumer does not exist", subscribes,
	},
	{
		[]string{"noauth", "wrongpass", "noperm", "sasl", "access_refused", "access refused", "username", "password", "authentication", "unauthorized", "not authorized"},
		"the credentials are refused", "compare the Secret of the component with the credentials of the broker",
	},
	{
		[]string{"x509", "tls:", "certificate"},
		"TLS fails", "compare the certificates of the component with those of the broker",
	},
	{
		[]string{"redis version"},
		"Redis is too old", "Redis 7 is required to count waiting events: update Redis, or set a KEDA trigger in scaleOptions.keda.triggers",
	},
	{
		[]string{"dial tcp", "no such host", "connection refused", "timeout", "deadline exceeded", "unavailable", "eof"},
		"the connection fails", "check that the broker is reachable at this address, also from the namespace of KEDA",
	},
}

// IsMissing reports whether the message of a trigger is about a queue, topic or consumer
// that does not exist. Then the broker answers KEDA, so the other triggers work.
func IsMissing(message string) bool {
	return strings.HasSuffix(message, subscribes) || strings.HasSuffix(message, jobSubscribes)
}

// explain returns the class of an error, and the next step.
func explain(s *Scaler, message string) (class, advice string) {
	message = strings.ToLower(message)
	for _, e := range explanations {
		if slices.ContainsFunc(e.words, func(word string) bool { return strings.Contains(message, word) }) {
			if s.job && e.advice == subscribes {
				return e.class, jobSubscribes
			}
			return e.class, e.advice
		}
	}
	if s.ofAuthor {
		return "the settings or the answer are not as KEDA expects", "compare the metadata with the documentation of KEDA; its log has the error"
	}
	return "", "correct the component according to KEDA's message, or " + ownTrigger
}
