/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package meter

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/api"
	prometheus "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"

	"openfunction.dev/openfunction/pkg/plaintext"
	"openfunction.dev/openfunction/pkg/runtime/results"
)

var errResultType = errors.New("the result must be a scalar or an instant vector")

// querier returns the value of a query at a time.
type querier func(ctx context.Context, url, query string, at time.Time) (float64, error)

func queryFrom(client *http.Client) querier {
	return func(ctx context.Context, url, query string, at time.Time) (float64, error) {
		server, err := api.NewClient(api.Config{Address: url, Client: client})
		if err != nil {
			return 0, fmt.Errorf("querying Prometheus: %w", err)
		}
		value, _, err := prometheus.NewAPI(server).Query(ctx, query, at)
		if err != nil && strings.Contains(err.Error(), "unexpected value type") {
			// The client cannot decode a string.
			return 0, errResultType
		}
		if err != nil {
			return 0, fmt.Errorf("querying Prometheus: %w", err)
		}
		return numberOf(value)
	}
}

// numberOf returns the number that a result consists of.
func numberOf(value model.Value) (float64, error) {
	number := math.NaN()
	switch value := value.(type) {
	case *model.Scalar:
		number = float64(value.Value)
	case model.Vector:
		if len(value) > 1 {
			return 0, fmt.Errorf("the result has %d series and must have one; the administrator can aggregate them, for example with sum()", len(value))
		}
		if len(value) == 1 {
			number = float64(value[0].Value)
		}
	default:
		return 0, errResultType
	}
	if math.IsNaN(number) {
		return 0, errors.New("the result is empty")
	}
	return number, nil
}

// valuesOf returns the values of the queries of each revision. Values that there are not
// are left out, and the problem is the reason.
func (m *Meter) valuesOf(ctx context.Context, function types.NamespacedName, w *window, sources map[string][]results.Source, queries []results.Query) (values map[string]map[string]float64, problem string) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	values = make(map[string]map[string]float64, len(sources))
	now := m.clock.Now()
	var mu sync.Mutex
	var running wait.Group
	for revision := range sources {
		own := map[string]float64{}
		values[revision] = own
		placeholders := strings.NewReplacer("{namespace}", function.Namespace, "{function}", function.Name, "{revision}", revision,
			"{window}", strconv.Itoa(max(1, int(now.Sub(w.since).Seconds())))+"s")
		for _, query := range queries {
			running.Start(func() {
				value, failure := m.valueOf(ctx, query, placeholders.Replace(query.Expression), now)
				mu.Lock()
				defer mu.Unlock()
				if failure != "" {
					problem = failure
					return
				}
				own[query.Name] = value
			})
		}
	}
	running.Wait()
	return values, problem
}

// valueOf returns the value of one query, or why there is none.
func (m *Meter) valueOf(ctx context.Context, query results.Query, expression string, at time.Time) (value float64, problem string) {
	if query.Problem != "" {
		return 0, query.Problem
	}
	value, err := m.query(ctx, query.URL, expression, at)
	if err != nil {
		return 0, fmt.Sprintf("query %s: %s", query.Name, plaintext.Line(err.Error(), " "))
	}
	return value, ""
}
