//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrs "k8s.io/apimachinery/pkg/api/errors"

	"openfunction.dev/openfunction/test/integration/environment"
)

// What the definitions reject without the webhook.
const (
	ofFunction = `image: "registry.example.com/team/hello:v1", `
	ofServing  = ofFunction + `serving: `
	ofBuild    = ofFunction + `build: `
	source     = `srcRepo: {url: "https://git.example.com/team/hello.git"}`
	builds     = `builder: "registry.example.com/builder:v1", ` + source
)

// rule is a spec and all errors of the schema, as "path: cause".
type rule struct {
	name, spec string
	want       []string
}

var functionRules = []rule{
	{"nothing to do", `image: hello`, []string{"spec: Required value"}},
	{"no image", `serving: {}`, []string{"spec.image: Required value"}},
	{"an image with a scheme", `image: "http://registry.example.com/x", serving: {}`, []string{"spec.image: Invalid value"}},
	{"an image in upper case", `image: "registry.example.com/Team/hello", serving: {}`, []string{"spec.image: Invalid value"}},
	{"a long image", `image: ` + strings.Repeat("a", 4097) + `, serving: {}`, []string{"spec.image: Too long"}},
	{"a number where text belongs", `image: 1, serving: {}`, []string{"spec.image: Invalid value"}},
	{"a build into a digest", `image: "hello@sha256:` + strings.Repeat("0", 64) + `", build: {` + builds + `}`, []string{"spec.image: Invalid value"}},
	{"credentials without a name", ofFunction + `imageCredentials: {}, serving: {}`, []string{"spec.imageCredentials.name: Required value"}},
	{"an empty version", ofFunction + `version: "", serving: {}`, []string{"spec.version: Invalid value"}},
	{"a version that is no label", ofFunction + `version: v1/2, serving: {}`, []string{"spec.version: Invalid value"}},
	{"an unknown kind of artifact", ofFunction + `workloadRuntime: Docker, serving: {}`, []string{"spec.workloadRuntime: Invalid value"}},

	{"a build without source", ofBuild + `{builder: b}`, []string{"spec.build.srcRepo: Required value"}},
	{"a source that is nowhere", ofBuild + `{builder: b, srcRepo: {}}`, []string{"spec.build.srcRepo: Required value"}},
	{"two sources", ofBuild + `{builder: b, srcRepo: {url: "https://git.example.com/r", bundleContainer: {image: s}}}`, []string{"spec.build.srcRepo: Forbidden"}},
	{"a source of the machine", ofBuild + `{builder: b, srcRepo: {url: "file:///etc"}}`, []string{"spec.build.srcRepo.url: Invalid value"}},
	{"a source that is a program", ofBuild + `{builder: b, srcRepo: {url: "ext::sh -c id"}}`, []string{"spec.build.srcRepo.url: Invalid value"}},
	{"a revision that is an option", ofBuild + `{builder: b, srcRepo: {url: "https://git.example.com/r", revision: "--output=/x"}}`, []string{"spec.build.srcRepo.revision: Invalid value"}},
	{"a bundle that is no image", ofBuild + `{builder: b, srcRepo: {bundleContainer: {image: "a b"}}}`, []string{"spec.build.srcRepo.bundleContainer.image: Invalid value"}},
	{"source credentials without a name", ofBuild + `{builder: b, srcRepo: {url: "https://git.example.com/r", credentials: {}}}`, []string{"spec.build.srcRepo.credentials.name: Required value"}},
	{"builder and Dockerfile", ofBuild + `{dockerfile: Dockerfile, ` + builds + `}`, []string{"spec.build: Forbidden"}},
	{"builder credentials without builder", ofBuild + `{builderCredentials: {name: a}, ` + source + `}`, []string{"spec.build.builderCredentials: Forbidden"}},
	{"a builder that is no image", ofBuild + `{builder: "a b", ` + source + `}`, []string{"spec.build.builder: Invalid value"}},
	{"a variable that is no name", ofBuild + `{env: {1A: b}, ` + builds + `}`, []string{"spec.build.env: Invalid value"}},
	{"too little time", ofBuild + `{timeout: 1s, ` + builds + `}`, []string{"spec.build.timeout: Invalid value"}},
	{"too much time", ofBuild + `{timeout: 100h, ` + builds + `}`, []string{"spec.build.timeout: Invalid value"}},
	{"a time that is none", ofBuild + `{timeout: abc, ` + builds + `}`, []string{"spec.build.timeout: Invalid value"}},
	{
		"limits of history", ofBuild + `{successfulBuildsHistoryLimit: -1, failedBuildsHistoryLimit: 1001, ` + builds + `}`,
		[]string{"spec.build.failedBuildsHistoryLimit: Invalid value", "spec.build.successfulBuildsHistoryLimit: Invalid value"},
	},
	{"a negative age", ofBuild + `{builderMaxAge: -1s, ` + builds + `}`, []string{"spec.build.builderMaxAge: Invalid value"}},
	{"a state that users cannot set", ofBuild + `{state: Paused, ` + builds + `}`, []string{"spec.build.state: Invalid value"}},
	{"an unknown kind of strategy", ofBuild + `{shipwright: {strategy: {name: a, kind: Foo}}, ` + builds + `}`, []string{"spec.build.shipwright.strategy.kind: Invalid value"}},
	{"a strategy without a name", ofBuild + `{shipwright: {strategy: {name: ""}}, ` + builds + `}`, []string{"spec.build.shipwright.strategy.name: Invalid value"}},
	{"a run longer than its build", ofBuild + `{timeout: 10m, shipwright: {timeout: 11m}, ` + builds + `}`, []string{"spec.build.shipwright.timeout: Invalid value"}},
	{"a parameter twice", ofBuild + `{shipwright: {params: [{name: a, value: b}, {name: a, value: c}]}, ` + builds + `}`, []string{"spec.build.shipwright.params[1]: Duplicate value"}},
	{"a parameter without a value", ofBuild + `{shipwright: {params: [{name: a}]}, ` + builds + `}`, []string{"spec.build.shipwright.params[0]: Invalid value"}},
	{"a parameter with two values", ofBuild + `{shipwright: {params: [{name: a, value: b, secretValue: {name: c, key: d}}]}, ` + builds + `}`, []string{"spec.build.shipwright.params[0]: Forbidden"}},

	{"no port", ofServing + `{triggers: {http: {port: 0}}}`, []string{"spec.serving.triggers.http.port: Invalid value"}},
	{"a port too high", ofServing + `{triggers: {http: {port: 65536}}}`, []string{"spec.serving.triggers.http.port: Invalid value"}},
	{"a port of another container", ofServing + `{triggers: {http: {port: 9090}}}`, []string{"spec.serving.triggers.http.port: Invalid value"}},
	{"an engine that is not a name", ofServing + `{triggers: {http: {engine: "not a name"}}}`, []string{"spec.serving.triggers.http.engine: Invalid value"}},
	{"a host name that is an address", ofServing + `{triggers: {http: {route: {hostnames: ["10.0.0.1"]}}}}`, []string{"spec.serving.triggers.http.route.hostnames: Invalid value"}},
	{"a host name with a port", ofServing + `{triggers: {http: {route: {hostnames: ["a.b:80"]}}}}`, []string{"spec.serving.triggers.http.route.hostnames[0]: Invalid value"}},
	{"a host name twice", ofServing + `{triggers: {http: {route: {hostnames: [a.b, a.b]}}}}`, []string{"spec.serving.triggers.http.route.hostnames: Duplicate value"}},
	{"too many host names", ofServing + `{triggers: {http: {route: {hostnames: [` + strings.TrimSuffix(strings.Repeat("a.b, ", 17), ", ") + `]}}}}`, []string{"spec.serving.triggers.http.route.hostnames: Too many"}},
	{"backends of one's own", ofServing + `{triggers: {http: {route: {rules: [{backendRefs: [{name: a}]}]}}}}`, []string{"spec.serving.triggers.http.route.rules[0].backendRefs: Too many"}},
	{"a path without slash", ofServing + `{triggers: {http: {route: {rules: [{matches: [{path: {value: foo}}]}]}}}}`, []string{"spec.serving.triggers.http.route.rules[0].matches[0].path.value: Invalid value"}},
	{"shares below 100", ofServing + `{traffic: [{latest: true, percent: 90}]}`, []string{"spec.serving.traffic: Invalid value"}},
	{"a share of no revision", ofServing + `{traffic: [{percent: 100}]}`, []string{"spec.serving.traffic[0].revision: Required value"}},
	{"a share of a revision and of the latest", ofServing + `{traffic: [{revision: a, latest: true, percent: 100}]}`, []string{"spec.serving.traffic[0].latest: Forbidden"}},
	{"a negative share", ofServing + `{traffic: [{latest: true, percent: 101}, {revision: a, percent: -1}]}`, []string{"spec.serving.traffic[0].percent: Invalid value", "spec.serving.traffic[1].percent: Invalid value"}},
	{"a tag twice", ofServing + `{traffic: [{latest: true, percent: 100, tag: a}, {revision: a, tag: a}]}`, []string{"spec.serving.traffic: Duplicate value"}},
	{"a tag of the platform", ofServing + `{traffic: [{latest: true, percent: 100, tag: r5fca1b20d9}]}`, []string{"spec.serving.traffic[0].tag: Invalid value"}},
	{"too many shares", ofServing + `{traffic: [` + strings.TrimSuffix(strings.Repeat("{latest: true}, ", 17), ", ") + `]}`, []string{"spec.serving.traffic: Too many"}},
	{"a gateway without namespace", ofServing + `{triggers: {http: {route: {gatewayRef: {name: a}}}}}`, []string{"spec.serving.triggers.http.route.gatewayRef.namespace: Required value"}},
	{"an event of a Broker without name", ofServing + `{triggers: {eventing: [{broker: a}]}}`, []string{"spec.serving.triggers.eventing[0].name: Required value"}},
	{"two triggers of Brokers with one name", ofServing + `{triggers: {eventing: [{name: a}, {name: a, broker: b}]}}`, []string{"spec.serving.triggers.eventing: Duplicate value"}},
	{"both forms of filters", ofServing + `{triggers: {eventing: [{name: a, filter: {attributes: {type: a}}, filters: [{exact: {type: a}}]}]}}`, []string{"spec.serving.triggers.eventing[0].filter: Forbidden"}},
	{"filters without a condition", ofServing + `{triggers: {eventing: [{name: a, filter: {}}, {name: b, filters: [{}, {not: {}}]}]}}`, []string{"spec.serving.triggers.eventing[0].filter.attributes: Required value", "spec.serving.triggers.eventing[1].filters[0]: Invalid value", "spec.serving.triggers.eventing[1].filters[1].not: Invalid value"}},
	{"filters with two conditions", ofServing + `{triggers: {eventing: [{name: a, filters: [{exact: {type: a}, not: {exact: {type: b}}}, {any: [{exact: {type: a}, cesql: 'TRUE'}]}]}]}}`, []string{"spec.serving.triggers.eventing[0].filters[0]: Invalid value", "spec.serving.triggers.eventing[0].filters[1].any[0]: Invalid value"}},
	{"too many filters", ofServing + `{triggers: {eventing: [{name: a, filters: [` + strings.TrimSuffix(strings.Repeat("{exact: {type: a}}, ", 17), ", ") + `]}]}}`, []string{"spec.serving.triggers.eventing[0].filters: Too many"}},
	{"a delivery that cannot be", ofServing + `{triggers: {eventing: [{name: a, delivery: {retry: -1, backoffPolicy: x, backoffDelay: 200ms}}]}}`, []string{"spec.serving.triggers.eventing[0].delivery.backoffDelay: Invalid value", "spec.serving.triggers.eventing[0].delivery.backoffPolicy: Unsupported value", "spec.serving.triggers.eventing[0].delivery.retry: Invalid value"}},
	{"a delivery in no time", ofServing + `{triggers: {eventing: [{name: a, delivery: {timeout: PT0S}}]}}`, []string{"spec.serving.triggers.eventing[0].delivery.timeout: Invalid value"}},
	{"dead letters without a sink", ofServing + `{triggers: {eventing: [{name: a, delivery: {deadLetterSink: {}}}]}}`, []string{"spec.serving.triggers.eventing[0].delivery.deadLetterSink: Required value"}},
	{"dead letters to a path of no host", ofServing + `{triggers: {eventing: [{name: a, delivery: {deadLetterSink: {uri: /a}}}]}}`, []string{"spec.serving.triggers.eventing[0].delivery.deadLetterSink.uri: Invalid value"}},
	{"dead letters to another host", ofServing + `{triggers: {eventing: [{name: a, delivery: {deadLetterSink: {ref: {apiVersion: v1, kind: Service, name: a}, uri: //b/c}}}]}}`, []string{"spec.serving.triggers.eventing[0].delivery.deadLetterSink.uri: Invalid value"}},
	{"dead letters in another namespace", ofServing + `{triggers: {eventing: [{name: a, delivery: {deadLetterSink: {ref: {apiVersion: v1, kind: Service, name: a, namespace: b}}}}]}}`, []string{"spec.serving.triggers.eventing[0].delivery.deadLetterSink.ref.namespace: Forbidden"}},
	{"dead letters to an unnamed object", ofServing + `{triggers: {eventing: [{name: a, delivery: {deadLetterSink: {ref: {}}}}]}}`, []string{"spec.serving.triggers.eventing[0].delivery.deadLetterSink.ref.apiVersion: Required value", "spec.serving.triggers.eventing[0].delivery.deadLetterSink.ref.kind: Required value", "spec.serving.triggers.eventing[0].delivery.deadLetterSink.ref.name: Required value"}},
	{"an event without a component", ofServing + `{triggers: {dapr: [{type: bindings.cron}]}}`, []string{"spec.serving.triggers.dapr[0].name: Required value"}},
	{"publish and subscribe without topic", ofServing + `{triggers: {dapr: [{name: a, type: pubsub.redis}]}}`, []string{"spec.serving.triggers.dapr[0].topic: Required value"}},
	{"a topic on a binding", ofServing + `{triggers: {dapr: [{name: a, type: bindings.cron, topic: b}]}}`, []string{"spec.serving.triggers.dapr[0].topic: Forbidden"}},
	{"an input that names nothing", ofServing + `{triggers: {inputs: [{}]}}`, []string{"spec.serving.triggers.inputs[0].dapr: Required value"}},
	{"an output that is null", ofServing + `{outputs: [null]}`, []string{"spec.serving.outputs[0]: Invalid value"}},
	{"an operation on publish and subscribe", ofServing + `{outputs: [{dapr: {name: a, topic: b, operation: create}}]}`, []string{"spec.serving.outputs[0].dapr.operation: Forbidden"}},
	{"a component of another kind", ofServing + `{bindings: {a: {type: pubsub.redis}}}`, []string{"spec.serving.bindings: Invalid value"}},
	{"a component that reads secrets", ofServing + `{states: {a: {spec: {type: secretstores.local.file}}}}`, []string{"spec.serving.states.a.spec.type: Invalid value", "spec.serving.states: Invalid value"}},
	{"a negative number of pods", ofServing + `{scaleOptions: {minReplicas: -1}}`, []string{"spec.serving.scaleOptions.minReplicas: Invalid value"}},
	{"more pods than the default allows", ofServing + `{scaleOptions: {minReplicas: 11}}`, []string{"spec.serving.scaleOptions.minReplicas: Invalid value"}},
	{"an annotation of another product", ofServing + `{scaleOptions: {knative: {a: b}}}`, []string{"spec.serving.scaleOptions.knative: Forbidden"}},
	{"two scalers", ofServing + `{scaleOptions: {keda: {httpScaledObject: {}, scaledObject: {}, triggers: [{type: cron, metadata: {}}]}}}`, []string{"spec.serving.scaleOptions.keda: Forbidden"}},
	{"a scaler without signal", ofServing + `{scaleOptions: {keda: {scaledObject: {}}}}`, []string{"spec.serving.scaleOptions.keda.triggers: Required value"}},
	{"a Job that a schedule and requests call", ofServing + `{workloadType: Job, triggers: {http: {}, cron: [{name: a, schedule: "@daily"}]}}`, []string{"spec.serving.workloadType: Forbidden", "spec.serving.workloadType: Forbidden"}},
	{"a Job that a schedule calls", ofServing + `{workloadType: job, triggers: {cron: [{name: a, schedule: "@daily"}]}}`, []string{"spec.serving.workloadType: Forbidden"}},
	{"a schedule without anything", ofServing + `{triggers: {cron: [{}]}}`, []string{"spec.serving.triggers.cron[0].name: Required value", "spec.serving.triggers.cron[0].schedule: Required value"}},
	{"two schedules of one name", ofServing + `{triggers: {cron: [{name: a, schedule: "@daily"}, {name: a, schedule: "@daily"}]}}`, []string{"spec.serving.triggers.cron: Duplicate value"}},
	{"a schedule whose name is no label", ofServing + `{triggers: {cron: [{name: A_B, schedule: "@daily"}]}}`, []string{"spec.serving.triggers.cron[0].name: Invalid value"}},
	{"dead letters of a binding", ofServing + `{triggers: {dapr: [{name: a, type: bindings.kafka, deadLetterTopic: b}]}}`, []string{"spec.serving.triggers.dapr[0].deadLetterTopic: Forbidden"}},
	{"dead letters to the topic itself", ofServing + `{triggers: {dapr: [{name: a, topic: b, deadLetterTopic: b}]}}`, []string{"spec.serving.triggers.dapr[0].deadLetterTopic: Invalid value"}},
	{"retries below none", ofServing + `{triggers: {dapr: [{name: a, retry: {maxRetries: -2}}]}}`, []string{"spec.serving.triggers.dapr[0].retry.maxRetries: Invalid value"}},
	{
		"retries without a pause", ofServing + `{triggers: {dapr: [{name: a, retry: {interval: 0s, maxInterval: -1s}}]}}`,
		[]string{"spec.serving.triggers.dapr[0].retry.interval: Invalid value", "spec.serving.triggers.dapr[0].retry.maxInterval: Invalid value"},
	},
	{"a Job's scaler for a Deployment", ofServing + `{workloadType: Deployment, scaleOptions: {keda: {scaledJob: {}, triggers: [{type: cron, metadata: {}}]}}}`, []string{"spec.serving.scaleOptions.keda: Forbidden"}},
	{
		"no pending requests", ofServing + `{scaleOptions: {keda: {httpScaledObject: {targetPendingRequests: 0, cooldownPeriod: -1}}}}`,
		[]string{"spec.serving.scaleOptions.keda.httpScaledObject.cooldownPeriod: Invalid value", "spec.serving.scaleOptions.keda.httpScaledObject.targetPendingRequests: Invalid value"},
	},
	{
		"the strategy custom alone", ofServing + `{scaleOptions: {keda: {scaledJob: {scalingStrategy: {strategy: custom}}, triggers: [{type: cron, metadata: {}}]}}}`,
		[]string{"spec.serving.scaleOptions.keda.scaledJob.scalingStrategy.customScalingQueueLengthDeduction: Required value", "spec.serving.scaleOptions.keda.scaledJob.scalingStrategy.customScalingRunningJobPercentage: Required value"},
	},
	{"credentials of the whole cluster", ofServing + `{scaleOptions: {keda: {triggers: [{type: a, metadata: {}, authenticationRef: {name: b, kind: ClusterTriggerAuthentication}}]}}}`, []string{"spec.serving.scaleOptions.keda.triggers[0].authenticationRef.kind: Forbidden"}},
	{"an unknown type of workload", ofServing + `{workloadType: DaemonSet}`, []string{"spec.serving.workloadType: Invalid value"}},
	{"a Job that answers requests", ofServing + `{workloadType: job}`, []string{"spec.serving.workloadType: Forbidden"}},
	{"a variable of the platform", ofServing + `{params: {PORT: "1"}}`, []string{"spec.serving.params: Forbidden"}},
	{"no time to start", ofServing + `{timeout: 0s}`, []string{"spec.serving.timeout: Invalid value"}},
	{
		"hooks", ofServing + `{hooks: {policy: Foo, pre: [a, a], post: [""]}}`,
		[]string{"spec.serving.hooks.policy: Invalid value", "spec.serving.hooks.post[0]: Invalid value", "spec.serving.hooks.pre: Duplicate value"},
	},
	{"tracing to nowhere", ofServing + `{tracing: {enabled: true}}`, []string{"spec.serving.tracing.provider: Required value"}},
	{"an unknown provider", ofServing + `{tracing: {provider: {name: foo}}}`, []string{"spec.serving.tracing.provider.name: Invalid value"}},
}

var builderRules = []rule{
	{"no image", builds, []string{"spec.image: Required value"}},
	{"a digest", `image: "hello@sha256:` + strings.Repeat("0", 64) + `", ` + builds, []string{"spec.image: Invalid value"}},
	{"a reason without a state", `image: hello, stateReason: Why, ` + builds, []string{"spec.stateReason: Forbidden"}},
	{"a reason of many words", `image: hello, state: Cancelled, stateReason: why not, ` + builds, []string{"spec.stateReason: Invalid value"}},
	{"no source", `image: hello, builder: b`, []string{"spec.srcRepo: Required value"}},
}

var servingRules = []rule{
	{"no image", `params: {A: b}`, []string{"spec.image: Required value"}},
	{"a port of another container", `image: hello, triggers: {http: {port: 8012}}`, []string{"spec.triggers.http.port: Invalid value"}},
}

func TestDefinitionsRefuseWithoutTheWebhook(t *testing.T) {
	t.Parallel()
	e := environment.Start(t)
	namespace := e.NamespaceWithoutWebhook(t)
	for kind, rules := range map[string][]rule{"Function": functionRules, "Builder": builderRules, "Serving": servingRules} {
		for _, r := range append(rules, rule{name: "no spec", want: []string{"spec: Required value"}}) {
			t.Run(kind+" with "+r.name, func(t *testing.T) {
				text := "kind: " + kind + "\nmetadata: {name: wrong}\nspec: {" + r.spec + "}"
				if r.spec == "" {
					text = "kind: " + kind + "\nmetadata: {name: wrong}"
				}
				_, err := tryCreate(t, e.Cluster, namespace, strings.ToLower(kind)+"s", text)
				if diff := cmp.Diff(r.want, causes(err)); diff != "" {
					t.Errorf("%v (-want +got):\n%s", err, diff)
				}
			})
		}
	}
}

// causes returns the path and the kind of each cause of a rejection, sorted.
func causes(err error) []string {
	status, ok := err.(apierrs.APIStatus)
	if !ok || !apierrs.IsInvalid(err) || status.Status().Details == nil {
		return nil
	}
	var all []string
	for _, cause := range status.Status().Details.Causes {
		kind, _, _ := strings.Cut(cause.Message, ":")
		if cause.Field == "<nil>" {
			continue // the API server did not check all rules
		}
		all = append(all, cause.Field+": "+kind)
	}
	slices.Sort(all)
	return all
}
