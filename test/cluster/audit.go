/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cluster

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// ControllerUsers is the prefix of the users that our own controllers act as.
const ControllerUsers = "system:serviceaccount:openfunction:"

// Write is a request to change something, from the API server's audit log.
type Write struct {
	// User is the user of the request.
	User string
	// Verb is the verb of the request, such as create.
	Verb string
	// Group is the API group of the resource.
	Group string
	// Resource is the kind, with /subresource where there is one.
	Resource string
	// Namespace of the object; empty where it is in none.
	Namespace string
	// Name of the object; empty where the API server chose it.
	Name string
	// Code is the HTTP status of the answer.
	Code int
	// Time is when the request came.
	Time time.Time
}

func (w Write) String() string {
	return fmt.Sprintf("%s %s %s (%d)", w.Verb, w.Resource, w.Name, w.Code)
}

// Creates reports whether the write made a new object of the resource, be it by
// server-side apply.
func (w Write) Creates(resource string) bool {
	return w.Resource == resource && w.Code == http.StatusCreated
}

// Conflicts reports whether the write changed nothing, because another client had written
// what the writer had not seen yet. That client reads again, which is what the
// API has it for: on a busy machine every watch is behind at times.
func (w Write) Conflicts() bool {
	return w.Code == http.StatusConflict
}

// IsEvent reports whether the write recorded a Kubernetes event for people to read.
func (w Write) IsEvent() bool {
	return w.Resource == "events"
}

type auditEvent struct {
	Verb string `json:"verb"`
	User struct {
		Username string `json:"username"`
	} `json:"user"`
	ObjectRef struct {
		Group       string `json:"apiGroup"`
		Resource    string `json:"resource"`
		Namespace   string `json:"namespace"`
		Name        string `json:"name"`
		Subresource string `json:"subresource"`
	} `json:"objectRef"`
	ResponseStatus struct {
		Code int `json:"code"`
	} `json:"responseStatus"`
	Received    time.Time         `json:"requestReceivedTimestamp"`
	Annotations map[string]string `json:"annotations"`
}

var writeVerbs = []string{"create", "update", "patch", "delete", "deletecollection"}

// Refused returns the requests of users whose names begin with prefix since then
// and were not allowed to; refusals of a namespace that is being deleted are left out.
func (c *Cluster) Refused(t *testing.T, prefix string, since time.Time) []Write {
	t.Helper()
	return c.requests(t, []byte(`"code":403`), since, func(e *auditEvent) bool {
		return strings.HasPrefix(e.User.Username, prefix) && e.ResponseStatus.Code == http.StatusForbidden &&
			e.Annotations["authorization.k8s.io/decision"] == "forbid"
	})
}

// Writes returns what users whose names begin with prefix wrote in the namespace
// since then, oldest first. The log has to be on this machine.
func (c *Cluster) Writes(t *testing.T, namespace, prefix string, since time.Time) []Write {
	t.Helper()
	return c.requests(t, []byte(namespace), since, func(e *auditEvent) bool {
		return e.ObjectRef.Namespace == namespace && strings.HasPrefix(e.User.Username, prefix) &&
			slices.Contains(writeVerbs, e.Verb)
	})
}

// Calls returns all requests of users whose names begin with prefix since then,
// reads too, as far as they are logged.
func (c *Cluster) Calls(t *testing.T, prefix string, since time.Time) []Write {
	t.Helper()
	return c.requests(t, []byte(prefix), since, func(e *auditEvent) bool {
		return strings.HasPrefix(e.User.Username, prefix)
	})
}

// requests returns the requests since then that are wanted, among the lines of the
// log that contain mark.
func (c *Cluster) requests(t *testing.T, mark []byte, since time.Time, wanted func(*auditEvent) bool) []Write {
	t.Helper()
	var found []Write
	for _, path := range c.auditLogs(t, since) {
		err := eachLine(path, func(line []byte) error {
			if !bytes.Contains(line, mark) {
				return nil
			}
			var e auditEvent
			if err := json.Unmarshal(line, &e); err != nil {
				return err
			}
			if !e.Received.Before(since) && wanted(&e) {
				found = append(found, e.write())
			}
			return nil
		})
		if err != nil {
			t.Fatalf("reading the audit log %s: %v", path, err)
		}
	}
	return found
}

// auditLogs returns the log and its older parts, as far as they matter.
func (c *Cluster) auditLogs(t *testing.T, since time.Time) []string {
	t.Helper()
	suffix := filepath.Ext(c.auditLog)
	parts, err := filepath.Glob(strings.TrimSuffix(c.auditLog, suffix) + "-*" + suffix)
	if err != nil {
		t.Fatal(err)
	}
	parts = slices.DeleteFunc(parts, func(path string) bool {
		info, err := os.Stat(path)
		return err != nil || info.ModTime().Before(since)
	})
	if _, err := os.Stat(c.auditLog); err != nil {
		t.Fatalf("writes are counted from the audit log: %v; set %s to its path", err, AuditLogVariable)
	}
	return append(parts, c.auditLog)
}

func eachLine(path string, do func([]byte) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // it was read
	for lines := bufio.NewReader(file); ; {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil // what follows the last newline is being written
		}
		if err != nil {
			return err
		}
		if err := do(line); err != nil {
			return err
		}
	}
}

func (e auditEvent) write() Write {
	resource := e.ObjectRef.Resource
	if e.ObjectRef.Subresource != "" {
		resource += "/" + e.ObjectRef.Subresource
	}
	return Write{
		User: e.User.Username, Verb: e.Verb, Group: e.ObjectRef.Group, Resource: resource, Namespace: e.ObjectRef.Namespace,
		Name: e.ObjectRef.Name, Code: e.ResponseStatus.Code, Time: e.Received,
	}
}
