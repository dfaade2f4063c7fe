/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package requester

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"knative.dev/pkg/apis"
	"sigs.k8s.io/yaml"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/fielderror"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

const ourController = "system:serviceaccount:openfunction:controller"

// fakeReviewer allows alice to impersonate the account robot in the namespace team.
// Reviews in other namespaces fail.
type fakeReviewer struct{ reviews int }

func (r *fakeReviewer) CanImpersonate(_ context.Context, user *authenticationv1.UserInfo, namespace, account string) (bool, error) {
	r.reviews++
	if namespace != "team" {
		return false, errors.New("connection refused")
	}
	return user.Username == "alice" && account == "robot", nil
}

func requestBy(user string, reviewer Reviewer) Requester {
	return Requester{User: &authenticationv1.UserInfo{Username: user}, Controller: ourController, Reviewer: reviewer}
}

// allFeatures returns a context in which every feature is enabled.
func allFeatures() context.Context {
	settings := config.FromContext(context.Background())
	settings.Features = config.AllFeatures()
	return config.ToContext(context.Background(), settings)
}

// withDefaults decodes an object named hello in the namespace team.
func withDefaults[T interface {
	metav1.Object
	apis.Defaultable
}](t *testing.T, object T, text string) T {
	t.Helper()
	if err := yaml.UnmarshalStrict([]byte(text), object); err != nil {
		t.Fatal(err)
	}
	object.SetName("hello")
	object.SetNamespace("team")
	object.SetDefaults(context.Background())
	return object
}

// texts returns the errors as admission does: sorted and without duplicates.
func texts(errs field.ErrorList) []string {
	var all []string
	for _, problem := range fielderror.Problems(fielderror.ForKnative(errs)) {
		all = append(all, problem.String())
	}
	return all
}

func TestValidateServiceAccount(t *testing.T) {
	const refused = `Forbidden: user "bob" may not use the service account "robot": this needs the permission to impersonate it in the namespace of the function`
	const path = "spec.serving.template."
	const robot = `{image: a/b, serving: {template: {serviceAccountName: robot}}}`
	for name, tt := range map[string]struct {
		user, namespace string
		stored, spec    string
		deleted         bool
		notReviewed     bool
		want            []string
	}{
		"a permitted account":      {user: "alice", spec: robot},
		"an account not permitted": {user: "bob", spec: robot, want: []string{path + "serviceAccountName: " + refused}},
		"the deprecated field": {
			user: "bob", spec: `{image: a/b, serving: {template: {serviceAccount: robot}}}`,
			want: []string{path + "serviceAccount: " + refused},
		},
		"another account": {
			user: "alice", spec: `{image: a/b, serving: {template: {serviceAccountName: admin}}}`,
			want: []string{path + `serviceAccountName: Forbidden: user "alice" may not use the service account "admin": ` +
				"this needs the permission to impersonate it in the namespace of the function"},
		},
		"a review that fails": {
			user: "alice", namespace: "other", spec: robot,
			want: []string{path + "serviceAccountName: Internal error: the permission of the user could not be checked: try again"},
		},
		"an invalid name":             {user: "alice", spec: `{image: a/b, serving: {template: {serviceAccountName: a/b}}}`, notReviewed: true},
		"no account":                  {user: "bob", spec: `{image: a/b, serving: {}}`, notReviewed: true},
		"no serving":                  {user: "bob", spec: `{image: a/b}`, notReviewed: true},
		"a request of ours":           {user: ourController, spec: robot, notReviewed: true},
		"an account added later":      {user: "bob", stored: `{image: a/b, serving: {}}`, spec: robot, want: []string{path + "serviceAccountName: " + refused}},
		"a spec that does not change": {user: "bob", stored: robot, spec: robot, notReviewed: true},
		"another image, same account": {
			user: "bob", stored: robot, spec: `{image: other, serving: {template: {serviceAccountName: robot}}}`,
			want: []string{path + "serviceAccountName: " + refused},
		},
		"an account removed":               {user: "bob", stored: robot, spec: `{image: a/b, serving: {}}`, notReviewed: true},
		"a function that is being deleted": {user: "bob", stored: `{image: a/b}`, spec: robot, deleted: true, notReviewed: true},
	} {
		t.Run(name, func(t *testing.T) {
			function := withDefaults(t, &v1beta2.Function{}, "spec: "+tt.spec)
			if tt.namespace != "" {
				function.Namespace = tt.namespace
			}
			if tt.deleted {
				function.DeletionTimestamp = &metav1.Time{}
			}
			var stored metav1.Object
			if tt.stored != "" {
				stored = withDefaults(t, &v1beta2.Function{}, "spec: "+tt.stored)
			}
			reviewer := &fakeReviewer{}
			got := requestBy(tt.user, reviewer).ValidateServiceAccount(allFeatures(), function, stored)
			if diff := cmp.Diff(tt.want, texts(got)); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
			if reviewer.reviews > 1 || (reviewer.reviews == 0) != tt.notReviewed {
				t.Errorf("sent %d reviews", reviewer.reviews)
			}
		})
	}
}

func TestValidateServiceAccountOfServings(t *testing.T) {
	serving := withDefaults(t, &v1beta2.Serving{}, `spec: {image: a/b, template: {serviceAccountName: robot}}`)
	refused := func(user string) []string {
		return []string{`spec.template.serviceAccountName: Forbidden: user "` + user + `" may not use the service account "robot": ` +
			"this needs the permission to impersonate it in the namespace of the function"}
	}
	for user, want := range map[string][]string{"alice": nil, ourController: nil, "bob": refused("bob")} {
		got := requestBy(user, &fakeReviewer{}).ValidateServiceAccount(allFeatures(), serving, nil)
		if diff := cmp.Diff(want, texts(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", user, diff)
		}
	}
	if errs := requestBy("bob", &fakeReviewer{}).ValidateServiceAccount(allFeatures(), serving, serving); errs != nil {
		t.Errorf("an update of the metadata is refused: %v", errs)
	}
	got := requestBy("alice", nil).ValidateServiceAccount(allFeatures(), serving, nil)
	if diff := cmp.Diff(refused("alice"), texts(got)); diff != "" {
		t.Errorf("without a reviewer (-want +got):\n%s", diff)
	}
}

func TestServiceAccountsAreNotReviewedWithoutTheFeature(t *testing.T) {
	settings := config.FromContext(context.Background())
	settings.Features = &config.Features{}
	reviewer := &fakeReviewer{}
	serving := withDefaults(t, &v1beta2.Serving{}, `spec: {image: a/b, template: {serviceAccountName: robot}}`)
	errs := requestBy("bob", reviewer).ValidateServiceAccount(config.ToContext(context.Background(), settings), serving, nil)
	if reviewer.reviews > 0 || errs != nil {
		t.Errorf("%d reviews, errors %v; the validation of the type refuses the field", reviewer.reviews, errs)
	}
}
