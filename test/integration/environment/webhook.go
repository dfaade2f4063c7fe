/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package environment

import (
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"openfunction.dev/openfunction/test/cluster"
)

// WithoutWebhookLabel is a label of namespaces whose objects the webhook does not see. Only
// the registrations of this environment exclude them.
const WithoutWebhookLabel = "test.openfunction.dev/without-webhook"

// WebhookUser is who our webhook is to the API server.
const WebhookUser = "system:serviceaccount:" + systemNamespace + ":webhook"

var (
	mutatingWebhooks   = registrations("mutatingwebhookconfigurations")
	validatingWebhooks = registrations("validatingwebhookconfigurations")
	services           = schema.GroupVersionResource{Version: "v1", Resource: "services"}
)

func registrations(resource string) schema.GroupVersionResource {
	return schema.GroupVersionResource{Group: "admissionregistration.k8s.io", Version: "v1", Resource: resource}
}

// Webhook is a running cmd/webhook.
type Webhook struct {
	process *process
	address string
}

// Kill ends the webhook without a chance to tidy up.
func (w *Webhook) Kill() {
	w.process.kill()
}

// Terminate sends SIGTERM to the webhook, as the kubelet does, and returns a channel that
// is closed when the webhook has ended.
func (w *Webhook) Terminate() (ended <-chan struct{}) {
	w.process.ending.Store(true)
	w.process.signal(syscall.SIGTERM)
	return w.process.ended
}

// Address is host:port of the webhook.
func (w *Webhook) Address() string {
	return w.address
}

// Log returns what the webhook logged.
func (w *Webhook) Log() string {
	return w.process.tail(100_000)
}

// StartWebhook starts cmd/webhook as its own user and registers it as config
// does, until the end of the test. It returns when it has registered what it
// admits; the API server calls it a moment later.
//
// The environment must be the test's own: where the webhook is registered and
// does not run, the API server refuses every write of a function.
func (e *Environment) StartWebhook(t *testing.T) *Webhook {
	t.Helper()
	return e.startWebhook(t, raceDetector)
}

// StartReleasedWebhook is StartWebhook for the program as it is shipped: without
// the race detector.
func (e *Environment) StartReleasedWebhook(t *testing.T) *Webhook {
	t.Helper()
	return e.startWebhook(t, false)
}

func (e *Environment) startWebhook(t *testing.T, race bool) *Webhook {
	t.Helper()
	program, err := build("./cmd/webhook", race)
	if err != nil {
		t.Fatal(err)
	}
	ports, err := freePorts(1)
	if err != nil {
		t.Fatal(err)
	}
	e.registerWebhook(t, ports[0])
	w := e.runWebhook(t, program, ports[0])
	e.awaitRegistered(t)
	return w
}

// shareWebhook starts cmd/webhook for all tests that share the environment.
func (e *Environment) shareWebhook(t *testing.T) {
	t.Helper()
	program, err := build("./cmd/webhook", raceDetector)
	if err != nil {
		t.Fatal(err)
	}
	ports, err := freePorts(1)
	if err != nil {
		t.Fatal(err)
	}
	e.registerWebhook(t, ports[0])
	p, err := e.launchWebhook(program, ports[0])
	if err != nil {
		t.Fatal(err)
	}
	e.awaitRegistered(t)
	shared.webhook = p
}

func (e *Environment) launchWebhook(program, port string) (*process, error) {
	ports, err := freePorts(2)
	if err != nil {
		return nil, err
	}
	return start(e.server.dir, "webhook-"+port, []string{
		"KUBECONFIG=" + e.server.kubeconfig(WebhookUser),
		"SYSTEM_NAMESPACE=" + systemNamespace,
		"POD_NAME=webhook-" + port,
		"WEBHOOK_PORT=" + port,
		"METRICS_PROMETHEUS_PORT=" + ports[0], "PROFILING_PORT=" + ports[1],
	}, program)
}

func (e *Environment) runWebhook(t *testing.T, program, port string) *Webhook {
	t.Helper()
	p, err := e.launchWebhook(program, port)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("the end of the log of the webhook:\n%s", p.tail(40))
		}
		for _, problem := range p.problems() {
			t.Error(problem)
		}
	})
	return &Webhook{process: p, address: net.JoinHostPort("127.0.0.1", port)}
}

// problems returns what must not be in the log of a webhook.
func (p *process) problems() []string {
	log := p.tail(10_000)
	var found []string
	for _, bad := range []string{"DATA RACE", "panic", "forbidden"} {
		if i := strings.Index(log, bad); i >= 0 {
			found = append(found, fmt.Sprintf("%q in the log of %s:\n%s", bad, p.name, log[max(0, i-200):min(len(log), i+2000)]))
		}
	}
	return found
}

// registerWebhook applies what config registers. There are no pods, so the name
// of the Service leads to this machine.
func (e *Environment) registerWebhook(t *testing.T, port string) {
	t.Helper()
	repository, err := root()
	if err != nil {
		t.Fatal(err)
	}
	paths, err := filepath.Glob(filepath.Join(repository, "config", "500-webhook-*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	number, err := strconv.ParseInt(port, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	var objects []unstructured.Unstructured
	for _, path := range paths {
		found, err := readManifests(path)
		if err != nil {
			t.Fatal(err)
		}
		for i := range found {
			if err := adapt(&found[i], number); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
		}
		objects = append(objects, found...)
	}
	definitions, err := OpenFunction.conversions(number)
	if err != nil {
		t.Fatal(err)
	}
	objects = append(objects, definitions...)
	client := e.Dynamic.Resource(services).Namespace(systemNamespace)
	if err := client.Delete(t.Context(), "webhook", metav1.DeleteOptions{}); err != nil {
		t.Fatalf("making room for the Service of the webhook: %v", err)
	}
	e.apply(t, append(objects, unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1",
		"kind":       "Service",
		"metadata":   map[string]any{"name": "webhook", "namespace": systemNamespace},
		"spec":       map[string]any{"type": "ExternalName", "externalName": "localhost"},
	}}))
}

// conversions returns our kinds, whose objects the webhook converts at a port.
func (p Product) conversions(port int64) ([]unstructured.Unstructured, error) {
	objects, err := p.manifests()
	if err != nil {
		return nil, err
	}
	definitions := slices.DeleteFunc(objects, func(o unstructured.Unstructured) bool { return o.GetKind() != definitionKind })
	for i := range definitions {
		if _, converted, _ := unstructured.NestedMap(definitions[i].Object, "spec", "conversion"); !converted {
			continue // it has one version
		}
		err := unstructured.SetNestedField(definitions[i].Object, port, "spec", "conversion", "webhook", "clientConfig", "service", "port")
		if err != nil {
			return nil, err
		}
	}
	return definitions, nil
}

// adapt sets the port of the webhooks of a registration and excludes namespaces with
// WithoutWebhookLabel.
func adapt(registration *unstructured.Unstructured, port int64) error {
	webhooks, found, err := unstructured.NestedSlice(registration.Object, "webhooks")
	if err != nil || !found {
		return err
	}
	for i := range webhooks {
		webhook, ok := webhooks[i].(map[string]any)
		if !ok {
			return fmt.Errorf("webhooks[%d] is no object", i)
		}
		if err := unstructured.SetNestedField(webhook, port, "clientConfig", "service", "port"); err != nil {
			return err
		}
		excluded := []any{map[string]any{"key": WithoutWebhookLabel, "operator": "DoesNotExist"}}
		if err := unstructured.SetNestedSlice(webhook, excluded, "namespaceSelector", "matchExpressions"); err != nil {
			return err
		}
	}
	return unstructured.SetNestedSlice(registration.Object, webhooks, "webhooks")
}

// awaitRegistered waits until the webhook has filled in all registrations.
func (e *Environment) awaitRegistered(t *testing.T) {
	t.Helper()
	cluster.Await(t, e.Cluster, cluster.Query{GroupVersionResource: mutatingWebhooks}, "be registered",
		func(all []admissionregistrationv1.MutatingWebhookConfiguration) bool {
			return len(all) == 1 && !slices.ContainsFunc(all, func(c admissionregistrationv1.MutatingWebhookConfiguration) bool {
				return len(c.Webhooks[0].ClientConfig.CABundle) == 0
			})
		})
	cluster.Await(t, e.Cluster, cluster.Query{GroupVersionResource: validatingWebhooks}, "be registered",
		func(all []admissionregistrationv1.ValidatingWebhookConfiguration) bool {
			return len(all) == 2 && !slices.ContainsFunc(all, func(c admissionregistrationv1.ValidatingWebhookConfiguration) bool {
				return len(c.Webhooks[0].ClientConfig.CABundle) == 0
			})
		})
	cluster.Await(t, e.Cluster, cluster.Query{GroupVersionResource: Definitions}, "be converted",
		func(all []apiextensionsv1.CustomResourceDefinition) bool {
			return !slices.ContainsFunc(all, func(crd apiextensionsv1.CustomResourceDefinition) bool {
				c := crd.Spec.Conversion
				return crd.Spec.Group == cluster.Functions.Group && c.Strategy == apiextensionsv1.WebhookConverter && len(c.Webhook.ClientConfig.CABundle) == 0
			})
		})
}
