/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package admission is the register of what is refused, and of what is accepted
// although it looks wrong: inputs with what is expected of them, as data.
// The same rows are tested on the types, on the webhook over TLS, and on an API
// server, and all of them have to answer the same.
package admission

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"sigs.k8s.io/yaml"
)

// Row is one input and the whole answer to it.
type Row struct {
	// Row is the number in the register; 0 is for what has none.
	Row int `json:"row"`
	// Title describes what is wrong, or right, in a few words.
	Title string `json:"title"`
	// Mechanism names the part of an API server, or of the webhook in it, that this
	// row is the example of. Rows with one are tested on a server in presubmit; all
	// rows are, at night.
	Mechanism string `json:"mechanism,omitempty"`
	// Kind is that of the object. Default: Function.
	Kind string `json:"kind,omitempty"`
	// Object is what is written.
	Object `json:",inline"`
	// Old is what is stored, where the row is an update.
	Old *Object `json:"old,omitempty"`
	// OldRules is set if Old was stored when rules did not hold yet.
	OldRules bool `json:"oldRules,omitempty"`
	// Deleted is set if the deletion of Old has begun.
	Deleted bool `json:"deleted,omitempty"`
	// User is who writes. Default: an administrator.
	User string `json:"user,omitempty"`
	// Config holds the data of ConfigMaps, by name.
	Config map[string]map[string]string `json:"config,omitempty"`
	// Namespace holds the annotations of the namespace.
	Namespace map[string]string `json:"namespace,omitempty"`
	// Untyped is set if the types cannot hold the object, so that only those who
	// read JSON can answer.
	Untyped bool `json:"untyped,omitempty"`
	// Policy is set if a ValidatingAdmissionPolicy refuses the object, so that only an API
	// server can answer.
	Policy bool `json:"policy,omitempty"`
	// Apply is the error of server-side apply, where it refuses by itself.
	Apply string `json:"apply,omitempty"`
	// KeptByApply is set if the row takes a field away, which server-side apply
	// does not do to what others set.
	KeptByApply bool `json:"keptByApply,omitempty"`
	// Errors is everything that is wrong, as "path: text"; nothing means that the
	// object is accepted.
	Errors []string `json:"errors,omitempty"`
	// Warnings are the warnings that the author gets when it is accepted.
	Warnings []string `json:"warnings,omitempty"`
}

// namespace is where the rows happen.
const namespace = "team"

// Object contains the fields that matter. The default name is hello.
type Object struct {
	Metadata map[string]any `json:"metadata,omitempty"`
	Spec     any            `json:"spec,omitempty"`
	Status   any            `json:"status,omitempty"`
}

//go:embed testdata/rows/*.yaml
var files embed.FS

// Rows returns the register, in the order of its files. The values in the rows are shared
// by all callers, which must not change them.
func Rows() ([]Row, error) {
	all, err := readRows()
	return slices.Clone(all), err
}

// readRows parses the files once, because that takes seconds with the race detector.
var readRows = sync.OnceValues(func() ([]Row, error) {
	entries, err := files.ReadDir("testdata/rows")
	if err != nil {
		return nil, err
	}
	var all []Row
	for _, entry := range entries {
		text, err := files.ReadFile("testdata/rows/" + entry.Name())
		if err != nil {
			return nil, err
		}
		rows, err := parse(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", entry.Name(), err)
		}
		all = append(all, rows...)
	}
	return all, nil
})

// Mechanisms returns the rows that are examples of a mechanism.
func Mechanisms() ([]Row, error) {
	all, err := Rows()
	return slices.DeleteFunc(all, func(r Row) bool { return r.Mechanism == "" }), err
}

func parse(text []byte) ([]Row, error) {
	var rows []Row
	if err := yaml.UnmarshalStrict([]byte(expand(string(text))), &rows); err != nil {
		return nil, err
	}
	for i := range rows {
		r := &rows[i]
		if r.Title == "" || r.Spec == nil {
			return nil, fmt.Errorf("entry %d (%d %s) lacks a title or spec", i, r.Row, r.Title)
		}
		if r.Kind == "" {
			r.Kind = "Function"
		}
		slices.Sort(r.Errors)
		slices.Sort(r.Warnings)
	}
	return rows, nil
}

// repeated stands for a text that is too long to write down: <a*300> is 300
// times a, <17*h%d> is the list of h0 to h16.
var repeated = regexp.MustCompile(`<(?:([^<>*]+)\*(\d+)|(\d+)\*([^<>]+))>`)

func expand(text string) string {
	expanded := repeated.ReplaceAllStringFunc(text, func(match string) string {
		parts := repeated.FindStringSubmatch(match)
		if n, err := strconv.Atoi(parts[2]); err == nil {
			return strings.Repeat(parts[1], n)
		}
		n, err := strconv.Atoi(parts[3])
		if err != nil {
			return match
		}
		items := make([]string, n)
		for i := range items {
			items[i] = strings.ReplaceAll(parts[4], "%d", strconv.Itoa(i))
		}
		return strings.Join(items, ", ")
	})
	if expanded == text {
		return text
	}
	return expand(expanded) // one may be inside of another
}

// Name returns the name of the row in the name of a test.
func (r *Row) Name() string {
	return fmt.Sprintf("%d %s", r.Row, r.Title)
}

// Fields returns an object of the row as an API server gets it.
func (r *Row) Fields(o *Object) map[string]any {
	metadata := map[string]any{"name": "hello", "namespace": namespace}
	if _, generated := o.Metadata["generateName"]; generated {
		delete(metadata, "name")
	}
	maps.Copy(metadata, o.Metadata)
	if r.Deleted {
		metadata["deletionTimestamp"], metadata["deletionGracePeriodSeconds"] = "2026-01-01T00:00:00Z", 0
	}
	fields := map[string]any{
		"apiVersion": "core.openfunction.io/v1beta2",
		"kind":       r.Kind,
		"metadata":   metadata,
		"spec":       o.Spec,
	}
	if o.Status != nil {
		fields["status"] = o.Status
	}
	return fields
}

// JSON returns an object of the row as text.
func (r *Row) JSON(o *Object) ([]byte, error) {
	return json.Marshal(r.Fields(o))
}
