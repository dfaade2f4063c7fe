//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"

	corpus "openfunction.dev/openfunction/test/admission"
	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/integration/environment"
)

// register sends the rows of test/admission to an API server.
type register struct {
	*admission

	clients map[string]*author
}

// author is a user with the warnings that the API server sent to that user.
type author struct {
	dynamic.Interface

	warnings *warnings
}

// rowsNamespace is the namespace in the expected responses.
const rowsNamespace = "team"

// TestRegister sends each row that is an example of a mechanism as a creation, an
// update and a server-side apply, and each also as a dry run. All rows are tested on
// the types.
func TestRegister(t *testing.T) {
	rows, err := corpus.Mechanisms()
	if err != nil {
		t.Fatal(err)
	}
	newRegister(t, startAdmission(t)).testRows(t, rows)
}

func newRegister(t *testing.T, a *admission) *register {
	t.Helper()
	r := &register{admission: a, clients: map[string]*author{}}
	team := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: rowsNamespace}}
	if _, err := r.Kube.CoreV1().Namespaces().Create(t.Context(), team, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	r.namespace = rowsNamespace
	r.functions = r.Dynamic.Resource(cluster.Functions).Namespace(rowsNamespace)
	r.grantEdit(t, environment.Alice)
	for _, name := range []string{environment.Admin, environment.Alice} {
		seen := &warnings{}
		config := rest.CopyConfig(r.As(t, name).Config)
		config.WarningHandler = seen
		r.clients[name] = &author{Interface: dynamic.NewForConfigOrDie(config), warnings: seen}
	}
	return r
}

func (r *register) testRows(t *testing.T, rows []corpus.Row) {
	t.Helper()
	// Rows that change the settings of all namespaces are the last.
	slices.SortStableFunc(rows, func(a, b corpus.Row) int { return len(a.Config) - len(b.Config) })
	for i := range rows {
		t.Run(rows[i].Name(), func(t *testing.T) { r.testRow(t, &rows[i]) })
	}
}

// attempt is one way to write the object of a row.
type attempt struct {
	name string
	// applies is set for a server-side apply.
	applies bool
	write   func() error
}

func (r *register) testRow(t *testing.T, row *corpus.Row) {
	t.Helper()
	c := r.client(t, row)
	r.configure(t, row)
	objects := c.Resource(cluster.Functions.GroupVersion().WithResource(strings.ToLower(row.Kind) + "s")).Namespace(rowsNamespace)
	attempts := r.creations(t, row, objects)
	if row.Old != nil {
		r.store(t, row)
		attempts = r.updates(t, row, objects)
	}
	r.awaitConfig(t, row, attempts[0], c)
	for _, q := range attempts {
		if q.applies && row.KeptByApply {
			continue
		}
		c.warnings.take()
		err := q.write()
		if q.applies && row.Apply != "" {
			if err == nil || !strings.Contains(err.Error(), row.Apply) {
				t.Errorf("%s: got %v, want %q", q.name, err, row.Apply)
			}
			continue
		}
		compare(t, q.name, row, err, c.warnings.take())
	}
	r.remove(t, row)
	if spoilsGood(row) {
		r.changeGood(t, row, objects)
	}
}

// spoilsGood reports whether the row can also be an update of a valid function: only
// its spec is invalid.
func spoilsGood(row *corpus.Row) bool {
	isNew := row.Old == nil && row.Config == nil && row.Namespace == nil
	hasPlainName := row.Metadata["name"] == nil && row.Metadata["generateName"] == nil
	return isNew && hasPlainName && row.Kind == "Function" && len(row.Errors) > 0
}

// changeGood sends the row as an update of a valid function.
func (r *register) changeGood(t *testing.T, row *corpus.Row, objects dynamic.ResourceInterface) {
	t.Helper()
	r.storeGood(t, row)
	for _, q := range r.updates(t, row, objects) {
		if !q.applies {
			compare(t, q.name+" of a good one", row, q.write(), nil)
		}
	}
	r.remove(t, row)
}

func (r *register) client(t *testing.T, row *corpus.Row) *author {
	t.Helper()
	name := row.User
	if name == "" {
		name = environment.Admin
	}
	c, ok := r.clients[name]
	if !ok {
		t.Fatalf("there is no client of user %s", name)
	}
	return c
}

// rowObject returns an object of the row.
func rowObject(t *testing.T, row *corpus.Row, o *corpus.Object) *unstructured.Unstructured {
	t.Helper()
	text, err := row.JSON(o)
	if err != nil {
		t.Fatal(err)
	}
	object := &unstructured.Unstructured{}
	if err := object.UnmarshalJSON(text); err != nil {
		t.Fatal(err)
	}
	object.SetDeletionTimestamp(nil)
	object.SetDeletionGracePeriodSeconds(nil)
	return object
}

var dryRun = []string{metav1.DryRunAll}

func (r *register) creations(t *testing.T, row *corpus.Row, objects dynamic.ResourceInterface) []attempt {
	t.Helper()
	object := rowObject(t, row, &row.Object)
	create := func(name string, dry []string) attempt {
		return attempt{name: name, write: func() error {
			made, err := objects.Create(t.Context(), object, metav1.CreateOptions{DryRun: dry, FieldValidation: metav1.FieldValidationStrict})
			if err == nil && dry == nil {
				return objects.Delete(t.Context(), made.GetName(), metav1.DeleteOptions{})
			}
			return err
		}}
	}
	all := []attempt{create("create as a dry run", dryRun), create("create", nil)}
	if object.GetName() == "" {
		return all
	}
	return append(all, apply(t, "apply as a dry run", objects, object, dryRun), apply(t, "apply", objects, object, nil))
}

func apply(t *testing.T, name string, objects dynamic.ResourceInterface, object *unstructured.Unstructured, dry []string) attempt {
	t.Helper()
	return attempt{name: name, applies: true, write: func() error {
		text, err := object.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		_, err = objects.Patch(t.Context(), object.GetName(), types.ApplyPatchType, text, metav1.PatchOptions{
			FieldManager: "rows", Force: new(true), DryRun: dry, FieldValidation: metav1.FieldValidationStrict,
		})
		return err
	}}
}

func (r *register) updates(t *testing.T, row *corpus.Row, objects dynamic.ResourceInterface) []attempt {
	t.Helper()
	update := func(name string, dry []string) attempt {
		return attempt{name: name, write: func() error {
			object := rowObject(t, row, &row.Object)
			stored, err := objects.Get(t.Context(), object.GetName(), metav1.GetOptions{})
			if err != nil {
				t.Fatal(err)
			}
			object.SetResourceVersion(stored.GetResourceVersion())
			_, err = objects.Update(t.Context(), object, metav1.UpdateOptions{DryRun: dry, FieldValidation: metav1.FieldValidationStrict})
			return err
		}}
	}
	object := rowObject(t, row, &row.Object)
	return []attempt{
		update("update as a dry run", dryRun),
		apply(t, "apply over it as a dry run", objects, object, dryRun),
		update("update", nil),
	}
}

// compare compares a response with the whole expected response of the row.
func compare(t *testing.T, name string, row *corpus.Row, err error, warned []string) {
	t.Helper()
	if diff := cmp.Diff(row.Errors, problemsOf(t, name, err), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s: errors (-want +got):\n%s", name, diff)
	}
	if err != nil {
		return
	}
	if diff := cmp.Diff(row.Warnings, warned, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s: warnings (-want +got):\n%s", name, diff)
	}
}

func problemsOf(t *testing.T, name string, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	status, ok := err.(apierrs.APIStatus)
	if _, unknown, found := strings.Cut(err.Error(), "strict decoding error: "); found && apierrs.IsBadRequest(err) {
		return []string{"strict decoding error: " + unknown}
	}
	if !ok || !apierrs.IsInvalid(err) || status.Status().Details == nil {
		t.Errorf("%s: got %v, want an invalid object", name, err)
		return []string{err.Error()}
	}
	details := status.Status().Details
	var all []string
	for _, cause := range details.Causes {
		if _, problem, found := strings.Cut(cause.Message, "denied request: "); found && cause.Field == "" {
			all = append(all, problem)
			continue
		}
		all = append(all, cause.Field+": "+cause.Message)
	}
	slices.Sort(all)
	return all
}

// store stores the object that the row updates.
func (r *register) store(t *testing.T, row *corpus.Row) {
	t.Helper()
	objects := r.objects(row)
	if row.OldRules {
		r.exclude(t, true)
	}
	old := rowObject(t, row, row.Old)
	var err error
	await := func(context.Context) (bool, error) {
		_, err = objects.Create(t.Context(), old, metav1.CreateOptions{})
		return err == nil || !row.OldRules, nil
	}
	if wait.PollUntilContextTimeout(t.Context(), 20*time.Millisecond, time.Minute, true, await) != nil || err != nil {
		t.Fatalf("storing what is changed: %v", err)
	}
	if row.OldRules {
		r.exclude(t, false)
		r.awaitValidation(t)
	}
	if row.Deleted {
		if err := objects.Delete(t.Context(), old.GetName(), metav1.DeleteOptions{}); err != nil {
			t.Fatal(err)
		}
	}
}

// storeGood stores a valid function of the same shape.
func (r *register) storeGood(t *testing.T, row *corpus.Row) {
	t.Helper()
	spec := `{"image":"registry.example.com/team/hello:v1","serving":{}}`
	if wanted, ok := row.Spec.(map[string]any); ok && wanted["serving"] == nil && wanted["build"] != nil {
		spec = `{"image":"registry.example.com/team/hello:v1","build":{"builder":"registry.example.com/builder:v1","srcRepo":{"url":"https://git.example.com/r"}}}`
	}
	if _, err := r.objects(row).Create(t.Context(), manifest(t, "hello", spec), metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}

func (r *register) objects(row *corpus.Row) dynamic.ResourceInterface {
	return r.Dynamic.Resource(cluster.Functions.GroupVersion().WithResource(strings.ToLower(row.Kind) + "s")).Namespace(rowsNamespace)
}

// exclude excludes the namespace from the webhook, or includes it again.
func (r *register) exclude(t *testing.T, yes bool) {
	t.Helper()
	value := "null"
	if yes {
		value = `"true"`
	}
	r.patchNamespace(t, `{"metadata":{"labels":{"`+environment.WithoutWebhookLabel+`":`+value+`}}}`)
}

func (r *register) patchNamespace(t *testing.T, patch string) {
	t.Helper()
	if _, err := r.Kube.CoreV1().Namespaces().Patch(context.WithoutCancel(t.Context()), rowsNamespace, types.MergePatchType, []byte(patch), metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
}

// remove removes the objects of the row, with their finalizers.
func (r *register) remove(t *testing.T, row *corpus.Row) {
	t.Helper()
	left, err := r.objects(row).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range left.Items {
		name := left.Items[i].GetName()
		if len(left.Items[i].GetFinalizers()) > 0 {
			_, err := r.objects(row).Patch(t.Context(), name, types.MergePatchType, []byte(`{"metadata":{"finalizers":null}}`), metav1.PatchOptions{})
			if err != nil && !apierrs.IsNotFound(err) {
				t.Fatal(err)
			}
		}
		if err := r.objects(row).Delete(t.Context(), name, metav1.DeleteOptions{}); err != nil && !apierrs.IsNotFound(err) {
			t.Fatal(err)
		}
	}
}

// configure sets ConfigMaps and annotations of the namespace until the end of the row.
func (r *register) configure(t *testing.T, row *corpus.Row) {
	t.Helper()
	for name, data := range row.Config {
		undo := map[string]any{}
		for key := range data {
			undo[key] = nil
		}
		r.patchConfig(t, name, data)
		t.Cleanup(func() { r.patchConfig(t, name, undo) })
	}
	if row.Namespace == nil {
		return
	}
	undo := map[string]any{}
	for key := range row.Namespace {
		undo[key] = nil
	}
	set := func(annotations any) {
		text, err := json.Marshal(map[string]any{"metadata": map[string]any{"annotations": annotations}})
		if err != nil {
			t.Fatal(err)
		}
		r.patchNamespace(t, string(text))
	}
	set(row.Namespace)
	t.Cleanup(func() { set(undo) })
}

func (r *register) patchConfig(t *testing.T, name string, data any) {
	t.Helper()
	text, err := json.Marshal(map[string]any{"data": data})
	if err != nil {
		t.Fatal(err)
	}
	// The context of a test ends before its cleanup.
	_, err = r.Dynamic.Resource(configMaps).Namespace("openfunction").Patch(context.WithoutCancel(t.Context()), name, types.MergePatchType, text, metav1.PatchOptions{})
	if err != nil {
		t.Fatal(err)
	}
}

// awaitConfig waits until the webhook has received the settings of the row.
func (r *register) awaitConfig(t *testing.T, row *corpus.Row, q attempt, c *author) {
	t.Helper()
	if row.Config == nil && row.Namespace == nil {
		return
	}
	_ = wait.PollUntilContextTimeout(t.Context(), 50*time.Millisecond, time.Minute, true, func(context.Context) (bool, error) {
		c.warnings.take()
		return cmp.Equal(row.Errors, problemsOf(t, q.name, q.write()), cmpopts.EquateEmpty()), nil
	})
}
