/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package serving

import (
	"context"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	clientgotesting "k8s.io/client-go/testing"
	"knative.dev/pkg/apis"
	rtesting "knative.dev/pkg/reconciler/testing"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	. "openfunction.dev/openfunction/pkg/testing"
)

func TestServiceAccount(t *testing.T) {
	// An administrator enables service accounts in templates.
	cfg := config.FromContext(context.Background())
	features, err := config.NewFeaturesFromConfigMap(&corev1.ConfigMap{Data: map[string]string{
		"kubernetes.podspec-serviceaccountname": "Allowed",
	}})
	if err != nil {
		t.Fatal(err)
	}
	cfg.Features = features
	finds := func(found Found) context.Context {
		return context.WithValue(config.ToContext(context.Background(), cfg), foundKey{}, found)
	}
	account := func(template corev1.PodSpec) WithServing {
		return spec(func(spec *v1beta2.ServingSpec) { spec.Template = &template })
	}
	robot := account(corev1.PodSpec{ServiceAccountName: "robot"})
	old := account(corev1.PodSpec{DeprecatedServiceAccount: "robot"})
	missing := reports(&apis.Condition{
		Status: corev1.ConditionFalse, Reason: v1beta2.ReasonServiceAccountNotFound,
		Message: `the ServiceAccount "robot" in spec.serving.template.serviceAccountName does not exist; ` +
			"create it: kubectl create serviceaccount robot -n team",
	})
	live := &unstructured.Unstructured{Object: map[string]any{}}
	none, some := Found{"ServiceAccount team/another": live}, Found{"ServiceAccount team/robot": live}
	row := func(name string, found Found, before, after *v1beta2.Serving) rtesting.TableRow {
		r := rtesting.TableRow{Name: name, Key: key, Ctx: finds(found), Objects: []runtime.Object{before}}
		if after != nil {
			r.WantStatusUpdates = []clientgotesting.UpdateActionImpl{{Object: after}}
		}
		return r
	}
	rtesting.TableTest{
		row("it does not exist", none, Serving(ns, name, robot), Serving(ns, name, robot, missing, withoutRef())),
		row("nor by the name of before", none, Serving(ns, name, old), Serving(ns, name, old, missing, withoutRef())),
		row("it was created", some, Serving(ns, name, robot, missing, withoutRef()), Serving(ns, name, robot, starting())),
		row("it is not known yet", nil, Serving(ns, name, robot), Serving(ns, name, robot, starting())),
		row("accounts are being listed", Found{Awaited: nil}, Serving(ns, name, robot), Serving(ns, name, robot, reports(&apis.Condition{
			Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonPending, Message: "waiting to get ready",
		}), withoutRef())),
		row("it went, and pods run with it", none, Serving(ns, name, robot, starting()), nil),
		row("none is named", none, Serving(ns, name, account(corev1.PodSpec{})), Serving(ns, name, account(corev1.PodSpec{}), starting())),
	}.Test(t, factory())
}
