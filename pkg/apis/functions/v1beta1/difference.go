/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta1

import (
	"maps"
	"reflect"
	"slices"
)

// difference holds the fields that one version has and the other does not, in the form
// of the first.
type difference struct {
	// Version is the version that has the fields.
	Version string `json:"version"`
	// Was holds the result of converting the other version, where it differs.
	Was map[string]any `json:"was,omitempty"`
	// Is holds the values to restore.
	Is map[string]any `json:"is,omitempty"`
}

func newDifference(version string, was, is document) difference {
	d := difference{Version: version}
	d.Was, d.Is = differing(was, is)
	return d
}

func (d difference) isEmpty() bool {
	return len(d.Was)+len(d.Is) == 0
}

// maxPieces bounds the number of pieces that restore tries one by one.
const maxPieces = 64

// restore fills kept fields into a document, unless they contradict it. If they cannot
// be restored as a whole, each piece is tried, so that an edit of one field does not
// change the others.
func (d difference) restore(plain document, mayStand func(document) bool) document {
	if d.isEmpty() {
		return plain
	}
	if whole := document(merged(plain, d.Was, d.Is)); mayStand(whole) {
		return whole
	}
	result := plain
	for i, piece := range pieces(d.Was, d.Is) {
		if i == maxPieces {
			break
		}
		if next := document(merged(result, piece.Was, piece.Is)); mayStand(next) {
			result = next
		}
	}
	return result
}

// differing returns the parts in which two trees differ. An object under a key of both
// results contains differences further down; all other values are whole.
func differing(was, is map[string]any) (was1, is1 map[string]any) {
	was1, is1 = map[string]any{}, map[string]any{}
	for key := range union(was, is) {
		w, inWas := was[key]
		i, inIs := is[key]
		if inWas && inIs && reflect.DeepEqual(w, i) {
			continue
		}
		if wm, im, ok := objects(w, i); ok {
			was1[key], is1[key] = differing(wm, im)
			continue
		}
		if inWas {
			was1[key] = w
		}
		if inIs {
			is1[key] = i
		}
	}
	return was1, is1
}

// merged applies the step from was to is to mine, wherever mine still equals was. The
// result is exactly is if mine equals was.
func merged(mine, was, is map[string]any) map[string]any {
	result := maps.Clone(mine)
	if result == nil {
		result = map[string]any{}
	}
	for key := range union(was, is) {
		w, inWas := was[key]
		i, inIs := is[key]
		m, inMine := mine[key]
		if !inWas && inMine {
			w, inWas = map[string]any{}, true // others were added beside what was kept
		}
		switch wm, im, further := objects(w, i); {
		case further:
			if mm, ok := m.(map[string]any); ok {
				result[key] = merged(mm, wm, im)
			}
		case inMine != inWas || !reflect.DeepEqual(m, w):
			if elements := mergedElements(m, w, i); elements != nil {
				result[key] = elements
			}
		case inIs:
			result[key] = i
		default:
			delete(result, key)
		}
	}
	return result
}

// mergedElements applies the step from was to is to each element of the list mine that
// still exists, or returns nil if the elements cannot be paired.
func mergedElements(mine, was, is any) []any {
	m, isList := mine.([]any)
	w, wasList := was.([]any)
	i, ok := is.([]any)
	if !isList || !wasList || !ok || len(w) != len(i) {
		return nil
	}
	result := slices.Clone(m)
	taken := make([]bool, len(w))
	for at, element := range m {
		for from := range w {
			if !taken[from] && reflect.DeepEqual(element, w[from]) {
				taken[from], result[at] = true, i[from]
				break
			}
		}
	}
	return result
}

// pieces splits a difference into its smallest ones, in a fixed order.
func pieces(was, is map[string]any) []difference {
	var all []difference
	for _, key := range slices.Sorted(maps.Keys(union(was, is))) {
		w, inWas := was[key]
		i, inIs := is[key]
		if wm, im, ok := objects(w, i); ok {
			for _, piece := range pieces(wm, im) {
				all = append(all, difference{Was: map[string]any{key: piece.Was}, Is: map[string]any{key: piece.Is}})
			}
			continue
		}
		piece := difference{Was: map[string]any{}, Is: map[string]any{}}
		if inWas {
			piece.Was[key] = w
		}
		if inIs {
			piece.Is[key] = i
		}
		all = append(all, piece)
	}
	return all
}

// objects converts both values to maps; ok reports whether both are maps.
func objects(was, is any) (w, i map[string]any, ok bool) {
	w, wok := was.(map[string]any)
	i, iok := is.(map[string]any)
	return w, i, wok && iok
}

func union(a, b map[string]any) map[string]struct{} {
	keys := make(map[string]struct{}, len(a)+len(b))
	for key := range a {
		keys[key] = struct{}{}
	}
	for key := range b {
		keys[key] = struct{}{}
	}
	return keys
}

// clone returns a copy of a tree.
func clone(tree map[string]any) map[string]any {
	result := maps.Clone(tree)
	for key, value := range result {
		if branch, ok := value.(map[string]any); ok {
			result[key] = clone(branch)
		}
	}
	return result
}
