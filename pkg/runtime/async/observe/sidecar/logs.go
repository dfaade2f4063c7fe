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
	// ones say why.
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
		if message := errorIn(lines.Text()); message != "" {
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
	// textError is an error in Dapr's text format.
	textError = regexp.MustCompile(`^time=.* level=(?:error|fatal) msg=("(?:[^"\\]|\\.)*"|\S+)`)
	// startError is an error before Dapr has set up its log.
	startError = regexp.MustCompile(`^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d (.+)$`)
)

// errorIn returns the error in a line of a log, safe to quote in a condition; empty if
// the line has none.
func errorIn(line string) string {
	message := ""
	if match := textError.FindStringSubmatch(line); match != nil {
		message = match[1]
		if text, err := strconv.Unquote(message); err == nil {
			message = text
		}
	} else if match := startError.FindStringSubmatch(line); match != nil {
		message = match[1]
	} else if strings.HasPrefix(line, "{") {
		var entry struct {
			Level   string `json:"level"`
			Message string `json:"msg"`
		}
		if json.Unmarshal([]byte(line), &entry) == nil && (entry.Level == "error" || entry.Level == "fatal") {
			message = entry.Message
		}
	}
	return plaintext.Head(plaintext.Line(message, " "), maxLogError)
}
