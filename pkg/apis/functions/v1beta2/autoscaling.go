/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"fmt"
	"maps"
	"regexp"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"openfunction.dev/openfunction/pkg/apis/fielderror"
)

// autoscalingDomain is the domain of the annotations of Knative's autoscaler that users
// may set.
const autoscalingDomain = "autoscaling.knative.dev"

// minimumPods are the annotations of Knative's autoscaler that set a number of pods, each
// with its minimum, by their canonical names. Knative takes a maximum of 0 for no limit.
var minimumPods = map[string]int64{"minscale": 0, "maxscale": 1, "initialscale": 1, "activationscale": 1}

// autoscalingNumbers are the canonical names of other annotations with a number.
var autoscalingNumbers = sets.New("containerconcurrency", "panicthresholdpercentage", "panicwindowpercentage", "target",
	"targetburstcapacity", "targetutilizationpercentage")

// canonicalAutoscaling returns the name of an annotation of the autoscaler in lower case
// and without '-', because Knative reads both min-scale and minScale; empty for any other
// annotation.
func canonicalAutoscaling(key string) string {
	name, isAutoscaling := strings.CutPrefix(key, autoscalingDomain+"/")
	if !isAutoscaling {
		return ""
	}
	return strings.ToLower(strings.ReplaceAll(name, "-", ""))
}

// BoundAutoscaling returns annotations in which no number of pods is above limit, and none
// means that there is no limit. They may have been stored before a rule existed.
func BoundAutoscaling(annotations map[string]string, limit int32) map[string]string {
	bounded := maps.Clone(annotations)
	for key, value := range annotations {
		name := canonicalAutoscaling(key)
		lower, isPods := minimumPods[name]
		if !isPods {
			continue
		}
		switch pods, err := strconv.ParseInt(value, 10, 32); {
		case err != nil || name == "maxscale" && pods == 0:
			delete(bounded, key)
		default:
			bounded[key] = strconv.FormatInt(min(max(pods, lower), int64(limit)), 10)
		}
	}
	return bounded
}

func aboveLimit(limit int32) string {
	return fmt.Sprintf("must not be above %d, the max-replicas-limit in the ConfigMap config-defaults", limit)
}

func validateAutoscaling(path *field.Path, annotations map[string]string, limit int32) field.ErrorList {
	keys, errs := fielderror.FirstKeys(path, annotations, maxItems)
	for _, key := range keys {
		at, value := fielderror.Key(path, key), annotations[key]
		errs = append(errs, validateKey(at, key)...)
		if domain, _, _ := strings.Cut(key, "/"); domain != autoscalingDomain {
			errs = append(errs, field.Forbidden(at, "must begin with "+autoscalingDomain+"/, for example "+autoscalingDomain+"/target"))
		}
		if len(value) > maxAnnotationsBytes {
			errs = append(errs, fielderror.TooLong(at, len(value), maxAnnotationsBytes))
		}
		errs = append(errs, validateAutoscalingValue(at, key, value, limit)...)
	}
	return errs
}

// plainNumber matches a number without exponent.
var plainNumber = regexp.MustCompile(`^-?[0-9]{1,9}(\.[0-9]{1,9})?$`)

// validateAutoscalingValue checks the value of an annotation if it must be a number.
func validateAutoscalingValue(path *field.Path, key, value string, limit int32) field.ErrorList {
	name := canonicalAutoscaling(key)
	lower, isPods := minimumPods[name]
	pods, err := strconv.ParseInt(value, 10, 32)
	switch {
	case isPods && (err != nil || pods < lower):
		return field.ErrorList{fielderror.Invalid(path, value, fmt.Sprintf("must be a number of pods, at least %d", lower))}
	case isPods && pods > int64(limit):
		return field.ErrorList{fielderror.Invalid(path, value, aboveLimit(limit))}
	case autoscalingNumbers.Has(name) && !plainNumber.MatchString(value):
		return field.ErrorList{fielderror.Invalid(path, value, "must be a number")}
	default:
		return nil
	}
}
