/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package environment

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

// binaries are the programs that were built, by their paths.
var binaries sync.Map

// build returns the path of the program of a package. It is built into _output and
// stays there, so that the go command links it again only after a change. Without the
// race detector it is built as ko does, so that both share what is compiled.
func build(pkg string, race bool) (string, error) {
	repository, err := root()
	if err != nil {
		return "", err
	}
	path := filepath.Join(repository, "_output", "test", filepath.Base(pkg))
	args, env := []string{"build", "-trimpath"}, "CGO_ENABLED=0"
	if race {
		path += "-race"
		args, env = []string{"build", "-race"}, "CGO_ENABLED=1"
	}
	once, _ := binaries.LoadOrStore(path, sync.OnceValue(func() error {
		cmd := exec.CommandContext(context.Background(), "go", append(args, "-o", path, pkg)...)
		cmd.Dir, cmd.Env = repository, append(os.Environ(), env)
		_, err := run(cmd)
		return err
	}))
	built, _ := once.(func() error)
	return path, built()
}
