/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import "testing"

func TestValidateMetadata(t *testing.T) {
	runValidation(t, servedOnly, []validationRow{
		{73, `label openfunction.io/function`, `serving: {labels: {openfunction.io/function: x}}`, []string{
			`spec.serving.labels[openfunction.io/function]: Forbidden: the key is reserved: the platform, Kubernetes or the runtime identifies pods by it`,
		}},
		{73, `annotation openfunction.io/function`, `serving: {annotations: {openfunction.io/function: x}}`, []string{
			`spec.serving.annotations[openfunction.io/function]: Forbidden: the key is reserved: the platform, Kubernetes or the runtime identifies pods by it`,
		}},
		{73, `label dapr.io/x`, `serving: {labels: {dapr.io/x: x}}`, []string{
			`spec.serving.labels[dapr.io/x]: Forbidden: the key is reserved: the platform, Kubernetes or the runtime identifies pods by it`,
		}},
		{73, `annotation dapr.io/x`, `serving: {annotations: {dapr.io/x: x}}`, []string{
			`spec.serving.annotations[dapr.io/x]: Forbidden: the key is reserved: the platform, Kubernetes or the runtime identifies pods by it`,
		}},
		{73, `label serving.knative.dev/x`, `serving: {labels: {serving.knative.dev/x: x}}`, []string{
			`spec.serving.labels[serving.knative.dev/x]: Forbidden: the key is reserved: the platform, Kubernetes or the runtime identifies pods by it`,
		}},
		{73, `annotation serving.knative.dev/x`, `serving: {annotations: {serving.knative.dev/x: x}}`, []string{
			`spec.serving.annotations[serving.knative.dev/x]: Forbidden: the key is reserved: the platform, Kubernetes or the runtime identifies pods by it`,
		}},
		{73, `label kubernetes.io/x`, `serving: {labels: {kubernetes.io/x: x}}`, []string{
			`spec.serving.labels[kubernetes.io/x]: Forbidden: the key is reserved: the platform, Kubernetes or the runtime identifies pods by it`,
		}},
		{73, `annotation kubernetes.io/x`, `serving: {annotations: {kubernetes.io/x: x}}`, []string{
			`spec.serving.annotations[kubernetes.io/x]: Forbidden: the key is reserved: the platform, Kubernetes or the runtime identifies pods by it`,
		}},
		{73, `label app.kubernetes.io/managed-by`, `serving: {labels: {app.kubernetes.io/managed-by: x}}`, []string{
			`spec.serving.labels[app.kubernetes.io/managed-by]: Forbidden: the key is reserved: the platform, Kubernetes or the runtime identifies pods by it`,
		}},
		{73, `annotation app.kubernetes.io/managed-by`, `serving: {annotations: {app.kubernetes.io/managed-by: x}}`, []string{
			`spec.serving.annotations[app.kubernetes.io/managed-by]: Forbidden: the key is reserved: the platform, Kubernetes or the runtime identifies pods by it`,
		}},
		{73, `allowed keys`, `serving: {labels: {app.kubernetes.io/name: x, team: y}, annotations: {autoscaling.knative.dev/target: "1", prometheus.io/a: "b c"}}`, nil},
		{73, `old switches of Dapr`, `serving: {annotations: {openfunction.io/enable-dapr: "true", openfunction.io/dapr-service-mode: sidecar, dapr.io/log-as-json: "true", dapr.io/app-id: hello-team, dapr.io/app-port: "8080"}}`, nil},
		{73, `identity in Dapr`, `serving: {annotations: {dapr.io/app-id: other-team, dapr.io/app-port: "80", dapr.io/config: x}}`, []string{
			`spec.serving.annotations[dapr.io/app-id]: Forbidden: the key is reserved: the platform, Kubernetes or the runtime identifies pods by it`,
			`spec.serving.annotations[dapr.io/app-port]: Forbidden: the key is reserved: the platform, Kubernetes or the runtime identifies pods by it`,
			`spec.serving.annotations[dapr.io/config]: Forbidden: the key is reserved: the platform, Kubernetes or the runtime identifies pods by it`,
		}},
		{74, `label value of 64 characters`, `serving: {labels: {a: LONG64}}`, []string{
			`spec.serving.labels[a]: Invalid value: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": must be a label value: at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends`,
		}},
		{74, `bad keys`, `serving: {labels: {"a b": x, "/x": y}, annotations: {"A B": x, "": y}}`, []string{
			`spec.serving.annotations[""]: Invalid value: "": must be a name of at most 63 letters, digits, '-', '_' and '.', optionally after a domain and '/'`,
			`spec.serving.annotations[A B]: Invalid value: "A B": must be a name of at most 63 letters, digits, '-', '_' and '.', optionally after a domain and '/'`,
			`spec.serving.labels[/x]: Invalid value: "/x": must be a name of at most 63 letters, digits, '-', '_' and '.', optionally after a domain and '/'`,
			`spec.serving.labels[a b]: Invalid value: "a b": must be a name of at most 63 letters, digits, '-', '_' and '.', optionally after a domain and '/'`,
		}},
		{74, `300 KB of annotations`, `serving: {annotations: {a: LONG300K}}`, []string{
			`spec.serving.annotations: Too long: must have at most 262144 bytes, has 307201`,
		}},
		{75, `params`, `serving: {params: {A-B: x, 1A: x, FUNC_NAME: x, PORT: x, K_SINK: x}}`, []string{
			`spec.serving.params[1A]: Invalid value: "1A": must be a C identifier: letters, digits and '_', no digit first`,
			`spec.serving.params[A-B]: Invalid value: "A-B": must be a C identifier: letters, digits and '_', no digit first`,
			`spec.serving.params[FUNC_NAME]: Forbidden: the variable is reserved: the platform sets PORT, POD_NAME, POD_NAMESPACE and names that begin with FUNC_, DAPR_ or K_`,
			`spec.serving.params[K_SINK]: Forbidden: the variable is reserved: the platform sets PORT, POD_NAME, POD_NAMESPACE and names that begin with FUNC_, DAPR_ or K_`,
			`spec.serving.params[PORT]: Forbidden: the variable is reserved: the platform sets PORT, POD_NAME, POD_NAMESPACE and names that begin with FUNC_, DAPR_ or K_`,
		}},
		{75, `param that the template has`, `serving: {params: {A: x}, template: {containers: [{name: function, env: [{name: A}]}]}}`, []string{
			`spec.serving.params[A]: Duplicate value: "A"`,
		}},
		{75, `param with NUL`, `serving: {params: {A: "\0"}}`, []string{
			`spec.serving.params[A]: Invalid value: must not contain NUL bytes, which environment variables cannot contain`,
		}},
		{76, `variant of wasm`, `workloadRuntime: OCIContainer, serving: {annotations: {module.wasm.image/variant: compat-smart}}`, []string{
			`spec.serving.annotations[module.wasm.image/variant]: Invalid value: "compat-smart": applies only to workloadRuntime WasmEdge, not to OCIContainer`,
		}},
		{76, `variant of wasm alone`, `serving: {annotations: {module.wasm.image/variant: compat-smart}}`, nil},
		{76, `variant of wasm with WasmEdge`, `workloadRuntime: WasmEdge, serving: {annotations: {module.wasm.image/variant: compat-smart}}`, nil},
	})
}
