/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package sidecar

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"

	"openfunction.dev/openfunction/pkg/plaintext"
)

// Limits of what is read of a log, and of what is kept of it.
const (
	logTimeout   = 5 * time.Second
	maxLog       = 256 << 10
	maxLogErrors = 20
	maxLogError  = 512

	// terminatedLines is how many lines are read of a sidecar that terminated: the last
	// ones contain the cause.
	terminatedLines = 100
	// runningPeriod is how far back the log of a running sidecar is read: Dapr repeats
	// once a minute what it cannot load.
	runningPeriod = 90 * time.Second
)

// Logs opens the log of a container in a pod.
type Logs func(context.Context, *corev1.Pod, *corev1.PodLogOptions) (io.ReadCloser, error)

// LogsFrom returns Logs that are read through the API server.
func LogsFrom(client kubernetes.Interface) Logs {
	return func(ctx context.Context, pod *corev1.Pod, options *corev1.PodLogOptions) (io.ReadCloser, error) {
		return client.CoreV1().Pods(pod.Namespace).GetLogs(pod.Name, options).Stream(ctx)
	}
}

func terminatedLog(previous bool) *corev1.PodLogOptions {
	return &corev1.PodLogOptions{Previous: previous, TailLines: new(int64(terminatedLines))}
}

func runningLog() *corev1.PodLogOptions {
	return &corev1.PodLogOptions{SinceSeconds: new(int64(runningPeriod.Seconds()))}
}

// errors returns the errors in the log of the sidecar of a pod, the oldest first.
func (l Logs) errors(ctx context.Context, pod *corev1.Pod, options *corev1.PodLogOptions) ([]string, error) {
	return l.messages(ctx, pod, options, "error", "fatal")
}

// messages returns the messages of some levels in the log of the sidecar of a pod, the
// oldest first.
func (l Logs) messages(ctx context.Context, pod *corev1.Pod, options *corev1.PodLogOptions, levels ...string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, logTimeout)
	defer cancel()
	options.Container, options.LimitBytes = container, new(int64(maxLog))
	log, err := l(ctx, pod, options)
	if err != nil {
		return nil, fmt.Errorf("opening the log of the sidecar of %s: %w", keyOf(pod), err)
	}
	defer log.Close()
	var found []string
	lines := bufio.NewScanner(io.LimitReader(log, maxLog))
	lines.Buffer(nil, maxLog+1)
	for lines.Scan() {
		if message := messageIn(lines.Text(), levels...); message != "" {
			// A repeated error keeps its last place.
			found = append(slices.DeleteFunc(found, func(before string) bool { return before == message }), message)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("reading the log of the sidecar of %s: %w", keyOf(pod), err)
	}
	return found[max(0, len(found)-maxLogErrors):], nil
}

var (
	// textMessage is a message in Dapr's text format.
	textMessage = regexp.MustCompile(`^time=.* level=(\w+) msg=("(?:[^"\\]|\\.)*"|\S+)`)
	// startError is an error before Dapr has set up its log.
	startError = regexp.MustCompile(`^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d (.+)$`)
)

// errorIn returns the error in a line of a log.
func errorIn(line string) string {
	return messageIn(line, "error", "fatal")
}

// messageIn returns the message of one of these levels in a line of a log, safe to quote in
// a condition; empty if the line has none.
func messageIn(line string, levels ...string) string {
	level, message := "", ""
	if match := textMessage.FindStringSubmatch(line); match != nil {
		level, message = match[1], unquoted(match[2])
	} else if match := startError.FindStringSubmatch(line); match != nil {
		level, message = levels[0], match[1]
	} else if strings.HasPrefix(line, "{") {
		var entry struct {
			Level   string `json:"level"`
			Message string `json:"msg"`
		}
		if json.Unmarshal([]byte(line), &entry) == nil {
			level, message = entry.Level, entry.Message
		}
	}
	if !slices.Contains(levels, level) {
		return ""
	}
	return plaintext.Head(plaintext.Line(message, " "), maxLogError)
}

// unquoted returns text without the quotes around it, if there are any.
func unquoted(text string) string {
	if plain, err := strconv.Unquote(text); err == nil {
		return plain
	}
	return text
}
