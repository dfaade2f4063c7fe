/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package gitstep

import (
	"encoding/pem"
	"net/http/cgi"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"testing"
)

// A source behind an authority that the image does not know is fetched with the
// authority of the build, and its failure names what to do without.
func TestOwnAuthorities(t *testing.T) {
	newRepository(t)
	git, err := exec.LookPath("git")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewTLSServer(&cgi.Handler{
		Path: git, Args: []string{"http-backend"}, Env: []string{"GIT_PROJECT_ROOT=" + folder, "GIT_HTTP_EXPORT_ALL=1"},
	})
	t.Cleanup(server.Close)
	authority := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	for name, tt := range map[string]struct {
		certificates, want string
	}{
		"of the build":         {authority, ""},
		"of the image alone":   {"", reasonCertificateUnknown},
		"without certificates": {"no PEM", reasonCertificateUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			clone := &Clone{
				URL: server.URL + "/source.git", Revision: "main", Target: filepath.Join(t.TempDir(), "source"), Depth: 1,
				CACertificates: tt.certificates, Output: t.Output(),
			}
			_, err := clone.Run(t.Context())
			switch {
			case tt.want == "" && err != nil:
				t.Errorf("Run: %v", Explain(err))
			case tt.want != "" && (err == nil || Explain(err).Reason != tt.want):
				t.Errorf("Run = %v, want %s", err, tt.want)
			}
		})
	}
}
