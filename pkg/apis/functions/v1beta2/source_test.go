/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import "testing"

func TestValidateSource(t *testing.T) {
	runValidation(t, builtAndServed, []validationRow{
		{21, `no srcRepo`, `build: {srcRepo: null}`, []string{
			`spec.build.srcRepo: Required value: set the location of the source code`,
		}},
		{21, `empty srcRepo`, `build: {srcRepo: {url: null}}`, []string{
			`spec.build.srcRepo: Required value: one of url, bundleContainer`,
		}},
		{23, `url and bundleContainer`, `build: {srcRepo: {bundleContainer: {image: registry.example.com/source:v1}}}`, []string{
			`spec.build.srcRepo: Forbidden: set only one of url, bundleContainer`,
		}},
		{24, `url ext::sh -c id`, `build: {srcRepo: {url: "ext::sh -c id"}}`, []string{
			`spec.build.srcRepo.url: Unsupported value: "ext::": supported values: https://host/path, ssh://host/path, git@host:path`,
		}},
		{25, `url file:///etc`, `build: {srcRepo: {url: "file:///etc"}}`, []string{
			`spec.build.srcRepo.url: Unsupported value: "file://": supported values: https://host/path, ssh://host/path, git@host:path`,
		}},
		{25, `url /local`, `build: {srcRepo: {url: "/local"}}`, []string{
			`spec.build.srcRepo.url: Unsupported value: supported values: https://host/path, ssh://host/path, git@host:path`,
		}},
		{25, `url ../x`, `build: {srcRepo: {url: "../x"}}`, []string{
			`spec.build.srcRepo.url: Unsupported value: supported values: https://host/path, ssh://host/path, git@host:path`,
		}},
		{25, `url git://git.example.com/r`, `build: {srcRepo: {url: "git://git.example.com/r"}}`, []string{
			`spec.build.srcRepo.url: Unsupported value: "git://": supported values: https://host/path, ssh://host/path, git@host:path`,
		}},
		{25, `url HTTPS://git.example.com/r`, `build: {srcRepo: {url: "HTTPS://git.example.com/r"}}`, []string{
			`spec.build.srcRepo.url: Unsupported value: "HTTPS://": supported values: https://host/path, ssh://host/path, git@host:path`,
		}},
		{25, `url git.example.com/team/r`, `build: {srcRepo: {url: "git.example.com/team/r"}}`, []string{
			`spec.build.srcRepo.url: Unsupported value: supported values: https://host/path, ssh://host/path, git@host:path`,
		}},
		{25, `url -oProxyCommand=x`, `build: {srcRepo: {url: "-oProxyCommand=x"}}`, []string{
			`spec.build.srcRepo.url: Unsupported value: supported values: https://host/path, ssh://host/path, git@host:path`,
		}},
		{27, `url https://u:p@host/r`, `build: {srcRepo: {url: "https://u:p@host/r"}}`, []string{
			`spec.build.srcRepo.url: Invalid value: must not hold credentials: name a secret in credentials`,
		}},
		{27, `url https://token@host/r`, `build: {srcRepo: {url: "https://token@host/r"}}`, []string{
			`spec.build.srcRepo.url: Invalid value: must not hold credentials: name a secret in credentials`,
		}},
		{27, `url http://u:p@host/r`, `build: {srcRepo: {url: "http://u:p@host/r"}}`, []string{
			`spec.build.srcRepo.url: Forbidden: plaintext: use https, or ask the administrator to list the host in insecure-source-hosts of config-build`,
			`spec.build.srcRepo.url: Invalid value: must not hold credentials: name a secret in credentials`,
		}},
		{27, `url ssh://git:p@host/r`, `build: {srcRepo: {url: "ssh://git:p@host/r"}}`, []string{
			`spec.build.srcRepo.url: Invalid value: must not hold credentials: name a secret in credentials`,
		}},
		{27, `url u:p@host/r`, `build: {srcRepo: {url: "u:p@host/r"}}`, []string{
			`spec.build.srcRepo.url: Unsupported value: supported values: https://host/path, ssh://host/path, git@host:path`,
		}},
		{27, `url ghp0123:x@host/r`, `build: {srcRepo: {url: "ghp0123:x@host/r"}}`, []string{
			`spec.build.srcRepo.url: Unsupported value: supported values: https://host/path, ssh://host/path, git@host:path`,
		}},
		{28, `url https://169.254.169.254/r`, `build: {srcRepo: {url: "https://169.254.169.254/r"}}`, []string{
			`spec.build.srcRepo.url: Forbidden: address range: the host must not be a loopback, link-local or cloud metadata address`,
		}},
		{28, `url https://localhost/r`, `build: {srcRepo: {url: "https://localhost/r"}}`, []string{
			`spec.build.srcRepo.url: Forbidden: address range: the host must not be a loopback, link-local or cloud metadata address`,
		}},
		{28, `url https://localhost./r`, `build: {srcRepo: {url: "https://localhost./r"}}`, []string{
			`spec.build.srcRepo.url: Forbidden: address range: the host must not be a loopback, link-local or cloud metadata address`,
		}},
		{28, `url https://git.localhost/r`, `build: {srcRepo: {url: "https://git.localhost/r"}}`, []string{
			`spec.build.srcRepo.url: Forbidden: address range: the host must not be a loopback, link-local or cloud metadata address`,
		}},
		{28, `url https://127.1/r`, `build: {srcRepo: {url: "https://127.1/r"}}`, []string{
			`spec.build.srcRepo.url: Forbidden: address range: the host must not be a loopback, link-local or cloud metadata address`,
		}},
		{28, `url https://[::1]/r`, `build: {srcRepo: {url: "https://[::1]/r"}}`, []string{
			`spec.build.srcRepo.url: Forbidden: address range: the host must not be a loopback, link-local or cloud metadata address`,
		}},
		{28, `url https://0x7f.1/r`, `build: {srcRepo: {url: "https://0x7f.1/r"}}`, []string{
			`spec.build.srcRepo.url: Forbidden: address range: the host must not be a loopback, link-local or cloud metadata address`,
		}},
		{28, `url https://2130706433/r`, `build: {srcRepo: {url: "https://2130706433/r"}}`, []string{
			`spec.build.srcRepo.url: Forbidden: address range: the host must not be a loopback, link-local or cloud metadata address`,
		}},
		{28, `url https://0177.0.0.1/r`, `build: {srcRepo: {url: "https://0177.0.0.1/r"}}`, []string{
			`spec.build.srcRepo.url: Forbidden: address range: the host must not be a loopback, link-local or cloud metadata address`,
		}},
		{28, `url https://[::ffff:127.0.0.1]/r`, `build: {srcRepo: {url: "https://[::ffff:127.0.0.1]/r"}}`, []string{
			`spec.build.srcRepo.url: Forbidden: address range: the host must not be a loopback, link-local or cloud metadata address`,
		}},
		{28, `url https://[64:ff9b::7f00:1]/r`, `build: {srcRepo: {url: "https://[64:ff9b::7f00:1]/r"}}`, []string{
			`spec.build.srcRepo.url: Forbidden: address range: the host must not be a loopback, link-local or cloud metadata address`,
		}},
		{28, `url https://0.0.0.0/r`, `build: {srcRepo: {url: "https://0.0.0.0/r"}}`, []string{
			`spec.build.srcRepo.url: Forbidden: address range: the host must not be a loopback, link-local or cloud metadata address`,
		}},
		{28, `url https://[fe80::1]/r`, `build: {srcRepo: {url: "https://[fe80::1]/r"}}`, []string{
			`spec.build.srcRepo.url: Forbidden: address range: the host must not be a loopback, link-local or cloud metadata address`,
		}},
		{28, `url https://[fd00:ec2::254]/r`, `build: {srcRepo: {url: "https://[fd00:ec2::254]/r"}}`, []string{
			`spec.build.srcRepo.url: Forbidden: address range: the host must not be a loopback, link-local or cloud metadata address`,
		}},
		{28, `url https://100.100.100.200/r`, `build: {srcRepo: {url: "https://100.100.100.200/r"}}`, []string{
			`spec.build.srcRepo.url: Forbidden: address range: the host must not be a loopback, link-local or cloud metadata address`,
		}},
		{28, `url https://metadata.google.internal/r`, `build: {srcRepo: {url: "https://metadata.google.internal/r"}}`, []string{
			`spec.build.srcRepo.url: Forbidden: address range: the host must not be a loopback, link-local or cloud metadata address`,
		}},
		{28, `url https://LOCALHOST/r`, `build: {srcRepo: {url: "https://LOCALHOST/r"}}`, []string{
			`spec.build.srcRepo.url: Forbidden: address range: the host must not be a loopback, link-local or cloud metadata address`,
		}},
		{28, `url https://224.0.0.1/r`, `build: {srcRepo: {url: "https://224.0.0.1/r"}}`, []string{
			`spec.build.srcRepo.url: Forbidden: address range: the host must not be a loopback, link-local or cloud metadata address`,
		}},
		{28, `scp form to localhost`, `build: {srcRepo: {url: "git@localhost:r"}}`, []string{
			`spec.build.srcRepo.url: Forbidden: address range: the host must not be a loopback, link-local or cloud metadata address`,
		}},
		{28, `ssh to loopback`, `build: {srcRepo: {url: "ssh://git@127.0.0.1/r"}}`, []string{
			`spec.build.srcRepo.url: Forbidden: address range: the host must not be a loopback, link-local or cloud metadata address`,
		}},
		{30, `http`, `build: {srcRepo: {url: "http://git.example.com/r"}}`, []string{
			`spec.build.srcRepo.url: Forbidden: plaintext: use https, or ask the administrator to list the host in insecure-source-hosts of config-build`,
		}},
		{0, `good url https://10.0.0.1:8443/r.git`, `build: {srcRepo: {url: "https://10.0.0.1:8443/r.git"}}`, nil},
		{0, `good url ssh://git@git.example.com:2222/r`, `build: {srcRepo: {url: "ssh://git@git.example.com:2222/r"}}`, nil},
		{0, `good url git@git.example.com:team/r.git`, `build: {srcRepo: {url: "git@git.example.com:team/r.git"}}`, nil},
		{0, `good url org-12@git.example.com:team/r.git`, `build: {srcRepo: {url: "org-12@git.example.com:team/r.git"}}`, nil},
		{0, `good url https://git.example.com/r?x=y`, `build: {srcRepo: {url: "https://git.example.com/r?x=y"}}`, nil},
		{0, `bad url https://git.example.com`, `build: {srcRepo: {url: "https://git.example.com"}}`, []string{
			`spec.build.srcRepo.url: Invalid value: must name a repository`,
		}},
		{0, `bad url https://git.example.com/r#main`, `build: {srcRepo: {url: "https://git.example.com/r#main"}}`, []string{
			`spec.build.srcRepo.url: Invalid value: must not have a fragment; name a revision in revision`,
		}},
		{0, `bad url https://git_x.example.com/r`, `build: {srcRepo: {url: "https://git_x.example.com/r"}}`, []string{
			`spec.build.srcRepo.url: Invalid value: "git_x.example.com": must have a host name or an address as host`,
		}},
		{0, `bad url https://`, `build: {srcRepo: {url: "https://"}}`, []string{
			`spec.build.srcRepo.url: Invalid value: must be a URL; supported values: https://host/path, ssh://host/path, git@host:path`,
		}},
		{0, `bad url https://git.example.com/a b`, `build: {srcRepo: {url: "https://git.example.com/a b"}}`, []string{
			`spec.build.srcRepo.url: Invalid value: must not contain spaces or control characters`,
		}},
		{0, `bad url git@-oProxyCommand=x:r`, `build: {srcRepo: {url: "git@-oProxyCommand=x:r"}}`, []string{
			`spec.build.srcRepo.url: Unsupported value: supported values: https://host/path, ssh://host/path, git@host:path`,
		}},
		{0, `bad url git@git.example.com:-r`, `build: {srcRepo: {url: "git@git.example.com:-r"}}`, []string{
			`spec.build.srcRepo.url: Unsupported value: supported values: https://host/path, ssh://host/path, git@host:path`,
		}},
		{0, `bad url https://[::1/r`, `build: {srcRepo: {url: "https://[::1/r"}}`, []string{
			`spec.build.srcRepo.url: Invalid value: must be a URL; supported values: https://host/path, ssh://host/path, git@host:path`,
		}},
		{0, `bad url https://git.example.com/a\nb`, `build: {srcRepo: {url: "https://git.example.com/a\nb"}}`, []string{
			`spec.build.srcRepo.url: Invalid value: must not contain spaces or control characters`,
		}},
		{0, `bad url git@git.example.com:a\x05b`, `build: {srcRepo: {url: "git@git.example.com:a\x05b"}}`, []string{
			`spec.build.srcRepo.url: Invalid value: must not contain spaces or control characters`,
		}},
		{0, `bad url ssh://-l@git.example.com/r`, `build: {srcRepo: {url: "ssh://-l@git.example.com/r"}}`, []string{
			`spec.build.srcRepo.url: Invalid value: the user must not begin with '-'`,
		}},
		{0, `url too long`, `build: {srcRepo: {url: LONGURL}}`, []string{
			`spec.build.srcRepo.url: Too long: must have at most 2048 bytes, has 2072`,
		}},
		{31, `revision --output=/x`, `build: {srcRepo: {revision: "--output=/x"}}`, []string{
			`spec.build.srcRepo.revision: Invalid value: "--output=/x": must not begin with '-'`,
		}},
		{31, `revision -b`, `build: {srcRepo: {revision: "-b"}}`, []string{
			`spec.build.srcRepo.revision: Invalid value: "-b": must not begin with '-'`,
		}},
		{31, `revision a..b`, `build: {srcRepo: {revision: "a..b"}}`, []string{
			`spec.build.srcRepo.revision: Invalid value: "a..b": must be a branch, tag, commit or ref in the form that git check-ref-format allows`,
		}},
		{31, `revision a b`, `build: {srcRepo: {revision: "a b"}}`, []string{
			`spec.build.srcRepo.revision: Invalid value: "a b": must be a branch, tag, commit or ref in the form that git check-ref-format allows`,
		}},
		{31, `revision x~1`, `build: {srcRepo: {revision: "x~1"}}`, []string{
			`spec.build.srcRepo.revision: Invalid value: "x~1": must be a branch, tag, commit or ref in the form that git check-ref-format allows`,
		}},
		{31, `revision x^`, `build: {srcRepo: {revision: "x^"}}`, []string{
			`spec.build.srcRepo.revision: Invalid value: "x^": must be a branch, tag, commit or ref in the form that git check-ref-format allows`,
		}},
		{31, `revision main:x`, `build: {srcRepo: {revision: "main:x"}}`, []string{
			`spec.build.srcRepo.revision: Invalid value: "main:x": must be a branch, tag, commit or ref in the form that git check-ref-format allows`,
		}},
		{31, `revision a/.b`, `build: {srcRepo: {revision: "a/.b"}}`, []string{
			`spec.build.srcRepo.revision: Invalid value: "a/.b": must be a branch, tag, commit or ref in the form that git check-ref-format allows`,
		}},
		{31, `revision x.lock`, `build: {srcRepo: {revision: "x.lock"}}`, []string{
			`spec.build.srcRepo.revision: Invalid value: "x.lock": must be a branch, tag, commit or ref in the form that git check-ref-format allows`,
		}},
		{31, `revision refs/`, `build: {srcRepo: {revision: "refs/"}}`, []string{
			`spec.build.srcRepo.revision: Invalid value: "refs/": must be a branch, tag, commit or ref in the form that git check-ref-format allows`,
		}},
		{31, `revision /x`, `build: {srcRepo: {revision: "/x"}}`, []string{
			`spec.build.srcRepo.revision: Invalid value: "/x": must be a branch, tag, commit or ref in the form that git check-ref-format allows`,
		}},
		{31, `revision @{u}`, `build: {srcRepo: {revision: "@{u}"}}`, []string{
			`spec.build.srcRepo.revision: Invalid value: "@{u}": must be a branch, tag, commit or ref in the form that git check-ref-format allows`,
		}},
		{31, `revision a\tb`, `build: {srcRepo: {revision: "a\tb"}}`, []string{
			`spec.build.srcRepo.revision: Invalid value: "a\tb": must be a branch, tag, commit or ref in the form that git check-ref-format allows`,
		}},
		{31, `revision x.`, `build: {srcRepo: {revision: "x."}}`, []string{
			`spec.build.srcRepo.revision: Invalid value: "x.": must be a branch, tag, commit or ref in the form that git check-ref-format allows`,
		}},
		{0, `good revision `, `build: {srcRepo: {revision: ""}}`, nil},
		{0, `good revision main`, `build: {srcRepo: {revision: "main"}}`, nil},
		{0, `good revision v1.2.3`, `build: {srcRepo: {revision: "v1.2.3"}}`, nil},
		{0, `good revision refs/heads/feature/x`, `build: {srcRepo: {revision: "refs/heads/feature/x"}}`, nil},
		{0, `good revision 4355a46b19d348dc2f57c046f8ef63d4538ebb93`, `build: {srcRepo: {revision: "4355a46b19d348dc2f57c046f8ef63d4538ebb93"}}`, nil},
		{0, `good revision feature/a-b_c`, `build: {srcRepo: {revision: "feature/a-b_c"}}`, nil},
		{31, `revision too long`, `build: {srcRepo: {revision: LONG256}}`, []string{
			`spec.build.srcRepo.revision: Too long: must have at most 255 bytes, has 256`,
		}},
		{0, `sourceSubPath ../x`, `build: {srcRepo: {sourceSubPath: "../x"}}`, []string{
			`spec.build.srcRepo.sourceSubPath: Invalid value: "../x": must be a relative path inside the source`,
		}},
		{0, `sourceSubPath /etc`, `build: {srcRepo: {sourceSubPath: "/etc"}}`, nil},
		{0, `sourceSubPath /../etc`, `build: {srcRepo: {sourceSubPath: "/../etc"}}`, []string{
			`spec.build.srcRepo.sourceSubPath: Invalid value: "../etc": must be a relative path inside the source`,
		}},
		{0, `sourceSubPath a/../../x`, `build: {srcRepo: {sourceSubPath: "a/../../x"}}`, []string{
			`spec.build.srcRepo.sourceSubPath: Invalid value: "a/../../x": must be a relative path inside the source`,
		}},
		{0, `sourceSubPath -x`, `build: {srcRepo: {sourceSubPath: "-x"}}`, []string{
			`spec.build.srcRepo.sourceSubPath: Invalid value: "-x": must not begin with '-'`,
		}},
		{0, `sourceSubPath a\tb`, `build: {srcRepo: {sourceSubPath: "a\tb"}}`, []string{
			`spec.build.srcRepo.sourceSubPath: Invalid value: "a\tb": must not contain control characters or backslashes`,
		}},
		{0, `sourceSubPath a\\b`, `build: {srcRepo: {sourceSubPath: "a\\b"}}`, []string{
			`spec.build.srcRepo.sourceSubPath: Invalid value: "a\\b": must not contain control characters or backslashes`,
		}},
		{0, `sourceSubPath ..`, `build: {srcRepo: {sourceSubPath: ".."}}`, []string{
			`spec.build.srcRepo.sourceSubPath: Invalid value: "..": must be a relative path inside the source`,
		}},
		{0, `good sourceSubPath `, `build: {srcRepo: {sourceSubPath: ""}}`, nil},
		{0, `good sourceSubPath .`, `build: {srcRepo: {sourceSubPath: "."}}`, nil},
		{0, `good sourceSubPath ./x`, `build: {srcRepo: {sourceSubPath: "./x"}}`, nil},
		{0, `good sourceSubPath functions/hello`, `build: {srcRepo: {sourceSubPath: "functions/hello"}}`, nil},
		{0, `good sourceSubPath a/../b`, `build: {srcRepo: {sourceSubPath: "a/../b"}}`, nil},
		{34, `malformed bundle`, `build: {srcRepo: {url: null, bundleContainer: {image: "Not An Image"}}}`, []string{
			`spec.build.srcRepo.bundleContainer.image: Invalid value: "Not An Image": repository must be lowercase`,
		}},
		{34, `empty bundle`, `build: {srcRepo: {url: null, bundleContainer: {image: ""}}}`, []string{
			`spec.build.srcRepo.bundleContainer.image: Required value: set an image, for example registry.example.com/team/hello:v1`,
		}},
		{35, `empty credentials`, `build: {srcRepo: {credentials: {}}}`, []string{
			`spec.build.srcRepo.credentials.name: Required value: set the name of the object`,
		}},
		{35, `credentials of another namespace`, `build: {srcRepo: {credentials: {name: ns/git}}}`, []string{
			`spec.build.srcRepo.credentials.name: Invalid value: "ns/git": must be a name without namespace: a DNS-1123 subdomain`,
		}},
	})
}
