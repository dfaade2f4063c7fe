/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package test runs a function that the buildpack compiled between Dapr's own client
// and server. The framework itself may import neither.
package test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	runtimev1 "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/emptypb"

	"openfunction.dev/openfunction/builders/buildpacks/go/entrypoint"
	"openfunction.dev/openfunction/builders/buildpacks/go/source"
	"openfunction.dev/openfunction/pkg/funccontext"
)

// program is testdata/function, compiled once for all tests.
var program string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "function-")
		if err != nil {
			panic(err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
		program = filepath.Join(dir, "program")
		if err := compile(dir, "testdata/function", "Handle", program); err != nil {
			panic(err)
		}
		return m.Run()
	}())
}

// compile compiles the function from source to the file program, as the buildpack does,
// with dir for generated files.
func compile(dir, from, function, program string) error {
	app, framework := filepath.Join(dir, "app"), ""
	err := os.CopyFS(app, os.DirFS(from))
	if err == nil {
		framework, err = filepath.Abs("../functions-framework-go")
	}
	if err != nil {
		return err
	}
	found, err := source.Find(app, source.Selection{Function: function})
	if err != nil {
		return err
	}
	entry, err := entrypoint.Maker{Framework: framework, Work: dir, GoVersion: runtime.Version()}.Make(app, found)
	if err != nil {
		return err
	}
	command := exec.Command("go", "build", "-buildvcs=false", "-overlay="+entry.Overlay, "-o", program, entry.Package)
	command.Dir = entry.Dir
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("compile the function: %w: %s", err, output)
	}
	return nil
}

// process is a running function.
type process struct {
	*exec.Cmd
	url    string
	conn   *grpc.ClientConn
	log    *buffer
	result chan error
}

// run starts the function, which only events call, with a sidecar on that port, and
// returns when it is healthy.
func run(t *testing.T, sidecar string) *process {
	t.Helper()
	return runWith(t, sidecar, nil)
}

// runWith is like run. If requests is not nil, requests also call the function.
func runWith(t *testing.T, sidecar string, requests *funccontext.HTTPTrigger) *process {
	t.Helper()
	document, err := (&funccontext.Function{
		Name: "f", HTTP: requests,
		Events: []funccontext.Component{
			{Key: "orders", Name: "v1-bus", Type: "pubsub.kafka", Topic: "orders"},
			{Key: "in", Name: "v1-in", Type: "bindings.kafka"},
			{Key: "tick", Name: "tick", Type: "bindings.cron"},
		},
		Outputs: []funccontext.Component{
			{Key: "done", Name: "v1-bus", Type: "pubsub.kafka", Topic: "done"},
			{Key: "report", Name: "v1-report", Type: "bindings.http", Operation: "post"},
		},
		States: []funccontext.Component{{Key: "users", Name: "v1-users", Type: "state.redis"}},
	}).V1beta1().Marshal()
	if err != nil {
		t.Fatal(err)
	}
	address := freeAddress(t)
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	p := &process{Cmd: exec.Command(program), url: "http://" + address, log: &buffer{}, result: make(chan error, 1)}
	p.Env = []string{"PORT=" + port, "DAPR_GRPC_PORT=" + sidecar, "FUNC_CONTEXT=" + document}
	p.Stdout, p.Stderr = p.log, p.log
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.result <- p.Wait() }()
	t.Cleanup(func() { _ = p.Process.Kill() })
	if p.conn, err = grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials())); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.conn.Close() })
	health := runtimev1.NewAppCallbackHealthCheckClient(p.conn)
	if _, err := health.HealthCheck(timeout(t), &emptypb.Empty{}, grpc.WaitForReady(true)); err != nil {
		t.Fatalf("HealthCheck: %v\n%s", err, p.log)
	}
	return p
}

// ended returns the result of the process.
func (p *process) ended(t *testing.T) error {
	t.Helper()
	select {
	case err := <-p.result:
		return err
	case <-timeout(t).Done():
		return errors.New("the function did not end")
	}
}

func timeout(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

// buffer is a bytes.Buffer for several goroutines.
type buffer struct {
	mutex sync.Mutex
	bytes bytes.Buffer
}

// Write appends to the buffer.
func (b *buffer) Write(data []byte) (int, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.bytes.Write(data)
}

// String returns the content.
func (b *buffer) String() string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.bytes.String()
}
