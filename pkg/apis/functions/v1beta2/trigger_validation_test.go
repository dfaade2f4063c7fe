/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import "testing"

func TestValidateTriggers(t *testing.T) {
	runValidation(t, servedOnly, []validationRow{
		{77, `http and dapr`, `serving: {triggers: {http: {}, dapr: [{name: a, type: bindings.cron}]}}`, nil},
		{77, `http and dapr of a Job`, `serving: {workloadType: Job, triggers: {http: {}, dapr: [{name: a, type: bindings.cron}]}}`, []string{
			`spec.serving.workloadType: Forbidden: the engine knative serves requests, and a Job cannot`,
		}},
		{78, `port 0`, `serving: {triggers: {http: {port: 0}}}`, []string{
			`spec.serving.triggers.http.port: Invalid value: 0: must be between 1 and 65535`,
		}},
		{78, `port -1`, `serving: {triggers: {http: {port: -1}}}`, []string{
			`spec.serving.triggers.http.port: Invalid value: -1: must be between 1 and 65535`,
		}},
		{78, `port 65536`, `serving: {triggers: {http: {port: 65536}}}`, []string{
			`spec.serving.triggers.http.port: Invalid value: 65536: must be between 1 and 65535`,
		}},
		{78, `port 8012`, `serving: {triggers: {http: {port: 8012}}}`, []string{
			`spec.serving.triggers.http.port: Invalid value: 8012: is reserved for other containers of the pod: 3500, 8012, 8013, 8022, 8112, 9090, 9091, 50001`,
		}},
		{78, `port 8013`, `serving: {triggers: {http: {port: 8013}}}`, []string{
			`spec.serving.triggers.http.port: Invalid value: 8013: is reserved for other containers of the pod: 3500, 8012, 8013, 8022, 8112, 9090, 9091, 50001`,
		}},
		{78, `port 8022`, `serving: {triggers: {http: {port: 8022}}}`, []string{
			`spec.serving.triggers.http.port: Invalid value: 8022: is reserved for other containers of the pod: 3500, 8012, 8013, 8022, 8112, 9090, 9091, 50001`,
		}},
		{78, `port 9090`, `serving: {triggers: {http: {port: 9090}}}`, []string{
			`spec.serving.triggers.http.port: Invalid value: 9090: is reserved for other containers of the pod: 3500, 8012, 8013, 8022, 8112, 9090, 9091, 50001`,
		}},
		{78, `port 9091`, `serving: {triggers: {http: {port: 9091}}}`, []string{
			`spec.serving.triggers.http.port: Invalid value: 9091: is reserved for other containers of the pod: 3500, 8012, 8013, 8022, 8112, 9090, 9091, 50001`,
		}},
		{78, `port 3500`, `serving: {triggers: {http: {port: 3500}}}`, []string{
			`spec.serving.triggers.http.port: Invalid value: 3500: is reserved for other containers of the pod: 3500, 8012, 8013, 8022, 8112, 9090, 9091, 50001`,
		}},
		{78, `port 50001`, `serving: {triggers: {http: {port: 50001}}}`, []string{
			`spec.serving.triggers.http.port: Invalid value: 50001: is reserved for other containers of the pod: 3500, 8012, 8013, 8022, 8112, 9090, 9091, 50001`,
		}},
		{78, `port 8112`, `serving: {triggers: {http: {port: 8112}}}`, []string{
			`spec.serving.triggers.http.port: Invalid value: 8112: is reserved for other containers of the pod: 3500, 8012, 8013, 8022, 8112, 9090, 9091, 50001`,
		}},
		{0, `not the name of an engine`, `serving: {triggers: {http: {engine: "a b"}}}`, []string{
			`spec.serving.triggers.http.engine: Invalid value: "a b": must be the name of an engine, for example knative`,
		}},
		{0, `engine in upper case`, `serving: {triggers: {http: {engine: KNATIVE}}}`, nil},
		{80, `keda without hostnames`, `serving: {triggers: {http: {engine: keda}}}`, nil},
		{81, `hostname *`, `serving: {triggers: {http: {route: {hostnames: ["*"]}}}}`, []string{
			`spec.serving.triggers.http.route.hostnames[0]: Invalid value: "*": must be a DNS name without scheme, port and path, for example hello.example.com or *.example.com`,
		}},
		{81, `hostname a_b.com`, `serving: {triggers: {http: {route: {hostnames: ["a_b.com"]}}}}`, []string{
			`spec.serving.triggers.http.route.hostnames[0]: Invalid value: "a_b.com": must be a DNS name without scheme, port and path, for example hello.example.com or *.example.com`,
		}},
		{81, `hostname hello.example.com:80`, `serving: {triggers: {http: {route: {hostnames: ["hello.example.com:80"]}}}}`, []string{
			`spec.serving.triggers.http.route.hostnames[0]: Invalid value: "hello.example.com:80": must be a DNS name without scheme, port and path, for example hello.example.com or *.example.com`,
		}},
		{81, `hostname http://hello.example.com`, `serving: {triggers: {http: {route: {hostnames: ["http://hello.example.com"]}}}}`, []string{
			`spec.serving.triggers.http.route.hostnames[0]: Invalid value: "http://hello.example.com": must be a DNS name without scheme, port and path, for example hello.example.com or *.example.com`,
		}},
		{81, `hostname hello.example.com/x`, `serving: {triggers: {http: {route: {hostnames: ["hello.example.com/x"]}}}}`, []string{
			`spec.serving.triggers.http.route.hostnames[0]: Invalid value: "hello.example.com/x": must be a DNS name without scheme, port and path, for example hello.example.com or *.example.com`,
		}},
		{81, `hostname 10.0.0.1`, `serving: {triggers: {http: {route: {hostnames: ["10.0.0.1"]}}}}`, []string{
			`spec.serving.triggers.http.route.hostnames[0]: Invalid value: "10.0.0.1": must not be an address; must be a DNS name without scheme, port and path, for example hello.example.com or *.example.com`,
		}},
		{81, `hostname ::1`, `serving: {triggers: {http: {route: {hostnames: ["::1"]}}}}`, []string{
			`spec.serving.triggers.http.route.hostnames[0]: Invalid value: "::1": must not be an address; must be a DNS name without scheme, port and path, for example hello.example.com or *.example.com`,
		}},
		{81, `hostname *.*.com`, `serving: {triggers: {http: {route: {hostnames: ["*.*.com"]}}}}`, []string{
			`spec.serving.triggers.http.route.hostnames[0]: Invalid value: "*.*.com": must be a DNS name without scheme, port and path, for example hello.example.com or *.example.com`,
		}},
		{81, `hostname Hello.example.com`, `serving: {triggers: {http: {route: {hostnames: ["Hello.example.com"]}}}}`, []string{
			`spec.serving.triggers.http.route.hostnames[0]: Invalid value: "Hello.example.com": must be a DNS name without scheme, port and path, for example hello.example.com or *.example.com`,
		}},
		{81, `hostname `, `serving: {triggers: {http: {route: {hostnames: [""]}}}}`, []string{
			`spec.serving.triggers.http.route.hostnames[0]: Invalid value: "": must be a DNS name without scheme, port and path, for example hello.example.com or *.example.com`,
		}},
		{0, `good hostnames`, `serving: {triggers: {http: {engine: keda, route: {hostnames: [hello.example.com, "*.example.com"]}}}}`, nil},
		{0, `hostname twice`, `serving: {triggers: {http: {route: {hostnames: [a.example.com, a.example.com]}}}}`, []string{
			`spec.serving.triggers.http.route.hostnames[1]: Duplicate value: "a.example.com"`,
		}},
		{83, `17 hostnames`, `serving: {triggers: {http: {route: {hostnames: HOSTS17}}}}`, []string{
			`spec.serving.triggers.http.route.hostnames: Too many: must have at most 16 items, has 17`,
		}},
		{83, `17 rules`, `serving: {triggers: {http: {route: {rules: RULES17}}}}`, []string{
			`spec.serving.triggers.http.route.rules: Too many: must have at most 16 items, has 17`,
		}},
		{84, `backendRefs`, `serving: {triggers: {http: {route: {rules: [{backendRefs: [{name: a}]}]}}}}`, []string{
			`spec.serving.triggers.http.route.rules[0].backendRefs: Forbidden: managed: the backends are the revisions of the function`,
		}},
		{85, `path without slash`, `serving: {triggers: {http: {route: {rules: [{matches: [{path: {value: foo}}]}]}}}}`, []string{
			`spec.serving.triggers.http.route.rules[0].matches[0].path.value: Invalid value: "foo": must begin with '/'`,
		}},
		{85, `path by regular expression`, `serving: {triggers: {http: {route: {rules: [{matches: [{path: {type: RegularExpression, value: /x.*}}]}]}}}}`, nil},
		{0, `good path`, `serving: {triggers: {http: {route: {rules: [{matches: [{path: {type: Exact, value: /x}, method: GET, headers: [{name: X-A, value: b}]}]}]}}}}`, nil},
		{0, `bad matches`, `serving: {triggers: {http: {route: {rules: [{matches: [{method: get, headers: [{name: "a b", value: "x\ny"}], queryParams: [{name: "", value: x, type: Prefix}]}]}]}}}}`, []string{
			`spec.serving.triggers.http.route.rules[0].matches[0].headers[0].name: Invalid value: "a b": must be the name of a header`,
			`spec.serving.triggers.http.route.rules[0].matches[0].headers[0].value: Invalid value: must not contain control characters`,
			`spec.serving.triggers.http.route.rules[0].matches[0].method: Unsupported value: "get": supported values: GET, HEAD, POST, PUT, DELETE, CONNECT, OPTIONS, TRACE, PATCH`,
			`spec.serving.triggers.http.route.rules[0].matches[0].queryParams[0].name: Required value: set the name of a header or query parameter`,
			`spec.serving.triggers.http.route.rules[0].matches[0].queryParams[0].type: Unsupported value: "Prefix": supported values: Exact, RegularExpression`,
		}},
		{86, `gatewayRef without namespace`, `serving: {triggers: {http: {route: {gatewayRef: {name: a}}}}}`, []string{
			`spec.serving.triggers.http.route.gatewayRef.namespace: Required value: set the namespace of the Gateway`,
		}},
		{86, `empty gatewayRef`, `serving: {triggers: {http: {route: {gatewayRef: {}}}}}`, []string{
			`spec.serving.triggers.http.route.gatewayRef.name: Required value: set the name of the object`,
			`spec.serving.triggers.http.route.gatewayRef.namespace: Required value: set the namespace of the Gateway`,
		}},
		{86, `bad gatewayRef`, `serving: {triggers: {http: {route: {gatewayRef: {name: a/b, namespace: A}}}}}`, []string{
			`spec.serving.triggers.http.route.gatewayRef.name: Invalid value: "a/b": must be a name without namespace: a DNS-1123 subdomain`,
			`spec.serving.triggers.http.route.gatewayRef.namespace: Invalid value: "A": must be a DNS-1123 label`,
		}},
		{105, `trigger without name`, `serving: {triggers: {dapr: [{type: bindings.cron}]}}`, []string{
			`spec.serving.triggers.dapr[0].name: Required value: set the name of a component of the function or of its namespace`,
		}},
		{105, `trigger without anything`, `serving: {triggers: {dapr: [{}, null]}}`, []string{
			`spec.serving.triggers.dapr[0].name: Required value: set the name of a component of the function or of its namespace`,
			`spec.serving.triggers.dapr[1]: Required value: must not be null`,
		}},
		{105, `pubsub without topic`, `serving: {triggers: {dapr: [{name: a, type: pubsub.redis}]}}`, []string{
			`spec.serving.triggers.dapr[0].topic: Required value: a publish/subscribe component needs a topic`,
		}},
		{105, `binding with topic`, `serving: {triggers: {dapr: [{name: a, type: bindings.kafka, topic: t}]}}`, []string{
			`spec.serving.triggers.dapr[0].topic: Forbidden: applies only to publish/subscribe components, not to bindings`,
		}},
		{105, `good triggers`, `serving: {triggers: {dapr: [{name: a, type: bindings.kafka}, {name: b, type: pubsub.nats, topic: t}, {name: c}]}}`, nil},
		{105, `inputs`, `serving: {triggers: {inputs: [null, {}, {dapr: {}}, {dapr: {name: a}}]}}`, []string{
			`spec.serving.triggers.inputs[0]: Required value: must not be null`,
			`spec.serving.triggers.inputs[1].dapr: Required value: set the name of a component`,
			`spec.serving.triggers.inputs[2].dapr.name: Required value: set the name of a component of the function or of its namespace`,
		}},
		{107, `value and secretKeyRef`, `serving: {bindings: {a: {type: bindings.kafka, metadata: [{name: x, value: y, secretKeyRef: {name: s, key: k}}, {name: ""}, {name: z, secretKeyRef: {name: a/b, key: ""}}]}}}`, []string{
			`spec.serving.bindings[a].metadata[0].value: Forbidden: set only one of value, secretKeyRef`,
			`spec.serving.bindings[a].metadata[1].name: Required value: set the name of a setting of the component`,
			`spec.serving.bindings[a].metadata[2].secretKeyRef.key: Required value: set a key of the secret`,
			`spec.serving.bindings[a].metadata[2].secretKeyRef.name: Invalid value: "a/b": must be a name without namespace: a DNS-1123 subdomain`,
		}},
		{107, `inline password`, `serving: {bindings: {a: {type: bindings.kafka, metadata: [{name: saslPassword, value: hunter2}]}}}`, nil},
		{108, `guarded components`, `serving: {bindings: {a: {type: secretstores.kubernetes}, b: {type: bindings.localstorage}, c: {type: pubsub.redis}, d: {type: ""}, "E F": null}}`, []string{
			`spec.serving.bindings[E F]: Invalid value: "E F": must be a DNS-1123 subdomain`,
			`spec.serving.bindings[E F]: Required value: must not be null`,
			`spec.serving.bindings[a].type: Forbidden: "secretstores.kubernetes" reads secrets, changes other components or accesses files of the node`,
			`spec.serving.bindings[b].type: Forbidden: "bindings.localstorage" reads secrets, changes other components or accesses files of the node`,
			`spec.serving.bindings[c].type: Invalid value: "pubsub.redis": must begin with bindings.`,
			`spec.serving.bindings[d].type: Required value: set the type, for example bindings.redis`,
		}},
		{0, `states`, `serving: {states: {a: null, b: {}, c: {spec: {type: state.redis}}, d: {spec: {type: secretstores.local.file}}}}`, []string{
			`spec.serving.states[d].spec.type: Forbidden: "secretstores.local.file" reads secrets, changes other components or accesses files of the node`,
		}},
		{0, `pubsub`, `serving: {pubsub: {a: {type: pubsub.redis}, b: {type: middleware.http.oauth2}}}`, []string{
			`spec.serving.pubsub[b].type: Forbidden: "middleware.http.oauth2" reads secrets, changes other components or accesses files of the node`,
		}},
		{109, `null among the outputs`, `serving: {outputs: [null, {}, {dapr: {}}]}`, []string{
			`spec.serving.outputs[0]: Required value: must not be null`,
			`spec.serving.outputs[1].dapr: Required value: set the name of a component`,
			`spec.serving.outputs[2].dapr.name: Required value: set the name of a component of the function or of its namespace`,
		}},
		{109, `operation on pubsub`, `serving: {outputs: [{dapr: {name: a, type: pubsub.redis, topic: t, operation: create}}]}`, []string{
			`spec.serving.outputs[0].dapr.operation: Forbidden: applies only to bindings, not to publish/subscribe components`,
		}},
		{109, `good outputs`, `serving: {outputs: [{dapr: {name: a, type: bindings.kafka, operation: create}}]}`, nil},
		{111, `hooks`, `serving: {hooks: {policy: Foo, pre: ["", a, a], post: [b, b]}}`, []string{
			`spec.serving.hooks.policy: Unsupported value: "Foo": supported values: Append, Override`,
			`spec.serving.hooks.post[1]: Duplicate value: "b"`,
			`spec.serving.hooks.pre[0]: Required value: set the name of a hook`,
			`spec.serving.hooks.pre[2]: Duplicate value: "a"`,
		}},
		{111, `good hooks`, `serving: {hooks: {policy: override, pre: [a], post: [a]}}`, nil},
		{112, `tracing without provider`, `serving: {tracing: {enabled: true}}`, []string{
			`spec.serving.tracing.provider: Required value: tracing needs a provider: skywalking or opentelemetry`,
		}},
		{112, `unknown provider`, `serving: {tracing: {enabled: true, provider: {name: honeycomb}}}`, []string{
			`spec.serving.tracing.provider.name: Unsupported value: "honeycomb": supported values: skywalking, opentelemetry`,
		}},
		{112, `bad exporter`, `serving: {tracing: {enabled: true, provider: {name: OpenTelemetry, exporter: {name: x, endpoint: "http://u:p@h", headers: "a=b\nc=d", compression: zip, timeout: soon, protocol: udp}}}}`, []string{
			`spec.serving.tracing.provider.exporter.compression: Unsupported value: "zip": supported values: gzip, none`,
			`spec.serving.tracing.provider.exporter.endpoint: Invalid value: must not hold credentials`,
			`spec.serving.tracing.provider.exporter.headers: Invalid value: must not contain line breaks or other control characters`,
			`spec.serving.tracing.provider.exporter.name: Unsupported value: "x": supported values: otlp, jaeger, zipkin`,
			`spec.serving.tracing.provider.exporter.protocol: Unsupported value: "udp": supported values: grpc, http, http/protobuf`,
			`spec.serving.tracing.provider.exporter.timeout: Invalid value: "soon": must be a duration above zero, for example 10s`,
		}},
		{112, `empty exporter`, `serving: {tracing: {enabled: true, provider: {name: "", oapServer: "::", exporter: {name: otlp, endpoint: "", headers: secret}}}}`, []string{
			`spec.serving.tracing.provider.exporter.endpoint: Required value: set the address of the collector`,
			`spec.serving.tracing.provider.exporter.headers: Invalid value: must have the form key1=value1,key2=value2`,
			`spec.serving.tracing.provider.name: Required value: supported values: skywalking, opentelemetry`,
		}},
		{112, `good tracing`, `serving: {tracing: {enabled: true, provider: {name: SkyWalking, oapServer: "oap.example.com:11800"}}}`, nil},
		{112, `good exporter`, `serving: {tracing: {enabled: true, provider: {name: opentelemetry, exporter: {name: otlp, endpoint: "otel.example.com:4317", headers: "api-key=x", timeout: 10s, compression: gzip, protocol: grpc}}}}`, nil},
		{112, `disabled tracing`, `serving: {tracing: {enabled: false}}`, nil},
		{113, `timeout -1s`, `serving: {timeout: -1s}`, []string{
			`spec.serving.timeout: Invalid value: "-1s": must be above zero`,
		}},
		{113, `timeout 0s`, `serving: {timeout: 0s}`, []string{
			`spec.serving.timeout: Invalid value: "0s": must be above zero`,
		}},
	})
}
