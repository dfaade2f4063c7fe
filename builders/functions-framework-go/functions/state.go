/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// ErrConflict means that the value has changed since the function read it.
var ErrConflict = errors.New("the value has another etag by now")

// State is a key-value store. Its values outlive the revision of the function.
type State interface {
	// Get returns the value of key, or the zero Value if there is none.
	Get(key string) (Value, error)
	// Set sets the value of key. The store determines which values are valid: some
	// stores accept only JSON.
	Set(key string, data []byte, options ...StateOption) error
	// Delete removes key. It is no error if the key does not exist.
	Delete(key string, options ...StateOption) error
}

// Value is a stored value.
type Value struct {
	// Data is the content; empty if there is no value.
	Data []byte
	// ETag identifies the version of the value; see IfMatch.
	ETag string
}

// StateOption is an option of Set and Delete.
type StateOption func(*change)

type change struct {
	etag     string
	metadata map[string]string
}

// IfMatch changes the value only if it still has the etag that Get returned. Otherwise
// the error is ErrConflict.
func IfMatch(etag string) StateOption {
	return func(c *change) { c.etag = etag }
}

// TTL makes the store delete the value after a time, in whole seconds.
func TTL(lifetime time.Duration) StateOption {
	return func(c *change) { c.metadata["ttlInSeconds"] = strconv.FormatInt(int64(lifetime/time.Second), 10) }
}

type stateStore struct {
	call *call
	key  string
}

// Get returns the value of key.
func (s *stateStore) Get(key string) (Value, error) {
	var request message
	reply, err := s.do("getting", "GetState", key, func(store string) message {
		request.text(1, store)
		request.text(2, key)
		return request
	})
	if err != nil {
		return Value{}, err
	}
	fields, err := reply.fields()
	var value Value
	for _, f := range fields {
		switch f.number {
		case 1:
			value.Data = f.bytes
		case 2:
			value.ETag = string(f.bytes)
		}
	}
	return value, err
}

// Set sets the value of key.
func (s *stateStore) Set(key string, data []byte, options ...StateOption) error {
	c := changed(options)
	_, err := s.do("setting", "SaveState", key, func(store string) message {
		var request, item message
		item.text(1, key)
		item.data(2, data)
		c.add(&item, 3, 5)
		item.pairs(4, c.metadata)
		request.text(1, store)
		request.embed(2, item)
		return request
	})
	return err
}

// Delete removes key.
func (s *stateStore) Delete(key string, options ...StateOption) error {
	c := changed(options)
	_, err := s.do("deleting", "DeleteState", key, func(store string) message {
		var request message
		request.text(1, store)
		request.text(2, key)
		c.add(&request, 3, 4)
		request.pairs(5, c.metadata)
		return request
	})
	return err
}

func changed(options []StateOption) change {
	c := change{metadata: map[string]string{}}
	for _, option := range options {
		option(&c)
	}
	return c
}

// add adds the etag, and the option that makes stores check it: the first write wins.
func (c change) add(m *message, etag, options int) {
	if c.etag == "" {
		return
	}
	var value, concurrency message
	value.text(1, c.etag)
	concurrency.number(1, 1)
	m.embed(etag, value)
	m.embed(options, concurrency)
}

func (s *stateStore) do(what, method, key string, request func(store string) message) (message, error) {
	store, found := s.call.environment.states[s.key]
	if !found {
		return nil, missing("state store", "states", s.key, s.call.environment.states)
	}
	reply, err := s.call.sidecar.call(s.call, s.call.event.Trace, method, request(store.Name))
	if err == nil {
		return reply, nil
	}
	if failed := (*status)(nil); errors.As(err, &failed) && failed.code == codeAborted {
		err = fmt.Errorf("%w: %w", ErrConflict, err)
	}
	return nil, fmt.Errorf("%s %q in state store %s: %w", what, key, s.key, err)
}
