/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/cgi" //nolint:gosec // what G504 warns of was repaired in Go 1.6.3
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// maxBody is far above what a fetch sends: the list of wanted and known commits.
const maxBody = 8 << 20

// served are the requests of a fetch over smart HTTP, and nothing else of what
// git http-backend can do. A repository's name cannot leave the folder.
var served = regexp.MustCompile(`^/[A-Za-z0-9][A-Za-z0-9._-]*\.git/(info/refs|git-upload-pack)$`)

// newHandler serves the bare repositories in root through git http-backend.
func newHandler(ctx context.Context, root string) (http.Handler, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(root); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("there is no folder %s: make it, or name another with -root", root)
	}
	programs, err := exec.CommandContext(ctx, "git", "--exec-path").Output()
	if err != nil {
		return nil, fmt.Errorf("git is needed: install the package git: %w", err)
	}
	backend := &cgi.Handler{
		Path: path.Join(strings.TrimSpace(string(programs)), "git-http-backend"),
		Env: []string{
			"GIT_PROJECT_ROOT=" + root,
			"GIT_HTTP_EXPORT_ALL=1",
			"GIT_CONFIG_NOSYSTEM=1",
			"HOME=" + root,
			// The repositories may belong to another user than this process.
			"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*",
		},
	}
	return onlyFetch(backend), nil
}

func onlyFetch(backend http.Handler) http.Handler {
	slots := make(chan struct{}, maxRequests)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !served.MatchString(r.URL.Path) || !isFetch(r) {
			http.Error(w, "only git fetch is served here", http.StatusForbidden)
			return
		}
		select {
		case slots <- struct{}{}:
			defer func() { <-slots }()
		case <-r.Context().Done():
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		backend.ServeHTTP(w, r)
	})
}

func isFetch(r *http.Request) bool {
	if strings.HasSuffix(r.URL.Path, "/info/refs") {
		return r.Method == http.MethodGet && r.URL.RawQuery == "service=git-upload-pack"
	}
	return r.Method == http.MethodPost
}
