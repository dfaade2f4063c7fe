/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package orders is a function that events call. It writes an invoice for each
// order, once, however often the order comes.
package orders

import (
	"encoding/json"
	"errors"

	"openfunction.dev/functions-framework-go/functions"
)

type order struct {
	ID    string `json:"id"`
	Total int    `json:"total"`
}

// Bill handles one order. It sends the invoice to the output invoices, and records
// that in the state store bills.
func Bill(ctx functions.Context, data []byte) (functions.Out, error) {
	var o order
	if err := json.Unmarshal(data, &o); err != nil {
		return functions.Out{}, functions.Drop(err) // A retry would fail, too.
	}
	if o.ID == "" {
		return functions.Out{}, functions.Drop(errors.New("the order has no id"))
	}
	bills := ctx.State("bills")
	bill, err := bills.Get(o.ID)
	if err != nil {
		return functions.Out{}, err // The event is delivered again.
	}
	if bill.Data != nil {
		ctx.Logger().Info("Billed before", "order", o.ID)
		return functions.Out{}, nil
	}
	if _, err := ctx.Send("invoices", data, functions.WithMetadata("partitionKey", o.ID)); err != nil {
		return functions.Out{}, err
	}
	ctx.Logger().Info("Billed", "order", o.ID, "topic", ctx.Event().Topic)
	return functions.Out{}, bills.Set(o.ID, data)
}
