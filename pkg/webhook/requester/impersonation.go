/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package requester

import (
	"context"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	authorizationclient "k8s.io/client-go/kubernetes/typed/authorization/v1"
)

// reviewTimeout is well below the time that the API server waits for the webhook.
const reviewTimeout = 3 * time.Second

// accessReviewer sends SubjectAccessReviews to the API server, for the verb impersonate
// on the service account.
type accessReviewer struct {
	reviews authorizationclient.SubjectAccessReviewInterface
}

var _ Reviewer = accessReviewer{}

// CanImpersonate implements Reviewer.
func (a accessReviewer) CanImpersonate(ctx context.Context, user *authenticationv1.UserInfo, namespace, account string) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, reviewTimeout)
	defer cancel()
	extra := make(map[string]authorizationv1.ExtraValue, len(user.Extra))
	for key, values := range user.Extra {
		extra[key] = authorizationv1.ExtraValue(values)
	}
	review, err := a.reviews.Create(ctx, &authorizationv1.SubjectAccessReview{
		Spec: authorizationv1.SubjectAccessReviewSpec{
			User: user.Username, UID: user.UID, Groups: user.Groups, Extra: extra,
			ResourceAttributes: &authorizationv1.ResourceAttributes{
				Namespace: namespace, Verb: "impersonate", Resource: "serviceaccounts", Name: account,
			},
		},
	}, metav1.CreateOptions{})
	if err != nil {
		return false, err
	}
	return review.Status.Allowed && !review.Status.Denied, nil
}
