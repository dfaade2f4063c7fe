/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package requester checks the permissions of the user who sends an admission request:
// whether the user may set what only the controller sets, and may impersonate the
// service account of the pods.
package requester

import (
	"context"

	authenticationv1 "k8s.io/api/authentication/v1"
	kubeclient "knative.dev/pkg/client/injection/kube/client"
	"knative.dev/pkg/system"
)

// ControllerAccount is the name of the service account of our controller.
const ControllerAccount = "controller"

// Requester is the user who sends a request.
type Requester struct {
	// User is the user, or nil if it is not known.
	User *authenticationv1.UserInfo
	// Controller is the user name of our controller, the only user who creates the
	// objects that a Function owns.
	Controller string
	// Reviewer reports which service accounts the user may impersonate. If it is nil,
	// the user may impersonate none.
	Reviewer Reviewer
}

// Reviewer reports whether users may impersonate service accounts.
type Reviewer interface {
	// CanImpersonate reports whether the user may impersonate the service account.
	CanImpersonate(ctx context.Context, user *authenticationv1.UserInfo, namespace, account string) (bool, error)
}

// New returns a constructor of the requester for the user of a request.
func New(ctx context.Context) func(*authenticationv1.UserInfo) Requester {
	controller := "system:serviceaccount:" + system.Namespace() + ":" + ControllerAccount
	reviewer := accessReviewer{kubeclient.Get(ctx).AuthorizationV1().SubjectAccessReviews()}
	return func(user *authenticationv1.UserInfo) Requester {
		return Requester{User: user, Controller: controller, Reviewer: reviewer}
	}
}

// isEndUser reports whether the request comes from a user whose permissions are
// checked. Our controller acts for Functions that were admitted before.
func (r Requester) isEndUser() bool {
	if r.User == nil {
		return false
	}
	return r.Controller == "" || r.User.Username != r.Controller
}
