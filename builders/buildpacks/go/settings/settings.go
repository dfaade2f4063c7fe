/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package settings reads what users set for their build: the FUNC_* variables.
package settings

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Clear selects the source files that the image contains.
type Clear int

// Values of FUNC_CLEAR_SOURCE.
const (
	// ClearGo removes Go source and version control data, and keeps other files,
	// because a program may read templates or pages at run time. This is the default.
	ClearGo Clear = iota
	// ClearAll removes everything (FUNC_CLEAR_SOURCE=true).
	ClearAll
	// ClearNothing keeps everything except version control data, with which two builds
	// of one commit would differ (FUNC_CLEAR_SOURCE=false).
	ClearNothing
)

// Type is the type of a function: for requests or for events.
type Type string

// Values of FUNC_TYPE.
const (
	TypeAny   Type = ""
	TypeHTTP  Type = "http"
	TypeEvent Type = "event"
)

// Settings are the settings of one build.
type Settings struct {
	// Function is FUNC_NAME: the exported function; empty for a main program.
	Function string
	// Type is FUNC_TYPE: the required type of the function; TypeAny if it is not set.
	Type Type
	// Dir is FUNC_SRC, or FUNC_BUILDABLE of a main program.
	Dir string
	// Proxy is FUNC_GOPROXY; it takes precedence over GOPROXY.
	Proxy string
	// LDFlags is FUNC_GOLDFLAGS after the check.
	LDFlags string
	// Tags is the list of build tags in FUNC_BUILD_ARGS.
	Tags string
	// Clear is FUNC_CLEAR_SOURCE.
	Clear Clear
	// Notes are messages for the user about variables without effect.
	Notes []string
}

// ignored are the variables of other builders that have no effect here, with the reason.
// They do not fail the build.
var ignored = map[string]string{
	"FUNC_FRAMEWORK_VERSION": "the framework comes with the builder",
	"FUNC_RUNTIME":           "this builder is for Go",
	"FUNC_ENTRYPOINT":        "the image has one process, web",
	"FUNC_DEBUG":             "this builder does not support it",
	"FUNC_DEVMODE":           "this builder does not support it",
	"FUNC_GOGCFLAGS":         "compiler flags are fixed, because the standard library is compiled in advance",
}

// Read returns the settings in the environment. goVersion is the version of the
// toolchain, for example go1.26.4. The error contains all problems.
func Read(getenv func(string) string, goVersion string) (Settings, error) {
	s := Settings{
		Function: getenv("FUNC_NAME"),
		Dir:      getenv("FUNC_SRC"),
		Proxy:    getenv("FUNC_GOPROXY"),
		LDFlags:  getenv("FUNC_GOLDFLAGS"),
	}
	if s.Dir == "" && s.Function == "" {
		s.Dir = getenv("FUNC_BUILDABLE")
	}
	if s.Dir == "" {
		s.Dir = "."
	}
	var typeErr, clearErr, tagsErr error
	s.Type, typeErr = readType(getenv("FUNC_TYPE"))
	s.Clear, clearErr = readClear(getenv("FUNC_CLEAR_SOURCE"))
	s.Tags, tagsErr = readBuildArgs(getenv("FUNC_BUILD_ARGS"))
	err := errors.Join(
		typeErr,
		checkVersion(getenv("FUNC_RUNTIME_VERSION"), goVersion),
		checkLDFlags(s.LDFlags),
		clearErr,
		tagsErr,
	)
	for name, reason := range ignored {
		if getenv(name) != "" {
			s.Notes = append(s.Notes, fmt.Sprintf("%s has no effect: %s", name, reason))
		}
	}
	slices.Sort(s.Notes)
	return s, err
}

// readType parses FUNC_TYPE. The value openfunction is that of the old project for
// functions with its event signature.
func readType(value string) (Type, error) {
	switch value {
	case "", "http", "event":
		return Type(value), nil
	case "openfunction":
		return TypeEvent, nil
	}
	return TypeAny, fmt.Errorf("FUNC_TYPE is %q: set it to http or event, or leave it out", value)
}

func checkVersion(wanted, goVersion string) error {
	have := strings.TrimPrefix(goVersion, "go")
	wanted = strings.TrimPrefix(wanted, "go")
	if wanted == "" || have == wanted || strings.HasPrefix(have, wanted+".") {
		return nil
	}
	return fmt.Errorf("FUNC_RUNTIME_VERSION is %q, but this builder has Go %s: leave the variable out, or use another builder image", wanted, have)
}

func readClear(value string) (Clear, error) {
	if value == "" {
		return ClearGo, nil
	}
	all, err := strconv.ParseBool(value)
	if err != nil {
		return ClearGo, fmt.Errorf("FUNC_CLEAR_SOURCE is %q: use true or false", value)
	}
	if all {
		return ClearAll, nil
	}
	return ClearNothing, nil
}
