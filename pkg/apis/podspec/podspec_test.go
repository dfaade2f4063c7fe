/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package podspec

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/yaml"

	"openfunction.dev/openfunction/pkg/apis/config"
)

func testPolicy() *Policy {
	return &Policy{
		Features:       config.FromContext(context.Background()).Features,
		Container:      "function",
		OwnsImage:      func(image string) bool { return image == "registry.example.com/team/hello:v1" },
		RuntimeClass:   "wasm",
		ProbePort:      8080,
		ReservedEnv:    func(name string) bool { return name == "PORT" },
		WhyReservedEnv: "the platform sets PORT",
	}
}

func specOf(t *testing.T, text string) *corev1.PodSpec {
	t.Helper()
	spec := &corev1.PodSpec{}
	if err := yaml.UnmarshalStrict([]byte(text), spec); err != nil {
		t.Fatal(err)
	}
	return spec
}

func textsOf(errs field.ErrorList) []string {
	var texts []string
	for _, err := range errs {
		texts = append(texts, err.Error())
	}
	slices.Sort(texts)
	return texts
}

func TestValidate(t *testing.T) {
	for _, tt := range []struct {
		name, spec string
		want       []string
	}{
		{`hostNetwork`, `{hostNetwork: true}`, []string{
			`template.hostNetwork: Forbidden: not allowed in the pod of a function`,
		}},
		{`hostPID and hostIPC`, `{hostPID: true, hostIPC: true}`, []string{
			`template.hostIPC: Forbidden: not allowed in the pod of a function`,
			`template.hostPID: Forbidden: not allowed in the pod of a function`,
		}},
		{`hostPath`, `{volumes: [{name: a, hostPath: {path: /}}]}`, []string{
			`template.volumes[0].hostPath: Forbidden: supported volumes: configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, projected, secret`,
		}},
		{`nfs`, `{volumes: [{name: a, nfs: {server: x, path: /}}, {name: b, emptyDir: {}}]}`, []string{
			`template.volumes[0].nfs: Forbidden: supported volumes: configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, projected, secret`,
		}},
		{`volume without a source`, `{volumes: [{name: a}]}`, []string{
			`template.volumes[0]: Invalid value: "a": must have exactly one of configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, projected, secret`,
		}},
		{`token of the service account`, `{volumes: [{name: a, projected: {sources: [{serviceAccountToken: {path: x}}]}}]}`, []string{
			`template.volumes[0].projected.sources[0].serviceAccountToken: Forbidden: set serviceAccountName: the pod of a function gets no token of the default service account`,
		}},
		{`privileged pod`, `{securityContext: {runAsUser: 0, runAsNonRoot: false}}`, []string{
			`template.securityContext.runAsNonRoot: Forbidden: does not pass the Pod Security Standard restricted`,
			`template.securityContext.runAsUser: Forbidden: does not pass the Pod Security Standard restricted`,
		}},
		{`privileged container`, `{containers: [{name: function, securityContext: {privileged: true, allowPrivilegeEscalation: true, runAsUser: 0, runAsNonRoot: false}}]}`, []string{
			`template.containers[0].securityContext.allowPrivilegeEscalation: Forbidden: does not pass the Pod Security Standard restricted`,
			`template.containers[0].securityContext.privileged: Forbidden: does not pass the Pod Security Standard restricted`,
			`template.containers[0].securityContext.runAsNonRoot: Forbidden: does not pass the Pod Security Standard restricted`,
			`template.containers[0].securityContext.runAsUser: Forbidden: does not pass the Pod Security Standard restricted`,
		}},
		{`privileged sidecar`, `{containers: [{name: function}, {name: side, image: side, securityContext: {privileged: true}}]}`, []string{
			`template.containers[1].securityContext.privileged: Forbidden: does not pass the Pod Security Standard restricted`,
		}},
		{`capabilities`, `{containers: [{name: function, securityContext: {capabilities: {add: [NET_BIND_SERVICE, SYS_ADMIN], drop: [ALL]}}}]}`, []string{
			`template.containers[0].securityContext.capabilities.add[1]: Forbidden: does not pass the Pod Security Standard restricted`,
		}},
		{`unconfined pod`, `{securityContext: {seccompProfile: {type: Unconfined}, appArmorProfile: {type: Unconfined}, sysctls: [{name: kernel.shm_rmid_forced, value: "1"}, {name: kernel.msgmax, value: "1"}]}}`, []string{
			`template.securityContext.appArmorProfile.type: Forbidden: does not pass the Pod Security Standard restricted`,
			`template.securityContext.seccompProfile.type: Forbidden: does not pass the Pod Security Standard restricted`,
			`template.securityContext.sysctls[1].name: Forbidden: does not pass the Pod Security Standard restricted`,
		}},
		{`unconfined container`, `{containers: [{name: function, securityContext: {procMount: Unmasked, seccompProfile: {type: Unconfined}, appArmorProfile: {type: Unconfined}}}]}`, []string{
			`template.containers[0].securityContext.appArmorProfile.type: Forbidden: does not pass the Pod Security Standard restricted`,
			`template.containers[0].securityContext.procMount: Forbidden: does not pass the Pod Security Standard restricted`,
			`template.containers[0].securityContext.seccompProfile.type: Forbidden: does not pass the Pod Security Standard restricted`,
		}},
		{`SELinux and Windows`, `{securityContext: {seLinuxOptions: {type: spc_t, user: u, role: r}, windowsOptions: {hostProcess: true}}}`, []string{
			`template.securityContext.seLinuxOptions.role: Forbidden: does not pass the Pod Security Standard restricted`,
			`template.securityContext.seLinuxOptions.type: Forbidden: does not pass the Pod Security Standard restricted`,
			`template.securityContext.seLinuxOptions.user: Forbidden: does not pass the Pod Security Standard restricted`,
			`template.securityContext.windowsOptions.hostProcess: Forbidden: does not pass the Pod Security Standard restricted`,
		}},
		{`serviceAccountName`, `{serviceAccountName: a/b}`, []string{
			`template.serviceAccountName: Invalid value: "a/b": must be a name without namespace: a DNS-1123 subdomain`,
		}},
		{`deprecated serviceAccount`, `{serviceAccount: a/b}`, []string{
			`template.serviceAccount: Invalid value: "a/b": must be a name without namespace: a DNS-1123 subdomain`,
		}},
		{`token`, `{automountServiceAccountToken: true}`, []string{
			`template.automountServiceAccountToken: Forbidden: set serviceAccountName: the pod of a function gets no token of the default service account`,
		}},
		{`placement`, `{nodeName: n, schedulerName: s, priorityClassName: system-node-critical, runtimeClassName: r, priority: 7}`, []string{
			`template.nodeName: Forbidden: not allowed in the pod of a function`,
			`template.priority: Forbidden: not allowed in the pod of a function`,
			`template.priorityClassName: Forbidden: "system-node-critical" is reserved for components of Kubernetes`,
			`template.runtimeClassName: Forbidden: the feature kubernetes.podspec-runtimeclassname is Disabled, an administrator can allow it in the ConfigMap config-features`,
			`template.schedulerName: Forbidden: the feature kubernetes.podspec-schedulername is Disabled, an administrator can allow it in the ConfigMap config-features`,
		}},
		{`init containers`, `{initContainers: [{name: a, image: init}]}`, []string{
			`template.initContainers: Forbidden: the feature kubernetes.podspec-init-containers is Disabled, an administrator can allow it in the ConfigMap config-features`,
		}},
		{`ephemeral containers`, `{ephemeralContainers: [{name: a}]}`, []string{
			`template.ephemeralContainers: Forbidden: not allowed in the pod of a function`,
		}},
		{`host port`, `{containers: [{name: function, ports: [{containerPort: 8080, hostPort: 80, hostIP: 0.0.0.0}]}]}`, []string{
			`template.containers[0].ports[0].hostIP: Forbidden: not allowed in the pod of a function`,
			`template.containers[0].ports[0].hostPort: Forbidden: not allowed in the pod of a function`,
		}},
		{`hostAliases and dnsPolicy`, `{hostAliases: [{ip: 1.2.3.4}], dnsPolicy: ClusterFirstWithHostNet}`, []string{
			`template.dnsPolicy: Forbidden: ClusterFirstWithHostNet is for pods on the host's network`,
			`template.hostAliases: Forbidden: the feature kubernetes.podspec-hostaliases is Disabled, an administrator can allow it in the ConfigMap config-features`,
		}},
		{`two containers named function`, `{containers: [{name: function}, {name: function}]}`, []string{
			`template.containers[1].name: Duplicate value: "function"`,
		}},
		{`no container named function`, `{containers: [{name: web, image: web, ports: [{containerPort: 80}]}]}`, []string{
			`template.containers: Required value: add a container named function: another container has ports, and only function receives requests`,
		}},
		{`a sidecar alone`, `{containers: [{name: side, image: side}]}`, nil},
		{`container without name and image`, `{containers: [{}, {name: side}, {name: "A B", image: x}]}`, []string{
			`template.containers[0].name: Required value: set a name; the container of the function is named function`,
			`template.containers[1].image: Required value: set an image, for example registry.example.com/team/hello:v1`,
			`template.containers[2].name: Invalid value: "A B": must be a DNS-1123 label`,
		}},
		{`image of the function`, `{containers: [{name: function, image: other}]}`, []string{
			`template.containers[0].image: Forbidden: the image of the container function is managed: set spec.image instead`,
		}},
		{`the same image`, `{containers: [{name: function, image: "registry.example.com/team/hello:v1"}]}`, nil},
		{`reserved variables`, `{containers: [{name: function, env: [{name: POR}, {name: PORT}]}]}`, []string{
			`template.containers[0].env[1].name: Forbidden: the platform sets PORT`,
		}},
		{`variable twice`, `{containers: [{name: function, env: [{name: A}, {name: A}]}]}`, []string{
			`template.containers[0].env[1].name: Duplicate value: "A"`,
		}},
		{`no name of a variable`, `{containers: [{name: function, env: [{name: ""}, {name: "A=B"}]}]}`, []string{
			`template.containers[0].env[0].name: Invalid value: "": must be the name of a variable`,
			`template.containers[0].env[1].name: Invalid value: "A=B": must be the name of a variable`,
		}},
		{`two sources of a variable`, `{containers: [{name: function, env: [{name: A, valueFrom: {secretKeyRef: {key: a}, configMapKeyRef: {key: b}}}]}]}`, []string{
			`template.containers[0].env[0].valueFrom: Invalid value: exactly one of value, configMapKeyRef, fieldRef, fileKeyRef, resourceFieldRef, secretKeyRef must be set`,
		}},
		{`value and source`, `{containers: [{name: function, env: [{name: A, value: x, valueFrom: {secretKeyRef: {key: a}}}]}]}`, []string{
			`template.containers[0].env[0].valueFrom: Invalid value: exactly one of value, configMapKeyRef, fieldRef, fileKeyRef, resourceFieldRef, secretKeyRef must be set`,
		}},
		{`requests above limits`, `{containers: [{name: function, resources: {requests: {cpu: "2", memory: -1Mi}, limits: {cpu: "1"}}}]}`, []string{
			`template.containers[0].resources.requests[cpu]: Invalid value: "2": must not be above the limit, 1`,
			`template.containers[0].resources.requests[memory]: Invalid value: "-1Mi": must not be negative`,
		}},
		{`empty commands`, `{containers: [{name: function, lifecycle: {preStop: {exec: {}}, postStart: {exec: {command: [""]}}}, readinessProbe: {exec: {command: []}}}]}`, []string{
			`template.containers[0].lifecycle.postStart.exec.command: Invalid value: must contain the program to run`,
			`template.containers[0].lifecycle.preStop.exec.command: Invalid value: must contain the program to run`,
			`template.containers[0].readinessProbe.exec.command: Invalid value: must contain the program to run`,
		}},
		{`probes of another port`, `{containers: [{name: function, readinessProbe: {httpGet: {port: 9}}, livenessProbe: {tcpSocket: {port: 9}}, startupProbe: {grpc: {port: 9}}}]}`, []string{
			`template.containers[0].livenessProbe.tcpSocket.port: Invalid value: 9: must be the port of the function, 8080, or unset`,
			`template.containers[0].readinessProbe.httpGet.port: Invalid value: 9: must be the port of the function, 8080, or unset`,
			`template.containers[0].startupProbe.grpc.port: Invalid value: 9: must be the port of the function, 8080, or unset`,
		}},
		{`probes of the own port`, `{containers: [{name: function, readinessProbe: {httpGet: {port: 8080}}, livenessProbe: {tcpSocket: {port: 0}}, startupProbe: {httpGet: {port: web}}}, {name: side, image: side, readinessProbe: {httpGet: {port: 9}}}]}`, nil},
		{`probes of another host`, `{containers: [{name: function, readinessProbe: {httpGet: {port: 8080, host: example.com}}, lifecycle: {preStop: {tcpSocket: {port: 1, host: 10.0.0.1}}, postStart: {httpGet: {port: 1, host: 10.0.0.1}}}}]}`, []string{
			`template.containers[0].lifecycle.postStart.httpGet.host: Forbidden: probes and hooks may only connect to the pod itself`,
			`template.containers[0].lifecycle.preStop.tcpSocket.host: Forbidden: probes and hooks may only connect to the pod itself`,
			`template.containers[0].readinessProbe.httpGet.host: Forbidden: probes and hooks may only connect to the pod itself`,
		}},
		{`pull secret of another namespace`, `{imagePullSecrets: [{name: a/b}]}`, []string{
			`template.imagePullSecrets[0].name: Invalid value: "a/b": must be a name without namespace: a DNS-1123 subdomain`,
		}},
		{`what is allowed`, `{nodeSelector: {a: b}, tolerations: [{key: a}], terminationGracePeriodSeconds: 3, volumes: [{name: a, secret: {secretName: s}}], containers: [{name: function, imagePullPolicy: Always, volumeMounts: [{name: a, mountPath: /a}], securityContext: {runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}}]}`, nil},
		{`runtime class of the platform`, `{runtimeClassName: wasm}`, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := textsOf(testPolicy().Validate(field.NewPath("template"), specOf(t, tt.spec)))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

func TestValidateFieldsDoesNotCheckValuesOfTheRestrictedProfile(t *testing.T) {
	spec := specOf(t, `{hostNetwork: true, containers: [{name: function, securityContext: {privileged: true}}]}`)
	want := []string{"template.hostNetwork: Forbidden: not allowed in the pod of a function"}
	if diff := cmp.Diff(want, textsOf(testPolicy().ValidateFields(field.NewPath("template"), spec))); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

func TestAListThatIsTooLongEndsTheValidation(t *testing.T) {
	spec := specOf(t, `{hostNetwork: true, volumes: [`+strings.Repeat("{name: a}, ", 101)+`]}`)
	want := []string{"template.volumes: Too many: must have at most 100 items, has 101"}
	if diff := cmp.Diff(want, textsOf(testPolicy().Validate(field.NewPath("template"), spec))); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

func TestServiceAccount(t *testing.T) {
	for spec, want := range map[string][2]string{
		`{}`:                      {"", "serviceAccount"},
		`{serviceAccountName: a}`: {"a", "serviceAccountName"},
		`{serviceAccount: a}`:     {"a", "serviceAccount"},
		`{serviceAccountName: a, serviceAccount: b}`: {"a", "serviceAccountName"},
	} {
		account, name := ServiceAccount(specOf(t, spec))
		if account != want[0] || name != want[1] {
			t.Errorf("ServiceAccount(%s) = %q, %q, want %q", spec, account, name, want)
		}
	}
	if account, _ := ServiceAccount(nil); account != "" {
		t.Errorf("ServiceAccount(nil) = %q", account)
	}
}
