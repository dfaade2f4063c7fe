/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package admission

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"go.uber.org/zap"
	"gopkg.in/evanphx/json-patch.v4"
	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	kubeclient "knative.dev/pkg/client/injection/kube/client/fake"
	_ "knative.dev/pkg/client/injection/kube/informers/admissionregistration/v1/mutatingwebhookconfiguration/fake"
	_ "knative.dev/pkg/client/injection/kube/informers/admissionregistration/v1/validatingwebhookconfiguration/fake"
	_ "knative.dev/pkg/client/injection/kube/informers/core/v1/namespace/fake"
	"knative.dev/pkg/configmap"
	"knative.dev/pkg/injection"
	_ "knative.dev/pkg/injection/clients/namespacedkube/informers/core/v1/secret/fake"
	"knative.dev/pkg/logging"
	rtesting "knative.dev/pkg/reconciler/testing"
	_ "knative.dev/pkg/system/testing"
	knativewebhook "knative.dev/pkg/webhook"

	"openfunction.dev/openfunction/cmd/controller/constructors"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	_ "openfunction.dev/openfunction/pkg/client/injection/informers/networking/v1alpha1/gateway/fake"
	"openfunction.dev/openfunction/pkg/webhook"
)

// serve answers reviews as the webhook does, with the ConfigMaps of the row.
func (r *Row) serve(t *testing.T) *httptest.Server {
	t.Helper()
	ctx, cancel, _ := rtesting.SetupFakeContextWithCancel(t)
	t.Cleanup(cancel)
	ctx = logging.WithLogger(ctx, zap.NewNop().Sugar())
	ctx = knativewebhook.WithOptions(ctx, webhook.Options())
	team := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace, Annotations: r.Namespace}}
	if _, err := kubeclient.Get(ctx).CoreV1().Namespaces().Create(ctx, team, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	cmw := configmap.NewStaticWatcher(r.configMaps()...)
	var controllers []any
	for _, constructor := range []injection.ControllerConstructor{webhook.NewDefaulting(constructors.Plugins()), webhook.NewValidation(constructors.Plugins())} {
		controllers = append(controllers, constructor(ctx, cmw).Reconciler)
	}
	handler, err := knativewebhook.New(ctx, controllers)
	if err != nil {
		t.Fatal(err)
	}
	handler.InformersHaveSynced()
	server := httptest.NewTLSServer(handler)
	t.Cleanup(server.Close)
	return server
}

// review sends a review as the API server does.
func review(t *testing.T, server *httptest.Server, path string, request *admissionv1.AdmissionRequest) *admissionv1.AdmissionResponse {
	t.Helper()
	body, err := json.Marshal(admissionv1.AdmissionReview{
		TypeMeta: metav1.TypeMeta{APIVersion: "admission.k8s.io/v1", Kind: "AdmissionReview"}, Request: request,
	})
	if err != nil {
		t.Fatal(err)
	}
	question, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	question.Header.Set("Content-Type", "application/json")
	answer, err := server.Client().Do(question)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var found admissionv1.AdmissionReview
	if err := json.NewDecoder(answer.Body).Decode(&found); err != nil || found.Response == nil || found.Response.UID != request.UID {
		t.Fatalf("%s: no answer to the question: %v", answer.Status, err)
	}
	return found.Response
}

// request is the row in a request of the API server.
func (r *Row) request(t *testing.T) *admissionv1.AdmissionRequest {
	t.Helper()
	text := func(o *Object) runtime.RawExtension {
		raw, err := r.JSON(o)
		if err != nil {
			t.Fatal(err)
		}
		return runtime.RawExtension{Raw: raw}
	}
	request := &admissionv1.AdmissionRequest{
		UID: "1", Kind: metav1.GroupVersionKind(v1beta2.SchemeGroupVersion.WithKind(r.Kind)),
		Name: "hello", Namespace: namespace, Operation: admissionv1.Create, Object: text(&r.Object),
		Options: runtime.RawExtension{Raw: []byte(`{"fieldValidation":"Strict"}`)},
	}
	request.UserInfo.Username = r.User
	if r.Old != nil {
		request.Operation, request.OldObject = admissionv1.Update, text(r.Old)
	}
	return request
}

// answer returns the errors of a response, which contains them twice: for people
// and for programs.
func answer(t *testing.T, response *admissionv1.AdmissionResponse) []string {
	t.Helper()
	if response.Allowed {
		return nil
	}
	// As in the API server, an unknown field makes a bad request.
	want := int32(http.StatusUnprocessableEntity)
	if response.Result.Details == nil {
		want = http.StatusBadRequest
	}
	if response.Result.Code != want {
		t.Errorf("code %d, want %d", response.Result.Code, want)
	}
	text, _ := strings.CutPrefix(response.Result.Message, "validation failed: ")
	lines := strings.Split(text, "\n")
	if details := response.Result.Details; details != nil {
		var causes []string
		for _, cause := range details.Causes {
			causes = append(causes, cause.Field+": "+cause.Message)
		}
		if !slices.Equal(lines, causes) {
			t.Errorf("the message contains %q, the causes %q", lines, causes)
		}
	}
	slices.Sort(lines)
	return lines
}

func TestWebhookOverTLS(t *testing.T) {
	usual := (&Row{}).serve(t)
	for _, row := range rows(t) {
		if row.Policy {
			continue
		}
		t.Run(row.Name(), func(t *testing.T) {
			server := usual
			if row.Config != nil || row.Namespace != nil {
				server = row.serve(t)
			}
			request := row.request(t)
			first := review(t, server, "/defaulting", request)
			if !first.Allowed {
				row.compare(t, answer(t, first), nil)
				return
			}
			if len(first.Warnings) > 0 {
				t.Errorf("every warning comes twice: %q", first.Warnings)
			}
			if len(first.Patch) > 0 {
				patch, err := jsonpatch.DecodePatch(first.Patch)
				if err != nil {
					t.Fatal(err)
				}
				if request.Object.Raw, err = patch.Apply(request.Object.Raw); err != nil {
					t.Fatal(err)
				}
			}
			if again := review(t, server, "/defaulting", request); !again.Allowed || len(again.Patch) > 0 {
				t.Errorf("what was filled in changes when it is filled in again: %s", again.Patch)
			}
			second := review(t, server, "/validation", request)
			row.compare(t, answer(t, second), second.Warnings)
		})
	}
}

// A bad object that only comes after defaults were filled in is refused, too.
func TestValidationRefusesByItself(t *testing.T) {
	server := (&Row{}).serve(t)
	for _, row := range rows(t) {
		if len(row.Errors) == 0 || row.Policy || row.Config != nil || row.Namespace != nil {
			continue
		}
		t.Run(row.Name(), func(t *testing.T) {
			row.compare(t, answer(t, review(t, server, "/validation", row.request(t))), nil)
		})
	}
}
