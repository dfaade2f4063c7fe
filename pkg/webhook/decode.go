/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package webhook

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/reconciler"
	"knative.dev/pkg/webhook"
	sigsjson "sigs.k8s.io/json"
)

// admitter is what the framework makes of our kinds.
type admitter interface {
	webhook.AdmissionController
	controller.Reconciler
	reconciler.LeaderAware
}

// decoder reads an object before the framework does, which says of a value that
// cannot be read not where it is, and drops unknown fields without a word. Those
// of the pod template are known to no schema, so the API server lets them pass.
type decoder struct {
	webhook.StatelessAdmissionImpl
	admitter
}

// withDecoder puts a decoder in front of what impl admits.
func withDecoder(impl *controller.Impl) *controller.Impl {
	inner, ok := impl.Reconciler.(admitter)
	if !ok {
		panic(fmt.Sprintf("%T does not admit", impl.Reconciler))
	}
	impl.Reconciler = decoder{admitter: inner}
	return impl
}

// Admit implements webhook.AdmissionController.
func (d decoder) Admit(ctx context.Context, request *admissionv1.AdmissionRequest) *admissionv1.AdmissionResponse {
	unknown, err := decode(request)
	if err != nil {
		return webhook.MakeErrorStatus("validation failed: %v", err)
	}
	if len(unknown) == 0 {
		return d.admitter.Admit(ctx, request)
	}
	switch fieldValidation(request) {
	case metav1.FieldValidationStrict:
		return webhook.MakeErrorStatus("validation failed: strict decoding error: %s", strings.Join(unknown, ", "))
	case metav1.FieldValidationIgnore:
		return d.admitter.Admit(ctx, request)
	}
	response := d.admitter.Admit(ctx, request)
	response.Warnings = append(response.Warnings, unknown...)
	return response
}

// maxUnknown bounds how many unknown fields are named.
const maxUnknown = 10

// decode returns which fields of the object are unknown, or an error that says
// where it cannot be read.
func decode(request *admissionv1.AdmissionRequest) (unknown []string, _ error) {
	gvk := schema.GroupVersionKind(request.Kind)
	kind, ok := kinds()[gvk]
	if !ok || len(request.Object.Raw) == 0 {
		return nil, nil
	}
	problems, err := sigsjson.UnmarshalStrict(request.Object.Raw, kind.DeepCopyObject())
	if err != nil {
		return nil, locate(request.Object.Raw, err, func(raw []byte) error {
			return json.Unmarshal(raw, kind.DeepCopyObject())
		})
	}
	for _, problem := range problems[:min(len(problems), maxUnknown)] {
		unknown = append(unknown, problem.Error())
	}
	return unknown, nil
}

// fieldValidation returns what the request asked to be done about unknown fields.
func fieldValidation(request *admissionv1.AdmissionRequest) string {
	var options struct {
		FieldValidation string `json:"fieldValidation"`
	}
	if err := json.Unmarshal(request.Options.Raw, &options); err != nil {
		return metav1.FieldValidationWarn // as a server does that was not asked
	}
	return options.FieldValidation
}

// maxTries bounds the search for a value, which reads the object once a field.
const maxTries = 500

// locate finds the value by which read fails: the one without which it does not.
func locate(raw []byte, cause error, read func([]byte) error) error {
	plain := &apis.FieldError{Message: "Invalid value", Paths: []string{"object"}, Details: cause.Error()}
	var object map[string]any
	if json.Unmarshal(raw, &object) != nil {
		return plain
	}
	tries := 0
	reads := func() bool {
		tries++
		text, err := json.Marshal(object)
		return err == nil && tries <= maxTries && read(text) == nil
	}
	var path strings.Builder
	for value := any(object); ; {
		step, child := culprit(value, reads)
		if step == "" {
			break
		}
		path.WriteString(step)
		value = child
	}
	if path.Len() == 0 {
		return plain
	}
	return &apis.FieldError{
		Message: "Invalid value", Paths: []string{strings.TrimPrefix(path.String(), ".")}, Details: cause.Error(),
	}
}

// culprit returns the part of value, and the step to it, without which the whole
// can be read.
func culprit(value any, reads func() bool) (step string, part any) {
	switch v := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			part := v[key]
			delete(v, key)
			found := reads()
			v[key] = part
			if found {
				return "." + key, part
			}
		}
	case []any:
		for i, part := range v {
			v[i] = nil
			found := reads()
			v[i] = part
			if found {
				return fmt.Sprintf("[%d]", i), part
			}
		}
	}
	return "", nil
}
