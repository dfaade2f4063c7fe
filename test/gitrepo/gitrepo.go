/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package gitrepo makes git repositories for tests and serves them over HTTP.
package gitrepo

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"net/http/cgi" //nolint:gosec // G504 is of Go before 1.6.3
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// suffix ends the name of every repository, in its folder and in its URL.
const suffix = ".git"

// Server serves repositories over git's smart HTTP protocol.
type Server struct {
	root   string
	server *http.Server
	url    string
}

// AddressVariable is the environment variable that names where ServePods listens,
// host:port. The default is the node of hack/cluster.sh, whose config-build lists
// it among the hosts that need no TLS.
const AddressVariable = "GIT_ADDRESS"

// ServePods starts a server at an address that the pods of the cluster reach.
func ServePods(root string) (*Server, error) {
	address := os.Getenv(AddressVariable)
	if address == "" {
		address = "10.200.0.1:0"
	}
	s, err := Serve(address, root)
	if err != nil {
		return nil, fmt.Errorf("serving git to pods: %w; set %s to an address of this machine that they reach", err, AddressVariable)
	}
	return s, nil
}

// Main runs the tests of a package with a server that the pods of the cluster
// reach, which it hands to use before. It returns the code to exit with.
func Main(m *testing.M, use func(*Server)) int {
	root, err := os.MkdirTemp("", "git-")
	if err != nil {
		return complain(err)
	}
	defer func() { _ = os.RemoveAll(root) }()
	server, err := ServePods(root)
	if err != nil {
		return complain(err)
	}
	defer server.Close()
	use(server)
	return m.Run()
}

func complain(err error) int {
	fmt.Fprintln(os.Stderr, "error:", err)
	return 1
}

// Serve starts a server at address; repositories lie below root.
func Serve(address, root string) (*Server, error) {
	git, err := exec.LookPath("git")
	if err != nil {
		return nil, err
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", address)
	if err != nil {
		return nil, err
	}
	s := &Server{
		root: root,
		url:  "http://" + listener.Addr().String(),
		server: &http.Server{
			ReadHeaderTimeout: 10 * time.Second,
			Handler: &cgi.Handler{
				Path: git,
				Args: []string{"http-backend"},
				Env:  []string{"GIT_PROJECT_ROOT=" + root, "GIT_HTTP_EXPORT_ALL=1"},
				// It logs every client that disconnects.
				Stderr: io.Discard,
			},
		},
	}
	go func() { _ = s.server.Serve(listener) }() // ends by Close
	return s, nil
}

// Close ends the server.
func (s *Server) Close() error {
	return s.server.Close()
}

// Base returns the address of the server, without a path.
func (s *Server) Base() string {
	return s.url
}

// URL returns the address of the repository of that name, whether there is one or not.
func (s *Server) URL(name string) string {
	return s.url + "/" + name + suffix
}

// Repository is a git repository with the branch main.
type Repository struct {
	// URL is where it can be cloned from.
	URL string

	folder string
}

// New makes a repository of that name with one commit of files, path to content.
func (s *Server) New(t *testing.T, name string, files map[string]string) *Repository {
	t.Helper()
	r := &Repository{URL: s.URL(name), folder: filepath.Join(s.root, name+suffix)}
	if err := os.MkdirAll(r.folder, 0o755); err != nil {
		t.Fatal(err)
	}
	r.git(t, "init", "--quiet", "--initial-branch=main")
	r.Commit(t, files)
	return r
}

// NewFrom makes a repository of that name with one commit of what is in folder.
func (s *Server) NewFrom(t *testing.T, name, folder string) *Repository {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path) //nolint:gosec // G122: no other process changes the test's own sources
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(folder, path)
		files[relative] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s.New(t, name, files)
}

// Commit adds or replaces files on the branch main and returns the new commit.
func (r *Repository) Commit(t *testing.T, files map[string]string) string {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		path := filepath.Join(r.folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(files[name]), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	r.git(t, "add", "--all")
	r.git(t, "-c", "user.name=Test", "-c", "user.email=test@example.com", "commit", "--quiet", "--message=Change")
	return r.git(t, "rev-parse", "HEAD")
}

// Tag makes a tag of the latest commit, and returns its full ref.
func (r *Repository) Tag(t *testing.T, name string) string {
	t.Helper()
	r.git(t, "tag", name)
	return "refs/tags/" + name
}

// git runs git in the repository.
func (r *Repository) git(t *testing.T, arguments ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "git", arguments...)
	command.Dir = r.folder
	// The git settings of the user must not change the result.
	command.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatal(fmt.Errorf("git %s: %w: %s", strings.Join(arguments, " "), err, output))
	}
	return strings.TrimSpace(string(output))
}
