/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package meter

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	clocktesting "k8s.io/utils/clock/testing"

	"openfunction.dev/openfunction/pkg/runtime/results"
)

// serverOf returns the URL of a server that gives each query its answer.
func serverOf(t *testing.T, answers map[string]string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, known := answers[r.FormValue("query")]
		if !known {
			w.WriteHeader(http.StatusBadRequest)
			answer = `{"status":"error","errorType":"bad_data","error":"parse error, password=canary"}`
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(answer))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func vector(values ...string) string {
	series := make([]string, 0, len(values))
	for _, value := range values {
		series = append(series, `{"metric":{"pod":"`+value+`"},"value":[1700000000,"`+value+`"]}`)
	}
	return `{"status":"success","data":{"resultType":"vector","result":[` + strings.Join(series, ",") + `]}}`
}

func TestQueries(t *testing.T) {
	url := serverOf(t, map[string]string{
		`one{namespace="ns",function="hello",revision="hello-1"}[90s]`: vector("4.5"),
		"scalar": `{"status":"success","data":{"resultType":"scalar","result":[1700000000,"2"]}}`,
		"none":   vector(),
		"NaN":    vector("NaN"),
		"two":    vector("1", "2"),
		"string": `{"status":"success","data":{"resultType":"string","result":[1700000000,"4"]}}`,
		"matrix": `{"status":"success","data":{"resultType":"matrix","result":[]}}`,
	})
	for _, tt := range []struct {
		query   results.Query
		want    map[string]float64
		problem string
	}{
		{query: results.Query{Expression: `one{namespace="{namespace}",function="{function}",revision="{revision}"}[{window}]`}, want: map[string]float64{"q": 4.5}},
		{query: results.Query{Expression: "scalar"}, want: map[string]float64{"q": 2}},
		{query: results.Query{Expression: "none"}, problem: "query q: the result is empty"},
		{query: results.Query{Expression: "NaN"}, problem: "query q: the result is empty"},
		{query: results.Query{Expression: "two"}, problem: "query q: the result has 2 series and must have one"},
		{query: results.Query{Expression: "matrix"}, problem: "query q: the result must be a scalar or an instant vector"},
		{query: results.Query{Expression: "string"}, problem: "query q: the result must be a scalar or an instant vector"},
		{query: results.Query{Expression: "unknown("}, problem: "query q: querying Prometheus: bad_data: parse error, password=…"},
		{query: results.Query{Problem: "there is none"}, problem: "there is none"},
	} {
		t.Run(tt.query.Expression+tt.query.Problem, func(t *testing.T) {
			c := &cluster{counted: map[string]results.Totals{}}
			m, clock := c.meter(), clocktesting.NewFakeClock(begin)
			m.clock, m.query = clock, queryFrom(newClient())
			tt.query.Name, tt.query.URL = "q", url
			m.Measure(key, "1", sources, []results.Query{tt.query})
			clock.Step(90 * time.Second)
			m.read(t.Context())
			got := m.Measure(key, "1", sources, []results.Query{tt.query})
			if tt.want == nil {
				tt.want = map[string]float64{}
			}
			if diff := cmp.Diff(tt.want, got.Values["hello-1"]); diff != "" || !strings.HasPrefix(got.Problem, tt.problem) || (tt.problem == "") != (got.Problem == "") {
				t.Errorf("Measure() = %v, problem %q, want %v, %q", got.Values, got.Problem, tt.want, tt.problem)
			}
		})
	}
}

func TestQueriesOfAServerThatIsDown(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	c := &cluster{counted: map[string]results.Totals{}}
	m := c.meter()
	m.query = queryFrom(newClient())
	query := []results.Query{{Name: "q", URL: server.URL, Expression: "up"}}
	m.Measure(key, "1", sources, query)
	m.read(t.Context())
	if got := m.Measure(key, "1", sources, query); !strings.Contains(got.Problem, "connection refused") || len(got.Values["hello-1"]) > 0 {
		t.Errorf("Measure() = %v, problem %q, want no value and the error of the connection", got.Values, got.Problem)
	}
}
