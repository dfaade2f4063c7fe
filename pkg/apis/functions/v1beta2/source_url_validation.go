/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"k8s.io/apimachinery/pkg/util/sets"
	"knative.dev/pkg/apis"
)

const supportedURLs = "supported values: https://host/path, ssh://host/path, git@host:path"

// scpLike is the form git@host:path, which is no URL. The user and the host
// cannot begin with '-', which would make them options of ssh.
var scpLike = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]*@([A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\]):([^-:\s][^\s]*)$`)

// gitScheme is what git takes for the transport: ext:: would run a program.
var gitScheme = regexp.MustCompile(`^([a-zA-Z][a-zA-Z0-9+.-]*):(//|:)`)

// validateGitURL checks where source code is fetched from. The hosts in exempt,
// host or host:port, may be reached without TLS and wherever they are. No error
// repeats the URL, which may hold a password in any of its parts.
func validateGitURL(raw, path string, exempt sets.Set[string]) *apis.FieldError {
	if len(raw) > maxURLBytes {
		return tooLong(path, len(raw), maxURLBytes)
	}
	if parts := scpLike.FindStringSubmatch(raw); parts != nil {
		return validateGitCharacters(raw, path).Also(validateGitHost(strings.Trim(parts[1], "[]"), "", path, exempt))
	}
	if errs := validateGitScheme(raw, path); errs != nil {
		return errs
	}
	if errs := validateGitCharacters(raw, path); errs != nil {
		return errs
	}
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return invalidSecret(path, "must be a URL; "+supportedURLs)
	}
	errs := validateGitUser(u, path)
	if strings.Trim(u.Path, "/") == "" {
		errs = errs.Also(invalidSecret(path, "must name a repository"))
	}
	if u.Fragment != "" {
		errs = errs.Also(invalidSecret(path, "must not have a fragment; name a revision in revision"))
	}
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if u.Scheme == "http" && !exempts(exempt, host, port) {
		errs = errs.Also(forbidden(path, "plaintext: use https, or ask the administrator to list the host in insecure-source-hosts of config-build"))
	}
	return errs.Also(validateGitHost(host, port, path, exempt))
}

func validateGitCharacters(raw, path string) *apis.FieldError {
	if hasControl(raw) || strings.ContainsFunc(raw, unicode.IsSpace) {
		return invalidSecret(path, "must not contain spaces or control characters")
	}
	return nil
}

func validateGitScheme(raw, path string) *apis.FieldError {
	parts := gitScheme.FindStringSubmatch(raw)
	if parts == nil {
		return &apis.FieldError{Message: "Unsupported value", Paths: []string{path}, Details: supportedURLs}
	}
	scheme, isURL := parts[1], parts[2] == "//"
	if isURL && (scheme == "https" || scheme == "ssh" || scheme == "http") {
		return nil
	}
	return &apis.FieldError{
		Message: "Unsupported value: " + quote(scheme+":"+parts[2]), Paths: []string{path}, Details: supportedURLs,
	}
}

// validateGitUser refuses credentials; ssh needs a user, who is no secret.
func validateGitUser(u *url.URL, path string) *apis.FieldError {
	if u.User == nil {
		return nil
	}
	if _, hasPassword := u.User.Password(); u.Scheme != "ssh" || hasPassword {
		return invalidSecret(path, "must not hold credentials: name a secret in credentials")
	}
	if strings.HasPrefix(u.User.Username(), "-") {
		return invalidSecret(path, "the user must not begin with '-'")
	}
	return nil
}
