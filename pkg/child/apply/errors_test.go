/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
)

func status(code int32, reason metav1.StatusReason, message string, causes ...metav1.StatusCause) error {
	return &apierrs.StatusError{ErrStatus: metav1.Status{
		Status: metav1.StatusFailure, Code: code, Reason: reason, Message: message,
		Details: &metav1.StatusDetails{Causes: causes},
	}}
}

// What somebody has to mend is a condition, what may go away is an error, and
// what goes away but not soon is both.
func TestClassifyError(t *testing.T) {
	resource := resourceOf(configurationKind).GroupResource()
	for name, test := range map[string]struct {
		err       error
		reason    string
		wantError bool
	}{
		"invalid":              {apierrs.NewInvalid(configurationKind.GroupKind(), "c", nil), v1beta2.ReasonRejected, false},
		"bad request":          {apierrs.NewBadRequest("unknown field"), v1beta2.ReasonRejected, false},
		"too large":            {apierrs.NewRequestEntityTooLargeError("3 MiB"), v1beta2.ReasonRejected, false},
		"webhook with 400":     {status(http.StatusBadRequest, "", `admission webhook "w" denied the request: no`), v1beta2.ReasonRejected, false},
		"webhook with 403":     {status(http.StatusForbidden, metav1.StatusReasonForbidden, `admission webhook "w" denied the request: no`), v1beta2.ReasonRejected, false},
		"webhook with 500":     {status(http.StatusInternalServerError, "", `admission webhook "w" denied the request: no`), v1beta2.ReasonRejected, false},
		"policy":               {status(http.StatusForbidden, metav1.StatusReasonForbidden, `ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no`), v1beta2.ReasonRejected, false},
		"no right":             {apierrs.NewForbidden(resource, "c", errors.New("no right")), v1beta2.ReasonForbidden, true},
		"quota":                {apierrs.NewForbidden(resource, "c", errors.New("exceeded quota: q")), v1beta2.ReasonForbidden, true},
		"namespace going away": {status(http.StatusForbidden, metav1.StatusReasonForbidden, "terminating", metav1.StatusCause{Type: corev1.NamespaceTerminatingCause}), "", false},
		"conflict":             {apierrs.NewConflict(resource, "c", errors.New("changed")), "", true},
		"webhook is away":      {apierrs.NewInternalError(errors.New("failed calling webhook")), "", true},
		"too many requests":    {apierrs.NewTooManyRequests("later", 1), "", true},
		"no connection":        {errors.New("connection refused"), "", true},
		"namespace is gone":    {apierrs.NewNotFound(corev1.Resource("namespaces"), namespace), "", true},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, newFakeCluster(t, crd(configurationKind)), configurations).start()
			f.fail("create", test.err)
			observations, err := f.Apply(f.ctx, newOwner("fn-uid"), []child.Object{configuration("c", spec("x"))})
			if (err != nil) != test.wantError || (err != nil && !errors.Is(err, test.err)) {
				t.Errorf("Apply() = %v, want an error: %t", err, test.wantError)
			}
			o := observations[0]
			if o.Live != nil {
				t.Errorf("Live = %v, want none", o.Live)
			}
			if test.reason == "" {
				if o.Condition != nil {
					t.Errorf("Condition = %v, want none", o.Condition)
				}
				return
			}
			wantCondition(t, o, corev1.ConditionFalse, test.reason)
			if !strings.HasPrefix(o.Condition.GetMessage(), `Configuration "c" was refused: `) {
				t.Errorf("Message = %q", o.Condition.GetMessage())
			}
		})
	}
}

// A refusal of a change says the same as one of the creation.
func TestErrorOfUpdate(t *testing.T) {
	owner := newOwner("fn-uid")
	for _, verb := range []string{"get", "patch"} {
		f := newFixture(t, newFakeCluster(t, crd(configurationKind),
			live(t, owner, configuration("c", spec("w")))), configurations).start()
		f.fail(verb, apierrs.NewBadRequest("no"))
		wantCondition(t, f.apply(owner, configuration("c", spec("x")))[0], corev1.ConditionFalse, v1beta2.ReasonRejected)
	}
}

func TestIsNotInstalled(t *testing.T) {
	for _, test := range []struct {
		cond *apis.Condition
		want bool
	}{
		{notInstalled(configurations), true},
		{child.Failed(v1beta2.ReasonRejected, "no"), false},
		{&apis.Condition{Status: corev1.ConditionUnknown, Reason: "KnativeNotInstalled"}, false},
		{nil, false},
	} {
		if got := IsNotInstalled(test.cond); got != test.want {
			t.Errorf("IsNotInstalled(%v) = %t, want %t", test.cond, got, test.want)
		}
	}
}
