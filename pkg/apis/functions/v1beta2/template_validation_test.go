/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import "testing"

func TestValidateTemplate(t *testing.T) {
	runValidation(t, servedOnly, []validationRow{
		{59, `AppArmor unconfined by annotation`, `serving: {annotations: {container.apparmor.security.beta.kubernetes.io/function: unconfined}}`, []string{
			`spec.serving.annotations[container.apparmor.security.beta.kubernetes.io/function]: Forbidden: the key is reserved: the platform, Kubernetes or the runtime identifies pods by it`,
		}},
		{66, `the same image`, `serving: {template: {containers: [{name: function, image: "registry.example.com/team/hello:v1"}]}}`, nil},
		{68, `reserved variables`, `serving: {template: {containers: [{name: function, env: [{name: FUNC_CONTEXT}, {name: PORT}, {name: K_SERVICE}, {name: DAPR_HTTP_PORT}]}]}}`, []string{
			`spec.serving.template.containers[0].env[0].name: Forbidden: the variable is reserved: the platform sets PORT, POD_NAME, POD_NAMESPACE and names that begin with FUNC_, DAPR_ or K_`,
			`spec.serving.template.containers[0].env[1].name: Forbidden: the variable is reserved: the platform sets PORT, POD_NAME, POD_NAMESPACE and names that begin with FUNC_, DAPR_ or K_`,
			`spec.serving.template.containers[0].env[2].name: Forbidden: the variable is reserved: the platform sets PORT, POD_NAME, POD_NAMESPACE and names that begin with FUNC_, DAPR_ or K_`,
			`spec.serving.template.containers[0].env[3].name: Forbidden: the variable is reserved: the platform sets PORT, POD_NAME, POD_NAMESPACE and names that begin with FUNC_, DAPR_ or K_`,
		}},
		{72, `probes of another port`, `serving: {template: {containers: [{name: function, readinessProbe: {httpGet: {port: 9}}, livenessProbe: {tcpSocket: {port: 9}}, startupProbe: {grpc: {port: 9}}}]}}`, []string{
			`spec.serving.template.containers[0].livenessProbe.tcpSocket.port: Invalid value: 9: must be the port of the function, 8080, or unset`,
			`spec.serving.template.containers[0].readinessProbe.httpGet.port: Invalid value: 9: must be the port of the function, 8080, or unset`,
			`spec.serving.template.containers[0].startupProbe.grpc.port: Invalid value: 9: must be the port of the function, 8080, or unset`,
		}},
		{0, `runtime class of the old project`, `workloadRuntime: WasmEdge, serving: {template: {runtimeClassName: openfunction-crun}}`, nil},
	})
}
