/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package sidecar

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/util/validation"
)

// Limits of an answer, because the pod that sends it may run anything.
const (
	queryTimeout  = 2 * time.Second
	maxHeader     = 16 << 10
	maxBody       = 256 << 10
	maxComponents = 512
)

// NewTransport returns the transport for queries of sidecars. It uses no proxy and keeps
// no connection open.
func NewTransport() *http.Transport {
	return &http.Transport{DisableKeepAlives: true, DisableCompression: true, MaxResponseHeaderBytes: maxHeader}
}

// newClient returns a client that follows no redirect.
func newClient(transport http.RoundTripper) *http.Client {
	return &http.Client{
		Timeout:       queryTimeout,
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// metadata is the part of Dapr's metadata API that is read. Dapr omits empty lists.
type metadata struct {
	ID         string `json:"id"`
	Components []struct {
		Name string `json:"name"`
	} `json:"components"`
}

// query returns the names of the components that a sidecar has loaded, sorted.
func query(ctx context.Context, client *http.Client, t target) ([]string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, t.url, http.NoBody)
	if err != nil {
		return nil, err
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %s", t.url, response.Status)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if err != nil {
		return nil, fmt.Errorf("reading the answer of %s: %w", t.url, err)
	}
	if len(body) > maxBody {
		return nil, fmt.Errorf("%s answered more than %d bytes", t.url, maxBody)
	}
	var answer metadata
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, fmt.Errorf("reading the answer of %s: %w", t.url, err)
	}
	return componentsIn(answer, t)
}

// componentsIn returns the components of an answer, and an error if another pod has the
// address by now.
func componentsIn(answer metadata, t target) ([]string, error) {
	if answer.ID == "" || answer.ID != t.appID {
		return nil, fmt.Errorf("%s is not the sidecar of %q", t.url, t.appID)
	}
	if len(answer.Components) > maxComponents {
		return nil, fmt.Errorf("%s has more than %d components", t.url, maxComponents)
	}
	names := make([]string, 0, len(answer.Components))
	for _, component := range answer.Components {
		if len(validation.IsDNS1123Subdomain(component.Name)) == 0 {
			names = append(names, component.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}
