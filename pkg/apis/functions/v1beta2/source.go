/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/fielderror"
	"openfunction.dev/openfunction/pkg/plaintext"
)

// GitRepo is the location of source code: url for a git repository, or bundleContainer
// for an image that contains the source.
//
// +kubebuilder:validation:XValidation:rule="(has(self.url) && size(self.url) > 0) || has(self.bundleContainer)",reason=FieldValueRequired,message="one of url, bundleContainer"
// +kubebuilder:validation:XValidation:rule="!has(self.url) || size(self.url) == 0 || !has(self.bundleContainer)",reason=FieldValueForbidden,message="set only one of url, bundleContainer"
type GitRepo struct {
	// URL is a git repository: https://…, ssh://… or git@host:path. Plain http is
	// rejected unless the administrator lists the host in the ConfigMap config-build.
	// Required without bundleContainer. Example:
	// https://git.example.com/team/hello.git.
	// +optional
	// +kubebuilder:validation:MaxLength=2048
	// +kubebuilder:validation:Pattern=`^((https?|ssh)://.+|[A-Za-z0-9_][A-Za-z0-9_.-]*@[^:]+:.+|[A-Za-z0-9_][A-Za-z0-9_.-]*@\[[0-9A-Fa-f:.]+\]:.+)?$`
	URL string `json:"url,omitempty"`

	// BundleContainer is an image that contains the source, instead of a git
	// repository. No default. Example: {"image":
	// "registry.example.com/team/hello-source:v1"}.
	// +optional
	BundleContainer *BundleContainer `json:"bundleContainer,omitempty"`

	// Revision is a branch, tag, commit or ref. Default: the repository's own
	// default branch. Example: v1.2.3.
	// +optional
	// +kubebuilder:validation:MaxLength=255
	// +kubebuilder:validation:XValidation:rule="!self.startsWith('-')",message="must not begin with '-'"
	Revision *string `json:"revision,omitempty"`

	// SourceSubPath is the folder of the function inside the source. A leading slash
	// stands for the root of the source. Default: the root of the source. Example:
	// functions/hello.
	// +optional
	// +kubebuilder:validation:MaxLength=1024
	// +kubebuilder:validation:XValidation:rule="!self.startsWith('-')",message="must not begin with '-'"
	SourceSubPath *string `json:"sourceSubPath,omitempty"`

	// Credentials names a secret of the same namespace: kubernetes.io/ssh-auth or
	// kubernetes.io/basic-auth for git, kubernetes.io/dockerconfigjson for a
	// bundle. No default. Example: {"name": "git-read"}.
	// +optional
	// +kubebuilder:validation:XValidation:rule="has(self.name) && size(self.name) > 0",reason=FieldValueRequired,fieldPath=".name",message="set the name of the object"
	Credentials *corev1.LocalObjectReference `json:"credentials,omitempty"`
}

// BundleContainer is an image that contains source code.
type BundleContainer struct {
	// Image is the reference of the image. Required.
	// Example: registry.example.com/team/hello-source:v1.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=4096
	// +kubebuilder:validation:Pattern=`^([^/@\s]+/)?[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*(:[A-Za-z0-9_.-]*)?(@[a-z0-9]+:[0-9a-f]+)?$`
	Image string `json:"image"`
}

// SourceResult is the source that an image was built from.
type SourceResult struct {
	// Name is the name of the source. Default: default.
	// +optional
	Name string `json:"name,omitempty"`
	// Git is set when the source is a git repository.
	// +optional
	Git *GitSourceResult `json:"git,omitempty"`
	// Bundle is set when the source is an image.
	// +optional
	Bundle *BundleSourceResult `json:"bundle,omitempty"`
}

// GitSourceResult is a commit.
type GitSourceResult struct {
	// CommitSha is the hash of the commit.
	// +optional
	CommitSha string `json:"commitSha,omitempty"`
	// CommitAuthor is the author of the commit.
	// +optional
	CommitAuthor string `json:"commitAuthor,omitempty"`
	// BranchName is the name of the branch, if the build used a branch.
	// +optional
	BranchName string `json:"branchName,omitempty"`
}

// BundleSourceResult is a source image.
type BundleSourceResult struct {
	// Digest is the digest of the image.
	// +optional
	Digest string `json:"digest,omitempty"`
}

const (
	maxURLBytes      = 2048
	maxRevisionBytes = 255
	maxPathBytes     = 1024
)

func (gr *GitRepo) validate(ctx context.Context, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	switch {
	case gr.URL == "" && gr.BundleContainer == nil:
		return field.ErrorList{field.Required(path, "one of url, bundleContainer")}
	case gr.URL != "" && gr.BundleContainer != nil:
		errs = append(errs, field.Forbidden(path, "set only one of url, bundleContainer"))
	}
	if gr.URL != "" {
		errs = append(errs, validateGitURL(path.Child("url"), gr.URL, config.FromContext(ctx).Build.InsecureSourceHosts)...)
	}
	if gr.BundleContainer != nil {
		errs = append(errs, fielderror.Image(path.Child("bundleContainer", "image"), gr.BundleContainer.Image)...)
	}
	return slices.Concat(errs,
		validateRevision(path.Child("revision"), gr.Revision),
		validateSubPath(path.Child("sourceSubPath"), fromRoot(gr.SourceSubPath)),
		validateSecretRef(path.Child("credentials"), gr.Credentials),
	)
}

// outsideRef matches what git forbids in names of branches and tags.
var outsideRef = regexp.MustCompile(`[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|/\.|\.lock(/|$)|[/.]$|^/`)

// validateRevision checks a branch, tag, commit or ref. A leading '-' is rejected,
// because git would parse it as an option.
func validateRevision(path *field.Path, revision *string) field.ErrorList {
	switch {
	case revision == nil || *revision == "":
		return nil
	case len(*revision) > maxRevisionBytes:
		return field.ErrorList{fielderror.TooLong(path, len(*revision), maxRevisionBytes)}
	case strings.HasPrefix(*revision, "-"):
		return field.ErrorList{fielderror.Invalid(path, *revision, "must not begin with '-'")}
	case outsideRef.MatchString(*revision):
		return field.ErrorList{fielderror.Invalid(path, *revision, "must be a branch, tag, commit or ref in the form that git check-ref-format allows")}
	case hasReplacement(*revision):
		return field.ErrorList{fielderror.Invalid(path, *revision, whyReplacement)}
	default:
		return nil
	}
}

// fromRoot removes leading slashes from a path, because manifests of the old project
// contain them.
func fromRoot(subPath *string) *string {
	if subPath == nil {
		return nil
	}
	return new(strings.TrimLeft(*subPath, "/"))
}

// validateSubPath checks the path of a file or folder in the source.
func validateSubPath(at *field.Path, subPath *string) field.ErrorList {
	if subPath == nil || *subPath == "" {
		return nil
	}
	clean := path.Clean(*subPath)
	switch {
	case len(*subPath) > maxPathBytes:
		return field.ErrorList{fielderror.TooLong(at, len(*subPath), maxPathBytes)}
	case hasControl(*subPath) || strings.Contains(*subPath, `\`):
		return field.ErrorList{fielderror.Invalid(at, *subPath, "must not contain control characters or backslashes")}
	case hasReplacement(*subPath):
		return field.ErrorList{fielderror.Invalid(at, *subPath, whyReplacement)}
	case path.IsAbs(clean) || clean == ".." || strings.HasPrefix(clean, "../"):
		return field.ErrorList{fielderror.Invalid(at, *subPath, "must be a relative path inside the source")}
	case strings.HasPrefix(*subPath, "-"):
		return field.ErrorList{fielderror.Invalid(at, *subPath, "must not begin with '-'")}
	default:
		return nil
	}
}

const whyReplacement = "must not contain \"$(\", because a build replaces what follows by its own variables"

// hasReplacement reports whether a build would replace a part of the text. The arguments
// of its steps have no form in which it stays as it is.
func hasReplacement(text string) bool {
	return strings.Contains(text, "$(")
}

func hasControl(text string) bool {
	return strings.ContainsFunc(text, unicode.IsControl)
}

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
	if hasReplacement(raw) {
		return field.ErrorList{fielderror.InvalidSecret(path, whyReplacement)}
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
