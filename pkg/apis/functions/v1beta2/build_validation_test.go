/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import "testing"

func TestValidateBuild(t *testing.T) {
	runValidation(t, builtAndServed, []validationRow{
		{19, `nothing to build with`, `build: {builder: null}`, []string{
			`spec.build: Required value: set builder, dockerfile or shipwright.strategy; or ask the administrator to set default-builder in config-build`,
		}},
		{19, `nothing to build with but the default strategy by name`, `build: {builder: null, shipwright: {strategy: {name: openfunction, kind: ClusterBuildStrategy}}}`, []string{
			`spec.build: Required value: set builder, dockerfile or shipwright.strategy; or ask the administrator to set default-builder in config-build`,
		}},
		{19, `a Dockerfile`, `build: {builder: null, dockerfile: Dockerfile}`, nil},
		{19, `a strategy of the author`, `build: {builder: null, shipwright: {strategy: {name: buildah}}}`, nil},
		{20, `builder and dockerfile`, `build: {dockerfile: Dockerfile}`, []string{
			`spec.build: Forbidden: set only one of builder, dockerfile; or name the strategy that needs both`,
		}},
		{20, `tool image beside a strategy for Dockerfiles`, `build: {dockerfile: Dockerfile, shipwright: {strategy: {name: buildah, kind: ClusterBuildStrategy}}}`, nil},
		{0, `dockerfile outside of the source`, `build: {builder: null, dockerfile: ../../etc/passwd}`, []string{
			`spec.build.dockerfile: Invalid value: "../../etc/passwd": must be a relative path inside the source`,
		}},
		{36, `malformed builder`, `build: {builder: "Bad:Image:x"}`, []string{
			`spec.build.builder: Invalid value: "Bad:Image:x": repository must be lowercase`,
		}},
		{37, `builderCredentials without builder`, `build: {builder: null, dockerfile: Dockerfile, builderCredentials: {name: pull}}`, []string{
			`spec.build.builderCredentials: Forbidden: must not be set without builder`,
		}},
		{37, `empty builderCredentials`, `build: {builderCredentials: {}}`, []string{
			`spec.build.builderCredentials.name: Required value: set the name of the object`,
		}},
		{39, `variable with a leading digit`, `build: {env: {1A: x}}`, []string{
			`spec.build.env[1A]: Invalid value: "1A": must be a C identifier: letters, digits and '_', no digit first`,
		}},
		{39, `variable with a hyphen`, `build: {env: {A-B: x}}`, []string{
			`spec.build.env[A-B]: Invalid value: "A-B": must be a C identifier: letters, digits and '_', no digit first`,
		}},
		{39, `variable with =`, `build: {env: {A=B: x}}`, []string{
			`spec.build.env[A=B]: Invalid value: "A=B": must be a C identifier: letters, digits and '_', no digit first`,
		}},
		{39, `variable empty`, `build: {env: {"": x}}`, []string{
			`spec.build.env[""]: Invalid value: "": must be a C identifier: letters, digits and '_', no digit first`,
		}},
		{40, `variable LD_PRELOAD`, `build: {env: {LD_PRELOAD: secret}}`, []string{
			`spec.build.env[LD_PRELOAD]: Forbidden: the variable is reserved: it controls the programs of the build`,
		}},
		{40, `variable BASH_ENV`, `build: {env: {BASH_ENV: secret}}`, []string{
			`spec.build.env[BASH_ENV]: Forbidden: the variable is reserved: it controls the programs of the build`,
		}},
		{40, `variable PATH`, `build: {env: {PATH: secret}}`, []string{
			`spec.build.env[PATH]: Forbidden: the variable is reserved: it controls the programs of the build`,
		}},
		{40, `variable GIT_SSH_COMMAND`, `build: {env: {GIT_SSH_COMMAND: secret}}`, []string{
			`spec.build.env[GIT_SSH_COMMAND]: Forbidden: the variable is reserved: it controls the programs of the build`,
		}},
		{40, `variable GIT_CONFIG_COUNT`, `build: {env: {GIT_CONFIG_COUNT: secret}}`, []string{
			`spec.build.env[GIT_CONFIG_COUNT]: Forbidden: the variable is reserved: it controls the programs of the build`,
		}},
		{40, `variable CNB_USER_ID`, `build: {env: {CNB_USER_ID: secret}}`, []string{
			`spec.build.env[CNB_USER_ID]: Forbidden: the variable is reserved: it controls the programs of the build`,
		}},
		{42, `101 variables`, `build: {env: ENV101}`, []string{
			`spec.build.env: Too many: must have at most 100 items, has 101`,
		}},
		{42, `value of 33 KB`, `build: {env: {A: LONG33K}}`, []string{
			`spec.build.env[A]: Too long: must have at most 32768 bytes, has 33792`,
		}},
		{42, `NUL in a value`, `build: {env: {A: "a\0b"}}`, []string{
			`spec.build.env[A]: Invalid value: must not contain NUL bytes, which environment variables cannot contain`,
		}},
		{42, `300 KB in all`, `build: {env: ENV300K}`, []string{
			`spec.build.env: Too long: must have at most 262144 bytes, has 307220`,
		}},
		{43, `timeout 0s`, `build: {timeout: 0s}`, []string{
			`spec.build.timeout: Invalid value: "0s": must be between 10s and 24h0m0s`,
		}},
		{43, `timeout -1s`, `build: {timeout: -1s}`, []string{
			`spec.build.timeout: Invalid value: "-1s": must be between 10s and 24h0m0s`,
		}},
		{43, `timeout 100h`, `build: {timeout: 100h}`, []string{
			`spec.build.timeout: Invalid value: "100h0m0s": must be between 10s and 24h0m0s`,
		}},
		{43, `timeout 9s`, `build: {timeout: 9s}`, []string{
			`spec.build.timeout: Invalid value: "9s": must be between 10s and 24h0m0s`,
		}},
		{43, `timeout 25h`, `build: {timeout: 25h}`, []string{
			`spec.build.timeout: Invalid value: "25h0m0s": must be between 10s and 24h0m0s`,
		}},
		{0, `negative builderMaxAge`, `build: {builderMaxAge: -1s}`, []string{
			`spec.build.builderMaxAge: Invalid value: "-1s": must not be negative`,
		}},
		{44, `successfulBuildsHistoryLimit -1`, `build: {successfulBuildsHistoryLimit: -1}`, []string{
			`spec.build.successfulBuildsHistoryLimit: Invalid value: -1: must be between 0 and 100`,
		}},
		{44, `successfulBuildsHistoryLimit 1001`, `build: {successfulBuildsHistoryLimit: 1001}`, []string{
			`spec.build.successfulBuildsHistoryLimit: Invalid value: 1001: must be between 0 and 100`,
		}},
		{44, `successfulBuildsHistoryLimit 101`, `build: {successfulBuildsHistoryLimit: 101}`, []string{
			`spec.build.successfulBuildsHistoryLimit: Invalid value: 101: must be between 0 and 100`,
		}},
		{45, `failedBuildsHistoryLimit -1`, `build: {failedBuildsHistoryLimit: -1}`, []string{
			`spec.build.failedBuildsHistoryLimit: Invalid value: -1: must be between 0 and 100`,
		}},
		{45, `failedBuildsHistoryLimit 1001`, `build: {failedBuildsHistoryLimit: 1001}`, []string{
			`spec.build.failedBuildsHistoryLimit: Invalid value: 1001: must be between 0 and 100`,
		}},
		{47, `unknown kind of strategy`, `build: {shipwright: {strategy: {name: buildah, kind: Foo}}}`, []string{
			`spec.build.shipwright.strategy.kind: Unsupported value: "Foo": supported values: BuildStrategy, ClusterBuildStrategy`,
		}},
		{47, `kind of strategy in lower case`, `build: {shipwright: {strategy: {name: buildah, kind: clusterbuildstrategy}}}`, nil},
		{48, `strategy without name`, `build: {shipwright: {strategy: {name: ""}}}`, []string{
			`spec.build.shipwright.strategy.name: Required value: set the name of the object`,
		}},
		{50, `parameter twice`, `build: {shipwright: {params: [{name: a, value: x}, {name: a, value: z}]}}`, []string{
			`spec.build.shipwright.params[1].name: Duplicate value: "a"`,
		}},
		{50, `parameter without name`, `build: {shipwright: {params: [{name: "", value: x}]}}`, []string{
			`spec.build.shipwright.params[0].name: Required value: set the name of a parameter of the strategy`,
		}},
		{52, `reserved parameter shp-source-root`, `build: {shipwright: {params: [{name: shp-source-root, value: x}]}}`, []string{
			`spec.build.shipwright.params[0].name: Forbidden: "shp-source-root" is reserved: build.env sets env, and the platform sets the others`,
		}},
		{52, `reserved parameter ENV_VARS`, `build: {shipwright: {params: [{name: ENV_VARS, value: x}]}}`, []string{
			`spec.build.shipwright.params[0].name: Forbidden: "ENV_VARS" is reserved: build.env sets env, and the platform sets the others`,
		}},
		{52, `reserved parameter env`, `build: {shipwright: {params: [{name: env, value: x}]}}`, []string{
			`spec.build.shipwright.params[0].name: Forbidden: "env" is reserved: build.env sets env, and the platform sets the others`,
		}},
		{52, `reserved parameter insecure-registries`, `build: {shipwright: {params: [{name: insecure-registries, value: x}]}}`, []string{
			`spec.build.shipwright.params[0].name: Forbidden: "insecure-registries" is reserved: build.env sets env, and the platform sets the others`,
		}},
		{53, `null among the parameters`, `build: {shipwright: {params: [null]}}`, []string{
			`spec.build.shipwright.params[0]: Required value: must not be null`,
		}},
		{0, `parameter without value`, `build: {shipwright: {params: [{name: a}]}}`, []string{
			`spec.build.shipwright.params[0]: Required value: one of value, configMapValue, secretValue, values`,
		}},
		{0, `parameter with two values`, `build: {shipwright: {params: [{name: a, value: x, secretValue: {name: s, key: k}}]}}`, []string{
			`spec.build.shipwright.params[0]: Forbidden: set only one of value, configMapValue, secretValue`,
		}},
		{0, `parameter with value and values`, `build: {shipwright: {params: [{name: a, value: x, values: [{value: z}]}]}}`, []string{
			`spec.build.shipwright.params[0].values: Forbidden: must not be set together with value, configMapValue or secretValue`,
		}},
		{0, `element without value`, `build: {shipwright: {params: [{name: a, values: [{value: z}, {}]}]}}`, []string{
			`spec.build.shipwright.params[0].values[1]: Required value: one of value, configMapValue, secretValue, values`,
		}},
		{0, `secretValue of another namespace`, `build: {shipwright: {params: [{name: a, secretValue: {name: ns/s}}]}}`, []string{
			`spec.build.shipwright.params[0].secretValue.key: Required value: set a key of the object`,
			`spec.build.shipwright.params[0].secretValue.name: Invalid value: "ns/s": must be a name without namespace: a DNS-1123 subdomain`,
		}},
		{54, `shipwright.timeout above timeout`, `build: {timeout: 1m, shipwright: {timeout: 2m}}`, []string{
			`spec.build.shipwright.timeout: Invalid value: "2m0s": exceeds build.timeout, 1m0s`,
		}},
		{0, `shipwright.timeout too short`, `build: {shipwright: {timeout: 1s}}`, []string{
			`spec.build.shipwright.timeout: Invalid value: "1s": must be between 10s and 24h0m0s`,
		}},
		{0, `unknown state`, `build: {state: Paused}`, []string{
			`spec.build.state: Unsupported value: "Paused": supported values: "", Cancelled`,
		}},
		{0, `state in lower case`, `build: {state: cancelled}`, nil},
		{0, `rebuildToken too long`, `build: {rebuildToken: LONG70}`, []string{
			`spec.build.rebuildToken: Too long: must have at most 63 bytes, has 70`,
		}},
		{0, `two errors at once`, `image: "", build: {timeout: 1s, srcRepo: {url: "file:///x"}}`, []string{
			`spec.build.srcRepo.url: Unsupported value: "file://": supported values: https://host/path, ssh://host/path, git@host:path`,
			`spec.build.timeout: Invalid value: "1s": must be between 10s and 24h0m0s`,
			`spec.image: Required value: set an image, for example registry.example.com/team/hello:v1`,
		}},
	})
}
