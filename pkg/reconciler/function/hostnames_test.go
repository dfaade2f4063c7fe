/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"knative.dev/pkg/apis"
	duckv1 "knative.dev/pkg/apis/duck/v1"
	"knative.dev/pkg/controller"
	rtesting "knative.dev/pkg/reconciler/testing"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	ofruntime "openfunction.dev/openfunction/pkg/runtime"
	. "openfunction.dev/openfunction/pkg/testing"
)

// hostRuntime is a fake runtime with two more hosts, as ConfigMaps. It returns advice
// if a host is taken.
type hostRuntime struct{ plainRuntime }

func hostOf(name string) child.Object {
	return child.Object{
		Resource:      &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}},
		ConditionType: v1beta2.FunctionConditionRouteReady,
	}
}

func (hostRuntime) Route(in *ofruntime.RouteInput) (*ofruntime.Route, error) {
	return &ofruntime.Route{
		Objects: []child.Object{serviceFor(in.Function.Name, in.Targets)},
		Hosts:   []child.Object{hostOf("a.example.com"), hostOf("b.example.com")},
		Advise: func(message string) string {
			if message == `ConfigMap "a.example.com": it is taken` {
				return "use another"
			}
			return ""
		},
	}, nil
}

func withHosts(ctx context.Context, listers *Listers, children *Children) controller.Reconciler {
	return reconcilerWith(ctx, listers, children, hostRuntime{})
}

// hostAnswers returns a live host with its URL and condition.
func hostAnswers(host string, condition *apis.Condition) ChildOption {
	return LiveChild(&unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": host, "namespace": namespace},
		"status": map[string]any{"url": "http://" + host, "address": map[string]any{"url": "http://" + host}},
	}}, condition)
}

// What resolves Addressables, such as a Broker of Knative, takes the first of
// status.addresses, and its field url.
func TestTheFirstAddressIsThatOfTheCluster(t *testing.T) {
	f := fn(servingOnly)
	recordAddress(f, ofruntime.RouteStatus{URL: apis.HTTP("hello.ns.example.com"), Address: apis.HTTP("hello.ns.svc.cluster.local")})
	hostnames(f, nil, ofruntime.RouteStatus{Others: []*apis.URL{apis.HTTP("other.example.com")}})
	encoded, err := json.Marshal(f.Status)
	if err != nil {
		t.Fatal(err)
	}
	var read duckv1.AddressStatus
	if err := json.Unmarshal(encoded, &read); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, address := range read.Addresses {
		got = append(got, address.URL.String())
	}
	want := []string{"http://hello.ns.svc.cluster.local", "http://hello.ns.example.com", "http://other.example.com"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("addresses (-want +got):", diff)
	}
}

func TestHostnames(t *testing.T) {
	plain := fn(servingOnly)
	good := servingOf(plain, imageA, nil, isTrue())
	a, b := hostOf("a.example.com"), hostOf("b.example.com")
	// at records more hosts of the function in the status.
	at := func(fs *v1beta2.FunctionStatus, condition *apis.Condition, more ...string) {
		routed(fs, isTrue(), good)
		fs.PropagateRoute(condition)
		fs.Route.Hosts = fs.Route.Hosts[:1]
		for _, host := range more {
			fs.Addresses = append(fs.Addresses, v1beta2.FunctionAddress{
				Type: v1beta2.FunctionAddressExternal, Value: "http://" + host, URL: "http://" + host,
			})
			fs.Route.Hosts = append(fs.Route.Hosts, host)
		}
		fs.Route.Hosts = append(fs.Route.Hosts, "hello.ns.svc.cluster.local")
	}
	status := func(condition *apis.Condition, more ...string) *v1beta2.Function {
		return expect(plain, func(fs *v1beta2.FunctionStatus) {
			fs.MarkBuildNotRequired()
			serves(fs, good, "")
			at(fs, condition, more...)
		})
	}

	testRows(t, rtesting.TableTest{{
		Name:    "no host is created before the address is ready",
		Key:     key,
		Objects: []runtime.Object{plain, good},
		WantStatusUpdates: updates(expect(plain, func(fs *v1beta2.FunctionStatus) {
			fs.MarkBuildNotRequired()
			serves(fs, good, "")
			fs.PropagateRoute(&apis.Condition{Status: corev1.ConditionUnknown})
			fs.MarkRouted(good, string(v1beta2.HTTPEngineKnative))
			fs.Serving.Service = fnName
			fs.Image = digestA[:len("sha256:")+12]
			fs.PropagateRevisions([]v1beta2.RevisionStatus{revisionOf(good, 100)})
		})),
		PostConditions: []func(*testing.T, *rtesting.TableRow){WantApplied(to(good)), WantNotPruned},
	}, {
		Name:              "all hosts are ready",
		Key:               key,
		Objects:           []runtime.Object{plain, good},
		OtherTestData:     Observe(answers(isTrue()), hostAnswers("a.example.com", isTrue()), hostAnswers("b.example.com", isTrue())),
		WantStatusUpdates: updates(status(isTrue(), "a.example.com", "b.example.com")),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantPruned(to(good), a, b)},
	}, {
		Name:    "a host that is taken does not affect the others, and old hosts are pruned",
		Key:     key,
		Objects: []runtime.Object{plain, good},
		OtherTestData: Observe(answers(isTrue()),
			hostAnswers("a.example.com", isFalse("DomainAlreadyClaimed", "it is taken")), hostAnswers("b.example.com", isTrue())),
		WantStatusUpdates: updates(status(
			isFalse("DomainAlreadyClaimed", `ConfigMap "a.example.com": it is taken; use another`), "b.example.com")),
		PostConditions: []func(*testing.T, *rtesting.TableRow){WantApplied(to(good), a, b), WantPruned(to(good), a, b)},
	}, {
		Name:    "a host that cannot be created does not affect the others",
		Key:     key,
		Objects: []runtime.Object{plain, good},
		OtherTestData: Observe(answers(isTrue()),
			AbsentChild("ConfigMap", "a.example.com", isFalse("Rejected", "no such host")), hostAnswers("b.example.com", isTrue())),
		WantStatusUpdates: updates(status(isFalse("Rejected", "no such host"), "b.example.com")),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantApplied(to(good), a, b)},
	}, {
		Name:    "a host that is retried later does not hide a failure",
		Key:     key,
		Objects: []runtime.Object{plain, good},
		OtherTestData: Observe(answers(isTrue()),
			AbsentChild("ConfigMap", "a.example.com", isFalse("NotOwned", "it is taken")),
			ChildFails("ConfigMap", "a.example.com", controller.NewRequeueAfter(time.Minute)),
			hostAnswers("b.example.com", isTrue()), ChildFails("ConfigMap", "b.example.com", errors.New("boom"))),
		WantStatusUpdates: updates(status(isFalse("NotOwned", "it is taken"), "b.example.com")),
		WantErr:           true,
		WantEvents:        []string{rtesting.Eventf(corev1.EventTypeWarning, "InternalError", "boom")},
	}, {
		Name:    "a host that is retried later does not hide a failure to prune",
		Key:     key,
		Objects: []runtime.Object{plain, good},
		OtherTestData: Observe(answers(isTrue()),
			AbsentChild("ConfigMap", "a.example.com", isFalse("NotOwned", "it is taken")),
			ChildFails("ConfigMap", "a.example.com", controller.NewRequeueAfter(time.Minute)),
			hostAnswers("b.example.com", isTrue()), PruneFails(errors.New("boom"))),
		WantStatusUpdates: updates(status(isFalse("NotOwned", "it is taken"), "b.example.com")),
		WantErr:           true,
		WantEvents:        []string{rtesting.Eventf(corev1.EventTypeWarning, "InternalError", "boom")},
	}, {
		Name:    "a pending host is reported",
		Key:     key,
		Objects: []runtime.Object{plain, good},
		OtherTestData: Observe(answers(isTrue()), hostAnswers("a.example.com", isTrue()),
			hostAnswers("b.example.com", &apis.Condition{Status: corev1.ConditionUnknown, Reason: "IngressNotConfigured"})),
		WantStatusUpdates: updates(status(&apis.Condition{Status: corev1.ConditionUnknown}, "a.example.com")),
	}}, withHosts)
}
