/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package build

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	modulesLayer  = "modules"
	compiledLayer = "compiled"

	// keyFile in the modules layer contains the hash of the go.mod and go.sum of the
	// layer.
	keyFile = "key"

	// preparedDir in the buildpack's folder is the build cache with the compiled
	// standard library.
	preparedDir = "go-build"

	// worthCaching is the size from which compiled packages are stored in a layer.
	// Below it, compiling again is faster than the transfer from the registry.
	worthCaching = 4 << 20
)

// openModules returns the module cache for the program in dir. It starts empty if the
// dependencies have changed, so that its size is limited.
func (b Buildpack) openModules(dir string) (string, error) {
	layer := filepath.Join(b.LayersDir, modulesLayer)
	hash := sha256.New()
	for _, name := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		sum := sha256.Sum256(data)
		hash.Write(sum[:])
	}
	key := []byte(hex.EncodeToString(hash.Sum(nil)))
	if have, err := os.ReadFile(filepath.Join(layer, keyFile)); err == nil && string(have) == string(key) {
		return layer, nil
	}
	if err := os.RemoveAll(layer); err != nil {
		return "", err
	}
	if err := os.MkdirAll(layer, 0o755); err != nil {
		return "", err
	}
	return layer, os.WriteFile(filepath.Join(layer, keyFile), key, 0o600)
}

// keepModules makes the module cache a cached layer, without the files that the go
// command does not read again. Without modules there is no layer.
func (b Buildpack) keepModules(layer string) error {
	entries, err := os.ReadDir(layer)
	if err != nil {
		return err
	}
	modules := 0
	for _, entry := range entries {
		if entry.IsDir() && entry.Name() != "cache" {
			modules++
		}
	}
	if modules == 0 {
		return os.RemoveAll(layer)
	}
	if err := os.RemoveAll(filepath.Join(layer, "cache", "vcs")); err != nil {
		return err
	}
	err = filepath.WalkDir(filepath.Join(layer, "cache"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		// The archives are unpacked already, and locks are empty files.
		if strings.HasSuffix(path, ".zip") || strings.HasSuffix(path, "lock") {
			return os.Remove(path)
		}
		return nil
	})
	return errors.Join(err, b.writeLayer(modulesLayer, "cache"))
}

// openCompiled returns the build cache of the go command: the results of earlier
// builds, and links to the prepared standard library, which is too large to copy each
// time.
func (b Buildpack) openCompiled() (string, error) {
	layer := filepath.Join(b.LayersDir, compiledLayer)
	prepared := filepath.Join(b.Dir, preparedDir)
	err := filepath.WalkDir(prepared, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(prepared, path)
		if err != nil {
			return err
		}
		target := filepath.Join(layer, relative)
		if entry.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		if err := os.Symlink(path, target); !errors.Is(err, fs.ErrExist) {
			return err
		}
		return nil
	})
	return layer, err
}

// keepCompiled makes a cached layer of the packages that this build compiled or used,
// if it is large enough. The lifecycle restores files with a fixed old date, and the go
// command renews the date of files that it uses. All others are deleted.
func (b Buildpack) keepCompiled(layer string) error {
	recent := time.Now().Add(-24 * time.Hour)
	size := int64(0)
	err := filepath.WalkDir(layer, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		data := strings.HasSuffix(path, "-a") || strings.HasSuffix(path, "-d")
		if !data || !info.Mode().IsRegular() || info.ModTime().Before(recent) {
			return os.Remove(path)
		}
		size += info.Size()
		return nil
	})
	if err != nil {
		return err
	}
	if size < worthCaching {
		return os.RemoveAll(layer)
	}
	return b.writeLayer(compiledLayer, "cache")
}
