//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package e2e

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"openfunction.dev/openfunction/test/cluster"
)

// surveyor is a function that replies with what programs expect of a system, as this
// one finds it in its container.
const surveyor = `package hello

import (
	"crypto/x509"
	"encoding/json"
	"mime"
	"net/http"
	"os"
	"os/user"
	"path/filepath"
	"time"
)

// Hello replies with what it finds.
func Hello(w http.ResponseWriter, _ *http.Request) {
	found := map[string]any{"uid": os.Getuid(), "home": os.Getenv("HOME")}
	for _, zone := range []string{"Europe/Berlin", "America/Argentina/Buenos_Aires", "Asia/Kolkata"} {
		location, err := time.LoadLocation(zone)
		if err == nil {
			found[zone] = time.Date(2026, time.July, 1, 12, 0, 0, 0, time.UTC).In(location).Format("15:04")
		}
	}
	if pool, err := x509.SystemCertPool(); err == nil {
		found["certificates"] = !pool.Equal(x509.NewCertPool())
	}
	for _, extension := range []string{".xlsx", ".epub"} {
		found[extension] = mime.TypeByExtension(extension)
	}
	if u, err := user.Current(); err == nil {
		found["user"], found["home of the user"] = u.Username, u.HomeDir
	}
	for _, folder := range []string{os.Getenv("HOME"), os.TempDir()} {
		found["write to "+folder] = os.WriteFile(filepath.Join(folder, "file"), nil, 0o600) == nil
	}
	json.NewEncoder(w).Encode(found)
}
`

// A function finds in its image what programs of every language take for granted.
func TestTheRunImageHasWhatProgramsExpect(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	namespace := c.Namespace(t)
	source := greeter("")
	source["hello.go"] = surveyor
	fn := c.AwaitReady(t, c.Create(t, fromSource(c, namespace, git.New(t, namespace, source))))

	var got map[string]any
	if err := json.Unmarshal([]byte(answer(t, c, fn)), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"uid": 65532.0, "user": "nonroot", "home": "/home/nonroot", "home of the user": "/home/nonroot",
		"write to /home/nonroot": true, "write to /tmp": true, "certificates": true,
		"Europe/Berlin": "14:00", "America/Argentina/Buenos_Aires": "09:00", "Asia/Kolkata": "17:30",
		".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".epub": "application/epub+zip",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the function finds (-want +got):\n%s", diff)
	}
}
