/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package buildstep

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// newSource returns a folder with a source in "source", and something beside it. A value
// that begins with "-> " is the target of a link.
func newSource(t *testing.T, files map[string]string) string {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	files["../outside/secret"] = "secret"
	root = filepath.Join(root, "source")
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if target, isLink := strings.CutPrefix(text, "-> "); isLink {
			err = os.Symlink(target, path)
		} else {
			err = os.WriteFile(path, []byte(text), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestResolveSourceFollowsLinks(t *testing.T) {
	root := newSource(t, map[string]string{
		"app/in.txt": "-> data/a.txt", "app/data/a.txt": "a", "app/folder": "-> data", "app/gone": "-> nothing", "app/loop": "-> .",
		"app/file.txt": "-> ../shared/b.txt", "app/shared": "-> ../shared", "shared/b.txt": "b", "shared/c.txt": "-> b.txt",
		"link": "-> app",
	})
	for _, subPath := range []string{"app", "link"} {
		app, err := resolveSource(root, filepath.Join(root, subPath))
		if err != nil || app != filepath.Join(root, "app") {
			t.Fatalf("resolveSource(%s) = %s, %v", subPath, app, err)
		}
	}
	for name, want := range map[string]string{"in.txt": "a", "folder/a.txt": "a", "file.txt": "b", "shared/b.txt": "b", "shared/c.txt": "b"} {
		if got, err := os.ReadFile(filepath.Join(root, "app", name)); err != nil || string(got) != want {
			t.Errorf("%s = %q, %v, want %q", name, got, err, want)
		}
	}
	// The image contains app alone, so only links within it may remain.
	for name, isLink := range map[string]bool{"in.txt": true, "folder": true, "gone": true, "loop": true, "file.txt": false, "shared": false} {
		if info, err := os.Lstat(filepath.Join(root, "app", name)); err != nil || (info.Mode()&os.ModeSymlink != 0) != isLink {
			t.Errorf("%s: %v, want a link: %t", name, err, isLink)
		}
	}
}

func TestResolveSourceRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		files    map[string]string
		subPath  string
		wantText string
	}{
		"a file that is absolute":             {map[string]string{"app/x": "-> /etc/hostname"}, "app", `the link "app/x" leads out of the source, to "/etc/hostname"`},
		"a file beside the source":            {map[string]string{"app/x": "-> ../../outside/secret"}, "app", `the link "app/x" leads out`},
		"a folder beside the source":          {map[string]string{"app/x": "-> ../../outside"}, "app", `the link "app/x" leads out`},
		"a link beside the sub-path":          {map[string]string{"app/x": "x", "lib": "-> /etc"}, "app", `the link "lib" leads out`},
		"a link over two steps":               {map[string]string{"app/x": "-> ../y/secret", "y": "-> ../outside"}, "app", "leads out"},
		"an absolute link to nothing":         {map[string]string{"app/x": "-> /nowhere"}, "app", "leads out"},
		"a folder that contains the sub-path": {map[string]string{"app/x": "-> ..", "y": "y"}, "app", `leads to "..", a folder that contains the link`},
		"a sub-path that leads out":           {map[string]string{"app": "-> ../outside", "y": "y"}, "app", `sourceSubPath "app" is a link that leads out of the source`},
		"a sub-path that is a file":           {map[string]string{"app/x": "x"}, "app/x", `sourceSubPath "app/x" is not a folder`},
		"a sub-path that is missing":          {map[string]string{"app/x": "x"}, "ap", `sourceSubPath "ap" does not exist`},
	} {
		t.Run(name, func(t *testing.T) {
			root := newSource(t, test.files)
			_, err := resolveSource(root, filepath.Join(root, test.subPath))
			if failure := (*FailureError)(nil); !errors.As(err, &failure) || failure.Reason != ReasonSourceInvalid || !strings.Contains(failure.Message, test.wantText) {
				t.Errorf("resolveSource = %v, want %q", err, test.wantText)
			}
		})
	}
}
