/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package buildstep

import (
	"io"
	"os"
	"path/filepath"

	"openfunction.dev/openfunction/pkg/buildenv"
)

// Prepare is the first step. It writes the environment of the build to files. It also
// copies this program to a volume for the create step, which runs in the builder's image.
type Prepare struct {
	// Platform is the platform folder of the lifecycle.
	Platform string
	// Tool is the path to which this program is copied.
	Tool string
	// Env are the elements of the strategy's env parameter.
	Env []string
}

// Run writes the environment of the build and copies this program.
func (p Prepare) Run() error {
	env, err := buildenv.Decode(p.Env)
	if err != nil {
		return &FailureError{Reason: ReasonEnvInvalid, Message: err.Error()}
	}
	folder := filepath.Join(p.Platform, "env")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	for name, value := range env {
		// A platform passes variables to buildpacks as files: the content is the value.
		if err := os.WriteFile(filepath.Join(folder, name), []byte(value), 0o600); err != nil {
			return err
		}
	}
	return copySelf(p.Tool)
}

func copySelf(target string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	source, err := os.Open(self) //nolint:gosec // this program
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }()
	copied, err := os.OpenFile(target, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o700) //nolint:gosec // a program has to be executable
	if err != nil {
		return err
	}
	if _, err := io.Copy(copied, source); err != nil {
		_ = copied.Close()
		return err
	}
	return copied.Close()
}
