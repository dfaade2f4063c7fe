/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package results

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// Fetcher returns the metrics at a URL.
type Fetcher func(ctx context.Context, url string) (map[string]*dto.MetricFamily, error)

// FetchBy returns a Fetcher that reads at most maxBytes of the text format of Prometheus.
// The pods that serve the metrics belong to users, so the client must have a timeout and
// follow no redirect.
func FetchBy(client *http.Client, maxBytes int64) Fetcher {
	return func(ctx context.Context, url string) (map[string]*dto.MetricFamily, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
		if err != nil {
			return nil, fmt.Errorf("reading metrics: %w", err)
		}
		response, err := client.Do(request)
		if err != nil {
			return nil, fmt.Errorf("reading metrics: %w", err)
		}
		defer func() { _ = response.Body.Close() }()
		if response.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("reading metrics: GET %s: %s", url, response.Status)
		}
		parser := expfmt.NewTextParser(model.UTF8Validation)
		metrics, err := parser.TextToMetricFamilies(io.LimitReader(response.Body, maxBytes))
		if err != nil {
			return nil, errors.New("reading metrics: GET " + url + ": the answer is not in the text format of Prometheus")
		}
		return metrics, nil
	}
}
