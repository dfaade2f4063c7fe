/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package docs

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
)

// fakeKubectl records its arguments, and fakeImageKo prints an image.
const (
	fakeKubectl = `#!/bin/sh
echo "$@" >>"$CALLS"
case "$*" in *"-f -"*) cat >/dev/null ;; esac
`
	fakeImageKo = `#!/bin/sh
echo r.example/of/cmd/git@sha256:7
`
)

// runtimes is a copy of hack/install-runtimes.sh without checksums, with a mirror of the
// releases.
type runtimes struct {
	t      *testing.T
	folder string
	mirror *httptest.Server
	// changed makes the mirror add a byte to the files of Shipwright.
	changed atomic.Bool
}

func newRuntimes(t *testing.T) *runtimes {
	t.Helper()
	r := &runtimes{t: t, folder: t.TempDir()}
	r.mirror = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		fmt.Fprintln(w, "of", request.URL.Path)
		if strings.Contains(request.URL.Path, "shipwright") && r.changed.Load() {
			fmt.Fprint(w, "x")
		}
	}))
	t.Cleanup(r.mirror.Close)
	for _, folder := range []string{"hack", "bin"} {
		if err := os.Mkdir(filepath.Join(r.folder, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{"third_party", "config", "cmd", "go.mod", "hack/cluster", "hack/cluster.sh"} {
		target, err := filepath.Abs(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(target, filepath.Join(r.folder, path)); err != nil {
			t.Fatal(err)
		}
	}
	for path, content := range map[string]string{
		"hack/install-runtimes.sh":     read(t, "hack/install-runtimes.sh"),
		"hack/install-runtimes.sha256": "# no checksums\n",
		"bin/kubectl":                  fakeKubectl,
		"bin/ko":                       fakeImageKo,
	} {
		if err := os.WriteFile(filepath.Join(r.folder, path), []byte(content), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// run runs the script and returns its output and the calls of kubectl.
func (r *runtimes) run(arguments ...string) (output, calls string, err error) {
	r.t.Helper()
	log := filepath.Join(r.t.TempDir(), "calls")
	command := exec.CommandContext(r.t.Context(), filepath.Join(r.folder, "hack/install-runtimes.sh"), arguments...)
	command.Env = append(os.Environ(),
		"PATH="+filepath.Join(r.folder, "bin")+":"+os.Getenv("PATH"), "RELEASES="+r.mirror.URL, "CALLS="+log,
		"KO=ko", "KO_DOCKER_REPO=r.example/of", "GIT_STEP_BASE_IMAGE=base")
	printed, err := command.CombinedOutput()
	called, readErr := os.ReadFile(log)
	if readErr != nil && !os.IsNotExist(readErr) {
		r.t.Fatal(readErr)
	}
	return string(printed), string(called), err
}

func TestRuntimesWithTheirChecksumsAreApplied(t *testing.T) {
	t.Parallel()
	r := newRuntimes(t)
	output, calls, err := r.run("--record")
	if err != nil || calls != "" {
		t.Fatalf("recording the checksums: %v, with the calls %q:\n%s", err, calls, output)
	}
	output, calls, err = r.run()
	if err != nil {
		t.Fatalf("%v after:\n%s", err, output)
	}
	for _, want := range []string{"tektoncd/pipeline/", "shipwright-io/build/", "serving-crds.yaml", "serving-core.yaml", "standard-install.yaml"} {
		if !strings.Contains(calls, want) {
			t.Errorf("%s was not applied:\n%s", want, calls)
		}
	}
}

func TestChangedRuntimeIsRefusedBeforeAnythingIsApplied(t *testing.T) {
	t.Parallel()
	r := newRuntimes(t)
	if output, _, err := r.run("--record"); err != nil {
		t.Fatalf("%v after:\n%s", err, output)
	}
	r.changed.Store(true)
	// Shipwright is not the first that would be applied.
	for _, arguments := range [][]string{{"--with", "knative,build"}, {"--record"}} {
		output, calls, err := r.run(arguments...)
		if err == nil || calls != "" {
			t.Errorf("%v: %v, want an error and no call, got\n%s", arguments, err, calls)
		}
		for _, want := range []string{"shipwright-io/build/", "changed at its origin or on the way", "remove its line", "nothing was applied"} {
			if !strings.Contains(output, want) {
				t.Errorf("%v: the output does not contain %q:\n%s", arguments, want, output)
			}
		}
	}
}

func TestRuntimeWithoutAChecksumIsRefused(t *testing.T) {
	t.Parallel()
	output, calls, err := newRuntimes(t).run("--with", "eventing")
	if err == nil || calls != "" || !strings.Contains(output, "--record --with eventing") {
		t.Errorf("%v, want no call and how to record the checksum, got the calls %q:\n%s", err, calls, output)
	}
}

func TestGitStepIsInstalledWithItsSetting(t *testing.T) {
	t.Parallel()
	output, calls, err := newRuntimes(t).run("--with", "git-step")
	if err != nil {
		t.Fatalf("%v after:\n%s", err, output)
	}
	for _, want := range []string{"GIT_CONTAINER_IMAGE=r.example/of/cmd/git@sha256:7", `"command":["/ko-app/git"]`, "openfunction-ca-certificates", `"full-git-refs":"true"`} {
		if !strings.Contains(calls, want) {
			t.Errorf("kubectl was not called with %s:\n%s", want, calls)
		}
	}
}

// A version that changes in third_party leaves no checksum of the old one.
func TestChecksumsOfRuntimesAreOfThePinnedVersions(t *testing.T) {
	t.Parallel()
	command := exec.CommandContext(t.Context(), filepath.Join(root, "hack/install-runtimes.sh"), "--with", "build,knative,keda,eventing", "--dry-run")
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v after:\n%s", err, output)
	}
	for line := range strings.Lines(read(t, "hack/install-runtimes.sha256")) {
		fields := strings.Fields(line)
		if strings.HasPrefix(line, "#") {
			continue
		}
		if len(fields) != 2 || !slices.Contains(strings.Fields(string(output)), "https://github.com/"+fields[1]) {
			t.Errorf("hack/install-runtimes.sha256 has a file that the script does not apply; remove the line: %s", line)
		}
	}
}
