/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// metadata reads what a trigger says, and remembers the first thing that is wrong.
type metadata struct {
	values map[string]string
	err    error
}

func (m *metadata) refusef(key, format string, args ...any) {
	if m.err == nil {
		m.err = fmt.Errorf("metadata %s: %s", key, fmt.Sprintf(format, args...))
	}
}

func (m *metadata) text(key string, limit int) string {
	value, plain := m.values[key]
	resolved, env := m.values[key+fromEnv]
	if plain && env {
		m.refusef(key, "set either %s or %s%s", key, key, fromEnv)
	}
	value = cmp.Or(value, resolved)
	if len(value) > limit {
		m.refusef(key, "is longer than %d bytes", limit)
	}
	if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
		m.refusef(key, "is not text in UTF-8")
	}
	return value
}

func (m *metadata) number(key string, ifUnset, least, most int) int {
	value := m.text(key, maxText)
	if value == "" {
		return ifUnset
	}
	number, err := strconv.Atoi(value)
	if err != nil || number < least || number > most {
		m.refusef(key, "has to be a number from %d to %d", least, most)
	}
	return number
}

func (m *metadata) seconds(key string, least int) time.Duration {
	return time.Duration(m.number(key, defaultSeconds, least, maxSeconds)) * time.Second
}
