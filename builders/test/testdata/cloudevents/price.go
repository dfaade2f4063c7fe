/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package price is a function of CloudEvents.
package price

import (
	"context"
	"errors"

	cloudevents "github.com/cloudevents/sdk-go/v2"
)

// Price replies to an order with its price. It fails for an order without number.
func Price(_ context.Context, order cloudevents.Event) (*cloudevents.Event, error) {
	var data struct {
		Number int `json:"number"`
	}
	if err := order.DataAs(&data); err != nil {
		return nil, err
	}
	if data.Number == 0 {
		return nil, errors.New("an order needs a number")
	}
	if order.Type() != "order.created" {
		return nil, nil
	}
	priced := cloudevents.NewEvent()
	priced.SetID(order.ID() + "-priced")
	priced.SetSource("/price")
	priced.SetType("order.priced")
	return &priced, priced.SetData(cloudevents.ApplicationJSON, map[string]int{"price": 3 * data.Number})
}
