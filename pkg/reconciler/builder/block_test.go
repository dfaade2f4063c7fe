/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package builder

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"knative.dev/pkg/apis"
	rtesting "knative.dev/pkg/reconciler/testing"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	. "openfunction.dev/openfunction/pkg/testing"
)

func held(objects []child.Object, reason, message string) []child.Object {
	for i := range objects {
		objects[i].Blocked = &apis.Condition{Status: corev1.ConditionUnknown, Reason: reason, Message: message}
	}
	return objects
}

func TestStrategyIsMissing(t *testing.T) {
	message := `ClusterBuildStrategy "openfunction" does not exist; create it, or set another one in ` +
		"spec.build.shipwright.strategy; kubectl get clusterbuildstrategies,buildstrategies shows those that do"
	runWith(t, Found{"another": nil}, []row{{
		TableRow: rtesting.TableRow{
			Name: "the run waits for the strategy", Key: key, Objects: objects(builder()),
			WantStatusUpdates: updates(builder(waiting(v1beta2.ReasonStrategyNotFound, message))),
		},
		applied: held(allObjects(), v1beta2.ReasonStrategyNotFound, message),
	}, {
		TableRow: rtesting.TableRow{
			Name: "the strategy was deleted after the run was created", Key: key, Objects: objects(builder(WithBuilder(started))),
			OtherTestData: Observe(runRuns()),
		},
		applied:  []child.Object{again()},
		requeued: 50 * time.Minute,
	}})
	runWith(t, Found{Awaited: nil}, []row{{
		TableRow: rtesting.TableRow{
			Name: "strategies are being listed", Key: key, Objects: objects(builder()),
			WantStatusUpdates: updates(builder(waiting(v1beta2.ReasonPending, "waiting for the run to be created"))),
		},
		applied: held(allObjects(), v1beta2.ReasonPending, "waiting for the run to be created"),
	}})
	declared := &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{"parameters": []any{
		map[string]any{"name": "builder-image"},
	}}}}
	runWith(t, Found{"ClusterBuildStrategy /openfunction": declared}, []row{{
		TableRow: rtesting.TableRow{
			Name: "the strategy was created meanwhile", Key: key,
			Objects:           objects(builder(waiting(v1beta2.ReasonStrategyNotFound, message))),
			WantStatusUpdates: updates(builder(WithBuilder(started))),
		},
		applied:  allObjects(),
		requeued: 50 * time.Minute,
	}})
}
