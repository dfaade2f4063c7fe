/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package environment

import (
	"crypto/rand"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// Users of the API server, besides the service accounts of config.
const (
	// Admin may do everything.
	Admin = "openfunction:admin"
	// Shipwright is who simulates the controller of that name.
	Shipwright = "simulator:shipwright"
	// Knative is who simulates the controllers of that name.
	Knative = "simulator:knative"
	// Kubernetes is who simulates the controllers of workloads.
	Kubernetes = "simulator:kubernetes"
	// Scaler is who simulates the operator of KEDA.
	Scaler = "simulator:keda"
	// Gateway is who simulates the controller of Gateways.
	Gateway = "simulator:gateway"
	// Alice has no role until a test gives her one.
	Alice = "alice"
)

const masters = "system:masters"

// user is a user that the API server authenticates by a token. Service accounts are
// users too: roles are bound to their names, wherever their tokens come from.
type user struct {
	name   string
	groups []string
	token  string
}

func newUsers(serviceAccounts []string) []user {
	users := make([]user, 0, 7+len(serviceAccounts))
	for _, name := range []string{Admin, Shipwright, Knative, Kubernetes, Scaler, Gateway} {
		users = append(users, user{name: name, groups: []string{masters}})
	}
	users = append(users, user{name: Alice})
	for _, name := range serviceAccounts {
		namespace := strings.Split(name, ":")[2]
		users = append(users, user{
			name:   name,
			groups: []string{"system:serviceaccounts", "system:serviceaccounts:" + namespace},
		})
	}
	for i := range users {
		users[i].token = rand.Text()
	}
	return users
}

func writeTokens(path string, users []user) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	lines := csv.NewWriter(file)
	for _, u := range users {
		if err := lines.Write([]string{u.token, u.name, u.name, strings.Join(u.groups, ",")}); err != nil {
			return err
		}
	}
	lines.Flush()
	return lines.Error()
}

func (s *server) kubeconfig(name string) string {
	return filepath.Join(s.dir, strings.ReplaceAll(name, ":", "-")+".kubeconfig")
}

func writeKubeconfig(path string, u user, url, ca string) error {
	const name = "environment"
	config := clientcmdapi.NewConfig()
	config.Clusters[name] = &clientcmdapi.Cluster{Server: url, CertificateAuthority: ca}
	config.AuthInfos[name] = &clientcmdapi.AuthInfo{Token: u.token}
	config.Contexts[name] = &clientcmdapi.Context{Cluster: name, AuthInfo: name}
	config.CurrentContext = name
	return clientcmd.WriteToFile(*config, path)
}
