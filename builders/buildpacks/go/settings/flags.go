/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package settings

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

var tagList = regexp.MustCompile(`^[A-Za-z0-9_.]+(,[A-Za-z0-9_.]+)*$`)

// readBuildArgs returns the build tags. Other flags of go build are rejected, because
// they could run programs (-toolexec) or make the build irreproducible.
func readBuildArgs(value string) (tags string, err error) {
	flag, rest, _ := strings.Cut(strings.TrimSpace(value), " ")
	flag = "-" + strings.TrimLeft(flag, "-")
	switch {
	case value == "":
		return "", nil
	case flag == "-tags":
		tags = strings.TrimSpace(rest)
	case rest == "":
		tags, _ = strings.CutPrefix(flag, "-tags=")
	}
	if !tagList.MatchString(tags) {
		return "", fmt.Errorf("FUNC_BUILD_ARGS is %q: only -tags=NAME,NAME is supported", value)
	}
	return tags, nil
}

// checkLDFlags returns an error unless value contains only linker flags that set
// variables of the program or remove symbols. Other flags could select an external
// linker, which would be a program of the user's choice.
func checkLDFlags(value string) error {
	fields, err := splitQuoted(value)
	if err != nil {
		return fmt.Errorf("FUNC_GOLDFLAGS: %w", err)
	}
	for i := 0; i < len(fields); i++ {
		flag := "-" + strings.TrimLeft(fields[i], "-")
		switch {
		case !strings.HasPrefix(fields[i], "-"):
			return fmt.Errorf("FUNC_GOLDFLAGS: %q is not a flag", fields[i])
		case flag == "-s" || flag == "-w":
		case strings.HasPrefix(flag, "-X="):
			err = checkDefinition(strings.TrimPrefix(flag, "-X="))
		case flag == "-X" && i+1 < len(fields):
			i++
			err = checkDefinition(fields[i])
		default:
			return fmt.Errorf("FUNC_GOLDFLAGS: %s is not supported: use -X PACKAGE.VARIABLE=VALUE, -s and -w only", fields[i])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func checkDefinition(text string) error {
	if name, _, found := strings.Cut(text, "="); !found || !strings.Contains(name, ".") {
		return fmt.Errorf("FUNC_GOLDFLAGS: -X must be followed by PACKAGE.VARIABLE=VALUE, not by %q", text)
	}
	return nil
}

// splitQuoted splits text as the go command does: at white space, except in fields that
// are quoted as a whole.
func splitQuoted(text string) ([]string, error) {
	const space = " \t\r\n"
	var fields []string
	for {
		text = strings.TrimLeft(text, space)
		if text == "" {
			return fields, nil
		}
		end, skip := strings.IndexAny(text, space), 0
		if quote := text[0]; quote == '"' || quote == '\'' {
			text, skip = text[1:], 1
			if end = strings.IndexByte(text, quote); end < 0 {
				return nil, errors.New("a quote is not closed")
			}
		}
		if end < 0 {
			end = len(text)
		}
		fields = append(fields, text[:end])
		text = text[end+skip:]
	}
}
