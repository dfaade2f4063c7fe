/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"strings"
	"testing"
)

func TestPort(t *testing.T) {
	for name, test := range map[string]struct {
		env     map[string]string
		want    string
		wantErr string
	}{
		"nothing set":              {want: "8080"},
		"PORT":                     {env: map[string]string{"PORT": "9000"}, want: "9000"},
		"PORT before context":      {env: map[string]string{"PORT": "9000", "FUNC_CONTEXT": `{"port":"1"}`}, want: "9000"},
		"context, string":          {env: map[string]string{"FUNC_CONTEXT": `{"name":"f","port":"7000"}`}, want: "7000"},
		"context, number":          {env: map[string]string{"FUNC_CONTEXT": `{"port":7000}`}, want: "7000"},
		"context without port":     {env: map[string]string{"FUNC_CONTEXT": `{"name":"f"}`}, want: "8080"},
		"context with null port":   {env: map[string]string{"FUNC_CONTEXT": `{"port":null}`}, want: "8080"},
		"context with empty port":  {env: map[string]string{"FUNC_CONTEXT": `{"port":""}`}, want: "8080"},
		"context is no JSON":       {env: map[string]string{"FUNC_CONTEXT": "{"}, wantErr: "FUNC_CONTEXT is not"},
		"context with port object": {env: map[string]string{"FUNC_CONTEXT": `{"port":{}}`}, wantErr: "1 to 65535"},
		"no number":                {env: map[string]string{"PORT": "http"}, wantErr: "1 to 65535"},
		"an address":               {env: map[string]string{"PORT": "127.0.0.1:80"}, wantErr: "1 to 65535"},
		"zero":                     {env: map[string]string{"PORT": "0"}, wantErr: "1 to 65535"},
		"too large":                {env: map[string]string{"PORT": "65536"}, wantErr: "1 to 65535"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := port(func(key string) string { return test.env[key] })
			switch {
			case test.wantErr == "" && err != nil:
				t.Fatal("port:", err)
			case test.wantErr != "" && (err == nil || !strings.Contains(err.Error(), test.wantErr)):
				t.Fatalf("port = %q, %v, want an error with %q", got, err, test.wantErr)
			case got != test.want:
				t.Errorf("port = %q, want %q", got, test.want)
			}
		})
	}
}
