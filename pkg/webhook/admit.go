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
	"knative.dev/pkg/apis"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/reconciler"
	"knative.dev/pkg/webhook"
	"knative.dev/pkg/webhook/json"
	"knative.dev/pkg/webhook/resourcesemantics"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/fielderror"
	"openfunction.dev/openfunction/pkg/namespaces"
	"openfunction.dev/openfunction/pkg/webhook/requester"
)

// admitter is what the framework makes of our kinds: it registers the webhook.
type admitter interface {
	webhook.AdmissionController
	controller.Reconciler
	reconciler.LeaderAware
}

// admission answers in the framework's place, for defaulting and for validation
// alike. An object is read once, by one reader, so that what is judged is what is
// stored. It is judged when defaults are filled in, too: the schema comes right
// after that, and its answer would hide all that only we can say.
type admission struct {
	webhook.StatelessAdmissionImpl
	admitter

	metric     attribute.KeyValue
	requester  func(*authenticationv1.UserInfo) requester.Requester
	withConfig func(context.Context) context.Context
	plugins    Plugins
	namespaces namespaces.Reader
	fillsIn    bool
}

// answering lets impl register the webhook and answers itself.
func answering(impl *controller.Impl, a admission) *controller.Impl {
	inner, ok := impl.Reconciler.(admitter)
	if !ok {
		panic(fmt.Sprintf("%T does not admit", impl.Reconciler))
	}
	a.admitter = inner
	impl.Reconciler = a
	return impl
}

// Admit implements webhook.AdmissionController. Of a deletion or a status nobody
// is kept: what is held up there is left half done.
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
	sent, unread := readRequest(request)
	if unread != nil {
		return refusalOf(request, unread)
	}
	unknown := sent.unknown
	switch fieldValidation(request) {
	case metav1.FieldValidationStrict:
		if len(unknown) > 0 {
			return webhook.MakeErrorStatus("validation failed: strict decoding error: %s", join(unknown))
		}
	case metav1.FieldValidationIgnore:
		unknown = nil
	}
	asSent := sent.object.DeepCopyObject()
	sent.object.SetDefaults(ctx)
	found := sent.judge(ctx).Also(a.checkBeyondType(ctx, request, sent))
	if errs := found.Filter(apis.ErrorLevel); errs != nil {
		return refusalOf(request, errs)
	}
	if !a.fillsIn {
		return &admissionv1.AdmissionResponse{Allowed: true, Warnings: append(warnings(found), unknown...)}
	}
	// To compare texts is most of the work with a large object, and few updates
	// leave anything to fill in.
	if len(sent.unknown) == 0 && equality.Semantic.DeepEqual(asSent, sent.object) {
		return &admissionv1.AdmissionResponse{Allowed: true}
	}
	return patch(request, sent)
}

// judge validates the object as it is with its defaults.
func (s *sent) judge(ctx context.Context) *apis.FieldError {
	if s.old == nil {
		ctx = apis.WithinCreate(ctx)
	} else {
		ctx = apis.WithinUpdate(ctx, s.old)
	}
	return without(s.object.Validate(ctx), s.unreadable).Also(s.unreadable)
}

// Plugins are the plug-ins of the platform, as far as admission needs them.
type Plugins interface {
	// Validate returns what the plug-ins have to say about obj, which replaces old; old
	// is nil for a new object.
	Validate(obj, old metav1.Object, c *config.Config) *apis.FieldError
}

// checkBeyondType runs the checks that need more than the object: the plug-ins, and the
// permissions of the user. The API server is asked for permissions only by the validating
// webhook, so once for a request.
func (a admission) checkBeyondType(ctx context.Context, request *admissionv1.AdmissionRequest, s *sent) *apis.FieldError {
	object, ok := s.object.(metav1.Object)
	if !ok {
		return nil
	}
	stored := s.stored(ctx)
	user := a.requester(&request.UserInfo)
	errs, warnings := user.ValidateMetadata(object, stored)
	if !a.fillsIn {
		errs = append(errs, user.ValidateServiceAccount(ctx, object, stored)...)
	}
	return fielderror.ForKnative(errs, warnings...).Also(a.plugins.Validate(object, stored, config.FromContext(ctx)))
}

// stored returns the stored object with its defaults, or nil for a new object.
func (s *sent) stored(ctx context.Context) metav1.Object {
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

// patch makes of what was sent what is to be stored.
func patch(request *admissionv1.AdmissionRequest, s *sent) *admissionv1.AdmissionResponse {
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
