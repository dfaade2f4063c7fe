/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package buildstep implements the steps of the build strategy "openfunction" around
// the Cloud Native Buildpacks lifecycle. It uses no shell: user text reaches other
// programs as the content of a file or as one argument.
package buildstep

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"openfunction.dev/openfunction/pkg/apis/imageref"
	"openfunction.dev/openfunction/pkg/cacerts"
)

// Values of the strategy's parameter cache-image that are not references.
const (
	CacheAuto = "auto"
	CacheNone = "none"
)

const (
	// tailBytes is how much of the end of the output is searched for the cause of a
	// failure.
	tailBytes = 64 << 10

	// stopGrace is how long the lifecycle may take to terminate after SIGTERM.
	stopGrace = 10 * time.Second

	// platformAPI is the default for builder images: the first version with insecure
	// registries.
	platformAPI = "CNB_PLATFORM_API"
	minimumAPI  = "0.13"

	// certificatesVariable names the folders of certificates that programs in Go and
	// OpenSSL read, beside one file. certificateFolders are the usual ones.
	certificatesVariable = "SSL_CERT_DIR"
	certificateFolders   = "/etc/ssl/certs:/etc/pki/tls/certs"
)

// Create is the second step. It runs the lifecycle's creator and reports to Shipwright
// the digest of the image, or why there is none.
type Create struct {
	// Creator is the path of the lifecycle's creator in the builder's image.
	Creator string
	// Source is the root of the source; empty if that is App.
	Source string
	// App, Layers and Platform are the folders of the source, the layers and the
	// platform, which the lifecycle reads.
	App, Layers, Platform string
	// Image is the image to build.
	Image string
	// RunImage is the base of Image; empty for the default of the builder.
	RunImage string
	// CacheImage is the image that caches layers: a reference, CacheAuto or CacheNone.
	CacheImage string
	// Insecure is set if the registry of Image has no TLS. InsecureRegistries are other
	// registries without TLS.
	Insecure           bool
	InsecureRegistries []string
	// CACertificates are certificates of authorities in PEM form that the lifecycle and
	// the buildpacks trust beside those of the builder's image.
	CACertificates string
	// Results are the files to which the step writes its results.
	Results Results
	// Output receives the output of the lifecycle.
	Output io.Writer
}

// Run builds and pushes the image, and writes the results. It returns a *FailureError if
// the build fails.
func (c Create) Run(ctx context.Context) error {
	var err error
	if c.App, err = resolveSource(cmp.Or(c.Source, c.App), c.App); err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "build-step-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	report := filepath.Join(work, "report.toml")

	end := &tail{size: tailBytes}
	output := io.MultiWriter(c.Output, end)
	command := exec.CommandContext(ctx, c.Creator, c.arguments(report)...) //nolint:gosec // the strategy names it, and no shell reads the arguments
	command.Stdout, command.Stderr = output, output
	if command.Env, err = c.environment(work); err != nil {
		return err
	}
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	command.WaitDelay = stopGrace
	if err := command.Run(); err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("the builder image has no %s: use a Cloud Native Buildpacks builder image", c.Creator)
		}
		return explain(string(end.data), err)
	}
	digest, err := readDigest(report)
	if err != nil {
		return err
	}
	if err := c.Results.writeRunImage(readRunImage(filepath.Join(c.Layers, "analyzed.toml"))); err != nil {
		return err
	}
	return os.WriteFile(c.Results.Digest, []byte(digest), 0o600)
}

// environment returns the environment of the lifecycle, which reads certificates from
// work. Buildpacks get only the variables of the platform.
func (c Create) environment(work string) ([]string, error) {
	env := os.Environ()
	if os.Getenv(platformAPI) == "" {
		env = append(env, platformAPI+"="+minimumAPI)
	}
	if c.CACertificates == "" {
		return env, nil
	}
	if err := cacerts.Check(c.CACertificates); err != nil {
		return nil, &FailureError{Reason: ReasonEnvInvalid, Message: err.Error()}
	}
	if err := os.WriteFile(filepath.Join(work, "ca.crt"), []byte(c.CACertificates), 0o600); err != nil {
		return nil, err
	}
	folders := cmp.Or(os.Getenv(certificatesVariable), certificateFolders) + ":" + work
	forBuildpacks := filepath.Join(c.Platform, "env")
	if err := errors.Join(
		os.MkdirAll(forBuildpacks, 0o700),
		os.WriteFile(filepath.Join(forBuildpacks, certificatesVariable), []byte(folders), 0o600), //nolint:gosec // the strategy names the folder
	); err != nil {
		return nil, err
	}
	return append(env, certificatesVariable+"="+folders), nil
}

func (c Create) arguments(report string) []string {
	arguments := []string{"-app=" + c.App, "-layers=" + c.Layers, "-platform=" + c.Platform, "-report=" + report}
	if c.RunImage != "" {
		arguments = append(arguments, "-run-image="+c.RunImage)
	}
	if cache := c.cacheImage(); cache != "" {
		// Push the cache while the image is pushed.
		arguments = append(arguments, "-cache-image="+cache, "-parallel")
	}
	registries := slices.Clone(c.InsecureRegistries)
	// The lifecycle reports an invalid reference.
	if image, err := imageref.Parse(c.Image); err == nil && c.Insecure {
		registries = append(registries, image.Registry)
	}
	slices.Sort(registries)
	for _, registry := range slices.Compact(registries) {
		arguments = append(arguments, "-insecure-registry="+registry)
	}
	return append(arguments, "--", c.Image)
}

func (c Create) cacheImage() string {
	switch c.CacheImage {
	case CacheNone, "":
		return ""
	case CacheAuto:
		image, err := imageref.Parse(c.Image)
		isInsecure := c.Insecure || slices.Contains(c.InsecureRegistries, image.Registry)
		if err != nil || isInsecure && !spokenPlainly(image.Registry) {
			return ""
		}
		return image.Name() + ":" + cacheTag
	}
	return c.CacheImage
}
