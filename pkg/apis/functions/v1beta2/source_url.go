/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"openfunction.dev/openfunction/pkg/apis/fielderror"
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

// metadataHosts serve the credentials of cloud machines at addresses that are not
// link-local.
var metadataHosts = sets.New("metadata", "metadata.google.internal", "metadata.goog", "instance-data", "fd00:ec2::254", "100.100.100.200", "192.0.0.192")

func validateGitHost(path *field.Path, host, port string, exempt sets.Set[string]) field.ErrorList {
	if exempts(exempt, host, port) {
		return nil
	}
	name := strings.TrimSuffix(strings.ToLower(host), ".")
	addr, isAddr := parseAddr(name)
	switch {
	case isAddr && isOfTheNode(addr), isAddr && metadataHosts.Has(addr.String()),
		name == "localhost", strings.HasSuffix(name, ".localhost"), metadataHosts.Has(name):
		return field.ErrorList{field.Forbidden(path, "address range: the host must not be a loopback, link-local or cloud metadata address")}
	case isAddr:
		return nil
	case len(validation.IsDNS1123Subdomain(name)) > 0:
		return field.ErrorList{fielderror.Invalid(path, host, "must have a host name or an address as host")}
	default:
		return nil
	}
}

// supportedForms are the forms of the URL of a repository.
var supportedForms = []string{"https://host/path", "ssh://host/path", "git@host:path"}

func isOfTheNode(addr netip.Addr) bool {
	return addr.IsLoopback() || addr.IsUnspecified() || addr.IsMulticast() ||
		addr.IsLinkLocalUnicast() || addr.IsLinkLocalMulticast() || addr.IsInterfaceLocalMulticast()
}

func exempts(exempt sets.Set[string], host, port string) bool {
	return exempt.Has(host) || exempt.Has("["+host+"]") || port != "" && (exempt.Has(host+":"+port) || exempt.Has("["+host+"]:"+port))
}

// nat64 is the prefix under which a gateway maps all of IPv4.
var nat64 = netip.MustParsePrefix("64:ff9b::/96")

// parseAddr parses an address in every form that a C library accepts: programs connect
// to 127.0.0.1 for 127.1 and 0x7f000001.
func parseAddr(host string) (netip.Addr, bool) {
	if addr, err := netip.ParseAddr(host); err == nil {
		addr = addr.WithZone("").Unmap()
		if nat64.Contains(addr) {
			b := addr.As16()
			addr = netip.AddrFrom4([4]byte(b[12:]))
		}
		return addr, true
	}
	parts := strings.Split(host, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var value uint64
	for i, part := range parts {
		bits := 8
		if i == len(parts)-1 {
			bits = 8 * (5 - len(parts))
		}
		// Base 0 also accepts 0b1 and 1_0, which C does not. No resolver resolves these
		// names.
		n, err := strconv.ParseUint(part, 0, bits)
		if err != nil {
			return netip.Addr{}, false
		}
		value = value<<bits | n
	}
	return netip.AddrFrom4([4]byte{byte(value >> 24), byte(value >> 16), byte(value >> 8), byte(value)}), true
}
