/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package docs

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// pinned returns the version of a module in third_party, without its "v".
func pinned(t *testing.T, folder, module string) string {
	t.Helper()
	line := regexp.MustCompile(`(?m)^(?:require )?\s*` + regexp.QuoteMeta(module) + ` v(\S+)`)
	match := line.FindStringSubmatch(read(t, "third_party/"+folder+"/go.mod"))
	if match == nil {
		t.Fatalf("third_party/%s does not pin %s", folder, module)
	}
	return match[1]
}

// knativeRelease returns the release of Knative with the modules v0.N, which is 1.N-27.
func knativeRelease(t *testing.T, version string) string {
	t.Helper()
	minor, patch, found := strings.Cut(strings.TrimPrefix(version, "0."), ".")
	number, err := strconv.Atoi(minor)
	if !found || err != nil {
		t.Fatalf("%s is not a version of a module of Knative", version)
	}
	return fmt.Sprintf("1.%d.%s", number-27, patch)
}

// The page of the installation has the versions that the tests run against.
func TestInstallationNamesThePinnedVersions(t *testing.T) {
	t.Parallel()
	page := read(t, "docs/operating/install.md")
	for product, version := range map[string]string{
		"Kubernetes":  pinned(t, "kubernetes", "k8s.io/kubernetes"),
		"Tekton":      pinned(t, "build", "github.com/tektoncd/pipeline"),
		"Shipwright":  pinned(t, "build", "github.com/shipwright-io/build"),
		"Knative":     knativeRelease(t, pinned(t, "knative", "knative.dev/serving")),
		"Eventing":    knativeRelease(t, pinned(t, "eventing", "knative.dev/eventing")),
		"Traefik":     pinned(t, "traefik", "github.com/traefik/traefik/v3"),
		"Gateway":     pinned(t, "traefik", "sigs.k8s.io/gateway-api"),
		"KEDA":        pinned(t, "keda", "github.com/kedacore/keda/v2"),
		"http add-on": pinned(t, "keda", "github.com/kedacore/http-add-on"),
		"Dapr":        pinned(t, "dapr", "github.com/dapr/dapr"),
	} {
		if !strings.Contains(page, version) {
			t.Errorf("docs/operating/install.md does not have %s %s", product, version)
		}
	}
}

// The dry run of the installation prints every part to its end, without a cluster.
func TestInstallationHasADryRun(t *testing.T) {
	t.Parallel()
	command := exec.CommandContext(t.Context(), filepath.Join(root, "hack/install-runtimes.sh"), "--with", "build,knative,keda", "--dry-run")
	command.Env = append(os.Environ(), "KUBECONFIG=/nonexistent")
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v after:\n%s", err, output)
	}
	for _, want := range []string{"/tektoncd/pipeline/", "/shipwright-io/build/", "/knative/serving/", "config-network", "/kedacore/http-add-on/", "gateway.yaml"} {
		if !strings.Contains(string(output), want) {
			t.Errorf("the dry run does not print %s:\n%s", want, output)
		}
	}
}

// The first functions of the documentation use the addresses of the quickstart's cluster.
func TestFirstFunctionsHaveTheAddressesOfTheQuickstart(t *testing.T) {
	t.Parallel()
	scripts := read(t, "hack/cluster/settings.sh") + read(t, "hack/quickstart/source.sh")
	setting := func(name string) string {
		match := regexp.MustCompile(`(?m)^` + name + `=(?:\$\{\w+:-)?([^\s}]+)`).FindStringSubmatch(scripts)
		if match == nil {
			t.Fatalf("the scripts do not set %s", name)
		}
		return match[1]
	}
	node, state, cache := setting("node_ip"), setting("state"), setting("cache")
	for _, page := range []string{"README.md", "docs/guides/events.md"} {
		text := read(t, page)
		for _, want := range []string{
			"image: " + node + ":" + setting("registry_port") + "/",
			"url: http://" + node + ":" + setting("git_port") + "/examples.git",
			"git clone " + state + "/git/examples.git",
			"KUBECONFIG=" + state + "/kubeconfig",
			"PATH=$PATH:" + cache + "/bin",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("%s does not have %q", page, want)
			}
		}
	}
	if want := "--connect-to ::" + node + ":80"; !strings.Contains(read(t, "README.md"), want) {
		t.Errorf("README.md does not have %q", want)
	}
}
