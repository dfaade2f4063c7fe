/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import "testing"

func TestValidateImage(t *testing.T) {
	runValidation(t, builtAndServed, []validationRow{
		{1, `no image`, `image: null`, []string{
			`spec.image: Required value: set an image, for example registry.example.com/team/hello:v1`,
		}},
		{2, `neither build nor serving`, `build: null, serving: null`, []string{
			`spec: Required value: one of build, serving`,
		}},
		{3, `image in upper case`, `image: UPPER/Name`, []string{
			`spec.image: Invalid value: "UPPER/Name": repository must be lowercase`,
		}},
		{5, `image with a scheme`, `image: http://reg/x`, []string{
			`spec.image: Invalid value: "http://reg/x": must not contain a scheme: begin with the registry's host`,
		}},
		{7, `build to a digest`, `image: repo@sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865`, []string{
			`spec.image: Invalid value: "repo@sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee95…": output needs a repository or tag, not a digest`,
		}},
		{9, `image too long`, `image: LONG4097`, []string{
			`spec.image: Too long: must have at most 4096 bytes, has 4097`,
		}},
		{0, `image with a space`, `image: "a b"`, []string{
			`spec.image: Invalid value: "a b": must be [registry/]repository[:tag][@digest]`,
		}},
		{0, `image a/../b`, `image: "a/../b"`, []string{
			`spec.image: Invalid value: "a/../b": must be [registry/]repository[:tag][@digest]`,
		}},
		{0, `image ../x`, `image: "../x"`, []string{
			`spec.image: Invalid value: "../x": must be [registry/]repository[:tag][@digest]`,
		}},
		{0, `image registry.example.com/-x`, `image: "registry.example.com/-x"`, []string{
			`spec.image: Invalid value: "registry.example.com/-x": must be [registry/]repository[:tag][@digest]`,
		}},
		{0, `image registry.example.com/team//hello`, `image: "registry.example.com/team//hello"`, []string{
			`spec.image: Invalid value: "registry.example.com/team//hello": must be [registry/]repository[:tag][@digest]`,
		}},
		{0, `image registry.example.com/team/hello:`, `image: "registry.example.com/team/hello:"`, []string{
			`spec.image: Invalid value: "registry.example.com/team/hello:": must be [registry/]repository[:tag][@digest]`,
		}},
		{0, `image x:.y`, `image: "x:.y"`, []string{
			`spec.image: Invalid value: "x:.y": the tag must not begin with '-' or '.'`,
		}},
		{0, `good image hello`, `image: "hello"`, nil},
		{0, `good image team/hello`, `image: "team/hello"`, nil},
		{0, `good image localhost:5000/hello:v1`, `image: "localhost:5000/hello:v1"`, nil},
		{0, `good image 10.200.0.1:5000/a/b_c/d__e--f.g:V1.2-x`, `image: "10.200.0.1:5000/a/b_c/d__e--f.g:V1.2-x"`, nil},
		{0, `good image [::1]:5000/x`, `image: "[::1]:5000/x"`, nil},
		{0, `good image registry.example.com/a:v1`, `image: "registry.example.com/a:v1"`, nil},
		{0, `image with a bad tag`, `image: "registry.example.com:5000/team/hello:-x"`, []string{
			`spec.image: Invalid value: "registry.example.com:5000/team/hello:-x": the tag must not begin with '-' or '.'`,
		}},
		{11, `empty imageCredentials`, `imageCredentials: {}`, []string{
			`spec.imageCredentials.name: Required value: set the name of the object`,
		}},
		{12, `imageCredentials of another namespace`, `imageCredentials: {name: ns/secret}`, []string{
			`spec.imageCredentials.name: Invalid value: "ns/secret": must be a name without namespace: a DNS-1123 subdomain`,
		}},
		{12, `imageCredentials as a path`, `imageCredentials: {name: ../x}`, []string{
			`spec.imageCredentials.name: Invalid value: "../x": must be a name without namespace: a DNS-1123 subdomain`,
		}},
		{15, `empty version`, `version: ""`, []string{
			`spec.version: Required value: must be a label value, for example v1.2.3; remove the field for latest`,
		}},
		{15, `version with a slash`, `version: v1/2`, []string{
			`spec.version: Invalid value: "v1/2": must be a label value: at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends`,
		}},
		{15, `version of 70 characters`, `version: LONG70`, []string{
			`spec.version: Invalid value: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…": must be a label value: at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends`,
		}},
		{16, `unknown workloadRuntime`, `workloadRuntime: Docker`, []string{
			`spec.workloadRuntime: Unsupported value: "Docker": supported values: OCIContainer, WasmEdge`,
		}},
		{16, `workloadRuntime in lower case`, `workloadRuntime: wasmedge`, nil},
	})
}

func TestValidateImageOfImage(t *testing.T) {
	runValidation(t, servedOnly, []validationRow{
		{1, `no image and no build`, `image: null`, []string{
			`spec.image: Required value: set an image, for example registry.example.com/team/hello:v1`,
		}},
		{6, `image with a bad digest`, `image: repo@sha256:123`, []string{
			`spec.image: Invalid value: "repo@sha256:123": malformed digest: must be sha256: and 64 hexadecimal digits`,
		}},
		{7, `serve a digest`, `image: repo@sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865`, nil},
		{11, `empty imageCredentials without build`, `imageCredentials: {}`, []string{
			`spec.imageCredentials.name: Required value: set the name of the object`,
		}},
	})
}
