/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package buildstep

import "testing"

func TestSpokenPlainly(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "localhost:5000": true, "r.localhost:80": true, "127.0.0.1:5000": true, "10.1.2.3": true,
		"172.16.0.1:5000": true, "192.168.1.1": true, "[::1]:5000": true, "[::1]": true,
		"172.32.0.1:5000": false, "8.8.8.8": false, "registry.example.com": false, "registry.example.com:80": false, "[fe80::1]:80": false,
	} {
		if got := spokenPlainly(host); got != want {
			t.Errorf("spokenPlainly(%s) = %t, want %t", host, got, want)
		}
	}
}
