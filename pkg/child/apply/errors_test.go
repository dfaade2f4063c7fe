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
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/controller"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
)

// retry is when Apply is to be called again.
type retry string

const (
	never       retry = "never"
	inMinutes   retry = "in minutes"
	withBackOff retry = "with back-off"
)

// expect checks what Apply returned for the error of a request.
func (r retry) expect(t *testing.T, got, cause error) {
	t.Helper()
	planned, delay := controller.IsRequeueKey(got)
	var ok bool
	switch r {
	case never:
		ok = got == nil
	case inMinutes:
		ok = planned && delay >= 4*time.Minute && delay <= 6*time.Minute
	case withBackOff:
		ok = !planned && errors.Is(got, cause)
	}
	if !ok {
		t.Errorf("Apply() = %v, a retry after %v, want one %s", got, delay, r)
	}
}

func status(code int32, reason metav1.StatusReason, message string, causes ...metav1.StatusCause) error {
	return &apierrs.StatusError{ErrStatus: metav1.Status{
		Status: metav1.StatusFailure, Code: code, Reason: reason, Message: message,
		Details: &metav1.StatusDetails{Causes: causes},
	}}
}

// A rejected object gives a condition and a slow retry, because no event reports that a policy was
// relaxed. An error of the infrastructure is retried with back-off.
func TestClassifyError(t *testing.T) {
	resource := resourceOf(configurationKind).GroupResource()
	for name, test := range map[string]struct {
		err    error
		reason string
		retry  retry
		denied bool
	}{
		"invalid":              {apierrs.NewInvalid(configurationKind.GroupKind(), "c", nil), v1beta2.ReasonRejected, inMinutes, false},
		"bad request":          {apierrs.NewBadRequest("unknown field"), v1beta2.ReasonRejected, inMinutes, false},
		"too large":            {apierrs.NewRequestEntityTooLargeError("3 MiB"), v1beta2.ReasonRejected, inMinutes, false},
		"webhook with 400":     {status(http.StatusBadRequest, "", `admission webhook "w" denied the request: no`), v1beta2.ReasonRejected, inMinutes, true},
		"webhook with 403":     {status(http.StatusForbidden, metav1.StatusReasonForbidden, `admission webhook "w" denied the request: no`), v1beta2.ReasonRejected, inMinutes, true},
		"webhook with 500":     {status(http.StatusInternalServerError, "", `admission webhook "w" denied the request: no`), v1beta2.ReasonRejected, inMinutes, true},
		"policy":               {status(http.StatusForbidden, metav1.StatusReasonForbidden, `ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no`), v1beta2.ReasonRejected, inMinutes, true},
		"no right":             {apierrs.NewForbidden(resource, "c", errors.New("no right")), v1beta2.ReasonForbidden, withBackOff, false},
		"quota":                {apierrs.NewForbidden(resource, "c", errors.New("exceeded quota: q")), v1beta2.ReasonForbidden, inMinutes, true},
		"namespace going away": {status(http.StatusForbidden, metav1.StatusReasonForbidden, "terminating", metav1.StatusCause{Type: corev1.NamespaceTerminatingCause}), "", never, false},
		"conflict":             {apierrs.NewConflict(resource, "c", errors.New("changed")), "", withBackOff, false},
		"webhook is away":      {apierrs.NewInternalError(errors.New("failed calling webhook")), "", withBackOff, false},
		"too many requests":    {apierrs.NewTooManyRequests("later", 1), "", withBackOff, false},
		"no connection":        {errors.New("connection refused"), "", withBackOff, false},
		"namespace is gone":    {apierrs.NewNotFound(corev1.Resource("namespaces"), namespace), "", withBackOff, false},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, newFakeCluster(t, crd(configurationKind)), configurations).start()
			f.fail("create", test.err)
			observations, err := f.Apply(f.ctx, newOwner("fn-uid"), []child.Object{configuration("c", spec("x"))})
			test.retry.expect(t, err, test.err)
			o := observations[0]
			if o.Denied != test.denied {
				t.Errorf("Denied = %t, want %t", o.Denied, test.denied)
			}
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

// A refused change is reported and retried like a refused creation.
func TestErrorOfUpdate(t *testing.T) {
	owner := newOwner("fn-uid")
	for _, verb := range []string{"get", "patch"} {
		f := newFixture(t, newFakeCluster(t, crd(configurationKind),
			live(t, owner, configuration("c", spec("w")))), configurations).start()
		f.fail(verb, apierrs.NewBadRequest("no"))
		observations, err := f.Apply(f.ctx, owner, []child.Object{configuration("c", spec("x"))})
		if planned, _ := controller.IsRequeueKey(err); !planned {
			t.Errorf("Apply() = %v, want a planned retry", err)
		}
		wantCondition(t, observations[0], corev1.ConditionFalse, v1beta2.ReasonRejected)
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
