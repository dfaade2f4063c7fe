/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package buildstep

import "testing"

func TestRegistryHost(t *testing.T) {
	for image, want := range map[string]string{
		"ubuntu":                            dockerHub,
		"library/ubuntu:v1":                 dockerHub,
		"localhost/x":                       "localhost",
		"localhost:5000/x":                  "localhost:5000",
		"registry.example.com/a/b@sha256:0": "registry.example.com",
		"10.0.0.1:5000/a/b:v1":              "10.0.0.1:5000",
		"[::1]:5000/a":                      "[::1]:5000",
	} {
		if got := registryHost(image); got != want {
			t.Errorf("registryHost(%s) = %s, want %s", image, got, want)
		}
	}
}

func TestRepository(t *testing.T) {
	for image, want := range map[string]string{
		"a":                        "a",
		"a:v1":                     "a",
		"host:5000/a":              "host:5000/a",
		"host:5000/a:v1":           "host:5000/a",
		"host:5000/a:v1@sha256:00": "host:5000/a",
		"host/a@sha256:00":         "host/a",
	} {
		if got := repository(image); got != want {
			t.Errorf("repository(%s) = %s, want %s", image, got, want)
		}
	}
}

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
