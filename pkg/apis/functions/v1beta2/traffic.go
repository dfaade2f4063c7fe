/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"fmt"
	"regexp"

	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"

	"openfunction.dev/openfunction/pkg/apis/fielderror"
)

const (
	maxTraffic  = 16
	maxTagBytes = 30
)

// TrafficTarget is the share of one revision in the traffic of a function.
//
// +kubebuilder:validation:XValidation:rule="has(self.revision) || (has(self.latest) && self.latest)",reason=FieldValueRequired,fieldPath=".revision",message="set revision, or latest to true"
// +kubebuilder:validation:XValidation:rule="!has(self.revision) || !has(self.latest) || !self.latest",reason=FieldValueForbidden,fieldPath=".latest",message="revision is set, and only one of both can be"
type TrafficTarget struct {
	// Revision is the name of a Serving of the function, as status.serving.revisions
	// lists them. Default: the latest one. Example: hello-5fca1b20d9.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Revision string `json:"revision,omitempty"`

	// Latest selects the newest revision that is ready, also when a newer one gets
	// ready later. Default: false. Example: true.
	// +optional
	Latest bool `json:"latest,omitempty"`

	// Percent is the share of the requests; the shares of all entries add up to 100.
	// Each event goes to one of the revisions with a share above 0; of events, the share
	// is that of the replicas, rounded, and at least one replica. Default: 0. Example: 90.
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100
	Percent *int32 `json:"percent,omitempty"`

	// Tag gives the revision one more address, whose host begins with the tag: a DNS
	// label of at most 30 characters, once in the list, and not an r with ten
	// hexadecimal digits, which is a tag of the platform. Default: none.
	// Example: preview.
	// +optional
	// +kubebuilder:validation:MaxLength=30
	// +kubebuilder:validation:XValidation:rule="self == '' || self.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$') && !self.matches('^r[0-9a-f]{10}$')",message="must be a DNS label that begins with a letter, and not a tag of the platform, as r5fca1b20d9"
	Tag string `json:"tag,omitempty"`
}

// Share returns the share of the target in percent.
func (t *TrafficTarget) Share() int64 {
	return int64(ptr.Deref(t.Percent, 0))
}

// platformTag matches the tags that the platform gives to revisions.
var platformTag = regexp.MustCompile(`^r[0-9a-f]{10}$`)

func validateTraffic(path *field.Path, traffic []TrafficTarget) field.ErrorList {
	targets, errs := fielderror.First(path, traffic, maxTraffic)
	if len(targets) == 0 {
		return errs
	}
	var sum int64
	tags := map[string]bool{}
	for i := range targets {
		target, at := &targets[i], path.Index(i)
		sum += target.Share()
		errs = append(errs, target.validate(at)...)
		if target.Tag != "" && tags[target.Tag] {
			errs = append(errs, fielderror.Duplicate(at.Child("tag"), target.Tag))
		}
		tags[target.Tag] = true
	}
	if sum != 100 {
		errs = append(errs, fielderror.Invalid(path, sum, "the percents must add up to 100"))
	}
	return errs
}

func (t *TrafficTarget) validate(path *field.Path) field.ErrorList {
	var errs field.ErrorList
	switch {
	case t.Revision == "" && !t.Latest:
		errs = append(errs, field.Required(path.Child("revision"), "set revision, or latest to true"))
	case t.Revision != "" && t.Latest:
		errs = append(errs, field.Forbidden(path.Child("latest"), "revision is set, and only one of both can be"))
	}
	if t.Revision != "" {
		errs = append(errs, fielderror.ObjectName(path.Child("revision"), t.Revision)...)
	}
	if share := t.Share(); share < 0 || share > 100 {
		errs = append(errs, fielderror.Invalid(path.Child("percent"), share, "must be between 0 and 100"))
	}
	switch tag := path.Child("tag"); {
	case t.Tag == "":
	case len(t.Tag) > maxTagBytes:
		errs = append(errs, fielderror.TooLong(tag, len(t.Tag), maxTagBytes))
	case len(validation.IsDNS1035Label(t.Tag)) > 0, platformTag.MatchString(t.Tag):
		errs = append(errs, fielderror.Invalid(tag, t.Tag,
			"must be a DNS label that begins with a letter, and not a tag of the platform, as r5fca1b20d9"))
	}
	return errs
}

// Tags returns the tags of the traffic, in its order.
func (ws *WorkloadSpec) Tags() []string {
	var tags []string
	for i := range ws.Traffic {
		if tag := ws.Traffic[i].Tag; tag != "" {
			tags = append(tags, tag)
		}
	}
	return tags
}

// Accepts reports whether the Serving of that name would receive a share of the traffic
// if it were the latest one.
func (ws *WorkloadSpec) Accepts(serving string) bool {
	for i := range ws.Traffic {
		target := &ws.Traffic[i]
		if target.Share() > 0 && (target.Latest || target.Revision == serving) {
			return true
		}
	}
	return len(ws.Traffic) == 0
}

// validateTags checks that each tag and the name of the function make a label of a host
// name.
func (f *Function) validateTags() field.ErrorList {
	if f.Spec.Serving == nil || f.Spec.Serving.engine() == "" {
		return nil
	}
	var errs field.ErrorList
	path := field.NewPath("spec", "serving", "traffic")
	traffic, _ := fielderror.First(path, f.Spec.Serving.Traffic, maxTraffic)
	for i := range traffic {
		tag, maximum := traffic[i].Tag, validation.DNS1123LabelMaxLength-len("-")-len(f.Name)
		// A longer tag or name is reported by another rule.
		if tag == "" || len(tag) > maxTagBytes || len(tag) <= maximum || maximum <= 0 {
			continue
		}
		errs = append(errs, fielderror.Invalid(path.Index(i).Child("tag"), tag,
			fmt.Sprintf("must have at most %d characters, because the tag, a hyphen and the name of the function are a label of a host name", maximum)))
	}
	return errs
}
