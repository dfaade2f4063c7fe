/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"encoding/binary"
	"errors"
	"math"
	"sort"
	"strconv"
	"strings"
)

// This file encodes and decodes the few messages of Dapr that functions need, without a
// protobuf library, which would have to be in the go.mod of every function. See
// https://protobuf.dev/programming-guides/encoding.

// message is an encoded protobuf message.
type message []byte //nolint:recvcheck // encoding appends, decoding does not change it

const (
	wireVarint = 0
	wireFixed8 = 1
	wireBytes  = 2
	wireFixed4 = 5
)

var errMessage = errors.New("not a protobuf message")

// data adds a field of bytes. An empty field is the default and is omitted.
func (m *message) data(number int, value []byte) {
	if len(value) > 0 {
		m.embed(number, value)
	}
}

// text adds a string field, which has to be UTF-8.
func (m *message) text(number int, value string) {
	m.data(number, []byte(strings.ToValidUTF8(value, "\uFFFD")))
}

// number adds a field with an unsigned number or an enum.
func (m *message) number(number int, value uint64) {
	if value != 0 {
		*m = binary.AppendUvarint(*m, uint64(number)<<3|wireVarint) //nolint:gosec // a field has a small number
		*m = binary.AppendUvarint(*m, value)
	}
}

// embed adds a field with a message, which may be empty.
func (m *message) embed(number int, value message) {
	*m = binary.AppendUvarint(*m, uint64(number)<<3|wireBytes) //nolint:gosec // a field has a small number
	*m = binary.AppendUvarint(*m, uint64(len(value)))
	*m = append(*m, value...)
}

// pairs adds a field with a map of strings.
func (m *message) pairs(number int, values map[string]string) {
	keys := make([]string, 0, len(values))
	for key := range values {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	for _, key := range keys {
		var entry message
		entry.text(1, key)
		entry.text(2, values[key])
		m.embed(number, entry)
	}
}

// field is one field of a message: bits of a number, or bytes.
type field struct {
	number int
	bits   uint64
	bytes  []byte
}

// fields returns the fields of m in the order in which they were sent.
func (m message) fields() ([]field, error) {
	var fields []field
	for rest := []byte(m); len(rest) > 0; {
		tag, n := binary.Uvarint(rest)
		if n <= 0 || tag>>3 == 0 || tag>>3 > math.MaxInt32 {
			return nil, errMessage
		}
		f, size, ok := value(tag&7, rest[n:])
		if !ok {
			return nil, errMessage
		}
		f.number = int(tag >> 3)
		fields = append(fields, f)
		rest = rest[n+size:]
	}
	return fields, nil
}

// value decodes one value of the wire type at the start of data, and returns its size.
// It rejects groups, which proto3 does not have.
func value(wireType uint64, data []byte) (f field, size int, ok bool) {
	switch wireType {
	case wireVarint:
		f.bits, size = binary.Uvarint(data)
		return f, size, size > 0
	case wireBytes:
		length, n := binary.Uvarint(data)
		if n <= 0 || length > uint64(len(data)-n) { //nolint:gosec // not negative at this point
			return field{}, 0, false
		}
		f.bytes = data[n : n+int(length)] //nolint:gosec // not longer than data
		return f, n + int(length), true   //nolint:gosec // not longer than data
	case wireFixed8:
		if len(data) < 8 {
			return field{}, 0, false
		}
		f.bits = binary.LittleEndian.Uint64(data)
		return f, 8, true
	case wireFixed4:
		if len(data) < 4 {
			return field{}, 0, false
		}
		f.bits = uint64(binary.LittleEndian.Uint32(data))
		return f, 4, true
	}
	return field{}, 0, false
}

// pair decodes one entry of a map of strings.
func (m message) pair() (key, value string, err error) {
	fields, err := m.fields()
	for _, f := range fields {
		switch f.number {
		case 1:
			key = string(f.bytes)
		case 2:
			value = string(f.bytes)
		}
	}
	return key, value, err
}

// jsonValue is a decoded google.protobuf.Value, with the types of encoding/json.
type jsonValue = interface{} //nolint:modernize // modules with language versions before generics

// maxDepth limits the depth of a google.protobuf.Struct.
const maxDepth = 100

// structure decodes a google.protobuf.Struct.
func (m message) structure(depth int) (map[string]jsonValue, error) {
	values := map[string]jsonValue{}
	entries, err := m.fields()
	for _, entry := range entries {
		if entry.number != 1 {
			continue
		}
		// Key and value have the same fields as an entry of a map of strings.
		key, encoded, err := message(entry.bytes).pair()
		if err != nil {
			return nil, err
		}
		if values[key], err = message(encoded).value(depth); err != nil {
			return nil, err
		}
	}
	return values, err
}

// value decodes a google.protobuf.Value.
func (m message) value(depth int) (decoded jsonValue, err error) {
	if depth > maxDepth {
		return nil, errMessage
	}
	fields, err := m.fields()
	for _, f := range fields {
		switch f.number {
		case 2:
			decoded = math.Float64frombits(f.bits)
		case 3:
			decoded = string(f.bytes)
		case 4:
			decoded = f.bits != 0
		case 5:
			decoded, err = message(f.bytes).structure(depth + 1)
		case 6:
			decoded, err = message(f.bytes).list(depth + 1)
		}
		if err != nil {
			return nil, err
		}
	}
	return decoded, err
}

// list decodes a google.protobuf.ListValue.
func (m message) list(depth int) ([]jsonValue, error) {
	entries, err := m.fields()
	values := make([]jsonValue, 0, len(entries))
	for _, entry := range entries {
		decoded, err := message(entry.bytes).value(depth)
		if err != nil {
			return nil, err
		}
		values = append(values, decoded)
	}
	return values, err
}

// scalarText returns a string, a number or a boolean as text.
func scalarText(value jsonValue) (text string, found bool) {
	switch typed := value.(type) {
	case string:
		return typed, true
	case float64:
		return strconv.FormatFloat(typed, 'f', -1, 64), true
	case bool:
		return strconv.FormatBool(typed), true
	}
	return "", false
}

// anyValue returns the content of a google.protobuf.Any.
func (m message) anyValue() ([]byte, error) {
	fields, err := m.fields()
	for _, f := range fields {
		if f.number == 2 {
			return f.bytes, err
		}
	}
	return nil, err
}
