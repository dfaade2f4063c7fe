/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package networking

import (
	"bytes"
	"errors"
	"io"
	"os"
	"slices"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// A Gateway determines host names of functions, so no role of users permits writing one.
func TestUsersCannotWriteGateways(t *testing.T) {
	text, err := os.ReadFile("../../../config/200-clusterrole-users.yaml")
	if err != nil {
		t.Fatal(err)
	}
	readable := false
	documents := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096)
	for {
		role := &rbacv1.ClusterRole{}
		if err := documents.Decode(role); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		for _, rule := range role.Rules {
			if !slices.Contains(rule.APIGroups, GroupName) && !slices.Contains(rule.APIGroups, "*") {
				continue
			}
			for _, verb := range rule.Verbs {
				if !slices.Contains([]string{"get", "list", "watch"}, verb) {
					t.Errorf("the role %s permits to %s Gateways", role.Name, verb)
				}
				readable = true
			}
		}
	}
	if !readable {
		t.Error("no role permits reading Gateways")
	}
}
