/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package requester

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	clientgotesting "k8s.io/client-go/testing"
)

func TestCanImpersonateReviewsTheUserOfTheRequest(t *testing.T) {
	for name, tt := range map[string]struct {
		status authorizationv1.SubjectAccessReviewStatus
		err    error
		want   bool
	}{
		"allowed":          {status: authorizationv1.SubjectAccessReviewStatus{Allowed: true}, want: true},
		"not allowed":      {},
		"denied":           {status: authorizationv1.SubjectAccessReviewStatus{Allowed: true, Denied: true}},
		"the review fails": {err: errors.New("connection refused")},
	} {
		t.Run(name, func(t *testing.T) {
			client := fake.NewClientset()
			var reviewed authorizationv1.SubjectAccessReviewSpec
			client.PrependReactor("create", "subjectaccessreviews", func(action clientgotesting.Action) (bool, runtime.Object, error) {
				create, ok := action.(clientgotesting.CreateAction)
				if !ok {
					t.Fatalf("%T", action)
				}
				review, ok := create.GetObject().(*authorizationv1.SubjectAccessReview)
				if !ok {
					t.Fatalf("%T", create.GetObject())
				}
				reviewed = review.Spec
				review.Status = tt.status
				return true, review, tt.err
			})
			user := &authenticationv1.UserInfo{
				Username: "alice", UID: "1", Groups: []string{"a", "b"}, Extra: map[string]authenticationv1.ExtraValue{"scopes": {"c"}},
			}
			got, err := accessReviewer{client.AuthorizationV1().SubjectAccessReviews()}.CanImpersonate(t.Context(), user, "team", "robot")
			if got != tt.want || !errors.Is(err, tt.err) {
				t.Errorf("got %t, %v", got, err)
			}
			want := authorizationv1.SubjectAccessReviewSpec{
				User: "alice", UID: "1", Groups: []string{"a", "b"}, Extra: map[string]authorizationv1.ExtraValue{"scopes": {"c"}},
				ResourceAttributes: &authorizationv1.ResourceAttributes{
					Namespace: "team", Verb: "impersonate", Resource: "serviceaccounts", Name: "robot",
				},
			}
			if diff := cmp.Diff(want, reviewed); diff != "" {
				t.Errorf("review (-want +got):\n%s", diff)
			}
		})
	}
}
