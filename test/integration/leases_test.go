//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"testing"

	coordinationv1 "k8s.io/api/coordination/v1"
	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	coordinationclient "k8s.io/client-go/kubernetes/typed/coordination/v1"

	"openfunction.dev/openfunction/test/integration/environment"
)

// A scheduler that was taken over must not end the leadership of other programs. The test is
// not parallel: other tests expect that nothing is refused to the controller.
func TestProgramsWriteOnlyTheirOwnLeases(t *testing.T) {
	e := environment.Start(t)
	names := map[string]string{"scheduler": "cron-of-a-test", "controller": "controller.of-a-test", "webhook": "webhook.of-a-test"}
	for owner, name := range names {
		t.Run(owner, func(t *testing.T) {
			lease := &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Name: name}}
			if _, err := leasesAs(t, e, owner).Create(t.Context(), lease, metav1.CreateOptions{DryRun: dryRun}); err != nil {
				t.Fatal("it cannot create its own Lease:", err)
			}
			stored, err := e.Kube.CoordinationV1().Leases("openfunction").Create(t.Context(), lease, metav1.CreateOptions{})
			if err != nil {
				t.Fatal(err)
			}
			stored.Spec.HolderIdentity = new("any")
			for user := range names {
				if user != owner {
					wantLeaseProtected(t, leasesAs(t, e, user), stored, user)
				}
			}
			if _, err := leasesAs(t, e, owner).Update(t.Context(), stored, metav1.UpdateOptions{}); err != nil {
				t.Error("it cannot update its own Lease:", err)
			}
		})
	}
	if err := leasesAs(t, e, "scheduler").Delete(t.Context(), names["scheduler"], metav1.DeleteOptions{}); err != nil {
		t.Error("the scheduler cannot delete its own Lease:", err)
	}
}

// leasesAs returns a client of the Leases of our namespace for one of our programs.
func leasesAs(t *testing.T, e *environment.Environment, program string) coordinationclient.LeaseInterface {
	t.Helper()
	return e.As(t, "system:serviceaccount:openfunction:"+program).Kube.CoordinationV1().Leases("openfunction")
}

func wantLeaseProtected(t *testing.T, leases coordinationclient.LeaseInterface, lease *coordinationv1.Lease, user string) {
	t.Helper()
	other := &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Name: lease.Name + "-2"}}
	if _, err := leases.Create(t.Context(), other, metav1.CreateOptions{}); !apierrs.IsForbidden(err) {
		t.Errorf("%s creates %s: %v", user, other.Name, err)
	}
	if _, err := leases.Update(t.Context(), lease, metav1.UpdateOptions{}); !apierrs.IsForbidden(err) {
		t.Errorf("%s updates %s: %v", user, lease.Name, err)
	}
	if err := leases.Delete(t.Context(), lease.Name, metav1.DeleteOptions{}); !apierrs.IsForbidden(err) {
		t.Errorf("%s deletes %s: %v", user, lease.Name, err)
	}
}
