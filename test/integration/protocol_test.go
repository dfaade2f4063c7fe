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

// Every pod of the cluster can send any request to the webhook. The webhook keeps
// responding to the API server.
func testProtocol(t *testing.T, e *environment.Environment) {
	t.Helper()
	a := startOwnWebhook(t, e)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: a.WebhookTLS(t)}, Timeout: a.Timeout}
	for name, tt := range map[string]struct {
		path, body string
		// code is the HTTP status of the response, refused the code of the review in
		// it.
		code, refused int32
		want          string
	}{
		"a review":     {body: goodReview, code: http.StatusOK},
		"garbage":      {body: "\x00\x01{", code: http.StatusBadRequest, want: "could not decode body"},
		"no body":      {code: http.StatusBadRequest, want: "could not decode body"},
		"a large body": {body: reviewHead + `"a":"` + strings.Repeat("a", 4<<20) + `"}`, code: http.StatusRequestEntityTooLarge, want: "Too Large"},
		"another kind of object": {
			body: strings.Replace(goodReview, `"kind":"Function"},`, `"kind":"Gateway"},`, 1), code: http.StatusOK, refused: http.StatusUnprocessableEntity, want: "Gateway",
		},
		"an object of another type": {
			body: reviewHead + `"request":{"uid":"1","operation":"CREATE",` + functionKind + `"object":[1]}}`,
			code: http.StatusOK, refused: http.StatusUnprocessableEntity, want: "object: Invalid value",
		},
		"a field of another type": {
			body: strings.Replace(goodReview, `"serving":{}`, `"serving":1`, 1), code: http.StatusOK, refused: http.StatusUnprocessableEntity, want: "spec.serving",
		},
		"no object": {
			body: reviewHead + `"request":{"uid":"1","operation":"CREATE",` + functionKind + `"a":1}}`,
			code: http.StatusOK, refused: http.StatusUnprocessableEntity, want: "object: Required value",
		},
		"another path": {path: "/", body: goodReview, code: http.StatusBadRequest, want: "no controller registered"},
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
					checkAnswer(t, body, tt.refused)
				}
			}
		})
	}
	t.Run("slow clients", a.testSlowClients)
	if code, body := post(t, client, "https://"+a.webhook.Address()+"/validation", goodReview); code != http.StatusOK {
		t.Errorf("a review after all of them: got %d %s", code, body)
	}
	select {
	case <-a.webhook.Terminate():
	case <-time.After(a.Timeout):
		t.Error("the webhook does not terminate")
	}
}

// checkAnswer checks that the response is a review, rejected with the code unless it is
// zero.
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

// testSlowClients keeps connections open that send little or nothing. Other clients are
// served meanwhile, and the webhook closes all slow connections after a time.
func (a *admission) testSlowClients(t *testing.T) {
	config := a.WebhookTLS(t)
	var open []net.Conn
	for i := range 60 {
		ctx, cancel := context.WithTimeout(t.Context(), a.Timeout)
		t.Cleanup(cancel)
		dialer := &net.Dialer{}
		var connection net.Conn
		var err error
		if i%3 == 0 { // without a TLS handshake
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
		t.Errorf("no other client is answered: %v", err)
	}
	for i, connection := range open {
		if err := connection.SetReadDeadline(time.Now().Add(a.Timeout)); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(connection); err != nil && strings.Contains(err.Error(), "timeout") {
			t.Fatalf("connection %d stays open: %v", i, err)
		}
	}
}
