/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// The Go buildpack in one program: called as bin/detect or bin/build, it runs that
// phase of the Cloud Native Buildpacks API.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"

	"openfunction.dev/openfunction/builders/buildpacks/go/build"
)

// notApplicable is the exit status with which detect reports that it cannot build the
// source.
const notApplicable = 100

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	err := run(ctx, filepath.Base(os.Args[0]))
	stop()
	switch {
	case errors.Is(err, build.ErrNotApplicable):
		fmt.Println(err)
		os.Exit(notApplicable)
	case err != nil:
		fmt.Fprintln(os.Stderr, "ERROR:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, phase string) error {
	app, err := os.Getwd()
	if err != nil {
		return err
	}
	buildpack := build.Buildpack{
		AppDir:    app,
		LayersDir: os.Getenv("CNB_LAYERS_DIR"),
		Dir:       os.Getenv("CNB_BUILDPACK_DIR"),
		Getenv:    os.Getenv,
		GoVersion: runtime.Version(),
		Out:       os.Stdout,
	}
	switch phase {
	case "detect":
		return buildpack.Detect(os.Getenv("CNB_BUILD_PLAN_PATH"))
	case "build":
		return buildpack.Build(ctx)
	}
	return fmt.Errorf("this program is called %s: install it as bin/detect and bin/build", phase)
}
