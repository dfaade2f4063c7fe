/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"context"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	clientgotesting "k8s.io/client-go/testing"
	clocktesting "k8s.io/utils/clock/testing"
	"k8s.io/utils/ptr"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/kmeta"
	"knative.dev/pkg/logging"
	"knative.dev/pkg/reconciler"
	rtesting "knative.dev/pkg/reconciler/testing"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	functionsclient "openfunction.dev/openfunction/pkg/client/injection/client"
	functionreconciler "openfunction.dev/openfunction/pkg/client/injection/reconciler/functions/v1beta2/function"
	"openfunction.dev/openfunction/pkg/plugin"
	"openfunction.dev/openfunction/pkg/reconciler/function/resources"
	ofruntime "openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/async"
	"openfunction.dev/openfunction/pkg/runtime/knative"
	"openfunction.dev/openfunction/pkg/strategy/shipwright"
	. "openfunction.dev/openfunction/pkg/testing"
)

const (
	namespace = "ns"
	fnName    = "hello"
	key       = namespace + "/" + fnName
	digestA   = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	imageA    = "registry.example.com/team/hello@" + digestA
	digestB   = "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
	imageB    = "registry.example.com/team/hello@" + digestB
)

var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// plainRuntime is a fake runtime whose address is a Service.
type plainRuntime struct{ knative.Runtime }

func (plainRuntime) Route(in *ofruntime.RouteInput) (*ofruntime.Route, error) {
	return &ofruntime.Route{Objects: []child.Object{serviceFor(in.Function.Name, in.Targets)}}, nil
}

// testPlugins returns the plug-ins of the tests, with others replacing those of the
// same name.
func testPlugins(others ...ofruntime.Runtime) plugin.Set {
	return plugin.New(shipwright.New(), slices.Concat([]ofruntime.Runtime{plainRuntime{}, async.New()}, others)...)
}

func serviceFor(name string, targets []ofruntime.Target) child.Object {
	annotations := make(map[string]string)
	for _, target := range targets {
		annotations[target.Serving] = strconv.FormatInt(target.Percent, 10)
	}
	return child.Object{
		Resource:      &corev1.Service{ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: annotations}},
		ConditionType: v1beta2.FunctionConditionRouteReady,
	}
}

// to returns the address that sends all traffic to the first Serving and none to the
// others.
func to(servings ...*v1beta2.Serving) child.Object {
	var targets []ofruntime.Target
	for i, s := range servings {
		target := ofruntime.Target{Serving: s.Name}
		if i == 0 {
			target.Percent = 100
		}
		targets = append(targets, target)
	}
	return serviceFor(fnName, targets)
}

// answers returns the live address with its URL and condition.
func answers(condition *apis.Condition) ChildOption {
	live := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "Service",
		"metadata": map[string]any{"name": fnName, "namespace": namespace},
		"status": map[string]any{
			"url":     "http://hello.ns.example.com",
			"address": map[string]any{"url": "http://hello.ns.svc.cluster.local"},
		},
	}}
	return LiveChild(live, condition)
}

func isTrue() *apis.Condition { return &apis.Condition{Status: corev1.ConditionTrue} }

func isFalse(reason, message string) *apis.Condition {
	return &apis.Condition{Status: corev1.ConditionFalse, Reason: reason, Message: message}
}

// foundKey is the key of the referenced objects in the context of a row.
type foundKey struct{}

func newReconciler(ctx context.Context, listers *Listers, children *Children) controller.Reconciler {
	return reconcilerWith(ctx, listers, children, plainRuntime{})
}

func reconcilerWith(ctx context.Context, listers *Listers, children *Children, replaced ofruntime.Runtime) controller.Reconciler {
	return reconcilerOf(ctx, listers, children, testPlugins(replaced))
}

// statusHiddenKey is set in the context of rows that run with most of the status hidden.
type statusHiddenKey struct{}

// statusHidden hides the derived fields of the status from the reconciler. What it does
// not set again keeps its value.
type statusHidden struct{ functionreconciler.Interface }

func (h statusHidden) ReconcileKind(ctx context.Context, f *v1beta2.Function) reconciler.Event {
	if f.Status.InUse == nil {
		// An older release wrote the status, or nothing is in use.
		return h.Interface.ReconcileKind(ctx, f)
	}
	before := f.Status
	f.Status = v1beta2.FunctionStatus{
		Status: before.Status, InUse: before.InUse, Rollout: before.Rollout,
		// Not a decision: what other controllers can read at the moment.
		URL: before.URL, Address: before.Address,
	}
	err := h.Interface.ReconcileKind(ctx, f)
	if after := &f.Status; f.Spec.Serving != nil {
		keep(&after.Addresses, before.Addresses)
		keep(&after.Route, before.Route)
		keep(&after.Image, before.Image)
		keep(&after.Triggers, before.Triggers)
		if after.Serving != nil && before.Serving != nil {
			keep(&after.Serving.LastSuccessfulResourceRef, before.Serving.LastSuccessfulResourceRef)
			keep(&after.Serving.Runtime, before.Serving.Runtime)
			keep(&after.Serving.Service, before.Serving.Service)
			keep(&after.Serving.Revisions, before.Serving.Revisions)
		}
	}
	if f.Spec.Build != nil {
		keep(&f.Status.Revision, before.Revision)
		keep(&f.Status.Sources, before.Sources)
	}
	return err
}

// keep sets a field that is empty to its value before.
func keep[T any](field *T, before T) {
	if reflect.ValueOf(field).Elem().IsZero() {
		*field = before
	}
}

// testRows tests each row twice: as it is, and with the derived fields of the status
// hidden. So a row fails if the reconciler reads one of them back.
func testRows(t *testing.T, rows rtesting.TableTest, ctor Ctor) {
	t.Helper()
	rows.Test(t, MakeFactory(ctor))
	for i := range rows {
		rows[i].Name += ", with the derived fields of the status hidden"
	}
	rows.Test(t, MakeFactory(func(ctx context.Context, listers *Listers, children *Children) controller.Reconciler {
		return ctor(context.WithValue(ctx, statusHiddenKey{}, true), listers, children)
	}))
}

func reconcilerOf(ctx context.Context, listers *Listers, children *Children, plugins plugin.Set) controller.Reconciler {
	found, _ := ctx.Value(foundKey{}).(Found)
	r := &Reconciler{
		client:     functionsclient.Get(ctx),
		builders:   listers.Builders(),
		servings:   listers.Servings(),
		plugins:    plugins,
		children:   children,
		references: found,
		hostnames:  newHostnames(listers.FunctionIndexer()),
		identities: newIdentities(listers.FunctionIndexer()),
		meter:      meterIn(ctx),
		clock:      clocktesting.NewFakePassiveClock(epoch),
	}
	r.enqueueAfter = func(any, time.Duration) {}
	var tested functionreconciler.Interface = r
	if ctx.Value(statusHiddenKey{}) != nil {
		tested = statusHidden{r}
	}
	return functionreconciler.NewReconciler(ctx, logging.FromContext(ctx), functionsclient.Get(ctx),
		listers.FunctionLister(), controller.GetEventRecorder(ctx), tested)
}

// fn returns a Function that builds and serves.
func fn(options ...FunctionOption) *v1beta2.Function {
	base := WithFunction(func(f *v1beta2.Function) {
		f.Spec = v1beta2.FunctionSpec{
			Version: new("latest"),
			Image:   "registry.example.com/team/hello:v1",
			Build: &v1beta2.BuildSpec{
				Builder: new("registry.example.com/builder:v1"),
				SrcRepo: &v1beta2.GitRepo{URL: "https://example.com/hello.git"},
			},
			Serving: &v1beta2.WorkloadSpec{Triggers: &v1beta2.Triggers{HTTP: &v1beta2.HTTPTrigger{
				Port: ptr.To(v1beta2.DefaultPort), Engine: ptr.To(v1beta2.HTTPEngineKnative),
			}}},
		}
	})
	f := Function(namespace, fnName, append([]FunctionOption{base}, options...)...)
	f.SetDefaults(context.Background())
	return f
}

func spec(change func(*v1beta2.FunctionSpec)) WithFunction {
	return func(f *v1beta2.Function) { change(&f.Spec) }
}

func status(change func(*v1beta2.FunctionStatus)) WithFunction {
	return func(f *v1beta2.Function) { change(&f.Status) }
}

var (
	servingOnly = spec(func(s *v1beta2.FunctionSpec) { s.Build, s.Image = nil, imageA })
	buildOnly   = spec(func(s *v1beta2.FunctionSpec) { s.Serving = nil })
	devBranch   = spec(func(s *v1beta2.FunctionSpec) { s.Build.SrcRepo.Revision = new("dev") })
	cancelled   = spec(func(s *v1beta2.FunctionSpec) { s.Build.State = v1beta2.BuildStateCancelled })
	withParam   = spec(func(s *v1beta2.FunctionSpec) { s.Serving.Params = map[string]string{"A": "B"} })
)

// builderOf returns the Builder of f with a UID, as the API server would set it.
func builderOf(f *v1beta2.Function, options ...BuilderOption) *v1beta2.Builder {
	b := wantBuilder(f)
	b.UID, b.Generation = types.UID(b.Name+"-uid"), 1
	b.CreationTimestamp = metav1.NewTime(epoch.Add(time.Duration(f.Generation) * time.Minute))
	done := Builder(namespace, b.Name, append([]BuilderOption{WithBuilder(func(x *v1beta2.Builder) { *x = *b })}, options...)...)
	return done
}

func wantBuilder(f *v1beta2.Function) *v1beta2.Builder {
	b, err := resources.MakeBuilder(f)
	if err != nil {
		panic(err)
	}
	return b
}

func built(digest string) WithBuilder {
	return func(b *v1beta2.Builder) {
		b.Status.ObservedGeneration = b.Generation
		b.Status.Output = &v1beta2.BuildOutput{Digest: digest}
		b.Status.MarkSucceeded()
	}
}

func building() WithBuilder {
	return func(b *v1beta2.Builder) {
		b.Status.ObservedGeneration = b.Generation
		b.Status.MarkBuilding("", "it runs")
	}
}

func buildFailed(reason, message string) WithBuilder {
	return func(b *v1beta2.Builder) {
		b.Status.ObservedGeneration = b.Generation
		b.Status.MarkFailed(reason, message)
	}
}

func superseded() WithBuilder {
	return func(b *v1beta2.Builder) {
		b.Spec.State, b.Spec.StateReason = v1beta2.BuildStateCancelled, v1beta2.StateReasonSuperseded
	}
}

func cancelRequested() WithBuilder {
	return func(b *v1beta2.Builder) {
		b.Spec.State, b.Spec.StateReason = v1beta2.BuildStateCancelled, v1beta2.StateReasonCancelled
	}
}

// servingOf returns the Serving of f with that image, built by the Builder of by.
func servingOf(f *v1beta2.Function, image string, by *v1beta2.Function, condition *apis.Condition) *v1beta2.Serving {
	s := wantServing(f, image, by)
	s.UID, s.Generation = types.UID(s.Name+"-uid"), 1
	s.CreationTimestamp = metav1.NewTime(epoch.Add(time.Duration(f.Generation) * time.Minute))
	s.Status.ObservedGeneration = 1
	s.Status.PropagateRevision(condition)
	return s
}

func wantServing(f *v1beta2.Function, image string, by *v1beta2.Function) *v1beta2.Serving {
	builtBy := ""
	if by != nil {
		builtBy = wantBuilder(by).Name
	}
	s, err := resources.MakeServing(f, image, builtBy)
	if err != nil {
		panic(err)
	}
	return s
}

func updates(objects ...runtime.Object) []clientgotesting.UpdateActionImpl {
	var actions []clientgotesting.UpdateActionImpl
	for _, object := range objects {
		actions = append(actions, clientgotesting.UpdateActionImpl{Object: object})
	}
	return actions
}

// expect returns f with the status that it must have after the reconcile.
func expect(f *v1beta2.Function, change func(*v1beta2.FunctionStatus)) *v1beta2.Function {
	f = f.DeepCopy()
	reconciler.PreProcessReconcile(context.Background(), f)
	f.Status.ObservedGeneration = f.Generation
	f.Status.MarkSpecHonored(testPlugins().Unsupported(&f.Spec, config.FromContext(context.Background())))
	f.Status.MarkRefsResolved()
	change(&f.Status)
	f.Status.MarkCause()
	return f
}

// serves adds s to the status as the current Serving.
func serves(fs *v1beta2.FunctionStatus, s *v1beta2.Serving, keeps string) {
	fs.PropagateServing(s, keeps)
	for i := range fs.Serving.Revisions {
		if fs.Serving.Revisions[i].Name == s.Name {
			fs.Serving.Revisions[i].Ready = s.Revision().Ready
			return
		}
	}
	fs.PropagateRevisions(append([]v1beta2.RevisionStatus{revisionOf(s, 0)}, fs.Serving.Revisions...))
}

func revisionOf(s *v1beta2.Serving, percent int64) v1beta2.RevisionStatus {
	revision := s.Revision()
	revision.Percent = &percent
	return revision
}

// routed sets the status if the address routes to the first Serving and lists the
// others.
func routed(fs *v1beta2.FunctionStatus, condition *apis.Condition, servings ...*v1beta2.Serving) {
	fs.PropagateRoute(condition)
	fs.URL = apis.HTTP("hello.ns.example.com")
	fs.MarkRouted(servings[0], string(v1beta2.HTTPEngineKnative))
	fs.Serving.Service = fnName
	fs.Image = resources.Short(servings[0].Spec.Image)
	var revisions []v1beta2.RevisionStatus
	for i, s := range servings {
		revisions = append(revisions, revisionOf(s, int64(100*(1-min(i, 1)))))
	}
	fs.PropagateRevisions(revisions)
	located := &v1beta2.Function{Status: *fs}
	recordAddress(located, ofruntime.RouteStatus{
		URL: apis.HTTP("hello.ns.example.com"), Address: apis.HTTP("hello.ns.svc.cluster.local"),
	})
	hostnames(located, nil, ofruntime.RouteStatus{})
	*fs = located.Status
}

// readyOn returns f with its status if all traffic goes to s.
func readyOn(f *v1beta2.Function, b *v1beta2.Builder, s *v1beta2.Serving, others ...*v1beta2.Serving) *v1beta2.Function {
	return expect(f, func(fs *v1beta2.FunctionStatus) {
		if b == nil {
			fs.MarkBuildNotRequired()
		} else {
			fs.PropagateBuilder(b, "")
		}
		serves(fs, s, "")
		routed(fs, isTrue(), append([]*v1beta2.Serving{s}, others...)...)
	})
}

// edited returns f after a change of its spec, with the previous status.
func edited(f *v1beta2.Function, changes ...WithFunction) *v1beta2.Function {
	f = f.DeepCopy()
	f.Generation++
	for _, change := range changes {
		change(f)
	}
	return f
}

// foreign makes object one that a user made, who cannot set our labels.
func foreign(object kmeta.Accessor) {
	object.SetOwnerReferences(nil)
	object.SetLabels(nil)
}
