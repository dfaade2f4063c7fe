/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"openfunction.dev/openfunction/pkg/apis/fielderror"
)

const (
	maxEventingFilters = 16
	maxAttributes      = 16
	maxCESQL           = 4096
	maxSinkURI         = 2048
	maxDelay           = 32
)

// validateEventing checks the triggers of Brokers, and that their names are unique among
// the triggers.
func (t *Triggers) validateEventing(path *field.Path) field.ErrorList {
	triggers, errs := fielderror.First(path, t.Eventing, maxItems)
	if len(triggers) == 0 {
		return errs
	}
	keys := t.eventingKeys()
	for i := range triggers {
		errs = append(errs, triggers[i].validate(path.Index(i), keys[i])...)
	}
	return errs
}

// validate checks a trigger. key is the key of the trigger.
func (t *EventingTrigger) validate(path *field.Path, key string) field.ErrorList {
	errs := validateTriggerName(path.Child("name"), t.Name, key, "orders")
	if t.Broker != "" {
		errs = append(errs, fielderror.ObjectName(path.Child("broker"), t.Broker)...)
	}
	if t.Filter != nil {
		errs = append(errs, t.validateFilter(path.Child("filter"))...)
	}
	filters, many := fielderror.First(path.Child("filters"), t.Filters, maxEventingFilters)
	errs = append(errs, many...)
	for i := range filters {
		errs = append(errs, filters[i].validate(path.Child("filters").Index(i))...)
	}
	if t.Delivery != nil {
		errs = append(errs, t.Delivery.validate(path.Child("delivery"))...)
	}
	return errs
}

func (t *EventingTrigger) validateFilter(path *field.Path) field.ErrorList {
	if len(t.Filters) > 0 {
		return field.ErrorList{field.Forbidden(path, "filters is set, and the Broker would ignore filter")}
	}
	if len(t.Filter.Attributes) == 0 {
		return field.ErrorList{field.Required(path.Child("attributes"), "set the value of an attribute, for example type: order.created")}
	}
	return validateAttributes(path.Child("attributes"), t.Filter.Attributes)
}

var attributeName = regexp.MustCompile(`^[a-z][a-z0-9]*$`)

func validateAttributes(path *field.Path, attributes map[string]string) field.ErrorList {
	names, errs := fielderror.FirstKeys(path, attributes, maxAttributes)
	for _, name := range names {
		at := fielderror.Key(path, name)
		if !attributeName.MatchString(name) {
			errs = append(errs, fielderror.Invalid(at, name,
				"must be the name of an attribute: small letters and digits that begin with a letter"))
		}
	}
	return errs
}

// dialects names the fields of a match that are set.
func (m *EventingMatch) dialects() []string {
	var set []string
	for name, isSet := range map[string]bool{
		"exact": len(m.Exact) > 0, "prefix": len(m.Prefix) > 0, "suffix": len(m.Suffix) > 0, "cesql": m.CESQL != "",
	} {
		if isSet {
			set = append(set, name)
		}
	}
	return set
}

func (m *EventingMatch) validate(path *field.Path) field.ErrorList {
	errs := slices.Concat(
		validateAttributes(path.Child("exact"), m.Exact),
		validateAttributes(path.Child("prefix"), m.Prefix),
		validateAttributes(path.Child("suffix"), m.Suffix),
	)
	// The Broker parses the expression, and the condition of the trigger quotes its error.
	if size := len(m.CESQL); size > maxCESQL {
		errs = append(errs, fielderror.TooLong(path.Child("cesql"), size, maxCESQL))
	}
	return errs
}

func validateDialects(path *field.Path, set []string, supported string) field.ErrorList {
	switch len(set) {
	case 0:
		return field.ErrorList{field.Required(path, "set one of "+supported)}
	case 1:
		return nil
	default:
		return field.ErrorList{field.Forbidden(path, "set only one of "+supported)}
	}
}

const matchDialects = "exact, prefix, suffix, cesql"

func (c *EventingCondition) validate(path *field.Path) field.ErrorList {
	return append(validateDialects(path, c.dialects(), matchDialects), c.EventingMatch.validate(path)...)
}

func (f *EventingFilter) validate(path *field.Path) field.ErrorList {
	set := f.dialects()
	for name, isSet := range map[string]bool{"all": len(f.All) > 0, "any": len(f.Any) > 0, "not": f.Not != nil} {
		if isSet {
			set = append(set, name)
		}
	}
	errs := append(validateDialects(path, set, matchDialects+", all, any, not"), f.EventingMatch.validate(path)...)
	for _, list := range []struct {
		name       string
		conditions []EventingCondition
	}{{"all", f.All}, {"any", f.Any}} {
		at := path.Child(list.name)
		conditions, many := fielderror.First(at, list.conditions, maxEventingFilters)
		errs = append(errs, many...)
		for i := range conditions {
			errs = append(errs, conditions[i].validate(at.Index(i))...)
		}
	}
	if f.Not != nil {
		errs = append(errs, f.Not.validate(path.Child("not"))...)
	}
	return errs
}

func (d *EventingDelivery) validate(path *field.Path) field.ErrorList {
	errs := slices.Concat(
		fielderror.AtLeast(path.Child("retry"), d.Retry, 0),
		validateISODuration(path.Child("backoffDelay"), d.BackoffDelay, true),
		validateISODuration(path.Child("timeout"), d.Timeout, false),
	)
	if d.BackoffPolicy != "" {
		errs = append(errs, fielderror.OneOf(path.Child("backoffPolicy"), d.BackoffPolicy, "linear", "exponential")...)
	}
	if d.DeadLetterSink != nil {
		errs = append(errs, d.DeadLetterSink.validate(path.Child("deadLetterSink"))...)
	}
	return errs
}

var isoDuration = regexp.MustCompile(`^PT([0-9]{1,6}H)?([0-9]{1,6}M)?([0-9]{1,6}([.][0-9]{1,3})?S)?$`)

// validateISODuration checks a duration of hours, minutes and seconds.
func validateISODuration(path *field.Path, text *string, mayBeZero bool) field.ErrorList {
	switch {
	case text == nil:
	case len(*text) > maxDelay:
		return field.ErrorList{fielderror.TooLong(path, len(*text), maxDelay)}
	case *text == "PT", !isoDuration.MatchString(*text):
		return field.ErrorList{fielderror.Invalid(path, *text,
			"must be a duration of hours, minutes and seconds in the form of ISO 8601, for example PT0.5S or PT1M30S")}
	case !mayBeZero && !strings.ContainsAny(*text, "123456789"):
		return field.ErrorList{fielderror.Invalid(path, *text, "must be above zero")}
	}
	return nil
}

func (s *EventingSink) validate(path *field.Path) field.ErrorList {
	var errs field.ErrorList
	if s.Ref != nil {
		errs = s.Ref.validate(path.Child("ref"))
	}
	switch uri := path.Child("uri"); {
	case s.URI == "" && s.Ref == nil:
		errs = append(errs, field.Required(path, "set ref, or uri to a URL"))
	case s.URI == "":
	case len(s.URI) > maxSinkURI:
		errs = append(errs, fielderror.TooLong(uri, len(s.URI), maxSinkURI))
	case s.Ref == nil && !isSinkURL(s.URI):
		errs = append(errs, fielderror.Invalid(uri, s.URI,
			"must be a URL with http or https, a host and no credentials, for example http://failed.example.com"))
	case s.Ref != nil && !isSinkPath(s.URI):
		errs = append(errs, fielderror.Invalid(uri, s.URI, "must be a path with a leading '/', because ref gives the host"))
	}
	return errs
}

func isSinkURL(uri string) bool {
	parsed, err := url.Parse(uri)
	return err == nil && (parsed.Scheme == "http" || parsed.Scheme == "https") && parsed.Hostname() != "" && parsed.User == nil
}

// isSinkPath reports whether uri is a path. One that begins with two slashes would name
// another host.
func isSinkPath(uri string) bool {
	parsed, err := url.Parse(uri)
	return err == nil && strings.HasPrefix(uri, "/") && parsed.Host == "" && !strings.HasPrefix(uri, "//")
}

func (r *EventingSinkRef) validate(path *field.Path) field.ErrorList {
	var errs field.ErrorList
	if r.APIVersion == "" {
		errs = append(errs, field.Required(path.Child("apiVersion"), "set the group and version of the object, for example v1"))
	} else if _, err := schema.ParseGroupVersion(r.APIVersion); err != nil {
		errs = append(errs, fielderror.Invalid(path.Child("apiVersion"), r.APIVersion, "must be a group and version, for example v1"))
	}
	if r.Kind == "" {
		errs = append(errs, field.Required(path.Child("kind"), "set the kind of the object, for example Service"))
	}
	errs = append(errs, fielderror.ObjectName(path.Child("name"), r.Name)...)
	if r.Namespace != "" {
		errs = append(errs, field.Forbidden(path.Child("namespace"), "the object must be in the namespace of the function: remove namespace"))
	}
	return errs
}
