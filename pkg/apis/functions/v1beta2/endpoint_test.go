/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import "testing"

func TestEndpoint(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, port, protocol string
		wantPort             int32
		wantProtocol         string
	}{
		{"the defaults", ``, ``, 8080, AppProtocolGRPC},
		{"no port", `{}`, `""`, 8080, AppProtocolGRPC},
		{"a port of the author", `{port: 3000}`, `http`, 3000, AppProtocolHTTP},
		{"one that asks for the default", `{port: 0}`, `HTTP`, 8080, AppProtocolHTTP},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			ws := workloadOf(t, "{triggers: {http: "+row.port+"}, annotations: {dapr.io/app-protocol: "+row.protocol+"}}")
			if got := ws.Port(); got != row.wantPort {
				t.Errorf("Port() = %d, want %d", got, row.wantPort)
			}
			if got := ws.AppProtocol(); got != row.wantProtocol {
				t.Errorf("AppProtocol() = %q, want %q", got, row.wantProtocol)
			}
		})
	}
}
