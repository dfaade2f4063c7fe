//go:build nightly

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package meter

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	clocktesting "k8s.io/utils/clock/testing"

	"openfunction.dev/openfunction/pkg/runtime/results"
)

// listening is the line of the log of Prometheus with its address.
var listening = regexp.MustCompile(`msg="Listening on".* address=(\S+)`)

// metricsOf returns the address of a server with the metrics of two revisions.
func metricsOf(t *testing.T) string {
	t.Helper()
	var scrapes atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		scrape := scrapes.Add(1)
		for revision, length := range map[string]int{"hello-1": 4, "hello-2": 9} {
			labels := fmt.Sprintf("{namespace=%q,function=%q,revision=%q}", "ns", "hello", revision)
			_, _ = fmt.Fprintf(w, "queue_length%s %d\nreceived_total%s %d\n", labels, length, labels, 5*scrape)
		}
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

// prometheusOf returns the URL of a Prometheus that scrapes the address each second.
func prometheusOf(t *testing.T, address string) string {
	t.Helper()
	program := os.Getenv("PROMETHEUS")
	if program == "" {
		t.Fatal("PROMETHEUS is not set: it is what hack/cluster.sh binary prometheus prints")
	}
	folder := t.TempDir()
	config := filepath.Join(folder, "prometheus.yml")
	if err := os.WriteFile(config, fmt.Appendf(nil, `
global: {scrape_interval: 1s, scrape_timeout: 1s}
scrape_configs: [{job_name: functions, fallback_scrape_protocol: PrometheusText0.0.4, static_configs: [{targets: [%q]}]}]
`, address), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	command := exec.CommandContext(ctx, program, "--config.file", config, "--storage.tsdb.path", folder, "--web.listen-address", "127.0.0.1:0")
	output, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(output)
	t.Cleanup(func() {
		stop()
		_ = command.Wait() // it was killed
	})
	var log []string
	for lines.Scan() {
		if found := listening.FindStringSubmatch(lines.Text()); found != nil {
			go func() {
				for lines.Scan() {
					log = nil // Prometheus must not block on a full pipe.
				}
			}()
			return "http://" + found[1]
		}
		log = append(log, lines.Text())
	}
	t.Fatalf("Prometheus ended: %s", strings.Join(log, "\n"))
	return ""
}

// The queries of gates and their errors are what a real server answers.
func TestQueriesOfAServer(t *testing.T) {
	url := prometheusOf(t, metricsOf(t))
	query := queryFrom(newClient())
	const labels = `{namespace="{namespace}", function="{function}", revision="{revision}"}`
	// A rate needs two scrapes.
	if err := wait.PollUntilContextTimeout(t.Context(), 100*time.Millisecond, time.Minute, true, func(ctx context.Context) (bool, error) {
		_, err := query(ctx, url, "sum(rate(received_total[30s]))", time.Now())
		return err == nil, nil
	}); err != nil {
		t.Fatal("Prometheus scraped nothing: ", err)
	}
	for title, tt := range map[string]struct {
		expression string
		want       func(value float64) bool
		problem    string
	}{
		"of the documentation": {expression: `sum(queue_length{namespace="{namespace}", revision="{revision}"})`, want: is(4)},
		"one series":           {expression: "queue_length" + labels, want: is(4)},
		"a rate in the window": {expression: "sum(rate(received_total" + labels + "[{window}]))", want: func(value float64) bool { return value > 0 }},
		"a scalar":             {expression: "scalar(queue_length" + labels + ") * 2", want: is(8)},
		"no series":            {expression: `queue_length{revision="other"}`, problem: "query q: the result is empty"},
		"no number":            {expression: "0 / 0", problem: "query q: the result is empty"},
		"two series":           {expression: "queue_length", problem: "query q: the result has 2 series and must have one"},
		"a range":              {expression: "queue_length[30s]", problem: "query q: the result must be a scalar or an instant vector"},
		"a string":             {expression: `"4"`, problem: "query q: the result must be a scalar or an instant vector"},
		"a mistake":            {expression: "sum(queue_length", problem: "query q: querying Prometheus: bad_data: "},
		"an unknown function":  {expression: "total(queue_length)", problem: "query q: querying Prometheus: bad_data: "},
	} {
		t.Run(title, func(t *testing.T) {
			m := (&cluster{counted: map[string]results.Totals{}}).meter()
			clock := clocktesting.NewFakeClock(time.Now().Add(-30 * time.Second))
			m.clock, m.query = clock, query
			queries := []results.Query{{Name: "q", URL: url, Expression: tt.expression}}
			m.Measure(key, "1", sources, queries)
			clock.SetTime(time.Now())
			m.read(t.Context())
			got := m.Measure(key, "1", sources, queries)
			value, known := got.Values["hello-1"]["q"]
			switch {
			case tt.problem != "" && (known || !strings.HasPrefix(got.Problem, tt.problem)):
				t.Errorf("Measure() = %v, problem %q, want no value and %q", got.Values, got.Problem, tt.problem)
			case tt.problem == "" && (!known || !tt.want(value)):
				t.Errorf("Measure() = %v, problem %q, want another value", got.Values, got.Problem)
			}
		})
	}
}

func is(want float64) func(float64) bool {
	return func(got float64) bool { return got == want }
}
