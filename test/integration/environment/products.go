/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package environment

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// Product is something that provides kinds.
type Product struct {
	// Name is the product to install.
	Name string
	// parts are where its manifests are.
	parts []part
}

// part is some manifests in a Go module; our own where module is empty.
type part struct {
	module string
	files  string
	// pinnedBy is the folder of the go.mod that pins module, if not our own. One
	// that has no sum for it would be written to.
	pinnedBy string
}

// OpenFunction is what this repository installs but for what needs a node: its
// CRDs, its roles and its settings.
var OpenFunction = Product{Name: "OpenFunction", parts: []part{
	{files: "config/*.yaml"}, {files: "config/post-install/*.yaml"},
}}

// ShipwrightBuild is what runs builds, with the Tekton that it builds on and the
// strategy that we bring along.
var ShipwrightBuild = Product{Name: "Shipwright", parts: []part{
	{module: "github.com/shipwright-io/build", files: "deploy/crds/*.yaml", pinnedBy: "third_party/build"},
	{module: "github.com/tektoncd/pipeline", files: "config/300-crds/*.yaml", pinnedBy: "third_party/build"},
	{files: "config/strategies/*.yaml"},
}}

// KnativeServing is what serves, with the networking that it builds on.
var KnativeServing = Product{Name: "Knative", parts: []part{
	{module: "knative.dev/serving", files: "config/core/300-resources/*.yaml"},
	{module: "knative.dev/networking", files: "config/*.yaml"},
}}

// Dapr is what hands events over.
var Dapr = Product{Name: "Dapr", parts: []part{
	{module: "github.com/dapr/dapr", files: "charts/dapr/crds/*.yaml"},
}}

// KEDA is what scales by events.
var KEDA = Product{Name: "KEDA", parts: []part{
	{module: "github.com/kedacore/keda/v2", files: "config/crd/bases/keda.sh_*.yaml"},
}}

// HTTPAddOn is KEDA's http add-on, which holds and counts requests.
var HTTPAddOn = Product{Name: "KEDA's http add-on", parts: []part{
	{module: "github.com/kedacore/http-add-on", files: "config/crd/bases/http.keda.sh_interceptorroutes.yaml"},
}}

// GatewayAPI is how requests are routed without Knative.
var GatewayAPI = Product{Name: "the Gateway API", parts: []part{
	{module: "sigs.k8s.io/gateway-api", files: "config/crd/standard/gateway.networking.k8s.io_gateway*.yaml"},
	{module: "sigs.k8s.io/gateway-api", files: "config/crd/standard/gateway.networking.k8s.io_httproutes.yaml"},
	{module: "sigs.k8s.io/gateway-api", files: "config/crd/standard/gateway.networking.k8s.io_referencegrants.yaml"},
}}

// Products are all that an environment can have.
var Products = []Product{OpenFunction, ShipwrightBuild, KnativeServing, Dapr, KEDA, HTTPAddOn, GatewayAPI}

// root is the folder of this repository.
var root = sync.OnceValues(func() (string, error) {
	path, err := goCommand("", "list", "-m", "-f", "{{.Dir}}")
	return string(bytes.TrimSpace(path)), err
})

// dir returns the folder of the module at the version that is pinned, and
// downloads it where it is not there yet.
func (p part) dir() (string, error) {
	repository, err := root()
	if err != nil || p.module == "" {
		return repository, err
	}
	output, err := goCommand(filepath.Join(repository, p.pinnedBy), "mod", "download", "-json", p.module)
	if err != nil {
		return "", err
	}
	var answer struct {
		Dir   string `json:"Dir"`   //nolint:tagliatelle // the go command writes it so
		Error string `json:"Error"` //nolint:tagliatelle // the go command writes it so
	}
	if err := json.Unmarshal(output, &answer); err != nil {
		return "", err
	}
	if answer.Error != "" {
		return "", errors.New(answer.Error)
	}
	return answer.Dir, nil
}

func (p part) paths() ([]string, error) {
	dir, err := p.dir()
	if err != nil {
		return nil, err
	}
	paths, err := filepath.Glob(filepath.Join(dir, p.files))
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("no %s in %s", p.files, dir)
	}
	return paths, nil
}

// kubernetesBinary returns the path of the program that is all of Kubernetes,
// and builds it where it is not there yet.
var kubernetesBinary = sync.OnceValues(func() (string, error) {
	if path := os.Getenv("KUBERNETES_BINARY"); path != "" {
		return path, nil
	}
	repository, err := root()
	if err != nil {
		return "", err
	}
	return run(exec.CommandContext(context.Background(), filepath.Join(repository, "hack", "cluster.sh"), "binary", "kubernetes"))
})

func goCommand(dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(context.Background(), "go", args...)
	cmd.Dir = dir
	output, err := run(cmd)
	return []byte(output), err
}

// run returns what a command wrote, without white space around it.
func run(cmd *exec.Cmd) (string, error) {
	var problems bytes.Buffer
	cmd.Stderr = &problems
	output, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", cmd, err, bytes.TrimSpace(problems.Bytes()))
	}
	return strings.TrimSpace(string(output)), nil
}
