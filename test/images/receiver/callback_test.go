/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	runtimev1 "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"openfunction.dev/openfunction/test/collector"
)

// One port takes events by gRPC and by HTTP.
func TestBothProtocolsOnOnePort(t *testing.T) {
	c := collector.Serve(t, "127.0.0.1:0")
	t.Setenv("FUNC_CONTEXT", `{"name":"orders","version":"two"}`)
	t.Setenv("COLLECTOR", c.URL)
	t.Setenv("REFUSE", "incoming/8")
	r, err := newReceiver()
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /{kind}", r.receive)
	server := httptest.NewUnstartedServer(serveBoth(mux, r))
	server.Config.Protocols = protocols()
	server.Start()
	t.Cleanup(server.Close)

	connection, err := grpc.NewClient(strings.TrimPrefix(server.URL, "http://"), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	app := runtimev1.NewAppCallbackClient(connection)
	if topics, err := app.ListTopicSubscriptions(t.Context(), nil); err != nil || len(topics.GetSubscriptions()) > 0 {
		t.Errorf("it subscribes to %v, %v, want nothing", topics, err)
	}
	if _, err := app.OnTopicEvent(t.Context(), &runtimev1.TopicEventRequest{Id: "a", Path: "/incoming", Data: []byte("7")}); err != nil {
		t.Error(err)
	}
	if _, err := app.OnTopicEvent(t.Context(), &runtimev1.TopicEventRequest{Id: "b", Path: "/incoming", Data: []byte("8")}); status.Code(err) != codes.Unavailable {
		t.Errorf("what is to be refused is answered by %v", err)
	}
	answer, err := http.Post(server.URL+"/incoming", "text/plain", strings.NewReader("9"))
	if err != nil {
		t.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil || answer.StatusCode != http.StatusOK {
		t.Errorf("by HTTP the answer is %s, %v", answer.Status, err)
	}
	want := []collector.Record{
		{Kind: "incoming", ID: "a", Data: "7", Function: "orders", Version: "two"},
		{Kind: "refused", ID: "b", Data: "8", Function: "orders", Version: "two"},
		{Kind: "incoming", Data: "9", Function: "orders", Version: "two"},
	}
	if diff := cmp.Diff(want, c.Records(), cmpopts.IgnoreFields(collector.Record{}, "Pod", "Time")); diff != "" {
		t.Errorf("reported (-want, +got): %s", diff)
	}
}
