/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package gitstep

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// secretOf writes the keys of a Secret, and returns their folder.
func secretOf(t *testing.T, keys map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for key, value := range keys {
		if err := os.WriteFile(filepath.Join(folder, key), []byte(value), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// fakeSSH puts a program named ssh first in the path. It checks host keys and private keys
// as ssh does, and runs the command of git on this machine.
func fakeSSH(t *testing.T) {
	t.Helper()
	const program = `#!/bin/sh
strict= hosts= key=
while [ $# -gt 0 ]; do
	case $1 in
	-o)
		case $2 in
		StrictHostKeyChecking=*) strict=${2#*=} ;;
		UserKnownHostsFile=*) hosts=${2#*=} ;;
		SendEnv=*) ;;
		esac
		shift 2
		;;
	-F) shift 2 ;;
	-i)
		key=$2
		shift 2
		;;
	-*) shift ;;
	*) break ;;
	esac
done
host=$1
shift
case $strict in
accept-new | no | off) accepts=true ;;
*) accepts=false ;;
esac
if ! $accepts && ! grep -q "^${host#*@} " "$hosts"; then
	echo "No ED25519 host key is known for ${host#*@} and you have requested strict checking." >&2
	echo "Host key verification failed." >&2
	exit 255
fi
if [ "$(stat -c %a "$key")" != 400 ] || [ "$(cat "$key")" != right ]; then
	echo "${host%@*}: Permission denied (publickey)." >&2
	exit 255
fi
eval "exec $*"
`
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "ssh"), []byte(program), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", folder+":"+os.Getenv("PATH"))
	t.Setenv("GIT_SSH_VARIANT", "ssh")
}

func TestSSH(t *testing.T) {
	isolate(t)
	fakeSSH(t)
	r := newRepository(t)
	url := "git@git.example.com:" + strings.TrimPrefix(r.url, "file://")
	const known = "git.example.com ssh-ed25519 AAAA"
	for name, tt := range map[string]struct {
		secret      map[string]string
		knownHosts  string
		acceptsAll  bool
		wantFailure string
	}{
		"the Secret has the host":                 {secret: map[string]string{"ssh-privatekey": "right", "known_hosts": known}},
		"the administrator lists the host":        {secret: map[string]string{"ssh-privatekey": "right"}, knownHosts: known},
		"the administrator accepts unknown hosts": {secret: map[string]string{"ssh-privatekey": "right"}, acceptsAll: true},
		"the host is unknown":                     {secret: map[string]string{"ssh-privatekey": "right"}, wantFailure: ReasonHostKeyUnknown},
		"the Secret has another host":             {secret: map[string]string{"ssh-privatekey": "right", "known_hosts": "other.example.com ssh-ed25519 AAAA"}, knownHosts: known, acceptsAll: true, wantFailure: ReasonHostKeyUnknown},
		"the host does not know the key":          {secret: map[string]string{"ssh-privatekey": "wrong", "known_hosts": known}, wantFailure: reasonKeyRejected},
		"the Secret has no key":                   {secret: map[string]string{"username": "a", "password": "b"}, wantFailure: reasonSSHExpected},
		"there is no Secret":                      {wantFailure: reasonSSHExpected},
	} {
		t.Run(name, func(t *testing.T) {
			clone := &Clone{
				URL: url, Revision: "v1.0.0", Target: filepath.Join(t.TempDir(), "source"), Depth: 1, Output: t.Output(),
				KnownHosts: tt.knownHosts, AcceptUnknownHosts: tt.acceptsAll,
			}
			if tt.secret != nil {
				clone.Secret = secretOf(t, tt.secret)
			}
			source, err := clone.Run(t.Context())
			switch {
			case tt.wantFailure == "" && (err != nil || source.Commit != r.commits["tag v1.0.0"]):
				t.Errorf("commit %q, error %v", source.Commit, err)
			case tt.wantFailure != "" && (err == nil || Explain(err).Reason != tt.wantFailure):
				t.Errorf("error %v, want %s", err, tt.wantFailure)
			}
			if _, err := os.Stat(clone.temporary); !os.IsNotExist(err) {
				t.Errorf("the folder of the key is left over: %v", err)
			}
		})
	}
}

func TestSecretsThatDoNotFit(t *testing.T) {
	both := map[string]string{"username": "ada", "password": "p@ss/word"}
	for name, tt := range map[string]struct {
		url    string
		secret map[string]string
		want   string
	}{
		"a password over https":      {"https://git.example.com/a.git", both, ""},
		"a password over plain http": {"http://git.example.com/a.git", both, reasonPlainHTTP},
		"a username only":            {"https://git.example.com/a.git", map[string]string{"username": "ada"}, reasonBasicIncomplete},
		"an empty Secret":            {"https://git.example.com/a.git", map[string]string{}, reasonBasicIncomplete},
		"a key for https":            {"https://git.example.com/a.git", map[string]string{"ssh-privatekey": "right"}, reasonSSHUnexpected},
		"a password for SSH":         {"ssh://git@git.example.com/a.git", both, reasonSSHExpected},
	} {
		t.Run(name, func(t *testing.T) {
			clone := &Clone{URL: tt.url, Secret: secretOf(t, tt.secret), temporary: t.TempDir()}
			err := clone.setCredentials()
			if tt.want != "" {
				if err == nil || Explain(err).Reason != tt.want {
					t.Errorf("error %v, want %s", err, tt.want)
				}
				return
			}
			stored, readErr := os.ReadFile(filepath.Join(clone.temporary, "credentials"))
			if err != nil || readErr != nil || string(stored) != "https://ada:p%40ss%2Fword@git.example.com/a.git\n" {
				t.Errorf("stored %q, errors %v, %v", stored, err, readErr)
			}
			if strings.Contains(strings.Join(clone.settings, " "), "%2Fword") || strings.Contains(strings.Join(clone.settings, " "), "p@ss") {
				t.Errorf("the password is in the arguments of git: %v", clone.settings)
			}
		})
	}
}

func TestKeyForHTTPS(t *testing.T) {
	clone := &Clone{
		URL: "https://git.example.com/a.git", Secret: secretOf(t, map[string]string{"ssh-privatekey": "right"}),
		RewriteURL: true, temporary: t.TempDir(),
	}
	if err := clone.setCredentials(); err != nil {
		t.Fatal(err)
	}
	if want := "url.ssh://git@git.example.com/.insteadOf=https://git.example.com/"; !strings.Contains(strings.Join(clone.settings, " "), want) {
		t.Errorf("settings %v, want %s", clone.settings, want)
	}
}

// The words are those of git 2.39 and OpenSSH 9.2.
func TestExplain(t *testing.T) {
	for words, want := range map[string]string{
		"No ED25519 host key is known for a and you have requested strict checking.\nHost key verification failed.\nfatal: Could not read from remote repository.": ReasonHostKeyUnknown,
		"@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\nHost key verification failed.":                                                               reasonHostKeyChanged,
		`Load key "/tmp/key": error in libcrypto` + "\ngit@a: Permission denied (publickey).":                                                                      reasonKeyUnreadable,
		"git@a: Permission denied (publickey).\nfatal: Could not read from remote repository.":                                                                     reasonKeyRejected,
		"ssh: connect to host a port 22: Connection refused\nfatal: Could not read from remote repository.":                                                        reasonUnreachable,
		"fatal: unable to access 'https://a/': Could not resolve host: a":                                                                                          reasonUnreachable,
		"remote: Invalid username or password.\nfatal: Authentication failed for 'https://a/'":                                                                     reasonPasswordRejected,
		"fatal: could not read Username for 'https://a': terminal prompts disabled":                                                                                reasonPrivate,
		"fatal: repository 'https://a/b.git/' not found":                                                                                                           reasonRepositoryNotFound,
		"fatal: '/b.git' does not appear to be a git repository":                                                                                                   reasonRepositoryNotFound,
		"fatal: couldn't find remote ref refs/heads/main":                                                                                                          ReasonRevisionNotFound,
		"fatal: unable to access 'https://a/': server certificate verification failed. CAfile: none CRLfile: none":                                                 reasonCertificateUnknown,
		"fatal: unable to access 'https://a/': SSL certificate problem: unable to get local issuer certificate":                                                    reasonCertificateUnknown,
		"batch response: Post \"https://a/info/lfs/objects/batch\": tls: failed to verify: x509: certificate signed by unknown authority":                          reasonCertificateUnknown,
		"fatal: something else": ReasonGitError,
	} {
		got := Explain(&commandError{command: "fetch", output: words})
		if got.Reason != want || got.Message == "" || len(got.Message) > maxMessageBytes || strings.Contains(got.Message, "\n") {
			t.Errorf("%q is %+v, want %s", words, got, want)
		}
	}
	leak := Explain(&commandError{command: "fetch", output: "fatal: unable to access 'https://ada:hunter2@git.example.com/a.git/'"})
	if strings.Contains(leak.Message, "hunter2") {
		t.Errorf("a password is in the message: %s", leak.Message)
	}
}
