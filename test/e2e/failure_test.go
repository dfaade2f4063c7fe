//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package e2e

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

// reasonWithin is how long it may take until a Function reports why its pod does not
// start.
const reasonWithin = 30 * time.Second

// A Function whose pod needs a Secret that does not exist names it, and becomes Ready
// when the Secret is created.
func TestAMissingSecretIsNamed(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	fn := fromImage(c.Namespace(t), sharedImage(t, c))
	fn.Spec.Serving.Template = &corev1.PodSpec{Containers: []corev1.Container{{
		Name: v1beta2.FunctionContainer,
		Env: []corev1.EnvVar{{Name: "KEY", ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{
			LocalObjectReference: corev1.LocalObjectReference{Name: "keys"}, Key: "key",
		}}}},
	}}}
	created := time.Now()
	fn = c.AwaitFunction(t, c.Create(t, fn), "name the Secret", func(f *v1beta2.Function) bool {
		ready := f.Status.GetCondition(v1beta2.FunctionConditionReady)
		return ready.IsFalse() && strings.Contains(ready.GetMessage(), `secret "keys" not found`)
	})
	if took := time.Since(created); took > reasonWithin {
		t.Errorf("the reason came after %s, want %s", took, reasonWithin)
	}
	_, err := c.Kube.CoreV1().Secrets(fn.Namespace).Create(t.Context(), &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: "keys"}, StringData: map[string]string{"key": "value"},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	c.AwaitReady(t, fn)
}
