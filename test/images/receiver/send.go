/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// sidecar is where every Dapr sidecar listens for its own pod; events is the
	// name of the component that the tests send through.
	sidecar = "http://localhost:3500/v1.0/publish/events/"
	// sendersAtOnce is how many events are under way to the sidecar.
	sendersAtOnce = 32
	// attempts is how often one event is offered before the sender gives up.
	attempts = 20
)

// send sends the body of the request as one event, or with the parameter raw as a message
// that is not a CloudEvent.
func send(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	if err == nil {
		url, contentType := sidecar+request.PathValue("topic"), "text/plain"
		if request.URL.Query().Has("raw") {
			url, contentType = url+"?metadata.rawPayload=true", "application/octet-stream"
		}
		err = post(request.Context(), url, contentType, body)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
	}
}

// sent is the report of the sender at its end.
type sent struct {
	// Sent is how many events the broker took.
	Sent int64 `json:"sent"`
	// Resent is how often one was offered again, which may have made two of it.
	Resent int64 `json:"resent"`
	// Seconds is how long all took.
	Seconds float64 `json:"seconds"`
	// Error describes what could not be sent.
	Error string `json:"error,omitempty"`
}

// sendNumbers sends the numbers of a range, each as one event, as fast as the
// sidecar takes them or as many a second as the parameter rate sets.
func sendNumbers(w http.ResponseWriter, request *http.Request) {
	from, err1 := strconv.Atoi(request.PathValue("from"))
	to, err2 := strconv.Atoi(request.PathValue("to"))
	rate, err3 := strconv.Atoi(request.URL.Query().Get("rate"))
	if err := errors.Join(err1, err2, err3); err != nil || rate < 0 {
		http.Error(w, fmt.Sprint("from, to and rate must be numbers: ", err), http.StatusBadRequest)
		return
	}
	answer := sent{}
	begin := time.Now()
	numbers := count(request.Context(), from, to, rate)
	failures := make(chan error, sendersAtOnce)
	var group sync.WaitGroup
	for range sendersAtOnce {
		group.Go(func() { //nolint:contextcheck // it is that of the request
			for n := range numbers {
				if err := answer.publish(request.Context(), sidecar+request.PathValue("topic"), n); err != nil {
					failures <- fmt.Errorf("sending %d: %w", n, err)
					return
				}
			}
		})
	}
	group.Wait()
	answer.Seconds = time.Since(begin).Seconds()
	if len(failures) > 0 {
		answer.Error = (<-failures).Error()
	}
	if err := json.NewEncoder(w).Encode(&answer); err != nil {
		log.Print(err)
	}
}

// count gives out the numbers of a range, not more than rate a second where that
// is not zero.
func count(ctx context.Context, from, to, rate int) <-chan int {
	numbers := make(chan int)
	begin := time.Now()
	go func() {
		defer close(numbers)
		for n := from; n <= to; n++ {
			if rate > 0 {
				<-time.After(time.Until(begin.Add(time.Duration(n-from) * time.Second / time.Duration(rate))))
			}
			select {
			case numbers <- n:
			case <-ctx.Done():
				return
			}
		}
	}()
	return numbers
}

// publish offers one number until the broker has it.
func (s *sent) publish(ctx context.Context, topic string, n int) error {
	var err error
	for attempt := range attempts {
		if attempt > 0 {
			atomic.AddInt64(&s.Resent, 1)
			<-time.After(time.Duration(attempt) * 100 * time.Millisecond)
		}
		if err = post(ctx, topic, "text/plain", []byte(strconv.Itoa(n))); err == nil {
			atomic.AddInt64(&s.Sent, 1)
			return nil
		}
	}
	return err
}
