/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package buildstep

import (
	"bytes"
	"context"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// TestMain runs this test binary in the place of the lifecycle's creator.
func TestMain(m *testing.M) {
	switch os.Getenv("BE_CREATOR") {
	case "success":
		os.Exit(succeed())
	case "failure":
		_, _ = io.WriteString(os.Stdout, "\x1b[36m===> BUILDING\x1b[0m\n./hello.go:5:2: undefined: x\nERROR: failed to build: exit status 1\n")
		os.Exit(51)
	case "hang":
		fmt.Fprintln(os.Stdout, "hanging")
		select {}
	}
	os.Exit(m.Run())
}

// succeed prints the arguments and writes a report as the lifecycle does.
func succeed() int {
	for _, argument := range os.Args[1:] {
		fmt.Fprintln(os.Stdout, argument)
		if path, found := strings.CutPrefix(argument, "-report="); found {
			report := "[build]\n\n[image]\n  tags = [\"x\"]\n  digest = \"" + digest + "\"\n  manifest-size = 1\n"
			if err := os.WriteFile(path, []byte(report), 0o600); err != nil {
				return 1
			}
		}
	}
	if layers := os.Getenv("BE_LAYERS"); layers != "" {
		analyzed := "[run-image]\n  reference = \"" + runImage + "\"\n  image = \"r.example.com/run\"\n"
		if err := os.WriteFile(filepath.Join(layers, "analyzed.toml"), []byte(analyzed), 0o600); err != nil {
			return 1
		}
	}
	fmt.Fprintln(os.Stdout, "API", os.Getenv(platformAPI))
	if folders := filepath.SplitList(os.Getenv(certificatesVariable)); os.Getenv("BE_TRUSTING") != "" {
		authority, err := os.ReadFile(filepath.Join(folders[len(folders)-1], "ca.crt"))
		fmt.Fprintln(os.Stdout, "authority", strings.TrimSpace(string(authority)), err)
	}
	return 0
}

func newCreate(t *testing.T) (Create, *bytes.Buffer) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	output := &bytes.Buffer{}
	app := newSource(t, map[string]string{"x": ""})
	return Create{
		Creator: self, Source: app, App: app, Layers: "/layers", Platform: "/platform", Image: "10.0.0.1:5000/a/b:v1", CacheImage: CacheAuto,
		Results: Results{Digest: filepath.Join(t.TempDir(), "digest")}, Output: output,
	}, output
}

func TestCreate(t *testing.T) {
	t.Setenv("BE_CREATOR", "success")
	t.Setenv(platformAPI, "0.14")
	create, output := newCreate(t)
	create.RunImage, create.Insecure, create.InsecureRegistries = "run", true, []string{"10.0.0.1:5000", "--help"}
	if err := create.Run(context.Background()); err != nil {
		t.Fatal("Run:", err)
	}
	if got, err := os.ReadFile(create.Results.Digest); err != nil || string(got) != digest {
		t.Errorf("digest = %q, %v, want %s without a newline", got, err, digest)
	}
	got := strings.Split(strings.TrimSpace(output.String()), "\n")
	want := []string{
		"-app=" + create.App, "-layers=/layers", "-platform=/platform", got[3], "-run-image=run",
		"-cache-image=10.0.0.1:5000/a/b:openfunction-cache", "-parallel",
		"-insecure-registry=--help", "-insecure-registry=10.0.0.1:5000", "--", "10.0.0.1:5000/a/b:v1", "API 0.14",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the lifecycle got %q, want %q", got, want)
	}
}

func TestCreateDefaultsThePlatformAPI(t *testing.T) {
	t.Setenv("BE_CREATOR", "success")
	t.Setenv(platformAPI, "")
	create, output := newCreate(t)
	if err := create.Run(context.Background()); err != nil || !strings.Contains(output.String(), "API "+minimumAPI+"\n") {
		t.Errorf("Run = %v with %q", err, output)
	}
}

// The lifecycle and the buildpacks trust the authorities of the build beside those of the
// builder's image.
func TestCreateTrustsOwnAuthorities(t *testing.T) {
	t.Setenv("BE_CREATOR", "success")
	t.Setenv("BE_TRUSTING", "true")
	t.Setenv(certificatesVariable, "/of/the/image")
	create, output := newCreate(t)
	create.Platform = t.TempDir()
	create.CACertificates = authority(t)
	if err := create.Run(context.Background()); err != nil {
		t.Fatal("Run:", err)
	}
	if want := "authority " + strings.TrimSpace(create.CACertificates) + " <nil>\n"; !strings.Contains(output.String(), want) {
		t.Errorf("the lifecycle printed %q, want %q in it", output, want)
	}
	folders, err := os.ReadFile(filepath.Join(create.Platform, "env", certificatesVariable))
	if err != nil || !strings.HasPrefix(string(folders), "/of/the/image:/") {
		t.Errorf("buildpacks get the folders %q, %v", folders, err)
	}
	create.CACertificates = "no PEM"
	if err := create.Run(context.Background()); err == nil || !strings.Contains(err.Error(), "openfunction-ca-certificates") {
		t.Errorf("Run = %v, want an error that names the ConfigMap", err)
	}
}

// authority returns a certificate in PEM form.
func authority(t *testing.T) string {
	t.Helper()
	server := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
}

func TestCreateExplainsAFailure(t *testing.T) {
	t.Setenv("BE_CREATOR", "failure")
	create, _ := newCreate(t)
	err := create.Run(context.Background())
	if want := "BuildFailed: ./hello.go:5:2: undefined: x"; err == nil || err.Error() != want {
		t.Errorf("Run = %v, want %s", err, want)
	}
	if _, err := os.Stat(create.Results.Digest); err == nil {
		t.Error("a failed build has a digest")
	}
}

func TestCreateWithoutALifecycle(t *testing.T) {
	create, _ := newCreate(t)
	create.Creator = filepath.Join(t.TempDir(), "creator")
	if err := create.Run(context.Background()); err == nil || !strings.Contains(err.Error(), "use a Cloud Native Buildpacks builder image") {
		t.Errorf("Run = %v", err)
	}
}

func TestCreateEndsWithItsContext(t *testing.T) {
	t.Setenv("BE_CREATOR", "hang")
	create, _ := newCreate(t)
	started, ended := make(chan struct{}), make(chan error, 1)
	create.Output = writerFunc(func(data []byte) (int, error) {
		close(started)
		return len(data), nil
	})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() { ended <- create.Run(ctx) }()
	<-started
	cancel()
	select {
	case err := <-ended:
		if err == nil {
			t.Error("a stopped build succeeded")
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the lifecycle was not stopped")
	}
}

type writerFunc func([]byte) (int, error)

func (w writerFunc) Write(data []byte) (int, error) { return w(data) }

func TestCacheImage(t *testing.T) {
	for name, test := range map[string]struct {
		create Create
		want   string
	}{
		"beside the image":        {Create{Image: "r.example.com/a:v1", CacheImage: CacheAuto}, "r.example.com/a:openfunction-cache"},
		"beside a digest":         {Create{Image: "[::1]:5000/a:v1@sha256:" + strings.Repeat("0", 64), CacheImage: CacheAuto}, "[::1]:5000/a:openfunction-cache"},
		"without a registry":      {Create{Image: "a/b", CacheImage: CacheAuto}, "index.docker.io/a/b:openfunction-cache"},
		"an invalid image":        {Create{Image: "r.example.com/A", CacheImage: CacheAuto}, ""},
		"none":                    {Create{Image: "r.example.com/a:v1", CacheImage: CacheNone}, ""},
		"named":                   {Create{Image: "r.example.com/a:v1", CacheImage: "r.example.com/c"}, "r.example.com/c"},
		"insecure by name":        {Create{Image: "r.example.com/a", CacheImage: CacheAuto, Insecure: true}, ""},
		"insecure by list":        {Create{Image: "r.example.com/a", CacheImage: CacheAuto, InsecureRegistries: []string{"r.example.com"}}, ""},
		"insecure private number": {Create{Image: "10.0.0.1:5000/a", CacheImage: CacheAuto, Insecure: true}, "10.0.0.1:5000/a:openfunction-cache"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.create.cacheImage(); got != test.want {
				t.Errorf("cacheImage = %q, want %q", got, test.want)
			}
		})
	}
}
