/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/configmap"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/webhook/resourcesemantics/conversion"

	"openfunction.dev/openfunction/pkg/apis/fielderror"
	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta1 "openfunction.dev/openfunction/pkg/apis/functions/v1beta1"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

const conversionPath = "/resource-conversion"

// NewConversion returns the controller of the webhook that converts objects between the
// versions of the API.
func NewConversion(ctx context.Context, _ configmap.Watcher) *controller.Impl {
	return conversion.NewConversionController(ctx, conversionPath, conversions(),
		func(ctx context.Context) context.Context { return ctx })
}

func conversions() map[schema.GroupKind]conversion.GroupKindConversion {
	both := func(resource schema.GroupResource, old, hub conversion.ConvertibleObject) conversion.GroupKindConversion {
		return conversion.GroupKindConversion{
			DefinitionName: resource.String(),
			HubVersion:     v1beta2.SchemeGroupVersion.Version,
			Zygotes: map[string]conversion.ConvertibleObject{
				v1beta1.SchemeGroupVersion.Version: &convertible{ConvertibleObject: old},
				v1beta2.SchemeGroupVersion.Version: &convertible{ConvertibleObject: hub},
			},
		}
	}
	return map[schema.GroupKind]conversion.GroupKindConversion{
		v1beta2.Kind("Function"): both(functions.FunctionsResource, &v1beta1.Function{}, &v1beta2.Function{}),
		v1beta2.Kind("Builder"):  both(functions.BuildersResource, &v1beta1.Builder{}, &v1beta2.Builder{}),
		v1beta2.Kind("Serving"):  both(functions.ServingsResource, &v1beta1.Serving{}, &v1beta2.Serving{}),
	}
}

// convertible is an object that is converted without defaults and without loss.
// Knative's framework would also set defaults, which are set only once, at admission.
// It would drop unknown fields of the pod template, which admission rejects or warns
// of.
type convertible struct {
	conversion.ConvertibleObject

	template json.RawMessage
}

// DeepCopyObject implements runtime.Object.
func (c *convertible) DeepCopyObject() runtime.Object {
	object, ok := c.ConvertibleObject.DeepCopyObject().(conversion.ConvertibleObject)
	if !ok {
		panic(fmt.Sprintf("the copy of %T is another type", c.ConvertibleObject))
	}
	return &convertible{ConvertibleObject: object, template: c.template}
}

// ConvertTo implements apis.Convertible.
func (c *convertible) ConvertTo(ctx context.Context, to apis.Convertible) error {
	other, ok := to.(*convertible)
	if !ok {
		return fmt.Errorf("%T is not one of ours", to)
	}
	other.template = c.template
	return c.ConvertibleObject.ConvertTo(ctx, other.ConvertibleObject)
}

// ConvertFrom implements apis.Convertible.
func (c *convertible) ConvertFrom(ctx context.Context, from apis.Convertible) error {
	other, ok := from.(*convertible)
	if !ok {
		return fmt.Errorf("%T is not one of ours", from)
	}
	c.template = other.template
	return c.ConvertibleObject.ConvertFrom(ctx, other.ConvertibleObject)
}

// UnmarshalJSON implements json.Unmarshaler.
func (c *convertible) UnmarshalJSON(raw []byte) error {
	if err := checkValues(raw, maxValues); err != nil {
		return err
	}
	if err := json.Unmarshal(raw, c.ConvertibleObject); err != nil {
		return located(raw, err, c.ConvertibleObject)
	}
	var object withTemplate
	if err := json.Unmarshal(raw, &object); err != nil {
		return err
	}
	c.template = object.get()
	return nil
}

// located returns an error with the fields of the values that cannot be decoded.
func located(raw []byte, cause error, kind any) error {
	var fields map[string]any
	if json.Unmarshal(raw, &fields) != nil {
		return cause
	}
	_, typeErrors, err := extractTypeErrors(fields, kind)
	if err != nil || typeErrors == nil {
		return cause
	}
	return errors.New(fielderror.Text(typeErrors))
}

// MarshalJSON implements json.Marshaler.
func (c *convertible) MarshalJSON() ([]byte, error) {
	raw, err := json.Marshal(c.ConvertibleObject)
	if err != nil || c.template == nil {
		return raw, err
	}
	return setTemplate(raw, c.template)
}

// withTemplate has the fields of both versions that contain the pod template.
type withTemplate struct {
	Spec struct {
		Template json.RawMessage `json:"template"`
		Serving  struct {
			Template json.RawMessage `json:"template"`
		} `json:"serving"`
	} `json:"spec"`
}

func (o *withTemplate) get() json.RawMessage {
	if o.Spec.Serving.Template != nil {
		return o.Spec.Serving.Template
	}
	return o.Spec.Template
}

// setTemplate replaces the decoded template with the original JSON.
func setTemplate(raw []byte, template json.RawMessage) ([]byte, error) {
	var object, spec, serving map[string]json.RawMessage
	if err := json.Unmarshal(raw, &object); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(object["spec"], &spec); err != nil {
		return nil, err
	}
	parent := spec
	if spec["serving"] != nil {
		if err := json.Unmarshal(spec["serving"], &serving); err != nil {
			return nil, err
		}
		parent = serving
	}
	parent["template"] = template
	var err error
	if serving != nil {
		if spec["serving"], err = json.Marshal(serving); err != nil {
			return nil, err
		}
	}
	if object["spec"], err = json.Marshal(spec); err != nil {
		return nil, err
	}
	return json.Marshal(object)
}
