/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package requester checks the user who sends an admission request: whether the user may
// set what only the controller sets. The API server checks the permission to use a service
// account, by the policy in config/500-service-account-policy.yaml. The webhook does not,
// because it cannot verify who sends a review: its answer would reveal the permissions of
// users to everyone.
package requester

import (
	authenticationv1 "k8s.io/api/authentication/v1"
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
}

// New returns the requester for the user of a request.
func New(user *authenticationv1.UserInfo) Requester {
	return Requester{User: user, Controller: "system:serviceaccount:" + system.Namespace() + ":" + ControllerAccount}
}

// isEndUser reports whether the request comes from a user whose permissions are
// checked. Our controller acts for Functions that were admitted before.
func (r Requester) isEndUser() bool {
	if r.User == nil {
		return false
	}
	return r.Controller == "" || r.User.Username != r.Controller
}
