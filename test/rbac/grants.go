/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package rbac compares the permissions of our roles with the requests of our programs.
package rbac

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/util/yaml"

	"openfunction.dev/openfunction/test/cluster"
)

// Grant is one verb on one resource that a role gives to one user.
type Grant struct {
	// File and Role are where it is given.
	File, Role string
	// User is who has it.
	User string
	// Namespace it is limited to; empty for all.
	Namespace string
	// Group, Resource and Verb are what it allows.
	Group, Resource, Verb string
	// Name of the one object that it is limited to; empty for all.
	Name string
}

func (g Grant) String() string {
	resource := strings.TrimSuffix(g.Resource+"."+g.Group, ".")
	if g.Name != "" {
		resource += " " + g.Name
	}
	return fmt.Sprintf("%s: %s: %s %s", g.File, g.Role, g.Verb, resource)
}

// Allows reports whether this grant allows the call.
func (g Grant) Allows(call cluster.Write) bool {
	return g.User == call.User && g.Verb == call.Verb && g.Group == call.Group && g.Resource == call.Resource &&
		(g.Name == "" || g.Name == call.Name) && (g.Namespace == "" || g.Namespace == call.Namespace)
}

// Superfluous returns the grants by which none of the calls was allowed.
func Superfluous(grants []Grant, calls []cluster.Write) []Grant {
	var unused []Grant
	for _, grant := range grants {
		used := false
		for _, call := range calls {
			if used = grant.Allows(call); used {
				break
			}
		}
		if !used {
			unused = append(unused, grant)
		}
	}
	return unused
}

// forEvents are the roles of what only functions that events call need.
var forEvents = []string{
	"ClusterRole openfunction-controller-async",
	"ClusterRole openfunction-controller-dapr",
	"ClusterRole openfunction-mqtt-scaler",
	"ClusterRole openfunction-scheduler",
	"Role openfunction-scheduler",
}

// isForEvents reports whether a grant is of no use without Dapr and KEDA.
func isForEvents(g Grant) bool {
	return slices.Contains(forEvents, g.Role)
}

// isForKeda reports whether only functions of the engine keda, or ones that change to
// another engine, need the grant.
func isForKeda(g Grant) bool {
	return g.Role == "ClusterRole openfunction-controller-keda" || g.Role == "ClusterRole openfunction-controller-knative" && g.Resource == "services"
}

// isForEventing reports whether only functions with triggers of Brokers need the grant.
func isForEventing(g Grant) bool {
	return g.Role == "ClusterRole openfunction-controller-eventing"
}

// role is a Role or ClusterRole and where it stands.
type role struct {
	file      string
	namespace string
	rules     []rbacv1.PolicyRule
}

// manifests are the roles and bindings of a folder.
type manifests struct {
	roles    map[string]role
	bindings []binding
}

type binding struct {
	namespace string
	role      string
	subjects  []rbacv1.Subject
}

// Read returns what the roles in the manifests below folder give to service
// accounts. Roles without a binding are for people.
func Read(folder string) ([]Grant, error) {
	found := manifests{roles: make(map[string]role)}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".yaml" {
			return err
		}
		relative, err := filepath.Rel(filepath.Dir(folder), path)
		if err != nil {
			return err
		}
		return found.read(path, relative)
	})
	if err != nil {
		return nil, err
	}
	var grants []Grant
	for _, b := range found.bindings {
		bound, ok := found.roles[b.role]
		if !ok {
			return nil, fmt.Errorf("%s is bound and does not exist", b.role)
		}
		for _, subject := range b.subjects {
			user := "system:serviceaccount:" + subject.Namespace + ":" + subject.Name
			grants = append(grants, bound.grants(b, user)...)
		}
	}
	return grants, nil
}

func (m *manifests) read(path, file string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	for decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096); ; {
		var o struct {
			rbacv1.Role `json:",inline"`

			RoleRef  rbacv1.RoleRef   `json:"roleRef"`
			Subjects []rbacv1.Subject `json:"subjects"`
		}
		if err := decoder.Decode(&o); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		switch o.Kind {
		case "Role", "ClusterRole":
			m.roles[o.Kind+" "+o.Name] = role{file: file, namespace: o.Namespace, rules: o.Rules}
		case "RoleBinding", "ClusterRoleBinding":
			m.bindings = append(m.bindings, binding{namespace: o.Namespace, role: o.RoleRef.Kind + " " + o.RoleRef.Name, subjects: o.Subjects})
		}
	}
}

func (r role) grants(b binding, user string) []Grant {
	var grants []Grant
	for _, rule := range r.rules {
		names := rule.ResourceNames
		if len(names) == 0 {
			names = []string{""}
		}
		for _, group := range rule.APIGroups {
			for _, resource := range rule.Resources {
				for _, verb := range rule.Verbs {
					for _, name := range names {
						grants = append(grants, Grant{
							File: r.file, Role: b.role, User: user, Namespace: b.namespace,
							Group: group, Resource: resource, Verb: verb, Name: name,
						})
					}
				}
			}
		}
	}
	return grants
}
