/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package sidecar

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
)

func TestErrorIn(t *testing.T) {
	for name, tt := range map[string]struct{ line, want string }{
		"an error":                 {`time="2026-11-28T18:40:11.7Z" level=error msg="no \"redis\"\nhere" app_id=a type=log`, `no "redis" here`},
		"an error of one word":     {`time="2026-11-28T18:40:11.7Z" level=fatal msg=stopped app_id=a`, "stopped"},
		"no error":                 {`time="2026-11-28T18:40:11.7Z" level=info msg="level=error msg=x"`, ""},
		"before the log is set up": {`2026/11/28 18:40:11 failed to load components: no`, "failed to load components: no"},
		"an error in JSON":         {`{"app_id":"a","level":"error","msg":"refused"}`, "refused"},
		"no error in JSON":         {`{"level":"info","msg":"level=error"}`, ""},
		"broken JSON":              {`{"level":"error","msg":`, ""},
		"another format":           {"level=error msg=x", ""},
		"an empty line":            {"", ""},
		"a password":               {`2026/11/28 18:40:11 parse "amqp://me:s3cr3t@rabbit": bad`, `parse "amqp://rabbit": bad`},
		"a key in a setting":       {`2026/11/28 18:40:11 Endpoint=sb://bus;SharedAccessKey=s3cr3t; is bad`, "Endpoint=sb://bus;SharedAccessKey=…; is bad"},
		"control characters":       {`time="" level=error msg="\x1b[31mred\x07"`, "red"},
		"a long message":           {"2026/11/28 18:40:11 " + strings.Repeat("x", maxLogError+1), strings.Repeat("x", maxLogError-3) + "…"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := errorIn(tt.line); got != tt.want {
				t.Errorf("errorIn(%q) = %q, want %q", tt.line, got, tt.want)
			}
		})
	}
}

// The author of a function can make a log as long as they like.
func TestLogErrorsAreBounded(t *testing.T) {
	read := func(text string) ([]string, error) {
		logs := Logs(func(context.Context, *corev1.Pod, *corev1.PodLogOptions) (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader(text)), nil
		})
		return logs.errors(t.Context(), podWith(), runningLog())
	}
	if got, err := read(strings.Repeat("x", 2*maxLog)); err != nil || len(got) > 0 {
		t.Errorf("a line without an end became %q, %v", got, err)
	}
	var log strings.Builder
	var want []string
	for i := range 2 * maxLogErrors {
		fmt.Fprintf(&log, "2026/11/28 18:40:11 error %d\n2026/11/28 18:40:11 again\n", i)
		if i > maxLogErrors {
			want = append(want, fmt.Sprintf("error %d", i))
		}
	}
	got, err := read(log.String())
	if diff := cmp.Diff(append(want, "again"), got); diff != "" || err != nil {
		t.Errorf("errors(), %v (-want, +got): %s", err, diff)
	}
}
