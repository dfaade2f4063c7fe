/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package collector

// Kinds of the records of test/images/probe.
const (
	// Started has a Finding as data.
	Started = "started"
	// Called has the method, the path and the requested behaviour as data.
	Called = "called"
	// Answered has the same.
	Answered = "answered"
	// Terminating has the name of the signal as data.
	Terminating = "terminating"
	// Ended is the last record of a pod.
	Ended = "ended"
)

// Finding is what a function finds where it runs.
type Finding struct {
	// Arguments are those that it was started with.
	Arguments []string `json:"arguments"`
	// Environment are its environment variables, name to value.
	Environment map[string]string `json:"environment"`
	// User is the number of the user that it runs as.
	User int `json:"user"`
	// Process is its state in the kernel, as in /proc/self/status.
	Process map[string]string `json:"process"`
	// Token reports whether it could call the API server with its token.
	Token bool `json:"token"`
	// Temporary reports whether it can write to /tmp.
	Temporary bool `json:"temporary"`
}
