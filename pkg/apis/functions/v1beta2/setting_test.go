/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

func TestSetting(t *testing.T) {
	written := func(raw string) *DaprMetadata {
		return &DaprMetadata{Name: "a", Value: &apiextensionsv1.JSON{Raw: []byte(raw)}}
	}
	for name, tt := range map[string]struct {
		setting *DaprMetadata
		text    string
		truthy  bool
	}{
		"none":              {nil, "", false},
		"in a Secret":       {&DaprMetadata{SecretKeyRef: &DaprSecretKeyRef{Name: "s"}}, "", false},
		"text":              {written(`"redis:6379"`), "redis:6379", false},
		"a number":          {written(`10`), "10", false},
		"one":               {written(`1`), "1", true},
		"true":              {written(`true`), "true", true},
		"yes, with a blank": {written(`" Yes"`), " Yes", true},
		"false":             {written(`"false"`), "false", false},
	} {
		t.Run(name, func(t *testing.T) {
			if text, truthy := tt.setting.Text(), tt.setting.IsTruthy(); text != tt.text || truthy != tt.truthy {
				t.Errorf("Text() = %q, IsTruthy() = %t, want %q, %t", text, truthy, tt.text, tt.truthy)
			}
		})
	}
}
