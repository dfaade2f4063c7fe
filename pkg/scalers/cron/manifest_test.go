/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cron

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// installed decodes the first object of a kind in config/scheduler.yaml.
func installed(t *testing.T, kind string, into any) {
	t.Helper()
	content, err := os.ReadFile("../../../config/scheduler.yaml")
	if err != nil {
		t.Fatal(err)
	}
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(content), 4096)
	for {
		var raw map[string]any
		if err := decoder.Decode(&raw); errors.Is(err, io.EOF) {
			t.Fatalf("there is no %s", kind)
		} else if err != nil {
			t.Fatal(err)
		}
		if raw["kind"] != kind {
			continue
		}
		document, err := json.Marshal(raw)
		if err != nil {
			t.Fatal(err)
		}
		if err := yaml.UnmarshalStrict(document, into); err != nil {
			t.Fatal(err)
		}
		return
	}
}

func TestPodLivesUntilItsRunsHaveEnded(t *testing.T) {
	var d appsv1.Deployment
	installed(t, "Deployment", &d)
	grace := time.Duration(*d.Spec.Template.Spec.TerminationGracePeriodSeconds) * time.Second
	if grace <= drainDeadline {
		t.Errorf("killed after %v, while a run may take %v", grace, drainDeadline)
	}
}

func TestServiceLeadsToTheScaler(t *testing.T) {
	var service corev1.Service
	installed(t, "Service", &service)
	if got := service.Name + "." + service.Namespace; got != "scheduler.openfunction" || service.Spec.Ports[0].Port != port {
		t.Errorf("KEDA would have to ask %s:%d", got, service.Spec.Ports[0].Port)
	}
}
