/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"fmt"

	"knative.dev/pkg/apis"
)

// This version is the hub: the other versions convert to and from it, and it imports
// none of them.

var (
	_ apis.Convertible = (*Function)(nil)
	_ apis.Convertible = (*Builder)(nil)
	_ apis.Convertible = (*Serving)(nil)
)

// ConvertTo implements apis.Convertible.
func (f *Function) ConvertTo(ctx context.Context, to apis.Convertible) error {
	return convertTo(ctx, f, to)
}

// ConvertFrom implements apis.Convertible.
func (f *Function) ConvertFrom(ctx context.Context, from apis.Convertible) error {
	return convertFrom(ctx, f, from)
}

// ConvertTo implements apis.Convertible.
func (b *Builder) ConvertTo(ctx context.Context, to apis.Convertible) error {
	return convertTo(ctx, b, to)
}

// ConvertFrom implements apis.Convertible.
func (b *Builder) ConvertFrom(ctx context.Context, from apis.Convertible) error {
	return convertFrom(ctx, b, from)
}

// ConvertTo implements apis.Convertible.
func (s *Serving) ConvertTo(ctx context.Context, to apis.Convertible) error {
	return convertTo(ctx, s, to)
}

// ConvertFrom implements apis.Convertible.
func (s *Serving) ConvertFrom(ctx context.Context, from apis.Convertible) error {
	return convertFrom(ctx, s, from)
}

func convertTo(ctx context.Context, hub, to apis.Convertible) error {
	if isHub(to) {
		return fmt.Errorf("%T is not another version of %T", to, hub)
	}
	return to.ConvertFrom(ctx, hub)
}

func convertFrom(ctx context.Context, hub, from apis.Convertible) error {
	if isHub(from) {
		return fmt.Errorf("%T is not another version of %T", from, hub)
	}
	return from.ConvertTo(ctx, hub)
}

// isHub prevents that two objects of the hub version convert to each other without end.
func isHub(c apis.Convertible) bool {
	switch c.(type) {
	case nil, *Function, *Builder, *Serving:
		return true
	}
	return false
}
