/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package requester

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"knative.dev/pkg/apis"
	"sigs.k8s.io/yaml"

	"openfunction.dev/openfunction/pkg/apis/fielderror"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

const ourController = "system:serviceaccount:openfunction:controller"

func requestBy(user string) Requester {
	return Requester{User: &authenticationv1.UserInfo{Username: user}, Controller: ourController}
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

// ofFunction makes a Builder or Serving look like a child of a Function.
func ofFunction(object metav1.Object) {
	object.SetLabels(map[string]string{"openfunction.io/function": "hello"})
	object.SetOwnerReferences([]metav1.OwnerReference{
		{APIVersion: "core.openfunction.io/v1beta2", Kind: "Function", Name: "hello", UID: "1", Controller: new(true), BlockOwnerDeletion: new(true)},
	})
}

const (
	ownLabel = "metadata.labels[openfunction.io/function]: Forbidden: " + whyControllerOwns
	ownOwner = "metadata.ownerReferences[0]: Forbidden: " + whyControllerOwns
)

func cancelled(b *v1beta2.Builder) { b.Spec.State = v1beta2.BuildStateCancelled }

func TestValidateOwnership(t *testing.T) {
	free := withDefaults(t, &v1beta2.Builder{}, `spec: {image: a/b}`)
	changed := func(b *v1beta2.Builder, change func(*v1beta2.Builder)) *v1beta2.Builder {
		b = b.DeepCopy()
		change(b)
		return b
	}
	owned := changed(free, func(b *v1beta2.Builder) { ofFunction(b) })
	const user, collector = "alice", "system:serviceaccount:kube-system:generic-garbage-collector"
	for name, tt := range map[string]struct {
		user         string
		old, builder *v1beta2.Builder
		want         []string
	}{
		"by hand":                   {user: user, builder: free},
		"cancelled by hand":         {user: user, old: free, builder: changed(free, cancelled)},
		"by the controller":         {user: ourController, builder: owned},
		"without a user":            {builder: owned},
		"with the label of another": {user: user, builder: changed(owned, func(b *v1beta2.Builder) { b.OwnerReferences = nil }), want: []string{ownLabel}},
		"with a Function as owner":  {user: user, builder: changed(owned, func(b *v1beta2.Builder) { b.Labels = nil }), want: []string{ownOwner}},
		"an exported one under a new name": {
			user: user, builder: changed(owned, func(b *v1beta2.Builder) { b.Annotations = map[string]string{"openfunction.io/generation": "1"} }),
			want: []string{"metadata.annotations[openfunction.io/generation]: Forbidden: " + whyControllerOwns, ownLabel, ownOwner},
		},
		"by another controller of the cluster": {
			user: collector, builder: changed(owned, func(b *v1beta2.Builder) { b.Labels = nil }), want: []string{ownOwner},
		},
		"another identity by hand": {
			user: user, old: free, builder: changed(free, func(b *v1beta2.Builder) { b.Annotations = map[string]string{"openfunction.io/identity": "Unique"} }),
		},
		"another identity of a Function's object": {
			user: user, old: owned, builder: changed(owned, func(b *v1beta2.Builder) { b.Annotations = map[string]string{"openfunction.io/identity": "Unique"} }),
			want: []string{"metadata.annotations[openfunction.io/identity]: Forbidden: " + whyControllerOwns},
		},
		"an old version of the API": {
			user: user, builder: changed(owned, func(b *v1beta2.Builder) {
				b.Labels, b.OwnerReferences[0].APIVersion, b.OwnerReferences[0].Controller = nil, "core.openfunction.io/v1beta1", nil
			}), want: []string{ownOwner},
		},
		"another owner": {
			user: user, builder: changed(owned, func(b *v1beta2.Builder) { b.Labels, b.OwnerReferences[0].APIVersion = nil, "example.com/v1" }),
		},
		"adopted later": {user: user, old: free, builder: owned, want: []string{ownLabel, ownOwner}},
		"labelled for another function": {
			user: user, old: owned, builder: changed(owned, func(b *v1beta2.Builder) { b.Labels["openfunction.io/function"] = "other" }),
			want: []string{ownLabel},
		},
		"given another owner": {
			user: user, old: owned, builder: changed(owned, func(b *v1beta2.Builder) { b.OwnerReferences[0].UID = "2" }), want: []string{ownOwner},
		},
		"unlabelled": {
			user: user, old: owned, builder: changed(owned, func(b *v1beta2.Builder) { b.Labels = nil }), want: []string{ownLabel},
		},
		"applied as it is":      {user: user, old: owned, builder: owned},
		"cancelled by its user": {user: user, old: owned, builder: changed(owned, cancelled)},
		"a label of another user": {
			user: user, old: owned, builder: changed(owned, func(b *v1beta2.Builder) {
				b.Labels["team"], b.Annotations = "a", map[string]string{"example.com/seen": "true"}
			}),
		},
		"let go by the garbage collector": {
			user: collector, old: owned, builder: changed(owned, func(b *v1beta2.Builder) { b.OwnerReferences = nil }),
		},
		"no longer blocking its owner": {
			user: collector, old: owned, builder: changed(owned, func(b *v1beta2.Builder) { b.OwnerReferences[0].BlockOwnerDeletion = new(false) }),
		},
		"tidied up by hand": {
			user: user, old: changed(owned, func(b *v1beta2.Builder) { b.OwnerReferences = nil }), builder: free,
		},
	} {
		t.Run(name, func(t *testing.T) {
			requester := requestBy(tt.user)
			if tt.user == "" {
				requester.User = nil
			}
			var old metav1.Object
			if tt.old != nil {
				old = tt.old
			}
			got, warnings := requester.ValidateMetadata(tt.builder, old)
			if diff := cmp.Diff(tt.want, texts(got)); diff != "" || warnings != nil {
				t.Errorf("errors (-want +got):\n%s\nwarnings: %v", diff, warnings)
			}
		})
	}
}

func TestValidateOwnershipOfServings(t *testing.T) {
	free := withDefaults(t, &v1beta2.Serving{}, `spec: {image: a/b}`)
	owned := free.DeepCopy()
	ofFunction(owned)
	refused := []string{ownLabel, ownOwner}
	for name, tt := range map[string]struct {
		user        string
		object, old metav1.Object
		want        []string
	}{
		"a new child":                    {user: "alice", object: owned, want: refused},
		"an object that becomes a child": {user: "alice", object: owned, old: free, want: refused},
		"a child made by the controller": {user: ourController, object: owned},
		"an object without an owner":     {user: "alice", object: free},
		"a child that does not change":   {user: "alice", object: owned, old: owned},
	} {
		got, _ := requestBy(tt.user).ValidateMetadata(tt.object, tt.old)
		if diff := cmp.Diff(tt.want, texts(got)); diff != "" {
			t.Errorf("%s: errors (-want +got):\n%s", name, diff)
		}
	}
}

func TestEveryUserIsAnEndUserIfTheControllerIsNotKnown(t *testing.T) {
	owned := withDefaults(t, &v1beta2.Builder{}, `spec: {image: a/b}`)
	ofFunction(owned)
	got, _ := Requester{User: &authenticationv1.UserInfo{}}.ValidateMetadata(owned, nil)
	if diff := cmp.Diff([]string{ownLabel, ownOwner}, texts(got)); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

func TestValidateFinalizers(t *testing.T) {
	const own = "builders.core.openfunction.io"
	withFinalizers := func(finalizers ...string) *metav1.ObjectMeta { return &metav1.ObjectMeta{Finalizers: finalizers} }
	const added = "metadata.finalizers[1]: Forbidden: " + whyFinalizer
	for name, tt := range map[string]struct {
		user        string
		old, object *metav1.ObjectMeta
		want        []string
	}{
		"of others":         {user: "alice", object: withFinalizers("foregroundDeletion", "example.com/hold")},
		"new with ours":     {user: "alice", object: withFinalizers("a.example.com/x", own), want: []string{added}},
		"ours added":        {user: "alice", old: withFinalizers("a"), object: withFinalizers("a", "openfunction.io/hold"), want: []string{added}},
		"ours kept":         {user: "alice", old: withFinalizers(own), object: withFinalizers(own)},
		"by the controller": {user: ourController, object: withFinalizers(own)},
		"ours removed": {
			user: "alice", old: withFinalizers(own), object: withFinalizers(),
			want: []string{`metadata.finalizers: removed "builders.core.openfunction.io": the controller can no longer clean up before the deletion`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, object := range []metav1.Object{&v1beta2.Function{}, &v1beta2.Builder{}, &v1beta2.Serving{}} {
				object.SetFinalizers(tt.object.Finalizers)
				var old metav1.Object
				if tt.old != nil {
					old = tt.old
				}
				errs, warnings := requestBy(tt.user).ValidateMetadata(object, old)
				got := texts(errs)
				for _, warning := range warnings {
					got = append(got, warning.Path.String()+": "+warning.Text)
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("%T (-want +got):\n%s", object, diff)
				}
			}
		})
	}
}
