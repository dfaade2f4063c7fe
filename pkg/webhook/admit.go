/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package webhook

import (
	"context"
	"fmt"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	"gomodules.xyz/jsonpatch/v2"
	admissionv1 "k8s.io/api/admission/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/reconciler"
	"knative.dev/pkg/webhook"
	"knative.dev/pkg/webhook/json"
	"knative.dev/pkg/webhook/resourcesemantics"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/fielderror"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/gateways"
	"openfunction.dev/openfunction/pkg/namespaces"
	"openfunction.dev/openfunction/pkg/webhook/requester"
)

// admitter is the type of Knative's reconciler for our kinds, which registers the
// webhook with the API server.
type admitter interface {
	webhook.AdmissionController
	controller.Reconciler
	reconciler.LeaderAware
}

// admission handles the requests in place of Knative's reconciler, for defaulting and
// for validation. It decodes an object only once, so it validates exactly what is
// stored. The defaulting webhook validates, too: the API server checks the schema
// directly after it, and its errors would hide those that only this webhook can report.
type admission struct {
	webhook.StatelessAdmissionImpl
	admitter

	metric       attribute.KeyValue
	requester    func(*authenticationv1.UserInfo) requester.Requester
	withConfig   func(context.Context) context.Context
	plugins      Plugins
	namespaces   namespaces.Reader
	gateways     gateways.Reader
	setsDefaults bool
}

// withAdmission makes impl handle requests with a. The registration of the webhook does
// not change.
func withAdmission(impl *controller.Impl, a admission) *controller.Impl {
	inner, ok := impl.Reconciler.(admitter)
	if !ok {
		panic(fmt.Sprintf("%T does not admit", impl.Reconciler))
	}
	a.admitter = inner
	impl.Reconciler = a
	return impl
}

// Admit implements webhook.AdmissionController. It never rejects a deletion or a status
// update, because that would leave an operation half done.
func (a admission) Admit(ctx context.Context, request *admissionv1.AdmissionRequest) *admissionv1.AdmissionResponse {
	labeler, _ := otelhttp.LabelerFromContext(ctx)
	labeler.Add(a.metric)
	isWrite := request.Operation == admissionv1.Create || request.Operation == admissionv1.Update
	if !isWrite || request.SubResource != "" {
		return &admissionv1.AdmissionResponse{Allowed: true}
	}
	ctx, err := a.namespaces.InContext(a.withConfig(ctx), request.Namespace)
	if err != nil {
		return webhook.MakeErrorStatus("admission failed, try again: %v", err)
	}
	if failure := checkSize(request); failure != nil {
		return errorResponse(request, failure)
	}
	sent, failure := readRequest(request)
	if failure != nil {
		return errorResponse(request, failure)
	}
	ctx = a.withGateway(ctx, sent)
	unknown := sent.unknown
	switch fieldValidation(request) {
	case metav1.FieldValidationStrict:
		if len(unknown) > 0 {
			return webhook.MakeErrorStatus("validation failed: strict decoding error: %s", join(unknown))
		}
	case metav1.FieldValidationIgnore:
		unknown = nil
	}
	original := sent.object.DeepCopyObject()
	sent.object.SetDefaults(ctx)
	if a.setsDefaults {
		setIdentity(sent.object, sent.old)
	}
	found := sent.validate(ctx).Also(a.checkBeyondType(ctx, request, sent))
	if errs := found.Filter(apis.ErrorLevel); errs != nil {
		return errorResponse(request, errs)
	}
	if !a.setsDefaults {
		return &admissionv1.AdmissionResponse{Allowed: true, Warnings: append(warnings(found), unknown...)}
	}
	// Comparing JSON takes most of the time for a large object, and few updates leave a
	// default to set.
	if len(sent.unknown) == 0 && equality.Semantic.DeepEqual(original, sent.object) {
		return &admissionv1.AdmissionResponse{Allowed: true}
	}
	return patch(request, sent)
}

// withGateway returns a context with the settings of the Gateway that serves the function.
func (a admission) withGateway(ctx context.Context, s *decodedRequest) context.Context {
	fn, ok := s.object.(*v1beta2.Function)
	if !ok {
		return ctx
	}
	return a.gateways.InContext(ctx, types.NamespacedName{Namespace: fn.Namespace, Name: fn.Name}, fn.Spec.Serving.Route())
}

// validate validates the object with its defaults.
func (s *decodedRequest) validate(ctx context.Context) *apis.FieldError {
	if s.old == nil {
		ctx = apis.WithinCreate(ctx)
	} else {
		ctx = apis.WithinUpdate(ctx, s.old)
	}
	return subtract(s.object.Validate(ctx), s.typeErrors).Also(s.typeErrors)
}

// Plugins are the functions of the plug-ins that admission uses.
type Plugins interface {
	// Validate returns the errors and warnings of the plug-ins for obj, which replaces
	// old; old is nil for a new object.
	Validate(obj, old metav1.Object, c *config.Config) *apis.FieldError
}

// checkBeyondType runs the checks that need more than the object: those of the
// plug-ins, and of what the user may set.
func (a admission) checkBeyondType(ctx context.Context, request *admissionv1.AdmissionRequest, s *decodedRequest) *apis.FieldError {
	object, ok := s.object.(metav1.Object)
	if !ok {
		return nil
	}
	stored := s.stored(ctx)
	user := a.requester(&request.UserInfo)
	errs, warnings := user.ValidateMetadata(object, stored)
	return fielderror.ForKnative(errs, warnings...).Also(a.plugins.Validate(object, stored, config.FromContext(ctx)))
}

// stored returns the stored object with its defaults, or nil for a new object.
func (s *decodedRequest) stored(ctx context.Context) metav1.Object {
	if s.old == nil {
		return nil
	}
	old, ok := s.old.DeepCopyObject().(resourcesemantics.GenericCRD)
	if !ok {
		return nil
	}
	old.SetDefaults(ctx)
	stored, _ := old.(metav1.Object)
	return stored
}

// patch returns the response that changes the object of the request to the one with
// defaults.
func patch(request *admissionv1.AdmissionRequest, s *decodedRequest) *admissionv1.AdmissionResponse {
	text, err := json.Marshal(s.object)
	if err != nil {
		return webhook.MakeErrorStatus("filling in defaults failed: %v", err)
	}
	operations, err := jsonpatch.CreatePatch(request.Object.Raw, text)
	if err != nil {
		return webhook.MakeErrorStatus("filling in defaults failed: %v", err)
	}
	response := &admissionv1.AdmissionResponse{Allowed: true}
	if len(operations) == 0 {
		return response
	}
	if response.Patch, err = json.Marshal(operations); err != nil {
		return webhook.MakeErrorStatus("filling in defaults failed: %v", err)
	}
	response.PatchType = new(admissionv1.PatchTypeJSONPatch)
	return response
}
