/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"context"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"
	rtesting "knative.dev/pkg/reconciler/testing"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

func TestClusterDefaults(t *testing.T) {
	all := config.FromContext(context.Background())
	all.Tracing = &config.Tracing{Hooks: config.Hooks{Pre: []string{"authenticate"}}}
	ctx := config.ToContext(context.Background(), all)

	plain := fn(servingOnly)
	inheriting := wantServing(plain, imageA, nil)
	inheriting.Spec.Hooks = &v1beta2.Hooks{Pre: []string{"authenticate"}, Policy: v1beta2.HooksPolicyOverride}
	before := servingOf(plain, imageA, nil, nil)

	testRows(t, rtesting.TableTest{{
		Name:        "a new Serving has the cluster's defaults and keeps its name",
		Key:         key,
		Ctx:         ctx,
		Objects:     []runtime.Object{plain},
		WantCreates: []runtime.Object{inheriting},
		WantStatusUpdates: updates(expect(plain, func(fs *v1beta2.FunctionStatus) {
			fs.MarkBuildNotRequired()
			serves(fs, inheriting, "")
			fs.MarkRouteWaitingForServing()
		})),
	}, {
		Name: "an existing Serving does not change",
		Key:  key,
		Ctx:  ctx,
		Objects: []runtime.Object{expect(plain, func(fs *v1beta2.FunctionStatus) {
			fs.MarkBuildNotRequired()
			serves(fs, before, "")
			fs.MarkRouteWaitingForServing()
		}), before},
	}}, newReconciler)
}
