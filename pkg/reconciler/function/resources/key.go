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

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// keyLength is the length of a key. Its 40 bits distinguish the few versions of one
// function, and leave room for the name in a DNS label.
const keyLength = 10

// BuildKey returns the hash of all inputs of the build of fn. They do not include
// spec.serving.
func BuildKey(fn *v1beta2.Function) (string, error) {
	return buildKey(&v1beta2.BuilderSpec{
		Image:            fn.Spec.Image,
		ImageCredentials: fn.Spec.ImageCredentials,
		BuildSpec:        *fn.Spec.Build,
	})
}

func buildKey(spec *v1beta2.BuilderSpec) (string, error) {
	spec = spec.DeepCopy()
	spec.State, spec.StateReason = "", ""
	spec.ClearTimeouts()
	spec.SuccessfulBuildsHistoryLimit = nil
	spec.FailedBuildsHistoryLimit = nil
	spec.BuilderMaxAge = nil
	return key(spec)
}

// SameBuild reports whether two Builders build the same inputs.
func SameBuild(a, b *v1beta2.BuilderSpec) (bool, error) {
	first, err := buildKey(a)
	if err != nil {
		return false, err
	}
	second, err := buildKey(b)
	return first == second, err
}

// SameRevision reports whether two Servings run the same.
func SameRevision(a, b *v1beta2.Serving) (bool, error) {
	first, err := ServingKey(&a.Spec, a.Annotations[functions.IdentityAnnotationKey])
	if err != nil {
		return false, err
	}
	second, err := ServingKey(&b.Spec, b.Annotations[functions.IdentityAnnotationKey])
	return first == second, err
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
