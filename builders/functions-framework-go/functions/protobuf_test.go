/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"bytes"
	"encoding/hex"
	"reflect"
	"testing"
)

// The expected bytes come from the protobuf library. builders/test tests the messages
// with Dapr's own types, because it may import them.
func TestMessageBytes(t *testing.T) {
	var inner, m message
	inner.number(1, 300)
	m.text(1, "topic")
	m.text(2, "")
	m.data(3, []byte{0, 255})
	m.number(4, 0)
	m.pairs(5, map[string]string{"b": "2", "a": "1", "": ""})
	m.embed(20, inner)
	m.embed(6, nil)
	m.text(7, "\xff")
	const want = "0a05746f706963" + "1a0200ff" + "2a00" + "2a060a0161120131" + "2a060a0162120132" + "a2010308ac02" + "3200" + "3a03efbfbd"
	if got := hex.EncodeToString(m); got != want {
		t.Errorf("message is\n%s, want\n%s", got, want)
	}
}

func TestFieldsOfEveryWireType(t *testing.T) {
	data, err := hex.DecodeString("08ac02" + "110100000000000080" + "1a0161" + "2502000000" + "a2010162")
	if err != nil {
		t.Fatal(err)
	}
	fields, err := message(data).fields()
	if err != nil || len(fields) != 5 {
		t.Fatalf("fields = %v, %v", fields, err)
	}
	for i, want := range []field{
		{number: 1, bits: 300},
		{number: 2, bits: 1<<63 | 1},
		{number: 3, bytes: []byte("a")},
		{number: 4, bits: 2},
		{number: 20, bytes: []byte("b")},
	} {
		if got := fields[i]; got.number != want.number || got.bits != want.bits || !bytes.Equal(got.bytes, want.bytes) {
			t.Errorf("field %d = %+v, want %+v", i, got, want)
		}
	}
}

func TestMalformedMessages(t *testing.T) {
	for name, encoded := range map[string]string{
		"tag without end":         "80",
		"tag too large":           "ffffffffffffffffffff01",
		"field 0":                 "0001",
		"field number too large":  "80808080808001",
		"group":                   "0b",
		"unknown wire type":       "0f",
		"number without end":      "0880",
		"eight bytes cut":         "0901020304050607",
		"four bytes cut":          "0d010203",
		"length without bytes":    "0a02",
		"bytes cut":               "0a0261",
		"length beyond any slice": "0affffffffffffffffff01",
	} {
		data, err := hex.DecodeString(encoded)
		if err != nil {
			t.Fatal(err)
		}
		if fields, err := message(data).fields(); err == nil {
			t.Errorf("%s: fields = %v, want an error", name, fields)
		}
	}
}

func TestStructure(t *testing.T) {
	value := func(number int, set func(m *message, number int)) message {
		var m message
		set(&m, number)
		return m
	}
	var m message
	for key, v := range map[string]message{
		"text":   value(3, func(m *message, n int) { m.text(n, "a") }),
		"truth":  value(4, func(m *message, n int) { m.number(n, 1) }),
		"number": append(message{0x11}, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f),
		"null":   value(1, func(m *message, n int) { m.number(n, 0) }),
		"nested": value(5, func(m *message, n int) { m.embed(n, nil) }),
		"list":   value(6, func(m *message, n int) { m.embed(n, message{0x0a, 2, 0x20, 0}) }),
	} {
		var entry message
		entry.text(1, key)
		entry.embed(2, v)
		m.embed(1, entry)
	}
	want := map[string]any{"text": "a", "truth": true, "number": 1.5, "null": nil, "nested": map[string]any{}, "list": []any{false}}
	if got, err := m.structure(0); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("structure = %v, %v, want %v", got, err, want)
	}
	for key, value := range want {
		if _, found := scalarText(value); found != (key == "text" || key == "truth" || key == "number") {
			t.Errorf("scalarText(%v) found text: %t", value, found)
		}
	}
}

func TestDeepStructure(t *testing.T) {
	var m message
	for range 2 * maxDepth {
		var nested, entry message
		nested.embed(5, m)
		entry.text(1, "a")
		entry.embed(2, nested)
		m = nil
		m.embed(1, entry)
	}
	if _, err := m.structure(0); err == nil {
		t.Error("a structure without limit was decoded")
	}
}

// Decoding any input ends, and all fields are within the input.
func FuzzFields(f *testing.F) {
	f.Add([]byte{0x0a, 1, 0x61, 8, 1})
	f.Add([]byte{0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		fields, err := message(data).fields()
		total := 0
		for _, f := range fields {
			total += len(f.bytes)
		}
		if total > len(data) {
			t.Errorf("%d bytes in the fields of %d", total, len(data))
		}
		if _, _, _, eventErr := message(data).topicEvent(); err != nil && eventErr == nil {
			t.Error("an event was read from what is no message")
		}
		_, _ = message(data).bindingEvent()
		_, _ = message(data).invocation()
	})
}
