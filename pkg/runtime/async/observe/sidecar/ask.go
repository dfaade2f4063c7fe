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

// Limits of an answer: it comes from a pod that may run anything.
const (
	patience      = 2 * time.Second
	maxHeader     = 16 << 10
	maxBody       = 256 << 10
	maxComponents = 512
)

// NewTransport returns how sidecars are asked: without a proxy, and without a
// connection that stays.
func NewTransport() *http.Transport {
	return &http.Transport{DisableKeepAlives: true, DisableCompression: true, MaxResponseHeaderBytes: maxHeader}
}

// newClient returns a client that asks the address it is told and no other: wherever
// an answer points to is not looked at.
func newClient(transport http.RoundTripper) *http.Client {
	return &http.Client{
		Timeout:       patience,
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// metadata is what a sidecar says of itself; Dapr leaves out a list that is empty.
type metadata struct {
	ID         string `json:"id"`
	Components []struct {
		Name string `json:"name"`
	} `json:"components"`
}

// ask returns the names of the components that a sidecar has loaded, sorted.
func ask(ctx context.Context, client *http.Client, t target) ([]string, error) {
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
	var said metadata
	if err := json.Unmarshal(body, &said); err != nil {
		return nil, fmt.Errorf("reading the answer of %s: %w", t.url, err)
	}
	return loaded(said, t)
}

// loaded returns the components of an answer. An address may be another pod's by
// now, whose answer counts for nothing here.
func loaded(said metadata, t target) ([]string, error) {
	if said.ID == "" || said.ID != t.appID {
		return nil, fmt.Errorf("%s is not the sidecar of %q", t.url, t.appID)
	}
	if len(said.Components) > maxComponents {
		return nil, fmt.Errorf("%s has more than %d components", t.url, maxComponents)
	}
	names := make([]string, 0, len(said.Components))
	for _, component := range said.Components {
		if len(validation.IsDNS1123Subdomain(component.Name)) == 0 {
			names = append(names, component.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}
