//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	admissionv1 "k8s.io/api/admission/v1"

	"openfunction.dev/openfunction/test/integration/environment"
)

const (
	reviewHead = `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview",`
	goodReview = reviewHead + `"request":{"uid":"1","operation":"CREATE",` + functionKind +
		`"object":{"apiVersion":"core.openfunction.io/v1beta2","kind":"Function","metadata":{"name":"a","namespace":"b"},` +
		`"spec":{"image":"registry.example.com/team/hello:v1","serving":{}}}}}`
	functionKind = `"kind":{"group":"core.openfunction.io","version":"v1beta2","kind":"Function"},`
)

// Whoever reaches the port of the webhook can send what it likes. Every answer
// says what was wrong, and the same process answers the next review.
func testProtocol(t *testing.T, e *environment.Environment) {
	t.Helper()
	a := startOwnWebhook(t, e)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: a.WebhookTLS(t)}, Timeout: a.Patience}
	for name, tt := range map[string]struct {
		path, body string
		// code is that of the answer; inner, that of the review in it.
		code, inner int32
		want        string
	}{
		"a good one":        {body: goodReview, code: http.StatusOK},
		"no request":        {body: reviewHead + `"a":1}`, code: http.StatusBadRequest, want: "request: Required value"},
		"null request":      {body: reviewHead + `"request":null}`, code: http.StatusBadRequest, want: "request: Required value"},
		"v1beta1":           {body: strings.Replace(goodReview, "k8s.io/v1", "k8s.io/v1beta1", 1), code: http.StatusBadRequest, want: "admission.k8s.io/v1beta1"},
		"another kind":      {body: strings.Replace(goodReview, "AdmissionReview", "Pod", 1), code: http.StatusBadRequest, want: `"Pod"`},
		"no uid":            {body: strings.Replace(goodReview, `"uid":"1"`, `"uid":""`, 1), code: http.StatusBadRequest, want: "request.uid: Required value"},
		"unknown operation": {body: strings.Replace(goodReview, "CREATE", "EAT", 1), code: http.StatusBadRequest, want: `Unsupported value: "EAT"`},
		"garbage":           {body: "\x00\x01{", code: http.StatusBadRequest, want: "the review cannot be read"},
		"nothing":           {code: http.StatusBadRequest, want: "the review cannot be read"},
		"too large":         {body: reviewHead + `"a":"` + strings.Repeat("a", 4<<20) + `"}`, code: http.StatusBadRequest, want: "more than 3145728 bytes"},
		"another kind of object": {
			body: strings.Replace(goodReview, `"kind":"Function"},`, `"kind":"Gateway"},`, 1), code: http.StatusOK, inner: http.StatusBadRequest, want: "Gateway",
		},
		"an object that is none": {
			body: reviewHead + `"request":{"uid":"1","operation":"CREATE",` + functionKind + `"object":[1]}}`,
			code: http.StatusBadRequest, want: "request.object",
		},
		"an object that cannot be read": {
			body: strings.Replace(goodReview, `"serving":{}`, `"serving":1`, 1), code: http.StatusOK, inner: http.StatusBadRequest, want: "spec.serving",
		},
		"no object": {
			body: reviewHead + `"request":{"uid":"1","operation":"CREATE",` + functionKind + `"a":1}}`,
			code: http.StatusBadRequest, want: "request.object: Required value",
		},
		"nothing there": {path: "/", body: goodReview, code: http.StatusNotFound, want: "nothing is reviewed"},
	} {
		t.Run(name, func(t *testing.T) {
			paths := []string{"/defaulting", "/validation"}
			if tt.path != "" {
				paths = []string{tt.path}
			}
			for _, path := range paths {
				code, body := post(t, client, "https://"+a.webhook.Address()+path, tt.body)
				if code != int(tt.code) || !strings.Contains(body, tt.want) {
					t.Errorf("%s: got %d %s, want %d %q", path, code, body, tt.code, tt.want)
				}
				if code == http.StatusOK {
					checkAnswer(t, body, tt.inner)
				}
			}
		})
	}
	t.Run("clients that never end their request", a.testSlowClients)
	if code, body := post(t, client, "https://"+a.webhook.Address()+"/validation", goodReview); code != http.StatusOK {
		t.Errorf("after all that: got %d %s", code, body)
	}
	select {
	case <-a.webhook.Ask():
	case <-time.After(a.Patience):
		t.Error("asked to end, it does not")
	}
	if log := a.webhook.Log(); strings.Contains(log, "goroutine ") {
		t.Error("a stack in the log of the webhook")
	}
}

// checkAnswer checks that the review is answered, and refused with the code if
// there is one.
func checkAnswer(t *testing.T, body string, code int32) {
	t.Helper()
	var review admissionv1.AdmissionReview
	if err := json.Unmarshal([]byte(body), &review); err != nil || review.Response == nil || review.Response.UID != "1" {
		t.Fatalf("no answer to the review: %v %s", err, body)
	}
	if r := review.Response; code != 0 && (r.Allowed || r.Result.Code != code) {
		t.Errorf("got %+v, want it refused with %d", r, code)
	}
}

func post(t *testing.T, client *http.Client, url, body string) (code int, text string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, bytes.NewBufferString(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	reply, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }() // it was read
	all, err := io.ReadAll(reply.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply.StatusCode, string(all)
}

// testSlowClients holds connections open that say little or nothing. Others are
// answered meanwhile, and the webhook closes all of them after a time.
func (a *admission) testSlowClients(t *testing.T) {
	config := a.WebhookTLS(t)
	var open []net.Conn
	for i := range 60 {
		ctx, cancel := context.WithTimeout(t.Context(), a.Patience)
		t.Cleanup(cancel)
		dialer := &net.Dialer{}
		var connection net.Conn
		var err error
		if i%3 == 0 { // not even a handshake
			connection, err = dialer.DialContext(ctx, "tcp", a.webhook.Address())
		} else {
			connection, err = (&tls.Dialer{NetDialer: dialer, Config: config}).DialContext(ctx, "tcp", a.webhook.Address())
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = connection.Close() }) // the webhook has closed it
		if i%3 == 1 {
			if _, err := fmt.Fprint(connection, "POST /validation HTTP/1.1\r\nHost: a\r\nX-A: "); err != nil {
				t.Fatal(err)
			}
		}
		open = append(open, connection)
	}
	if _, err := a.try(t, "meanwhile", good, true); err != nil {
		t.Errorf("nobody else is answered: %v", err)
	}
	for i, connection := range open {
		if err := connection.SetReadDeadline(time.Now().Add(a.Patience)); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(connection); err != nil && strings.Contains(err.Error(), "timeout") {
			t.Fatalf("connection %d stays open: %v", i, err)
		}
	}
}
