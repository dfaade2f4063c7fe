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
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"openfunction.dev/openfunction/pkg/apis/fielderror"
	"openfunction.dev/openfunction/pkg/plaintext"
)

const supportedURLs = "supported values: https://host/path, ssh://host/path, git@host:path"

// scpLike is the form git@host:path, which is not a URL. The user and the host cannot
// begin with '-', because ssh would take them for options.
var scpLike = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]*@([A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\]):([^-:\s][^\s]*)$`)

// gitScheme is the part of a URL by which git selects the transport; ext:: would run a
// program.
var gitScheme = regexp.MustCompile(`^([a-zA-Z][a-zA-Z0-9+.-]*):(//|:)`)

// validateGitURL checks the URL of a repository. The hosts in exempt, host or
// host:port, may be used without TLS and at any address. No error repeats the URL,
// because any part of it may contain a password.
func validateGitURL(path *field.Path, raw string, exempt sets.Set[string]) field.ErrorList {
	if len(raw) > maxURLBytes {
		return field.ErrorList{fielderror.TooLong(path, len(raw), maxURLBytes)}
	}
	if parts := scpLike.FindStringSubmatch(raw); parts != nil {
		return append(validateGitCharacters(path, raw), validateGitHost(path, strings.Trim(parts[1], "[]"), "", exempt)...)
	}
	if errs := validateGitScheme(path, raw); len(errs) > 0 {
		return errs
	}
	if errs := validateGitCharacters(path, raw); len(errs) > 0 {
		return errs
	}
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return field.ErrorList{fielderror.InvalidSecret(path, "must be a URL; "+supportedURLs)}
	}
	errs := validateGitUser(path, u)
	if strings.Trim(u.Path, "/") == "" {
		errs = append(errs, fielderror.InvalidSecret(path, "must name a repository"))
	}
	if query := "?" + u.RawQuery; plaintext.Redact(query) != query {
		errs = append(errs, fielderror.InvalidSecret(path, "must not have a token in its query: name a secret in credentials"))
	}
	if u.Fragment != "" {
		errs = append(errs, fielderror.InvalidSecret(path, "must not have a fragment; name a revision in revision"))
	}
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if u.Scheme == "http" && !exempts(exempt, host, port) {
		errs = append(errs, field.Forbidden(path,
			"plaintext: use https, or ask the administrator to list the host in insecure-source-hosts of config-build"))
	}
	return append(errs, validateGitHost(path, host, port, exempt)...)
}

func validateGitCharacters(path *field.Path, raw string) field.ErrorList {
	if hasControl(raw) || strings.ContainsFunc(raw, unicode.IsSpace) {
		return field.ErrorList{fielderror.InvalidSecret(path, "must not contain spaces or control characters")}
	}
	return nil
}

func validateGitScheme(path *field.Path, raw string) field.ErrorList {
	parts := gitScheme.FindStringSubmatch(raw)
	if parts == nil {
		return field.ErrorList{fielderror.NotSupportedSecret(path, supportedURLs)}
	}
	scheme, isURL := parts[1], parts[2] == "//"
	if isURL && (scheme == "https" || scheme == "ssh" || scheme == "http") {
		return nil
	}
	return field.ErrorList{fielderror.NotSupported(path, scheme+":"+parts[2], supportedForms...)}
}

// validateGitUser refuses credentials. ssh needs a user name, which is not a secret.
func validateGitUser(path *field.Path, u *url.URL) field.ErrorList {
	if u.User == nil {
		return nil
	}
	if _, hasPassword := u.User.Password(); u.Scheme != "ssh" || hasPassword {
		return field.ErrorList{fielderror.InvalidSecret(path, "must not hold credentials: name a secret in credentials")}
	}
	if strings.HasPrefix(u.User.Username(), "-") {
		return field.ErrorList{fielderror.InvalidSecret(path, "the user must not begin with '-'")}
	}
	return nil
}

func validateGitHost(path *field.Path, host, port string, exempt sets.Set[string]) field.ErrorList {
	if exempts(exempt, host, port) {
		return nil
	}
	_, isAddr := parseAddr(canonicalHost(host))
	switch {
	case isOfTheNode(host):
		return field.ErrorList{field.Forbidden(path, "address range: the host must not be a loopback, link-local or cloud metadata address")}
	case !isAddr && len(validation.IsDNS1123Subdomain(canonicalHost(host))) > 0:
		return field.ErrorList{fielderror.Invalid(path, host, "must have a host name or an address as host")}
	default:
		return nil
	}
}

// supportedForms are the forms of the URL of a repository.
var supportedForms = []string{"https://host/path", "ssh://host/path", "git@host:path"}
