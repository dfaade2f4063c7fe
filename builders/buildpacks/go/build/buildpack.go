/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package build implements the two phases of the buildpack: detect and build.
package build

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"openfunction.dev/openfunction/builders/buildpacks/go/entrypoint"
	"openfunction.dev/openfunction/builders/buildpacks/go/settings"
	"openfunction.dev/openfunction/builders/buildpacks/go/source"
)

// Buildpack is one run of the buildpack.
type Buildpack struct {
	// AppDir is the source, LayersDir the folder for layers. Dir is the buildpack's own
	// folder, with the functions framework and the prepared standard library.
	AppDir, LayersDir, Dir string
	// Getenv returns the environment variables that the lifecycle passes to buildpacks.
	Getenv func(string) string
	// GoVersion is the version of the toolchain, for example go1.26.4.
	GoVersion string
	// Out receives the output for the user.
	Out io.Writer
}

// ErrNotApplicable means that this buildpack cannot build the source.
var ErrNotApplicable = errors.New("not a Go program")

const (
	plan = "[[provides]]\nname = \"go-program\"\n\n[[requires]]\nname = \"go-program\"\n"

	launch = "[[processes]]\ntype = \"web\"\ncommand = [\"" + binary + "\"]\ndefault = true\n"

	// binary is the name of the program. The launcher finds it, because it adds the bin
	// folder of every layer to PATH.
	binary = "function"

	programLayer = "program"
)

// Detect decides whether the source can be built and writes the build plan.
func (b Buildpack) Detect(planPath string) error {
	if _, _, err := b.find(); err != nil {
		return err
	}
	return os.WriteFile(planPath, []byte(plan), 0o600)
}

func (b Buildpack) find() (settings.Settings, source.Program, error) {
	chosen, settingsErr := settings.Read(b.Getenv, b.GoVersion)
	program, err := source.Find(b.AppDir, source.Selection{Function: chosen.Function, Dir: chosen.Dir, Tags: chosen.Tags})
	if errors.Is(err, source.ErrNoGo) {
		return chosen, program, errors.Join(ErrNotApplicable, err)
	}
	if err == nil {
		err = checkType(chosen.Type, program)
	}
	return chosen, program, errors.Join(settingsErr, err)
}

// checkType returns an error if the signature of the function does not fit FUNC_TYPE.
func checkType(want settings.Type, program source.Program) error {
	have := settings.TypeEvent
	if program.Kind.CalledByRequests() {
		have = settings.TypeHTTP
	}
	if program.Function == "" || want == settings.TypeAny || want == have {
		return nil
	}
	return fmt.Errorf("FUNC_TYPE is %s, but %s has the signature of %s functions: leave FUNC_TYPE out, or change one of them", want, program.Function, have)
}

// Build compiles the program into a layer of its own.
func (b Buildpack) Build(ctx context.Context) error {
	chosen, program, err := b.find()
	if err != nil {
		return err
	}
	for _, note := range chosen.Notes {
		b.printf("Note: %s", note)
	}
	if program.Function == "" {
		b.printf("Building the main program in %s with %s", program.Dir, b.GoVersion)
	} else {
		b.printf("Building function %s of package %s in %s with %s", program.Function, program.Name, program.Dir, b.GoVersion)
	}
	if err := b.compile(ctx, chosen, program); err != nil {
		return err
	}
	removed, err := clearSource(b.AppDir, chosen.Clear)
	if err != nil {
		return fmt.Errorf("clear the source: %w", err)
	}
	if len(removed) > 0 {
		b.printf("Removed from the image (FUNC_CLEAR_SOURCE): %s", strings.Join(removed, ", "))
	}
	return errors.Join(
		b.writeLayer(programLayer, "launch"),
		os.WriteFile(filepath.Join(b.LayersDir, "launch.toml"), []byte(launch), 0o600),
	)
}

func (b Buildpack) compile(ctx context.Context, chosen settings.Settings, program source.Program) error {
	work, err := os.MkdirTemp("", "openfunction-build-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	maker := entrypoint.Maker{
		Framework: filepath.Join(b.Dir, "framework"), Work: work, GoVersion: b.GoVersion,
		Standard: func(importPath string) bool { return b.isStandard(ctx, work, importPath) },
	}
	entry, err := maker.Make(b.AppDir, program)
	if err != nil {
		return err
	}
	modules, err := b.openModules(entry.Dir)
	if err != nil {
		return err
	}
	compiled, err := b.openCompiled()
	if err != nil {
		return err
	}
	if err := b.goBuild(ctx, chosen, entry, workspace{home: work, modules: modules, compiled: compiled}); err != nil {
		return err
	}
	return errors.Join(b.keepModules(modules), b.keepCompiled(compiled))
}

// writeLayer declares a folder of LayersDir as a layer of the given type.
func (b Buildpack) writeLayer(name, layerType string) error {
	text := "[types]\n" + layerType + " = true\n"
	return os.WriteFile(filepath.Join(b.LayersDir, name+".toml"), []byte(text), 0o600)
}

func (b Buildpack) printf(format string, values ...any) {
	_, _ = fmt.Fprintf(b.Out, format+"\n", values...)
}
