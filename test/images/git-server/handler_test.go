/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func git(t *testing.T, dir string, arguments ...string) (string, error) {
	t.Helper()
	command := exec.Command("git", arguments...)
	command.Dir = dir
	command.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_TERMINAL_PROMPT=0",
		"GIT_AUTHOR_NAME=t", "GIT_AUTHOR_EMAIL=t@example.com", "GIT_COMMITTER_NAME=t", "GIT_COMMITTER_EMAIL=t@example.com")
	output, err := command.CombinedOutput()
	return string(output), err
}

func mustGit(t *testing.T, dir string, arguments ...string) {
	t.Helper()
	if output, err := git(t, dir, arguments...); err != nil {
		t.Fatalf("git %q: %v\n%s", arguments, err, output)
	}
}

// newServer serves one repository, fn.git, with the file fn.go in it.
func newServer(t *testing.T) (url, work string) {
	t.Helper()
	root := t.TempDir()
	work = filepath.Join(t.TempDir(), "work")
	mustGit(t, root, "init", "-q", "--bare", "-b", "main", "fn.git")
	mustGit(t, root, "clone", "-q", filepath.Join(root, "fn.git"), work)
	if err := os.WriteFile(filepath.Join(work, "fn.go"), []byte("package fn\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	mustGit(t, work, "checkout", "-q", "-b", "main")
	mustGit(t, work, "add", "fn.go")
	mustGit(t, work, "commit", "-q", "-m", "first")
	mustGit(t, work, "push", "-q", "origin", "main")
	handler, err := newHandler(context.Background(), root)
	if err != nil {
		t.Fatal("newHandler:", err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL, work
}

func TestClone(t *testing.T) {
	url, _ := newServer(t)
	for name, arguments := range map[string][]string{"full": nil, "shallow": {"--depth=1"}} {
		target := filepath.Join(t.TempDir(), name)
		mustGit(t, t.TempDir(), append(append([]string{"clone", "-q"}, arguments...), url+"/fn.git", target)...)
		if text, err := os.ReadFile(filepath.Join(target, "fn.go")); err != nil || string(text) != "package fn\n" {
			t.Errorf("%s clone holds %q, %v", name, text, err)
		}
	}
}

func TestPushIsRefused(t *testing.T) {
	url, work := newServer(t)
	mustGit(t, work, "commit", "-q", "--allow-empty", "-m", "second")
	if output, err := git(t, work, "push", url+"/fn.git", "main"); err == nil {
		t.Errorf("push succeeded:\n%s", output)
	}
}

func TestOtherRequestsAreRefused(t *testing.T) {
	url, _ := newServer(t)
	for _, test := range []struct{ method, path string }{
		{http.MethodGet, "/"},
		{http.MethodGet, "/fn.git/HEAD"},
		{http.MethodGet, "/fn.git/config"},
		{http.MethodGet, "/fn.git/info/refs"},
		{http.MethodGet, "/fn.git/info/refs?service=git-receive-pack"},
		{http.MethodPost, "/fn.git/git-receive-pack"},
		{http.MethodGet, "/../fn.git/info/refs?service=git-upload-pack"},
		{http.MethodGet, "/..%2fx.git/info/refs?service=git-upload-pack"},
		{http.MethodGet, "/-x.git/info/refs?service=git-upload-pack"},
	} {
		request, err := http.NewRequestWithContext(context.Background(), test.method, url+test.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusForbidden {
			t.Errorf("%s %s = %d, want 403", test.method, test.path, response.StatusCode)
		}
	}
}

func TestLargeBodiesAreCut(t *testing.T) {
	var readErr error
	handler := onlyFetch(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, readErr = io.Copy(io.Discard, r.Body)
	}))
	body := bytes.NewReader(make([]byte, maxBody+1))
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/fn.git/git-upload-pack", body))
	if tooLarge := (*http.MaxBytesError)(nil); !errors.As(readErr, &tooLarge) {
		t.Errorf("reading the body: %v, want it cut", readErr)
	}
}

func TestMissingFolder(t *testing.T) {
	if _, err := newHandler(context.Background(), filepath.Join(t.TempDir(), "none")); err == nil || !strings.Contains(err.Error(), "-root") {
		t.Errorf("newHandler = %v, want it to name the flag", err)
	}
}

func TestServeEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- serve(ctx, "127.0.0.1:0", http.NotFoundHandler()) }()
	cancel()
	select {
	case err := <-ended:
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Error("serve:", err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("serve did not end")
	}
}
