/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"openfunction.dev/openfunction/test/collector"
)

// tokenFile is where Kubernetes puts what a pod may show the API server.
const tokenFile = "/var/run/secrets/kubernetes.io/serviceaccount/token"

// tellFinding records what this process finds when it starts.
func (p *probe) tellFinding(ctx context.Context) error {
	finding := collector.Finding{
		Arguments: os.Args[1:], Environment: map[string]string{}, User: os.Getuid(), Process: map[string]string{},
	}
	for _, variable := range os.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		finding.Environment[name] = value
	}
	if _, err := os.Stat(tokenFile); !errors.Is(err, fs.ErrNotExist) {
		finding.Token = true
	}
	finding.Temporary = writes("/tmp")
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return fmt.Errorf("reading the state of this process: %w", err)
	}
	for line := range strings.Lines(string(status)) {
		name, value, _ := strings.Cut(line, ":")
		finding.Process[name] = strings.TrimSpace(value)
	}
	encoded, err := json.Marshal(&finding)
	if err != nil {
		return fmt.Errorf("encoding what was found: %w", err)
	}
	return p.report(ctx, collector.Started, string(encoded))
}

// writes reports whether files can be made in the folder.
func writes(folder string) bool {
	file, err := os.CreateTemp(folder, "probe-")
	if err != nil {
		return false
	}
	defer func() { _ = os.Remove(file.Name()) }()
	defer file.Close()
	_, err = file.WriteString("written")
	return err == nil
}
