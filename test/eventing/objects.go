/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package eventing

import (
	_ "embed" // for the manifest of the sender
	"errors"
	"io"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/yaml"

	"openfunction.dev/openfunction/test/cluster"
)

// resources are the kinds that Create supports.
var resources = map[string]schema.GroupVersionResource{
	"Component":             cluster.Components,
	"Deployment":            cluster.Deployments,
	"ScaledObject":          cluster.ScaledObjects,
	"Subscription":          cluster.Subscriptions,
	"TriggerAuthentication": {Group: "keda.sh", Version: "v1alpha1", Resource: "triggerauthentications"},
}

//go:embed sender.yaml
var senderManifest string

// StartSender starts a pod that publishes events through the component "events", and
// returns its name.
func StartSender(t *testing.T, c *cluster.Cluster, namespace string) string {
	t.Helper()
	Create(t, c, namespace, senderManifest)
	return AwaitPod(t, c, namespace, "sender")
}

// Create creates the objects of a manifest, of the given kinds or of all. $NAMESPACE in
// it is replaced by the namespace, and $IMAGE by the image of the receiver.
func Create(t *testing.T, c *cluster.Cluster, namespace, manifest string, kinds ...string) {
	t.Helper()
	filled := strings.NewReplacer("$NAMESPACE", namespace, "$IMAGE", ReceiverImage(t)).Replace(manifest)
	decoder := yaml.NewYAMLOrJSONDecoder(strings.NewReader(filled), 4096)
	for {
		object := &unstructured.Unstructured{}
		if err := decoder.Decode(object); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("reading a manifest: %v", err)
		}
		if len(kinds) > 0 && !strings.Contains(strings.Join(kinds, " "), object.GetKind()) {
			continue
		}
		_, err := c.Dynamic.Resource(resources[object.GetKind()]).Namespace(namespace).
			Create(t.Context(), object, metav1.CreateOptions{FieldValidation: metav1.FieldValidationStrict})
		if err != nil {
			t.Fatalf("creating %s %s: %v", object.GetKind(), object.GetName(), err)
		}
	}
}

// CopySecret copies the Secret of a broker to a namespace.
func CopySecret(t *testing.T, c *cluster.Cluster, name, namespace string) {
	t.Helper()
	secret, err := c.Kube.CoreV1().Secrets("brokers").Get(t.Context(), name, metav1.GetOptions{})
	if err != nil {
		t.Fatalf("reading the Secret of %s: %v", name, err)
	}
	_, err = c.Kube.CoreV1().Secrets(namespace).Create(t.Context(), &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Data:       secret.Data,
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatalf("copying the Secret of %s: %v", name, err)
	}
}

// AwaitPod waits until a pod with that label app is ready, with its sidecar, and returns
// its name.
func AwaitPod(t *testing.T, c *cluster.Cluster, namespace, app string) string {
	t.Helper()
	var ready string
	cluster.Await(t, c, cluster.Query{GroupVersionResource: cluster.Pods, Namespace: namespace, Labels: "app=" + app},
		"be ready with a sidecar", func(pods []corev1.Pod) bool {
			for i := range pods {
				if pods[i].DeletionTimestamp == nil && readyWithSidecar(&pods[i]) {
					ready = pods[i].Name
					return true
				}
			}
			return false
		})
	return ready
}

func readyWithSidecar(pod *corev1.Pod) bool {
	names := map[string]bool{}
	for _, status := range pod.Status.ContainerStatuses {
		names[status.Name] = status.Ready
	}
	return names["function"] && names["daprd"]
}
