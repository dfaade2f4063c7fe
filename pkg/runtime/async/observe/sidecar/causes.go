/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package sidecar

import (
	"context"
	"regexp"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
)

// UnreadableMessages is the cause if messages do not have the form that the trigger declares.
const UnreadableMessages = "messages cannot be read, because they are not CloudEvents in JSON"

// LargeMessages is the cause if messages are larger than what the sidecar passes on.
const LargeMessages = "messages are larger than what the sidecar passes to the function"

// cause is a message of Dapr about a delivery that failed. Of what the function answered,
// only the code is taken, because the rest may hold anything.
type cause struct {
	pattern *regexp.Regexp
	// text is the cause; code is appended to it.
	text string
}

// causes are searched in this order. The groups topic and code may be missing.
var causes = []cause{
	{regexp.MustCompile(`^error deserializing cloud event in pubsub \S+ and topic (?P<topic>.*?): `), UnreadableMessages},
	{regexp.MustCompile(`^encountered a (non-)?retriable error while publishing a subscribed message to topic (?P<topic>.*?), err: .*rpc error: code = ResourceExhausted desc = .*larger than max`), LargeMessages},
	{regexp.MustCompile(`^retriable error returned from app while processing pub/sub event .*?, topic: (?P<topic>.*?), body: .*status code returned: (?P<code>\d+)`), "the function answered "},
	{regexp.MustCompile(`^encountered a retriable error while publishing a subscribed message to topic (?P<topic>.*?), err: .*rpc error: code = (?P<code>\w+)`), "the function returned the gRPC status "},
	{regexp.MustCompile(`^non-retriable error returned from app while processing pub/sub event .*status code returned: (?P<code>\d+)`), "the function answered "},
	{regexp.MustCompile(`^non-retriable error returned from app while processing pub/sub event .*rpc error: code = (?P<code>\w+)`), "the function returned the gRPC status "},
}

// causeIn returns the cause in a message of Dapr's log and its topic, which is empty if the
// message names none.
func causeIn(message string) (text, topic string, ok bool) {
	for _, c := range causes {
		match := c.pattern.FindStringSubmatch(message)
		if match == nil {
			continue
		}
		group := func(name string) string {
			if i := c.pattern.SubexpIndex(name); i >= 0 {
				return match[i]
			}
			return ""
		}
		return c.text + group("code"), group("topic"), true
	}
	return "", "", false
}

// readCauses reads in the log of a sidecar why the series of its revision fail, at most once
// in a logInterval while one of them does.
func (c *Counter) readCauses(ctx context.Context, pod *corev1.Pod, now time.Time) {
	serving, ok := servingOf(pod)
	if !ok || !c.wantsCauses(serving, now) {
		return
	}
	messages, err := c.logs.messages(ctx, pod, runningLog(), "warning", "error", "fatal")
	if err != nil {
		return
	}
	byTopic := map[string]string{}
	for _, message := range messages {
		if text, topic, ok := causeIn(message); ok {
			byTopic[topic] = text
		}
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	for series, one := range c.revisionOf(serving).tallies {
		if !one.isFailing(now) && !one.suspect {
			continue
		}
		one.suspect = false
		if text, found := byTopic[series.Topic]; found {
			one.cause = text
			one.unreadable = one.unreadable || text == UnreadableMessages
		} else if text, found := byTopic[""]; found && one.cause == "" {
			one.cause = text
		}
	}
}

// wantsCauses reports whether a series of a revision fails, or may have messages that cannot
// be read, and its cause was not read for a logInterval. It presumes that it will be read.
func (c *Counter) wantsCauses(serving types.NamespacedName, now time.Time) bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	isDue := false
	for _, one := range c.revisionOf(serving).tallies {
		if (one.isFailing(now) || one.suspect) && now.Sub(one.readAt) >= logInterval {
			one.readAt, isDue = now, true
		}
	}
	return isDue
}
