/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta1

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// part is what differs between the versions of an object: its spec, and the annotations
// that hold settings in v1beta1.
type part[Spec any] struct {
	Spec        Spec              `json:"spec"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// conversion converts one kind. Each direction loses the fields that the other version
// does not have; convert keeps them for the way back.
type conversion[Old, Hub any] struct {
	// up returns an error that names the value if a user wrote something that cannot be
	// read.
	up func(part[Old]) (part[Hub], error)
	// down never fails, because one object that cannot be converted would hide all
	// others in a list.
	down func(part[Hub]) part[Old]
}

// toHub returns the metadata and spec of an object of v1beta1 in v1beta2.
func (c conversion[Old, Hub]) toHub(meta *metav1.ObjectMeta, spec Old) (metav1.ObjectMeta, Hub, error) {
	return convert[Old, Hub](meta, spec, SchemeGroupVersion.Version, v1beta2.SchemeGroupVersion.Version, step(c.up), step(c.fallibleDown()))
}

// fromHub returns the metadata and spec of an object of v1beta2 in v1beta1.
func (c conversion[Old, Hub]) fromHub(meta *metav1.ObjectMeta, spec Hub) (metav1.ObjectMeta, Old, error) {
	return convert[Hub, Old](meta, spec, v1beta2.SchemeGroupVersion.Version, SchemeGroupVersion.Version, step(c.fallibleDown()), step(c.up))
}

func (c conversion[Old, Hub]) fallibleDown() func(part[Hub]) (part[Old], error) {
	return func(p part[Hub]) (part[Old], error) { return c.down(p), nil }
}

// convert converts an object to another version. It restores the fields that an earlier
// conversion kept for that version, and keeps the fields that this conversion would
// lose.
//
// Kept fields are a suggestion: they fill in what this version could not show, and are
// dropped if they would change something that this version does show. So the spec that
// a user wrote takes precedence over the annotation.
func convert[From, To any](meta *metav1.ObjectMeta, spec From, from, to string, there, back func(document) (document, error)) (metav1.ObjectMeta, To, error) {
	converted := *meta.DeepCopy()
	var result part[To]
	in, err := newDocument(part[From]{Spec: spec, Annotations: takeSettings(&converted)})
	if err != nil {
		return converted, result.Spec, err
	}
	kept := takeKept(&converted, to)
	plain, err := there(in)
	if err != nil {
		return converted, result.Spec, err
	}
	shown, err := back(plain)
	if err != nil {
		return converted, result.Spec, err
	}
	out := kept.restore(plain, func(d document) bool {
		var typed part[To]
		seen, err := back(d)
		return err == nil && reflect.DeepEqual(seen, shown) && d.read(&typed) == nil
	})
	if err := out.read(&result); err != nil {
		return converted, result.Spec, err
	}
	putSettings(&converted, result.Annotations)
	err = putKept(&converted, newDifference(from, shown, in))
	return converted, result.Spec, err
}

// step turns a function of typed parts into one of documents.
func step[A, B any](convert func(part[A]) (part[B], error)) func(document) (document, error) {
	return func(d document) (document, error) {
		var a part[A]
		if err := d.read(&a); err != nil {
			return nil, err
		}
		b, err := convert(a)
		if err != nil {
			return nil, err
		}
		return newDocument(b)
	}
}

// document is a part as JSON, with the parameters of a build strategy by name, so that
// a version can lack one parameter without losing the others.
type document map[string]any

func newDocument(part any) (document, error) {
	text, err := json.Marshal(part)
	if err != nil {
		return nil, err
	}
	var d document
	if err := decode(text, &d); err != nil {
		return nil, err
	}
	editParams(d, byName)
	return d, nil
}

func (d document) read(part any) error {
	plain := clone(map[string]any(d))
	editParams(plain, inOrder)
	text, err := json.Marshal(plain)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, part)
}

// decode keeps numbers as they are written, because a float64 cannot hold all of them.
func decode(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return decoder.Decode(into)
}

// takeSettings removes the annotations that hold settings in v1beta1 from meta and
// returns them.
func takeSettings(meta *metav1.ObjectMeta) map[string]string {
	settings := map[string]string{}
	for _, key := range []string{annotationPlugins, annotationTracing} {
		if value, ok := meta.Annotations[key]; ok {
			settings[key] = value
			delete(meta.Annotations, key)
		}
	}
	return settings
}

// putSettings adds these annotations again. It ignores all other keys, because the kept
// data may come from anywhere.
func putSettings(meta *metav1.ObjectMeta, settings map[string]string) {
	maps.DeleteFunc(settings, func(key, _ string) bool {
		return key != annotationPlugins && key != annotationTracing
	})
	if len(settings) > 0 && meta.Annotations == nil {
		meta.Annotations = map[string]string{}
	}
	maps.Copy(meta.Annotations, settings)
}

// takeKept removes the kept fields of a version from meta and returns them. Data that
// cannot be read or is for another version is dropped.
func takeKept(meta *metav1.ObjectMeta, version string) difference {
	text, ok := meta.Annotations[functions.ConversionDataAnnotationKey]
	if !ok {
		return difference{}
	}
	delete(meta.Annotations, functions.ConversionDataAnnotationKey)
	var kept difference
	if decode([]byte(text), &kept) != nil || kept.Version != version {
		return difference{}
	}
	return kept
}

func putKept(meta *metav1.ObjectMeta, kept difference) error {
	if len(meta.Annotations) == 0 {
		meta.Annotations = nil
	}
	if kept.isEmpty() {
		return nil
	}
	text, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	if meta.Annotations == nil {
		meta.Annotations = map[string]string{}
	}
	meta.Annotations[functions.ConversionDataAnnotationKey] = string(text)
	return nil
}

func unknownVersion(other apis.Convertible) error {
	return fmt.Errorf("%T is not the stored version of the kind", other)
}
