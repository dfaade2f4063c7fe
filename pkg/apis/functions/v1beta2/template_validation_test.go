/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import "testing"

func TestValidateTemplate(t *testing.T) {
	runValidation(t, servedOnly, []validationRow{
		{55, `hostNetwork`, `serving: {template: {hostNetwork: true}}`, []string{
			`spec.serving.template.hostNetwork: Forbidden: a function's pod may not have it`,
		}},
		{55, `hostPID and hostIPC`, `serving: {template: {hostPID: true, hostIPC: true}}`, []string{
			`spec.serving.template.hostIPC: Forbidden: a function's pod may not have it`,
			`spec.serving.template.hostPID: Forbidden: a function's pod may not have it`,
		}},
		{56, `hostPath`, `serving: {template: {volumes: [{name: a, hostPath: {path: /}}]}}`, []string{
			`spec.serving.template.volumes[0].hostPath: Forbidden: supported volumes: configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, projected, secret`,
		}},
		{56, `nfs`, `serving: {template: {volumes: [{name: a, nfs: {server: x, path: /}}, {name: b, emptyDir: {}}]}}`, []string{
			`spec.serving.template.volumes[0].nfs: Forbidden: supported volumes: configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, projected, secret`,
		}},
		{0, `volume without a source`, `serving: {template: {volumes: [{name: a}]}}`, []string{
			`spec.serving.template.volumes[0]: Invalid value: "a": must have exactly one of configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, projected, secret`,
		}},
		{56, `token of the service account`, `serving: {template: {volumes: [{name: a, projected: {sources: [{serviceAccountToken: {path: x}}]}}]}}`, []string{
			`spec.serving.template.volumes[0].projected.sources[0].serviceAccountToken: Forbidden: a function's pod gets only the token of a service account that its template names`,
		}},
		{57, `privileged pod`, `serving: {template: {securityContext: {runAsUser: 0, runAsNonRoot: false}}}`, []string{
			`spec.serving.template.securityContext.runAsNonRoot: Forbidden: does not pass the Pod Security Standard restricted`,
			`spec.serving.template.securityContext.runAsUser: Forbidden: does not pass the Pod Security Standard restricted`,
		}},
		{57, `privileged container`, `serving: {template: {containers: [{name: function, securityContext: {privileged: true, allowPrivilegeEscalation: true, runAsUser: 0, runAsNonRoot: false}}]}}`, []string{
			`spec.serving.template.containers[0].securityContext.allowPrivilegeEscalation: Forbidden: does not pass the Pod Security Standard restricted`,
			`spec.serving.template.containers[0].securityContext.privileged: Forbidden: does not pass the Pod Security Standard restricted`,
			`spec.serving.template.containers[0].securityContext.runAsNonRoot: Forbidden: does not pass the Pod Security Standard restricted`,
			`spec.serving.template.containers[0].securityContext.runAsUser: Forbidden: does not pass the Pod Security Standard restricted`,
		}},
		{57, `privileged sidecar`, `serving: {template: {containers: [{name: function}, {name: side, image: side, securityContext: {privileged: true}}]}}`, []string{
			`spec.serving.template.containers[1].securityContext.privileged: Forbidden: does not pass the Pod Security Standard restricted`,
		}},
		{58, `capabilities`, `serving: {template: {containers: [{name: function, securityContext: {capabilities: {add: [NET_BIND_SERVICE, SYS_ADMIN], drop: [ALL]}}}]}}`, []string{
			`spec.serving.template.containers[0].securityContext.capabilities.add[1]: Forbidden: does not pass the Pod Security Standard restricted`,
		}},
		{59, `unconfined pod`, `serving: {template: {securityContext: {seccompProfile: {type: Unconfined}, appArmorProfile: {type: Unconfined}, sysctls: [{name: kernel.shm_rmid_forced, value: "1"}, {name: kernel.msgmax, value: "1"}]}}}`, []string{
			`spec.serving.template.securityContext.appArmorProfile.type: Forbidden: does not pass the Pod Security Standard restricted`,
			`spec.serving.template.securityContext.seccompProfile.type: Forbidden: does not pass the Pod Security Standard restricted`,
			`spec.serving.template.securityContext.sysctls[1].name: Forbidden: does not pass the Pod Security Standard restricted`,
		}},
		{59, `unconfined container`, `serving: {template: {containers: [{name: function, securityContext: {procMount: Unmasked, seccompProfile: {type: Unconfined}, appArmorProfile: {type: Unconfined}}}]}}`, []string{
			`spec.serving.template.containers[0].securityContext.appArmorProfile.type: Forbidden: does not pass the Pod Security Standard restricted`,
			`spec.serving.template.containers[0].securityContext.procMount: Forbidden: does not pass the Pod Security Standard restricted`,
			`spec.serving.template.containers[0].securityContext.seccompProfile.type: Forbidden: does not pass the Pod Security Standard restricted`,
		}},
		{59, `SELinux and Windows`, `serving: {template: {securityContext: {seLinuxOptions: {type: spc_t, user: u, role: r}, windowsOptions: {hostProcess: true}}}}`, []string{
			`spec.serving.template.securityContext.seLinuxOptions.role: Forbidden: does not pass the Pod Security Standard restricted`,
			`spec.serving.template.securityContext.seLinuxOptions.type: Forbidden: does not pass the Pod Security Standard restricted`,
			`spec.serving.template.securityContext.seLinuxOptions.user: Forbidden: does not pass the Pod Security Standard restricted`,
			`spec.serving.template.securityContext.windowsOptions.hostProcess: Forbidden: does not pass the Pod Security Standard restricted`,
		}},
		{59, `AppArmor unconfined by annotation`, `serving: {annotations: {container.apparmor.security.beta.kubernetes.io/function: unconfined}}`, []string{
			`spec.serving.annotations[container.apparmor.security.beta.kubernetes.io/function]: Forbidden: the key is reserved: by it the platform, Kubernetes or the runtime recognise pods`,
		}},
		{60, `serviceAccountName`, `serving: {template: {serviceAccountName: a/b}}`, []string{
			`spec.serving.template.serviceAccountName: Invalid value: "a/b": must be a name without namespace: a DNS-1123 subdomain`,
		}},
		{60, `deprecated serviceAccount`, `serving: {template: {serviceAccount: a/b}}`, []string{
			`spec.serving.template.serviceAccount: Invalid value: "a/b": must be a name without namespace: a DNS-1123 subdomain`,
		}},
		{60, `token`, `serving: {template: {automountServiceAccountToken: true}}`, []string{
			`spec.serving.template.automountServiceAccountToken: Forbidden: a function's pod gets only the token of a service account that its template names`,
		}},
		{62, `placement`, `serving: {template: {nodeName: n, schedulerName: s, priorityClassName: system-node-critical, runtimeClassName: r, priority: 7}}`, []string{
			`spec.serving.template.nodeName: Forbidden: a function's pod may not have it`,
			`spec.serving.template.priority: Forbidden: a function's pod may not have it`,
			`spec.serving.template.priorityClassName: Forbidden: "system-node-critical" is a class of Kubernetes itself`,
			`spec.serving.template.runtimeClassName: Forbidden: the feature kubernetes.podspec-runtimeclassname is Disabled, an administrator can allow it in the ConfigMap config-features`,
			`spec.serving.template.schedulerName: Forbidden: the feature kubernetes.podspec-schedulername is Disabled, an administrator can allow it in the ConfigMap config-features`,
		}},
		{63, `init containers`, `serving: {template: {initContainers: [{name: a, image: init}]}}`, []string{
			`spec.serving.template.initContainers: Forbidden: the feature kubernetes.podspec-init-containers is Disabled, an administrator can allow it in the ConfigMap config-features`,
		}},
		{63, `ephemeral containers`, `serving: {template: {ephemeralContainers: [{name: a}]}}`, []string{
			`spec.serving.template.ephemeralContainers: Forbidden: a function's pod may not have it`,
		}},
		{64, `host port`, `serving: {template: {containers: [{name: function, ports: [{containerPort: 8080, hostPort: 80, hostIP: 0.0.0.0}]}]}}`, []string{
			`spec.serving.template.containers[0].ports[0].hostIP: Forbidden: a function's pod may not have it`,
			`spec.serving.template.containers[0].ports[0].hostPort: Forbidden: a function's pod may not have it`,
		}},
		{64, `hostAliases and dnsPolicy`, `serving: {template: {hostAliases: [{ip: 1.2.3.4}], dnsPolicy: ClusterFirstWithHostNet}}`, []string{
			`spec.serving.template.dnsPolicy: Forbidden: ClusterFirstWithHostNet is for pods on the host's network`,
			`spec.serving.template.hostAliases: Forbidden: the feature kubernetes.podspec-hostaliases is Disabled, an administrator can allow it in the ConfigMap config-features`,
		}},
		{65, `two containers named function`, `serving: {template: {containers: [{name: function}, {name: function}]}}`, []string{
			`spec.serving.template.containers[1].name: Duplicate value: "function"`,
		}},
		{65, `no container named function`, `serving: {template: {containers: [{name: web, image: web, ports: [{containerPort: 80}]}]}}`, []string{
			`spec.serving.template.containers: Required value: a container named function, as another one has ports: requests go to function`,
		}},
		{65, `a sidecar alone`, `serving: {template: {containers: [{name: side, image: side}]}}`, nil},
		{0, `container without name and image`, `serving: {template: {containers: [{}, {name: side}, {name: "A B", image: x}]}}`, []string{
			`spec.serving.template.containers[0].name: Required value: name the container; the function's own is named function`,
			`spec.serving.template.containers[1].image: Required value: name an image, as registry.example.com/team/hello:v1`,
			`spec.serving.template.containers[2].name: Invalid value: "A B": must be a DNS-1123 label`,
		}},
		{66, `image of the function`, `serving: {template: {containers: [{name: function, image: other}]}}`, []string{
			`spec.serving.template.containers[0].image: Forbidden: the image is managed: it is the function's own, set it in spec.image`,
		}},
		{66, `the same image`, `serving: {template: {containers: [{name: function, image: "registry.example.com/team/hello:v1"}]}}`, nil},
		{68, `reserved variables`, `serving: {template: {containers: [{name: function, env: [{name: FUNC_CONTEXT}, {name: PORT}, {name: K_SERVICE}, {name: DAPR_HTTP_PORT}]}]}}`, []string{
			`spec.serving.template.containers[0].env[0].name: Forbidden: the variable is reserved: the platform sets PORT, POD_NAME, POD_NAMESPACE and what begins with FUNC_, DAPR_ or K_`,
			`spec.serving.template.containers[0].env[1].name: Forbidden: the variable is reserved: the platform sets PORT, POD_NAME, POD_NAMESPACE and what begins with FUNC_, DAPR_ or K_`,
			`spec.serving.template.containers[0].env[2].name: Forbidden: the variable is reserved: the platform sets PORT, POD_NAME, POD_NAMESPACE and what begins with FUNC_, DAPR_ or K_`,
			`spec.serving.template.containers[0].env[3].name: Forbidden: the variable is reserved: the platform sets PORT, POD_NAME, POD_NAMESPACE and what begins with FUNC_, DAPR_ or K_`,
		}},
		{68, `variable twice`, `serving: {template: {containers: [{name: function, env: [{name: A}, {name: A}]}]}}`, []string{
			`spec.serving.template.containers[0].env[1].name: Duplicate value: "A"`,
		}},
		{68, `no name of a variable`, `serving: {template: {containers: [{name: function, env: [{name: ""}, {name: "A=B"}]}]}}`, []string{
			`spec.serving.template.containers[0].env[0].name: Invalid value: "": must be the name of a variable`,
			`spec.serving.template.containers[0].env[1].name: Invalid value: "A=B": must be the name of a variable`,
		}},
		{69, `two sources of a variable`, `serving: {template: {containers: [{name: function, env: [{name: A, valueFrom: {secretKeyRef: {key: a}, configMapKeyRef: {key: b}}}]}]}}`, []string{
			`spec.serving.template.containers[0].env[0].valueFrom: Invalid value: exactly one of value, configMapKeyRef, fieldRef, fileKeyRef, resourceFieldRef, secretKeyRef must be set`,
		}},
		{69, `value and source`, `serving: {template: {containers: [{name: function, env: [{name: A, value: x, valueFrom: {secretKeyRef: {key: a}}}]}]}}`, []string{
			`spec.serving.template.containers[0].env[0].valueFrom: Invalid value: exactly one of value, configMapKeyRef, fieldRef, fileKeyRef, resourceFieldRef, secretKeyRef must be set`,
		}},
		{70, `requests above limits`, `serving: {template: {containers: [{name: function, resources: {requests: {cpu: "2", memory: -1Mi}, limits: {cpu: "1"}}}]}}`, []string{
			`spec.serving.template.containers[0].resources.requests[cpu]: Invalid value: "2": must not be above the limit, 1`,
			`spec.serving.template.containers[0].resources.requests[memory]: Invalid value: "-1Mi": must not be negative`,
		}},
		{72, `empty commands`, `serving: {template: {containers: [{name: function, lifecycle: {preStop: {exec: {}}, postStart: {exec: {command: [""]}}}, readinessProbe: {exec: {command: []}}}]}}`, []string{
			`spec.serving.template.containers[0].lifecycle.postStart.exec.command: Invalid value: must name a program`,
			`spec.serving.template.containers[0].lifecycle.preStop.exec.command: Invalid value: must name a program`,
			`spec.serving.template.containers[0].readinessProbe.exec.command: Invalid value: must name a program`,
		}},
		{72, `probes of another port`, `serving: {template: {containers: [{name: function, readinessProbe: {httpGet: {port: 9}}, livenessProbe: {tcpSocket: {port: 9}}, startupProbe: {grpc: {port: 9}}}]}}`, []string{
			`spec.serving.template.containers[0].livenessProbe.tcpSocket.port: Invalid value: 9: must be the function's own, 8080, or left out`,
			`spec.serving.template.containers[0].readinessProbe.httpGet.port: Invalid value: 9: must be the function's own, 8080, or left out`,
			`spec.serving.template.containers[0].startupProbe.grpc.port: Invalid value: 9: must be the function's own, 8080, or left out`,
		}},
		{72, `probes of the own port`, `serving: {template: {containers: [{name: function, readinessProbe: {httpGet: {port: 8080}}, livenessProbe: {tcpSocket: {port: 0}}, startupProbe: {httpGet: {port: web}}}, {name: side, image: side, readinessProbe: {httpGet: {port: 9}}}]}}`, nil},
		{72, `probes of another host`, `serving: {template: {containers: [{name: function, readinessProbe: {httpGet: {port: 8080, host: example.com}}, lifecycle: {preStop: {tcpSocket: {port: 1, host: 10.0.0.1}}, postStart: {httpGet: {port: 1, host: 10.0.0.1}}}}]}}`, []string{
			`spec.serving.template.containers[0].lifecycle.postStart.httpGet.host: Forbidden: probes and hooks may only connect to the pod itself`,
			`spec.serving.template.containers[0].lifecycle.preStop.tcpSocket.host: Forbidden: probes and hooks may only connect to the pod itself`,
			`spec.serving.template.containers[0].readinessProbe.httpGet.host: Forbidden: probes and hooks may only connect to the pod itself`,
		}},
		{0, `pull secret of another namespace`, `serving: {template: {imagePullSecrets: [{name: a/b}]}}`, []string{
			`spec.serving.template.imagePullSecrets[0].name: Invalid value: "a/b": must be a name without namespace: a DNS-1123 subdomain`,
		}},
		{0, `what is allowed`, `serving: {template: {nodeSelector: {a: b}, tolerations: [{key: a}], terminationGracePeriodSeconds: 3, volumes: [{name: a, secret: {secretName: s}}], containers: [{name: function, imagePullPolicy: Always, volumeMounts: [{name: a, mountPath: /a}], securityContext: {runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}}]}}`, nil},
		{0, `runtime class of the old project`, `workloadRuntime: WasmEdge, serving: {template: {runtimeClassName: openfunction-crun}}`, nil},
	})
}
