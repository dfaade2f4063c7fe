/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package config

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/sets"
	cm "knative.dev/pkg/configmap"
)

const (
	// MinBuildTimeout is the minimum timeout of a build.
	MinBuildTimeout = 10 * time.Second
	// MaxBuildTimeout is the maximum timeout of a build.
	MaxBuildTimeout = 24 * time.Hour
)

// asHosts parses a list of hosts, separated by commas or white space.
func asHosts(key string, target *sets.Set[string]) cm.ParseFunc {
	return func(data map[string]string) error {
		raw, ok := data[key]
		if !ok {
			return nil
		}
		hosts := fields(strings.ToLower(raw))
		for _, host := range hosts {
			if strings.ContainsAny(host, "/@?#") {
				return fmt.Errorf("%s: %q is not a host or host:port", key, host)
			}
		}
		*target = sets.New(hosts...)
		return nil
	}
}

func (b *Build) check() error {
	if b.DefaultStrategy == "" {
		return errors.New("default-strategy: must not be empty")
	}
	if b.DefaultTimeout < MinBuildTimeout || b.DefaultTimeout > MaxBuildTimeout {
		return fmt.Errorf("default-timeout: %v is not between %v and %v",
			b.DefaultTimeout, MinBuildTimeout, MaxBuildTimeout)
	}
	if b.MaxConcurrentBuilds < 0 {
		return fmt.Errorf("max-concurrent-builds: %d is not at least 0", b.MaxConcurrentBuilds)
	}
	return nil
}
