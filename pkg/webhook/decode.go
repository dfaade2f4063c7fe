/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package webhook

import (
	"encoding/json"

	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/webhook/resourcesemantics"
	sigsjson "sigs.k8s.io/json"

	"openfunction.dev/openfunction/pkg/apis/fielderror"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// kinds returns an empty object of each kind.
func kinds() map[schema.GroupVersionKind]resourcesemantics.GenericCRD {
	return map[schema.GroupVersionKind]resourcesemantics.GenericCRD{
		v1beta2.SchemeGroupVersion.WithKind("Function"): &v1beta2.Function{},
		v1beta2.SchemeGroupVersion.WithKind("Builder"):  &v1beta2.Builder{},
		v1beta2.SchemeGroupVersion.WithKind("Serving"):  &v1beta2.Serving{},
	}
}

// decodedRequest is the content of a request.
type decodedRequest struct {
	object resourcesemantics.GenericCRD
	// old is the stored object, or nil.
	old resourcesemantics.GenericCRD
	// typeErrors are the errors of the values that object lacks, because their types
	// are wrong.
	typeErrors *apis.FieldError
	// unknown are the fields that object lacks, because its type does not define them.
	// The API server accepts unknown fields in the pod template, because it has no
	// schema.
	unknown []string
}

// maxObjectBytes bounds an object. A review of an update holds two of them, etcd stores at
// most 1.5 MiB, and objects that are derived repeat most of it.
const maxObjectBytes = 512 << 10

// checkSize rejects an object that is too large, unless an update makes it no larger.
func checkSize(request *admissionv1.AdmissionRequest) *apis.FieldError {
	size := len(request.Object.Raw)
	if size <= max(maxObjectBytes, len(request.OldObject.Raw)) {
		return nil
	}
	return fielderror.ForKnative(field.ErrorList{fielderror.TooLong(field.NewPath("spec"), size, maxObjectBytes)})
}

func readRequest(request *admissionv1.AdmissionRequest) (*decodedRequest, *apis.FieldError) {
	kind, ok := kinds()[schema.GroupVersionKind(request.Kind)]
	if !ok {
		return nil, &apis.FieldError{Message: "Unsupported value", Paths: []string{"kind"}, Details: "the webhook does not handle this kind"}
	}
	if len(request.Object.Raw) == 0 {
		return nil, &apis.FieldError{Message: "Required value", Paths: []string{"object"}}
	}
	var s decodedRequest
	var err *apis.FieldError
	isNew := len(request.OldObject.Raw) == 0
	limit := maxValues
	if isNew {
		limit = maxNewValues
	}
	if s.object, s.unknown, s.typeErrors, err = read(request.Object.Raw, kind, limit); err != nil || isNew {
		return &s, err
	}
	s.old, _, _, err = read(request.OldObject.Raw, kind, limit)
	return &s, err
}

// maxUnknown limits the number of unknown fields in a response.
const maxUnknown = 10

// read returns the object in raw without the values that have wrong types, the unknown
// fields, and the type errors. It decodes no object with more values than the limit.
func read(raw []byte, kind resourcesemantics.GenericCRD, maxValues int) (
	object resourcesemantics.GenericCRD, unknown []string, typeErrors, failure *apis.FieldError,
) {
	if err := checkValues(raw, maxValues); err != nil {
		return nil, nil, nil, &apis.FieldError{Message: "Too many", Paths: []string{"object"}, Details: err.Error()}
	}
	object = empty(kind)
	problems, err := sigsjson.UnmarshalStrict(raw, object)
	if err != nil {
		var fields map[string]any
		if err = json.Unmarshal(raw, &fields); err == nil {
			raw, typeErrors, err = extractTypeErrors(fields, kind)
		}
		if err == nil {
			object = empty(kind)
			problems, err = sigsjson.UnmarshalStrict(raw, object)
		}
	}
	if err != nil {
		return nil, nil, nil, &apis.FieldError{Message: "Invalid value", Paths: []string{"object"}, Details: shorten(err.Error())}
	}
	for _, problem := range problems[:min(len(problems), maxUnknown)] {
		unknown = append(unknown, shorten(problem.Error()))
	}
	return object, unknown, typeErrors, nil
}

func empty(kind resourcesemantics.GenericCRD) resourcesemantics.GenericCRD {
	object, ok := kind.DeepCopyObject().(resourcesemantics.GenericCRD)
	if !ok {
		panic("the copy of a kind is of another one")
	}
	return object
}

// fieldValidation returns how the request has unknown fields handled.
func fieldValidation(request *admissionv1.AdmissionRequest) string {
	var options struct {
		FieldValidation string `json:"fieldValidation"`
	}
	if err := json.Unmarshal(request.Options.Raw, &options); err != nil {
		return metav1.FieldValidationWarn // the default of the API server
	}
	return options.FieldValidation
}
