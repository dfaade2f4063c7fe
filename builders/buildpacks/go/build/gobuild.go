/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package build

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"

	"openfunction.dev/openfunction/builders/buildpacks/go/entrypoint"
	"openfunction.dev/openfunction/builders/buildpacks/go/settings"
	"openfunction.dev/openfunction/builders/buildpacks/go/source"
)

// passed are the variables that the go command gets from the environment of the build.
// They set where it gets modules from.
var passed = []string{
	"GOPRIVATE", "GONOPROXY", "GONOSUMDB", "GOSUMDB",
	"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
}

// workspace contains the folders of one run of the go command.
type workspace struct {
	// home is $HOME of the build; it is deleted with the build.
	home string
	// modules and compiled are the module cache and the build cache.
	modules, compiled string
}

func (b Buildpack) goBuild(ctx context.Context, chosen settings.Settings, entry entrypoint.EntryPoint, w workspace) error {
	// These flags fix everything that could differ between two builds of one commit:
	// paths (-trimpath), version control state (-buildvcs), C (CGO_ENABLED).
	args := []string{
		"build", "-trimpath", "-buildvcs=false", "-modcacherw",
		"-ldflags=" + strings.TrimSpace("-s -w "+chosen.LDFlags),
		"-o", filepath.Join(b.LayersDir, programLayer, "bin", binary),
	}
	if chosen.Tags != "" {
		args = append(args, "-tags="+chosen.Tags)
	}
	if entry.Overlay != "" {
		args = append(args, "-overlay="+entry.Overlay)
	}
	command := exec.CommandContext(ctx, "go", append(args, "--", entry.Package)...)
	command.Dir = entry.Dir
	command.Env = b.goEnv(chosen.Proxy, w)
	out := &lineWriter{write: func(line string) { b.printf("%s", entrypoint.HideGenerated(line)) }}
	command.Stdout, command.Stderr = out, out
	err := command.Run()
	out.flush()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && ctx.Err() == nil {
		return errors.New("the program does not compile: correct the errors above")
	}
	return errors.Join(err, ctx.Err())
}

func (b Buildpack) goEnv(proxy string, w workspace) []string {
	platform := source.Platform("")
	env := []string{
		"PATH=" + b.Getenv("PATH"),
		"HOME=" + w.home,
		"GOOS=" + platform.GOOS,
		"GOARCH=" + platform.GOARCH,
		"CGO_ENABLED=0",
		"GOCACHE=" + w.compiled,
		"GOMODCACHE=" + w.modules,
		"GOENV=off",
		"GOFLAGS=",
		"GOTOOLCHAIN=local",
	}
	for _, name := range passed {
		if value := b.Getenv(name); value != "" {
			env = append(env, name+"="+value)
		}
	}
	if proxy == "" {
		proxy = b.Getenv("GOPROXY")
	}
	if proxy == "" {
		// The go command uses its default.
		return env
	}
	return append(env, "GOPROXY="+proxy)
}

// isStandard reports whether the standard library of the toolchain has a package.
func (b Buildpack) isStandard(ctx context.Context, work, importPath string) bool {
	command := exec.CommandContext(ctx, "go", "list", "-e", "-f={{.Standard}}", "--", importPath)
	command.Dir = work
	command.Env = b.goEnv("off", workspace{home: work, modules: work, compiled: work})
	output, err := command.Output()
	return err == nil && strings.TrimSpace(string(output)) == "true"
}

// lineWriter passes complete lines on.
type lineWriter struct {
	rest  []byte
	write func(line string)
}

// Write implements io.Writer.
func (w *lineWriter) Write(data []byte) (int, error) {
	w.rest = append(w.rest, data...)
	for {
		line, rest, found := bytes.Cut(w.rest, []byte("\n"))
		if !found {
			return len(data), nil
		}
		w.write(string(line))
		w.rest = rest
	}
}

// flush passes a last line without an end on.
func (w *lineWriter) flush() {
	if len(w.rest) > 0 {
		w.write(string(w.rest))
	}
}
