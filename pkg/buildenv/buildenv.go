/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package buildenv carries the environment of a build from a Builder's spec to the
// build's pod, byte for byte.
//
// The map is passed as an array parameter of the build strategy, and then as arguments
// of a program. On the way Tekton substitutes $(params.x), the kubelet expands $(NAME)
// and turns $$ into $, and the kernel refuses NUL bytes and single arguments above 128
// KiB. Base64 in bounded pieces passes all of them unchanged, and no text of the user
// reaches a shell.
package buildenv

import (
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

const (
	// MaxBytes limits the total size of the names and values of one build environment.
	// A TaskRun contains the encoded form twice (parameters and resolved steps) and
	// must fit into one etcd request.
	MaxBytes = 256 << 10

	// pieceBytes is how much of a value one element holds: its base64 form stays below
	// the kernel's limit for a single argument.
	pieceBytes = 48 << 10

	assign = "="
	extend = "+="
)

// Encode returns the elements of the strategy's env parameter, sorted by name. Equal
// maps give equal elements, so the hash of the build is stable. It returns an error for
// everything that Validate rejects, because an encoded name with "=" would be another
// variable.
func Encode(env map[string]string) ([]string, error) {
	if err := Validate(env); err != nil {
		return nil, err
	}
	elements := make([]string, 0, len(env))
	for _, name := range slices.Sorted(maps.Keys(env)) {
		value, operator := env[name], assign
		for {
			piece := value[:min(len(value), pieceBytes)]
			elements = append(elements, name+operator+base64.StdEncoding.EncodeToString([]byte(piece)))
			value, operator = value[len(piece):], extend
			if value == "" {
				break
			}
		}
	}
	return elements, nil
}

// Decode is the inverse of Encode. It accepts only what Validate accepts, because the
// parameter may come from a Build that was written by hand.
func Decode(elements []string) (map[string]string, error) {
	env := make(map[string]string, len(elements))
	for i, element := range elements {
		name, encoded, found := strings.Cut(element, assign)
		if !found {
			return nil, fmt.Errorf("env element %d is not NAME=BASE64", i)
		}
		name, extends := strings.CutSuffix(name, strings.TrimSuffix(extend, assign))
		if err := ValidateName(name); err != nil {
			return nil, fmt.Errorf("env element %d: %w", i, err)
		}
		value, err := base64.StdEncoding.Strict().DecodeString(encoded)
		if err != nil || strings.ContainsAny(encoded, "\r\n") {
			return nil, fmt.Errorf("env element %d (%s): the value is not base64", i, name)
		}
		if _, seen := env[name]; seen != extends {
			return nil, fmt.Errorf("env element %d: %s is assigned twice or extended before it is assigned", i, name)
		}
		env[name] += string(value)
	}
	return env, Validate(env)
}

// Validate returns an error for every name that a build must not set, and for an
// environment that is too large.
func Validate(env map[string]string) error {
	var problems []error
	size := 0
	for _, name := range slices.Sorted(maps.Keys(env)) {
		size += len(name) + len(env[name])
		problems = append(problems, ValidateName(name))
		if strings.ContainsRune(env[name], 0) {
			problems = append(problems, fmt.Errorf("the value of %s contains a NUL byte, which environment variables cannot contain", name))
		}
	}
	if size > MaxBytes {
		problems = append(problems, fmt.Errorf("names and values have %d bytes in total, the limit is %d: store large data in the source", size, MaxBytes))
	}
	return errors.Join(problems...)
}
