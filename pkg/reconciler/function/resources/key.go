/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package resources

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// keyLength is the length of a key. Its 40 bits distinguish the few versions of one
// function, and leave room for the name in a DNS label.
const keyLength = 10

// BuildKey returns the hash of all inputs of the build of fn. They do not include
// spec.serving.
func BuildKey(fn *v1beta2.Function) (string, error) {
	build := fn.Spec.Build.DeepCopy()
	build.State = ""
	build.ClearTimeouts()
	build.SuccessfulBuildsHistoryLimit = nil
	build.FailedBuildsHistoryLimit = nil
	build.BuilderMaxAge = nil
	return key(v1beta2.BuilderSpec{
		Image:            fn.Spec.Image,
		ImageCredentials: fn.Spec.ImageCredentials,
		BuildSpec:        *build,
	})
}

// ServingKey returns the hash of everything whose change needs a new revision. The
// address, the traffic, its rollout, the triggers of Brokers and suspend are not part of
// it. identity is the value of the annotation of that name. If it is empty, it does not
// change the hash.
func ServingKey(spec *v1beta2.ServingSpec, identity string) (string, error) {
	spec = spec.DeepCopy()
	spec.Timeout = nil
	spec.Traffic, spec.Rollout = nil, nil
	if spec.Triggers != nil {
		spec.Triggers.Eventing = nil
		if spec.Triggers.HTTP != nil {
			spec.Triggers.HTTP.Route = nil
		}
	}
	if spec.ScaleOptions != nil {
		spec.ScaleOptions.Suspend = false
	}
	if identity != "" {
		return key(map[string]any{"spec": spec, "identity": identity})
	}
	return key(spec)
}

// key hashes the fields that are set, in a canonical form. A field that a later version
// of the API adds changes no key until it is set.
func key(spec any) (string, error) {
	raw, err := json.Marshal(spec)
	if err != nil {
		return "", fmt.Errorf("encoding the spec: %w", err)
	}
	var fields map[string]any
	if err := json.Unmarshal(raw, &fields); err != nil {
		return "", fmt.Errorf("decoding the spec: %w", err)
	}
	dropUnset(fields)
	// encoding/json sorts the keys of maps.
	canonical, err := json.Marshal(fields)
	if err != nil {
		return "", fmt.Errorf("encoding the spec: %w", err)
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:])[:keyLength], nil
}

// dropUnset removes nulls and empty objects and lists, and reports whether nothing of
// value is left.
func dropUnset(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case map[string]any:
		for name, item := range v {
			if dropUnset(item) {
				delete(v, name)
			}
		}
		return len(v) == 0
	case []any:
		for _, item := range v {
			// Empty elements stay, because the index of an element can matter.
			dropUnset(item)
		}
		return len(v) == 0
	default:
		return false
	}
}
