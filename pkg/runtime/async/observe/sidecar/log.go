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
	logPatience   = 5 * time.Second
	maxLog        = 256 << 10
	maxComplaints = 20
	maxComplaint  = 512

	// tail is how many lines are read of a sidecar that ended: why it did is last.
	tail = 100
	// window is how far back one that runs is read: once a minute it says again what
	// it cannot load.
	window = 90 * time.Second
)

// Logs opens the log of a container in a pod.
type Logs func(context.Context, *corev1.Pod, *corev1.PodLogOptions) (io.ReadCloser, error)

// LogsFrom returns how logs are read through the API server.
func LogsFrom(client kubernetes.Interface) Logs {
	return func(ctx context.Context, pod *corev1.Pod, options *corev1.PodLogOptions) (io.ReadCloser, error) {
		return client.CoreV1().Pods(pod.Namespace).GetLogs(pod.Name, options).Stream(ctx)
	}
}

func ofEnded(previous bool) *corev1.PodLogOptions {
	return &corev1.PodLogOptions{Previous: previous, TailLines: new(int64(tail))}
}

func ofRunning() *corev1.PodLogOptions {
	return &corev1.PodLogOptions{SinceSeconds: new(int64(window.Seconds()))}
}

// complaints returns the errors in the log of the sidecar of a pod, oldest first.
func (l Logs) complaints(ctx context.Context, pod *corev1.Pod, options *corev1.PodLogOptions) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, logPatience)
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
		// One that is said again counts where it was said last.
		if said := complaint(lines.Text()); said != "" {
			found = append(slices.DeleteFunc(found, func(before string) bool { return before == said }), said)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("reading the log of the sidecar of %s: %w", keyOf(pod), err)
	}
	return found[max(0, len(found)-maxComplaints):], nil
}

var (
	// structured is an error as Dapr logs it; it can be told to log JSON.
	structured = regexp.MustCompile(`^time=.* level=(?:error|fatal) msg=("(?:[^"\\]|\\.)*"|\S+)`)
	// bare is what it says where it cannot even start.
	bare = regexp.MustCompile(`^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d (.+)$`)
)

// complaint returns what a line of a log complains of, fit for a condition; nothing
// where it is no error.
func complaint(line string) string {
	said := ""
	if match := structured.FindStringSubmatch(line); match != nil {
		said = match[1]
		if text, err := strconv.Unquote(said); err == nil {
			said = text
		}
	} else if match := bare.FindStringSubmatch(line); match != nil {
		said = match[1]
	} else if strings.HasPrefix(line, "{") {
		var entry struct {
			Level   string `json:"level"`
			Message string `json:"msg"`
		}
		if json.Unmarshal([]byte(line), &entry) == nil && (entry.Level == "error" || entry.Level == "fatal") {
			said = entry.Message
		}
	}
	return plaintext.Head(plaintext.Said(said), maxComplaint)
}
