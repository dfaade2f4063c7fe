/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"context"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	rtesting "knative.dev/pkg/reconciler/testing"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	. "openfunction.dev/openfunction/pkg/testing"
)

func TestReferences(t *testing.T) {
	component := &unstructured.Unstructured{Object: map[string]any{}}
	finds := func(found Found) context.Context { return context.WithValue(context.Background(), foundKey{}, found) }
	names := func(fs *v1beta2.FunctionSpec) {
		fs.Serving.Outputs = []*v1beta2.Output{{Dapr: &v1beta2.DaprOutput{DaprComponentRef: &v1beta2.DaprComponentRef{Name: "sink"}}}}
	}
	attaches := func(fs *v1beta2.FunctionSpec) {
		fs.Serving.Triggers.HTTP.Route = &v1beta2.RouteSpec{GatewayRef: &v1beta2.GatewayRef{Name: "public", Namespace: new("infra")}}
	}
	missing := `spec.serving.outputs[0].dapr.name: the Dapr component "sink" is missing in this function and in its namespace; ` +
		"define it in spec.serving.bindings, pubsub or states, or create it: kubectl get components -n ns shows those that exist"
	refusedMessage := "spec.serving.triggers.http.route.gatewayRef: functions of namespace ns may not use the Gateway infra/public; " +
		"use another one, or ask the administrator to add it to allowed-gateways in config-gateway"
	is := func(change func(*v1beta2.FunctionSpec), mark func(*v1beta2.FunctionStatus)) *v1beta2.Function {
		plain := fn(servingOnly, spec(change))
		return expect(plain, func(fs *v1beta2.FunctionStatus) {
			mark(fs)
			fs.MarkBuildNotRequired()
			serves(fs, servingOf(plain, imageA, nil, nil), "")
			fs.MarkRouteWaitingForServing()
		})
	}
	lacks := func(fs *v1beta2.FunctionStatus) { fs.MarkRefsUnresolved(v1beta2.ReasonComponentNotFound, missing) }
	row := func(name string, ctx context.Context, before, after *v1beta2.Function) rtesting.TableRow {
		r := rtesting.TableRow{
			Name: name, Key: key, Ctx: ctx,
			Objects: []runtime.Object{before, servingOf(before, imageA, nil, nil)},
		}
		if after != nil {
			r.WantStatusUpdates = updates(after)
		}
		return r
	}
	none, elsewhere := Found{"Component ns/another": component}, Found{"Component other/sink": component}
	testRows(t, rtesting.TableTest{
		row("a component does not exist", finds(none), fn(servingOnly, spec(names)), is(names, lacks)),
		row("one of another namespace does not count", finds(elsewhere), fn(servingOnly, spec(names)), is(names, lacks)),
		row("it was created", finds(Found{"Component ns/sink": component}), is(names, lacks), is(names, (*v1beta2.FunctionStatus).MarkRefsResolved)),
		row("nothing is known of Dapr", finds(nil), fn(servingOnly, spec(names)), is(names, (*v1beta2.FunctionStatus).MarkRefsResolved)),
		row("nothing is known of Dapr any more: what was reported stays", finds(nil), is(names, lacks), nil),
		row("a Gateway of others", finds(nil), fn(servingOnly, spec(attaches)), is(attaches, func(fs *v1beta2.FunctionStatus) {
			fs.MarkRefsUnresolved(v1beta2.ReasonRefNotPermitted, refusedMessage)
		})),
	}, newReconciler)
}
