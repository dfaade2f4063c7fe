// Package function does what its events say.
package function

import (
	"encoding/json"
	"errors"

	"openfunction.dev/functions-framework-go/functions"
)

// Handle tells what it got, or does what the event says.
func Handle(ctx functions.Context, data []byte) (functions.Out, error) {
	switch string(data) {
	case "retry":
		return functions.Out{}, errors.New("secret of the function")
	case "drop":
		return functions.Out{}, functions.Drop(errors.New("secret of the function"))
	case "panic":
		panic("secret of the function")
	case "publish":
		_, err := ctx.Send("done", []byte(`{"n": 12345678901234567890}`), functions.WithMetadata("partitionKey", "a"))
		return functions.Out{}, err
	case "state":
		return state(ctx.State("users"))
	}
	report, err := json.Marshal(ctx.Event())
	if err != nil {
		return functions.Out{}, err
	}
	reply, err := ctx.Send("report", report)
	return functions.Out{Data: reply, ContentType: "text/x-reply"}, err
}

func state(users functions.State) (functions.Out, error) {
	value, err := users.Get("k")
	if err != nil {
		return functions.Out{}, err
	}
	err = users.Set("k", append(value.Data, 255), functions.IfMatch(value.ETag))
	if !errors.Is(err, functions.ErrConflict) {
		return functions.Out{}, errors.New("there was no conflict")
	}
	return functions.Out{}, users.Delete("k")
}
