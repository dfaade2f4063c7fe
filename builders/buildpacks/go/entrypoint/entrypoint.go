/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package entrypoint generates a main program for a function without changing the
// user's files. The main program, the functions framework and, if it is missing, go.mod
// exist only in an overlay of the go command. So the user's go.mod does not have to
// require the framework or its Go version.
package entrypoint

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/version"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/mod/modfile"

	"openfunction.dev/openfunction/builders/buildpacks/go/source"
)

const (
	frameworkModule = "openfunction.dev/functions-framework-go"

	// folder is the name of the folder with the generated package. It is a subfolder of
	// the function's package, so that the generated package may import internal
	// packages.
	folder = "openfunction_entrypoint"
)

// EntryPoint contains the arguments of the go command.
type EntryPoint struct {
	// Dir is the working folder, Package the folder of the main package relative to it.
	Dir, Package string
	// Overlay is the overlay file, empty if there is none.
	Overlay string
}

// Maker generates entry points.
type Maker struct {
	// Framework is the folder with the module of the functions framework.
	Framework string
	// Work is a folder for generated files.
	Work string
	// GoVersion is the version of the toolchain, for example go1.26.4.
	GoVersion string
	// Standard reports whether a package is part of the standard library.
	Standard func(importPath string) bool
}

// Make returns the entry point of program, which Find found in the folder root.
func (m Maker) Make(root string, program source.Program) (EntryPoint, error) {
	dir := filepath.Join(root, filepath.FromSlash(program.Dir))
	mod, err := findModule(root, dir)
	if err != nil {
		return EntryPoint{}, err
	}
	if err := m.check(&mod, dir, program); err != nil {
		return EntryPoint{}, err
	}
	files := map[string]string{}
	text, err := m.goMod(&mod, program)
	if err == nil && text != "" {
		err = m.generate(files, filepath.Join(mod.root, "go.mod"), text)
	}
	if err != nil {
		return EntryPoint{}, err
	}
	if program.Function != "" {
		if dir, err = m.addMain(files, mod, dir, program); err != nil {
			return EntryPoint{}, err
		}
	}
	relative, err := filepath.Rel(mod.root, dir)
	if err != nil {
		return EntryPoint{}, err
	}
	file, err := m.writeOverlay(files)
	return EntryPoint{Dir: mod.root, Package: "./" + filepath.ToSlash(relative), Overlay: file}, err
}

// goMod returns the content that replaces the go.mod of the module; empty to keep it.
func (m Maker) goMod(mod *module, program source.Program) (string, error) {
	needed := program.Kind == source.Event
	switch {
	case program.Kind.TakesCloudEvents() && !mod.requires(source.CloudEventsPackage):
		return "", fmt.Errorf("function %s imports %s and go.mod does not require it: run go mod tidy, with go mod init before if there is no go.mod, and commit go.mod and go.sum",
			program.Function, source.CloudEventsPackage)
	case mod.virtual:
		text := fmt.Sprintf("module %s\n\ngo %s\n", mod.path, strings.TrimPrefix(version.Lang(m.GoVersion), "go"))
		if mod.framework = needed; needed {
			text += fmt.Sprintf("\nrequire %[1]s v0.0.0\n\nreplace %[1]s => %[2]s\n", frameworkModule, modfile.AutoQuote(m.Framework))
		}
		return text, nil
	case mod.framework:
		return mod.withFramework(m.Framework)
	case needed:
		return "", fmt.Errorf("function %s imports %s, but go.mod does not require its module: add the line: require %s v0.1.0",
			program.Function, source.FrameworkPackage, frameworkModule)
	}
	return "", nil
}

// overlay is the go command's format of overlay files.
type overlay struct {
	Replace map[string]string `json:"Replace"` //nolint:tagliatelle // the spelling of the go command
}

// addMain adds a main program that serves the function of the package in dir, and
// returns the folder of the main package.
func (m Maker) addMain(files map[string]string, mod module, dir string, program source.Program) (string, error) {
	generated := filepath.Join(dir, folder)
	if _, err := os.Lstat(generated); err == nil {
		return "", fmt.Errorf("the source has a folder %s, whose name the build uses: rename the folder", path.Join(program.Dir, folder))
	}
	functionPath, err := mod.importPath(dir)
	if err != nil {
		return "", err
	}
	frameworkPath := frameworkModule + "/functions"
	if !mod.framework {
		frameworkPath = functionPath + "/" + folder + "/functions"
		if err := m.addPackage(files, "functions", generated); err != nil {
			return "", err
		}
	}
	imports := fmt.Sprintf("\topenfunction_entrypoint %q\n", frameworkPath)
	if program.Kind.TakesCloudEvents() {
		// The adapter is compiled with the version of the SDK that the function uses.
		imports += fmt.Sprintf("\topenfunction_cloudevents %q\n", functionPath+"/"+folder+"/cloudevents")
		if err := m.addPackage(files, "cloudevents", generated); err != nil {
			return "", err
		}
	}
	if program.Name == "main" {
		// No package can import a package main, so the entry point becomes a file of
		// that package.
		text := fmt.Sprintf(mainText, imports, call(program.Kind, program.Function))
		return dir, m.generate(files, filepath.Join(dir, folder+".go"), text)
	}
	imports += fmt.Sprintf("\tfunction %q\n", functionPath)
	return generated, m.generate(files, filepath.Join(generated, "main.go"), fmt.Sprintf(mainText, imports, call(program.Kind, "function."+program.Function)))
}

// call returns the call of the framework that serves the function.
func call(kind source.Kind, function string) string {
	switch kind {
	case source.Event:
		return "openfunction_entrypoint.MainEvent(" + function + ")"
	case source.CloudEvent:
		return "openfunction_entrypoint.Main(openfunction_cloudevents.Handler(" + function + "))"
	case source.CloudEventReply:
		return "openfunction_entrypoint.Main(openfunction_cloudevents.ReplyHandler(" + function + "))"
	case source.PlainEvent:
		return "openfunction_entrypoint.MainEvent(openfunction_entrypoint.Plain(" + function + "))"
	default:
		return "openfunction_entrypoint.Main(" + function + ")"
	}
}

// mainText uses an unusual name for the framework, because it may become a file of a
// package with unknown names.
const mainText = `// Code generated by the OpenFunction Go buildpack. DO NOT EDIT.

package main

import (
%s)

func main() {
	%s
}
`

// addPackage adds a package of the framework below the folder generated.
func (m Maker) addPackage(files map[string]string, name, generated string) error {
	sources, err := filepath.Glob(filepath.Join(m.Framework, name, "*.go"))
	if err != nil {
		return err
	}
	if len(sources) == 0 {
		return errors.New("the builder image does not contain the functions framework: build it again with builders/images.sh")
	}
	for _, file := range sources {
		if !strings.HasSuffix(file, "_test.go") {
			files[filepath.Join(generated, name, filepath.Base(file))] = file
		}
	}
	return nil
}

// generate writes text to a file and maps the virtual path to it.
func (m Maker) generate(files map[string]string, virtual, text string) error {
	actual := filepath.Join(m.Work, fmt.Sprintf("%d-%s", len(files), filepath.Base(virtual)))
	files[virtual] = actual
	return os.WriteFile(actual, []byte(text), 0o600)
}

func (m Maker) writeOverlay(files map[string]string) (string, error) {
	if len(files) == 0 {
		return "", nil
	}
	data, err := json.Marshal(overlay{Replace: files})
	if err != nil {
		return "", err
	}
	file := filepath.Join(m.Work, "overlay.json")
	return file, os.WriteFile(file, data, 0o600)
}

var (
	generatedCall = regexp.MustCompile(`\b` + folder + `\.(Main|MainEvent|Plain)\b`)
	generatedFile = regexp.MustCompile(`/?\b` + folder + `(\.go|(/[A-Za-z0-9_.]+)+)?(:[0-9]+)*`)
)

// HideGenerated removes the names of generated files from a line of the go command's
// output. The user has not written them and cannot change them.
func HideGenerated(line string) string {
	line = generatedCall.ReplaceAllString(line, "the framework")
	return strings.TrimPrefix(generatedFile.ReplaceAllString(line, ""), ": ")
}
