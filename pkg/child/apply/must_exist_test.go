/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"errors"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apiwatch "k8s.io/apimachinery/pkg/watch"
	clientgotesting "k8s.io/client-go/testing"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
)

// A child that was seen before is not created again, whatever the watch reports.
func TestWhatWasMadeBeforeIsNotMadeAgain(t *testing.T) {
	f := newFixture(t, newFakeCluster(t, crd(configurationKind)), configurations).start()
	cfg := configuration("c", spec("x"))
	cfg.MustExist = true
	o := f.apply(newOwner("fn-uid"), cfg)[0]
	f.wantRequests("get configurations")
	wantCondition(t, o, corev1.ConditionFalse, v1beta2.ReasonGone)
	if o.Live != nil {
		t.Errorf("Live = %v, want none", o.Live)
	}
}

// A watch that is behind is no reason to call a child gone.
func TestWhatWasMadeBeforeIsFoundBehindTheWatch(t *testing.T) {
	f := newFixture(t, newFakeCluster(t, crd(configurationKind)), configurations)
	f.PrependWatchReactor("configurations", func(clientgotesting.Action) (bool, apiwatch.Interface, error) {
		return true, apiwatch.NewFake(), nil
	})
	f.start()
	owner, cfg := newOwner("fn-uid"), configuration("c", spec("x"))
	f.put(t, live(t, owner, cfg))
	cfg.MustExist = true
	o := f.apply(owner, cfg)[0]
	f.wantRequests("get configurations")
	if o.Live == nil || o.Condition != nil {
		t.Errorf("Observation = %+v, want the live child", o)
	}
}

func TestWhatWasMadeBeforeCannotBeRead(t *testing.T) {
	f := newFixture(t, newFakeCluster(t, crd(configurationKind)), configurations).start()
	errRead := errors.New("the API server is away")
	f.fail("get", errRead)
	cfg := configuration("c", spec("x"))
	cfg.MustExist = true
	observations, err := f.Apply(f.ctx, newOwner("fn-uid"), []child.Object{cfg})
	if !errors.Is(err, errRead) {
		t.Errorf("Apply() = %v, want %v", err, errRead)
	}
	if o := observations[0]; o.Live != nil || o.Condition != nil {
		t.Errorf("Observation = %+v, want nothing", o)
	}
}
