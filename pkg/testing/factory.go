/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package testing has the helpers that unit tests of the reconcilers share. Names are
// those of knative.dev/pkg/reconciler/testing, on which it builds.
package testing

import (
	"context"
	"errors"
	"fmt"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	kubescheme "k8s.io/client-go/kubernetes/scheme"
	clientgotesting "k8s.io/client-go/testing"
	"k8s.io/client-go/tools/record"
	"knative.dev/pkg/controller"
	fakedynamicclient "knative.dev/pkg/injection/clients/dynamicclient/fake"
	"knative.dev/pkg/logging"
	logtesting "knative.dev/pkg/logging/testing"
	"knative.dev/pkg/reconciler"
	rtesting "knative.dev/pkg/reconciler/testing"

	"openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	fakeclient "openfunction.dev/openfunction/pkg/client/injection/client/fake"
)

// maxEvents bounds the events of one reconciliation.
const maxEvents = 10

// Ctor creates the reconciler under test. The clients and the event recorder are in
// ctx; children is its only child.Applier.
type Ctor func(ctx context.Context, listers *Listers, children *Children) controller.Reconciler

// MakeFactory returns a factory of reconcilers for table tests. schemes add the kinds
// of others that rows contain or plug-ins create.
//
// A row sets its children by OtherTestData: Observe(...), and checks what was applied
// by PostConditions: WantApplied(...), WantPruned(...). Every status update must pass
// StatusViolations.
func MakeFactory(ctor Ctor, schemes ...func(*runtime.Scheme) error) rtesting.Factory {
	return makeFactory(ctor, (*testing.T).Errorf, schemes)
}

// reporter fails a test with a message.
type reporter func(t *testing.T, format string, args ...any)

func makeFactory(ctor Ctor, report reporter, schemes []func(*runtime.Scheme) error) rtesting.Factory {
	return func(t *testing.T, row *rtesting.TableRow) (controller.Reconciler, rtesting.ActionRecorderList, rtesting.EventList) {
		t.Helper()
		scheme := newScheme(t, schemes)
		listers := NewListers(row.Objects)
		children := childrenOf(row, scheme)

		ctx := row.Ctx
		if ctx == nil {
			ctx = context.Background()
		}
		ctx = logging.WithLogger(ctx, logtesting.TestLogger(t))
		ctx, client := fakeclient.With(ctx, listers.Objects()...)
		ctx, dynamicClient := fakedynamicclient.With(ctx, scheme, toUnstructured(t, scheme, row.Objects)...)
		recorder := record.NewFakeRecorder(maxEvents)
		ctx = controller.WithEventRecorder(ctx, recorder)

		r := ctor(ctx, listers, children)
		row.Ctx = ctx
		// A reconciler that is not the leader would do nothing.
		if leader, ok := r.(reconciler.LeaderAware); ok {
			if err := leader.Promote(reconciler.UniversalBucket(), func(reconciler.Bucket, types.NamespacedName) {}); err != nil {
				t.Fatalf("Promote() = %v", err)
			}
		}

		client.PrependReactor("update", "*", checkStatusUpdates(row, func(format string, args ...any) {
			t.Helper()
			report(t, format, args...)
		}))
		client.PrependReactor("create", "*", func(action clientgotesting.Action) (bool, runtime.Object, error) {
			return rtesting.ValidateCreates(ctx, action)
		})
		client.PrependReactor("create", "*", refuseGeneratedNames)
		dynamicClient.PrependReactor("create", "*", refuseGeneratedNames)
		for _, reactor := range row.WithReactors {
			client.PrependReactor("*", "*", reactor)
			dynamicClient.PrependReactor("*", "*", reactor)
		}
		return r, rtesting.ActionRecorderList{client, dynamicClient}, rtesting.EventList{Recorder: recorder}
	}
}

func newScheme(t *testing.T, schemes []func(*runtime.Scheme) error) *runtime.Scheme {
	t.Helper()
	scheme := runtime.NewScheme()
	for _, add := range append([]func(*runtime.Scheme) error{kubescheme.AddToScheme, v1beta2.AddToScheme}, schemes...) {
		if err := add(scheme); err != nil {
			t.Fatalf("Making the scheme: %v", err)
		}
	}
	return scheme
}

func toUnstructured(t *testing.T, scheme *runtime.Scheme, objects []runtime.Object) []runtime.Object {
	t.Helper()
	converted := make([]runtime.Object, 0, len(objects))
	for _, object := range objects {
		if u, ok := object.(*unstructured.Unstructured); ok {
			converted = append(converted, u.DeepCopy())
			continue
		}
		kinds, _, err := scheme.ObjectKinds(object)
		if err != nil {
			t.Fatalf("%T is in no scheme that MakeFactory was given: %v", object, err)
		}
		content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object.DeepCopyObject())
		if err != nil {
			t.Fatalf("Converting a %T: %v", object, err)
		}
		u := &unstructured.Unstructured{Object: content}
		u.SetGroupVersionKind(kinds[0])
		converted = append(converted, u)
	}
	return converted
}

// errGeneratedName replaces the API server's random suffix, with which a lost response
// would lead to a second object.
var errGeneratedName = errors.New("an object was to be created by metadata.generateName; give it a name that its content determines")

func refuseGeneratedNames(action clientgotesting.Action) (bool, runtime.Object, error) {
	create, ok := action.(clientgotesting.CreateAction)
	if !ok {
		return false, nil, nil
	}
	object, ok := create.GetObject().(metav1.Object)
	if ok && object.GetName() == "" {
		return true, nil, errGeneratedName
	}
	return false, nil, nil
}

// checkStatusUpdates compares every status update with the status before it.
func checkStatusUpdates(row *rtesting.TableRow, report func(format string, args ...any)) clientgotesting.ReactionFunc {
	latest := make(map[string]Object)
	for _, object := range row.Objects {
		if before, ok := object.(Object); ok {
			latest[keyOf(before)] = copyOf(before)
		}
	}
	return func(action clientgotesting.Action) (bool, runtime.Object, error) {
		after, ok := action.(clientgotesting.UpdateAction).GetObject().(Object)
		if !ok || action.GetSubresource() != "status" {
			return false, nil, nil
		}
		for _, violation := range StatusViolations(latest[keyOf(after)], after, row.WantErr) {
			report("Status update of %s: %s", keyOf(after), violation)
		}
		latest[keyOf(after)] = copyOf(after)
		return false, nil, nil
	}
}

func copyOf(o Object) Object {
	duplicate, _ := o.DeepCopyObject().(Object)
	return duplicate
}

func keyOf(o Object) string {
	return fmt.Sprintf("%T %s/%s", o, o.GetNamespace(), o.GetName())
}
