/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import corev1 "k8s.io/api/core/v1"

// GitRepo says where source code is: url for a git repository, or
// bundleContainer for an image that holds the source.
type GitRepo struct {
	// URL is a git repository: https://…, ssh://… or git@host:path. Plain http is
	// refused unless the administrator lists the host in config-build.
	// +optional
	URL string `json:"url,omitempty"`

	// BundleContainer is an image that holds the source.
	// +optional
	BundleContainer *BundleContainer `json:"bundleContainer,omitempty"`

	// Revision is a branch, tag, commit or ref. Default: the repository's own
	// default branch.
	// +optional
	Revision *string `json:"revision,omitempty"`

	// SourceSubPath is the folder of the function inside the source.
	// +optional
	SourceSubPath *string `json:"sourceSubPath,omitempty"`

	// Credentials names a secret of the same namespace: kubernetes.io/ssh-auth or
	// kubernetes.io/basic-auth for git, kubernetes.io/dockerconfigjson for a
	// bundle.
	// +optional
	Credentials *corev1.LocalObjectReference `json:"credentials,omitempty"`
}

// BundleContainer is an image that holds source code.
type BundleContainer struct {
	// Image is the reference of the image.
	Image string `json:"image"`
}

// SourceResult says what an image was built from.
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
	// BranchName is the branch, where one was named.
	// +optional
	BranchName string `json:"branchName,omitempty"`
}

// BundleSourceResult is a source image.
type BundleSourceResult struct {
	// Digest is the digest of the image.
	// +optional
	Digest string `json:"digest,omitempty"`
}
