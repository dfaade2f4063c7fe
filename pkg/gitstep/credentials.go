/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package gitstep

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"openfunction.dev/openfunction/pkg/cacerts"
)

// systemCertificates are the authorities that git trusts without other settings.
const systemCertificates = "/etc/ssl/certs/ca-certificates.crt"

// isSSH matches the URLs that git uses SSH for.
var isSSH = regexp.MustCompile(`^(ssh|git\+ssh|ssh\+git)://|^[^/:@]+@[^/:]+:`)

// setCredentials turns the Secret into settings of git.
func (c *Clone) setCredentials() error {
	key, user, password := c.inSecret("ssh-privatekey"), c.inSecret("username"), c.inSecret("password")
	ssh, plain := isSSH.MatchString(c.URL), strings.HasPrefix(c.URL, "http://")
	switch {
	case key != "" && (ssh || c.RewriteURL):
		return c.setKey(key)
	case key != "":
		return &FailureError{Reason: reasonSSHUnexpected, Message: "the Secret has an SSH key, and the URL is not one of SSH"}
	case ssh:
		return &FailureError{Reason: reasonSSHExpected, Message: "a URL of SSH needs a Secret of the type kubernetes.io/ssh-auth with ssh-privatekey"}
	case c.Secret == "":
		return nil
	case user == "" || password == "":
		return &FailureError{Reason: reasonBasicIncomplete, Message: "the Secret needs both username and password, or ssh-privatekey for a URL of SSH"}
	case plain:
		return &FailureError{Reason: reasonPlainHTTP, Message: "a password is not sent over plain http: use an https:// URL"}
	}
	return c.setPassword(user, password)
}

// setKey makes git use a key, and its URL. ssh refuses keys that others can read, as they
// can a mounted one.
func (c *Clone) setKey(path string) error {
	key, err := os.ReadFile(path) //nolint:gosec // a key of the Secret
	if err != nil {
		return fmt.Errorf("reading the SSH key: %w", err)
	}
	private, err := c.write("key", string(key))
	if err != nil {
		return err
	}
	if host := c.rewrittenHost(); host != "" {
		c.settings = append(c.settings, "-c", "url.ssh://git@"+host+"/.insteadOf=https://"+host+"/")
	}
	return c.setSSH(private)
}

// rewrittenHost returns the host whose https:// URLs are changed to SSH.
func (c *Clone) rewrittenHost() string {
	if !c.RewriteURL {
		return ""
	}
	if _, address, found := strings.Cut(c.URL, "@"); found && strings.HasPrefix(c.URL, "git@") {
		host, _, _ := strings.Cut(address, ":")
		return host
	}
	if u, err := url.Parse(c.URL); err == nil && strings.HasPrefix(u.Scheme, "http") {
		return u.Host
	}
	return ""
}

// setSSH makes git call ssh with a key. An unknown host key is refused, because another
// host in place of the right one would choose the source that is built.
func (c *Clone) setSSH(private string) error {
	hosts, strict := c.inSecret("known_hosts"), "yes"
	switch {
	case hosts != "":
	case c.KnownHosts != "":
		var err error
		if hosts, err = c.write("known_hosts", c.KnownHosts+"\n"); err != nil {
			return err
		}
	case c.AcceptUnknownHosts:
		strict, hosts = "accept-new", filepath.Join(c.temporary, "known_hosts")
	default:
		hosts = os.DevNull
	}
	// Git passes it to a shell. Nothing in it comes from a user: the paths are those of the
	// step.
	command := []string{
		"ssh", "-F", os.DevNull, "-o", "LogLevel=ERROR", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes",
		"-o", "GlobalKnownHostsFile=" + os.DevNull, "-o", "UserKnownHostsFile=" + hosts, "-o", "StrictHostKeyChecking=" + strict,
		"-i", private,
	}
	c.settings = append(c.settings, "-c", "core.sshCommand="+strings.Join(command, " "))
	return nil
}

// setPassword makes git use a user and password for the host of the URL.
func (c *Clone) setPassword(userFile, passwordFile string) error {
	user, err := os.ReadFile(userFile) //nolint:gosec // a key of the Secret
	if err != nil {
		return fmt.Errorf("reading the username: %w", err)
	}
	password, err := os.ReadFile(passwordFile) //nolint:gosec // a key of the Secret
	if err != nil {
		return fmt.Errorf("reading the password: %w", err)
	}
	u, err := url.Parse(c.URL)
	if err != nil {
		return &FailureError{Reason: ReasonGitError, Message: "the URL cannot be read"}
	}
	u.User = url.UserPassword(string(user), string(password))
	store, err := c.write("credentials", u.String()+"\n")
	if err != nil {
		return err
	}
	// The first empty helper removes those of the image.
	c.settings = append(c.settings, "-c", "credential.helper=", "-c", "credential.helper=store --file "+store)
	return nil
}

// setCertificates makes git trust the authorities of the build. Git has one setting for
// all authorities, so those of the image are written beside them.
func (c *Clone) setCertificates() error {
	if c.CACertificates == "" {
		return nil
	}
	if err := cacerts.Check(c.CACertificates); err != nil {
		return &FailureError{Reason: reasonCertificateUnknown, Message: err.Error()}
	}
	system, err := os.ReadFile(systemCertificates)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("reading the certificates of the image: %w", err)
	}
	file, err := c.write("ca.crt", string(system)+"\n"+c.CACertificates)
	if err != nil {
		return err
	}
	// Stronger than the option http.sslCAInfo, and read by git-lfs too.
	c.environment = append(c.environment, "GIT_SSL_CAINFO="+file)
	return nil
}

// write writes a file that only this user can read.
func (c *Clone) write(name, content string) (string, error) {
	path := filepath.Join(c.temporary, name)
	if err := os.WriteFile(path, []byte(content), 0o400); err != nil { //nolint:gosec // a name of ours in a folder of ours
		return "", fmt.Errorf("writing the file for %s: %w", name, err)
	}
	return path, nil
}
