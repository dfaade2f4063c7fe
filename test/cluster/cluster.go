/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package cluster is the cluster that the tests run against, as they see it:
// its API server, its gateway and its audit log. Waiting is always for an event,
// never for a time to pass.
package cluster

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	clientset "openfunction.dev/openfunction/pkg/client/clientset/versioned/typed/functions/v1beta2"
)

// Environment variables with the location of the cluster; the defaults are those of
// hack/cluster.sh.
const (
	// GatewayVariable is host:port of the gateway that functions answer through.
	GatewayVariable = "GATEWAY"
	// RegistryVariable is the repository prefix that builds push to.
	RegistryVariable = "REGISTRY"
	// AuditLogVariable is the file that the API server logs writes to.
	AuditLogVariable = "AUDIT_LOG"
)

// Cluster is the cluster under test.
type Cluster struct {
	clientset.FunctionsV1beta2Interface

	// Kube is the client for the kinds of Kubernetes itself.
	Kube kubernetes.Interface
	// Dynamic is the client for all other kinds.
	Dynamic dynamic.Interface
	// Config is what the clients were made from.
	Config *rest.Config
	// Gateway is host:port of the gateway.
	Gateway string
	// Registry is the prefix of images that builds push.
	Registry string
	// Timeout is how long tests wait for an event.
	Timeout time.Duration
	// KeepNamespaces leaves the namespaces of tests, and deletes only the functions in
	// them. The deletion of a namespace takes about 100 requests, and a server that stops
	// with the tests does not need it.
	KeepNamespaces bool

	auditLog string
}

// Access is how the tests reach an API server and its audit log.
type Access struct {
	// Kubeconfig is the path of a kubeconfig. Default: that of KUBECONFIG.
	Kubeconfig string
	// AuditLog is the path of the API server's audit log.
	AuditLog string
}

// Connect returns the cluster that KUBECONFIG names.
func Connect(t *testing.T) *Cluster {
	t.Helper()
	state := setting("OPENFUNCTION_STATE", "/var/lib/openfunction")
	return ConnectTo(t, Access{AuditLog: setting(AuditLogVariable, filepath.Join(state, "audit", "audit.log"))})
}

// ConnectTo returns the cluster that access leads to.
func ConnectTo(t *testing.T, access Access) *Cluster {
	t.Helper()
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = access.Kubeconfig
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, nil).ClientConfig()
	if err != nil {
		t.Fatalf("no cluster to test: %v; try export KUBECONFIG=$(hack/cluster.sh kubeconfig)", err)
	}
	config.QPS, config.Burst = 200, 400
	config.WarningHandler = rest.NoWarnings{} // looking at every kind meets deprecated ones
	c := &Cluster{
		Config:   config,
		Timeout:  DefaultTimeout,
		Gateway:  setting(GatewayVariable, "10.200.0.1:80"),
		Registry: setting(RegistryVariable, "10.200.0.1:5000"),
		auditLog: access.AuditLog,
	}
	if c.FunctionsV1beta2Interface, err = clientset.NewForConfig(config); err != nil {
		t.Fatal(err)
	}
	if c.Kube, err = kubernetes.NewForConfig(config); err != nil {
		t.Fatal(err)
	}
	if c.Dynamic, err = dynamic.NewForConfig(config); err != nil {
		t.Fatal(err)
	}
	return c
}

func setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}
