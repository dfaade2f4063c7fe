/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package testing

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"knative.dev/pkg/apis"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"

	"openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// states is every state that our kinds can be in, as tools are to see it.
func states() map[string]struct {
	object  Object
	kstatus status.Status
	argo    string
} {
	type state = struct {
		object  Object
		kstatus status.Status
		argo    string
	}
	building := func(reason string) Object {
		return Builder("ns", "b", WithInitialConditions(), WithBuilder(func(b *v1beta2.Builder) { b.Status.MarkBuilding(reason, "x") }))
	}
	ended := func(mark func(*v1beta2.BuilderStatus)) Object {
		return Builder("ns", "b", WithInitialConditions(), WithBuilder(func(b *v1beta2.Builder) { mark(&b.Status) }))
	}
	serving := func(cond *apis.Condition) Object {
		return Serving("ns", "s", WithInitialConditions(), WithServing(func(s *v1beta2.Serving) { s.Status.PropagateRevision(cond) }))
	}
	failed := &apis.Condition{Status: corev1.ConditionFalse, Reason: "RevisionFailed", Message: "it crashes"}
	return map[string]state{
		// Kstatus treats an object without conditions as current;
		// docs/guides/gitops.md has the check for the time before the first reconciliation.
		"function, not seen yet":    {Function("ns", "fn"), status.CurrentStatus, "Progressing"},
		"function, edited":          {servingFunction(func(f *v1beta2.Function) { f.Generation++ }), status.InProgressStatus, "Progressing"},
		"function, on its way":      {startingFunction(), status.InProgressStatus, "Progressing"},
		"function, serves":          {servingFunction(nil), status.CurrentStatus, "Healthy"},
		"function, without effect":  {servingFunction(func(f *v1beta2.Function) { f.Status.MarkRefsUnresolved("X", "x") }), status.CurrentStatus, "Healthy"},
		"function, build failed":    {servingFunction(func(f *v1beta2.Function) { f.Status.MarkBuildCancelled() }), status.InProgressStatus, "Degraded"},
		"builder, queued":           {building(v1beta2.ReasonQueued), status.CurrentStatus, "Progressing"},
		"builder, building":         {building(""), status.CurrentStatus, "Progressing"},
		"builder, succeeded":        {endedBuilder(nil), status.CurrentStatus, "Healthy"},
		"builder, failed":           {ended(func(s *v1beta2.BuilderStatus) { s.MarkFailed("X", "x") }), status.CurrentStatus, "Degraded"},
		"builder, out of time":      {ended(func(s *v1beta2.BuilderStatus) { s.MarkTimeout("x") }), status.CurrentStatus, "Degraded"},
		"builder, cancelled":        {ended(func(s *v1beta2.BuilderStatus) { s.MarkCancelled("", "x") }), status.CurrentStatus, "Degraded"},
		"serving, not made yet":     {serving(nil), status.InProgressStatus, "Progressing"},
		"serving, ready":            {serving(&apis.Condition{Status: corev1.ConditionTrue}), status.CurrentStatus, "Healthy"},
		"serving, failed":           {serving(failed), status.InProgressStatus, "Degraded"},
		"serving, of an unknown":    {Serving("ns", "s", WithInitialConditions(), WithServing(func(s *v1beta2.Serving) { s.Status.MarkRuntimeUnknown("x") })), status.InProgressStatus, "Degraded"},
		"serving, too late":         {Serving("ns", "s", WithInitialConditions(), WithServing(func(s *v1beta2.Serving) { s.Status.MarkTimeout("x") })), status.InProgressStatus, "Degraded"},
		"serving, starting to work": {Serving("ns", "s", WithInitialConditions(), WithServing(func(s *v1beta2.Serving) { s.Status.MarkStarting("x") })), status.InProgressStatus, "Progressing"},
	}
}

func TestKstatus(t *testing.T) {
	for name, test := range states() {
		content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(test.object)
		if err != nil {
			t.Fatal(err)
		}
		u := &unstructured.Unstructured{Object: content}
		u.SetAPIVersion("core.openfunction.io/v1beta2")
		u.SetKind("Any")
		got, err := status.Compute(u)
		if err != nil {
			t.Fatal(err)
		}
		if got.Status != test.kstatus {
			t.Errorf("%s: kstatus = %s (%s), want %s", name, got.Status, got.Message, test.kstatus)
		}
	}
}

// The script in docs/guides/gitops.md, run as Argo CD does.
func TestArgoHealth(t *testing.T) {
	page, err := os.ReadFile("../../docs/guides/gitops.md")
	if err != nil {
		t.Fatal(err)
	}
	_, script, _ := strings.Cut(string(page), "```lua\n")
	script, _, found := strings.Cut(script, "```")
	if !found {
		t.Fatal("docs/guides/gitops.md has no script in Lua")
	}
	for name, test := range states() {
		raw, err := json.Marshal(test.object)
		if err != nil {
			t.Fatal(err)
		}
		var content map[string]any
		if err := json.Unmarshal(raw, &content); err != nil {
			t.Fatal(err)
		}
		l := lua.NewState(lua.Options{SkipOpenLibs: true})
		lua.OpenBase(l)
		l.SetGlobal("obj", toLua(l, content))
		if err := l.DoString(script); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		health, ok := l.Get(-1).(*lua.LTable)
		if !ok {
			t.Fatalf("%s: the script returns %v", name, l.Get(-1))
		}
		if got := health.RawGetString("status").String(); got != test.argo {
			t.Errorf("%s: health = %s, want %s", name, got, test.argo)
		}
		l.Close()
	}
}

func toLua(l *lua.LState, value any) lua.LValue {
	switch v := value.(type) {
	case string:
		return lua.LString(v)
	case float64:
		return lua.LNumber(v)
	case bool:
		return lua.LBool(v)
	case []any:
		table := l.NewTable()
		for _, item := range v {
			table.Append(toLua(l, item))
		}
		return table
	case map[string]any:
		table := l.NewTable()
		for key, item := range v {
			table.RawSetString(key, toLua(l, item))
		}
		return table
	default:
		return lua.LNil
	}
}
