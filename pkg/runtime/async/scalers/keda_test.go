/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package scalers

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	kedav1alpha1 "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
)

// parsedBy are the struct of KEDA that reads each type of trigger, and those in it.
var parsedBy = map[string][]string{
	"kafka":                  {"kafka_scaler.go", "kafkaMetadata"},
	"nats-jetstream":         {"nats_jetstream_scaler.go", "natsJetStreamMetadata"},
	"rabbitmq":               {"rabbitmq_scaler.go", "rabbitMQMetadata"},
	"redis-streams":          {"redis_streams_scaler.go", "redisStreamsMetadata", "redis_scaler.go", "redisConnectionInfo"},
	"redis-cluster-streams":  {"redis_streams_scaler.go", "redisStreamsMetadata", "redis_scaler.go", "redisConnectionInfo"},
	"redis-sentinel-streams": {"redis_streams_scaler.go", "redisStreamsMetadata", "redis_scaler.go", "redisConnectionInfo"},
}

// kedaField is KEDA's description of one of its settings.
type kedaField struct {
	// order are the places where it is looked for.
	order    []string
	optional bool
	enum     []string
}

// Every setting that we make is one that KEDA reads from where we put it, and none
// that it needs is missing.
func TestKedaReadsWhatIsDerived(t *testing.T) {
	folder := filepath.Join(kedaFolder(t), "pkg", "scalers")
	for name, src := range derived {
		scaler := mustDerive(t, src)
		for _, trigger := range scaler.Triggers {
			if trigger.Type == externalPush {
				continue
			}
			t.Run(name+"/"+trigger.Name, func(t *testing.T) {
				checkTrigger(t, kedaFields(t, folder, trigger.Type), scaler, trigger)
			})
		}
	}
}

func checkTrigger(t *testing.T, fields map[string]kedaField, scaler *Scaler, trigger kedav1alpha1.ScaleTriggers) {
	t.Helper()
	given := map[string]bool{}
	check := func(name, place string) {
		given[name] = true
		if !slices.Contains(fields[name].order, place) {
			t.Errorf("KEDA does not read %s from %s", name, place)
		}
	}
	for name, value := range trigger.Metadata {
		if fromEnv, ok := strings.CutSuffix(name, "FromEnv"); ok {
			check(fromEnv, "resolvedEnv")
			continue
		}
		check(name, "triggerMetadata")
		if enum := fields[name].enum; len(enum) > 0 && !slices.Contains(enum, value) {
			t.Errorf("%s is %s, and KEDA supports %v", name, value, enum)
		}
	}
	if scaler.Authentication != nil {
		for _, ref := range scaler.Authentication.Spec.SecretTargetRef {
			check(ref.Parameter, "authParams")
		}
		for _, ref := range scaler.Authentication.Spec.Env {
			check(ref.Parameter, "authParams")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if !fields[name].optional && !given[name] {
			t.Errorf("KEDA needs %s", name)
		}
	}
}

func kedaFolder(t *testing.T) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/kedacore/keda/v2").Output()
	if err != nil {
		t.Fatal("finding the sources of KEDA:", err)
	}
	return strings.TrimSpace(string(out))
}

// kedaFields reads the tags of the structs that read a trigger.
func kedaFields(t *testing.T, folder, kind string) map[string]kedaField {
	t.Helper()
	fields := map[string]kedaField{}
	structs := parsedBy[kind]
	if len(structs) == 0 {
		t.Fatalf("no test data for how KEDA reads %s", kind)
	}
	for i := 0; i < len(structs); i += 2 {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(folder, structs[i]), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		// The validation of a nested struct checks its own fields.
		inner := i > 0
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok && spec.Name.Name == structs[i+1] {
				readTags(t, spec.Type, inner, fields)
			}
			return true
		})
	}
	if len(fields) < 8 {
		t.Fatalf("found only %d settings of %s", len(fields), kind)
	}
	return fields
}

func readTags(t *testing.T, n ast.Expr, inner bool, fields map[string]kedaField) {
	t.Helper()
	for _, field := range n.(*ast.StructType).Fields.List {
		if field.Tag == nil {
			continue
		}
		text, err := strconv.Unquote(field.Tag.Value)
		if err != nil {
			t.Fatal(err)
		}
		names, read := readTag(reflect.StructTag(text).Get("keda"))
		read.optional = read.optional || inner || len(names) > 1
		for _, name := range names {
			fields[name] = read
		}
	}
}

func readTag(tag string) (names []string, field kedaField) {
	for part := range strings.SplitSeq(tag, ",") {
		key, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch key {
		case "name":
			names = strings.Split(value, ";")
		case "order":
			field.order = strings.Split(value, ";")
		case "enum":
			field.enum = strings.Split(value, ";")
		case "optional", "default":
			field.optional = true
		}
	}
	return names, field
}
