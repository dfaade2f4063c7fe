/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta1

import (
	"maps"
	"slices"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// paramsToHub returns the parameters of a build strategy sorted by name, because their
// order is part of the hash of the build.
func paramsToHub(params map[string]string) []*v1beta2.ParamValue {
	if params == nil {
		return nil
	}
	list := make([]*v1beta2.ParamValue, 0, len(params))
	for _, name := range slices.Sorted(maps.Keys(params)) {
		list = append(list, &v1beta2.ParamValue{Name: name, SingleValue: v1beta2.SingleValue{Value: new(params[name])}})
	}
	return list
}

// paramsFromHub returns the parameters that are plain text.
func paramsFromHub(list []*v1beta2.ParamValue) map[string]string {
	var params map[string]string
	for _, p := range list {
		if p == nil || p.Value == nil || p.ConfigMapValue != nil || p.SecretValue != nil || p.Values != nil {
			continue
		}
		if params == nil {
			params = map[string]string{}
		}
		params[p.Name] = *p.Value
	}
	return params
}

// Keys of parameters by name.
const (
	keyParams = "params"
	keyByName = "byName"
	keyOrder  = "order"
)

// editParams changes the form of the parameters in the document of a Function or a
// Builder.
func editParams(d map[string]any, edit func(any) any) {
	spec, _ := d["spec"].(map[string]any)
	build, _ := spec["build"].(map[string]any)
	for _, parent := range []map[string]any{spec, build} {
		shipwright, _ := parent["shipwright"].(map[string]any)
		if params, ok := shipwright[keyParams]; ok {
			shipwright[keyParams] = edit(params)
		}
	}
}

// byName converts a list of parameters to an object, if their names are distinct.
func byName(params any) any {
	list, ok := params.([]any)
	if !ok {
		return params
	}
	named := make(map[string]any, len(list))
	order := make([]any, 0, len(list))
	for _, element := range list {
		param, _ := element.(map[string]any)
		name, _ := param["name"].(string)
		if _, twice := named[name]; twice || param == nil {
			return params
		}
		named[name] = param
		order = append(order, name)
	}
	return map[string]any{keyByName: named, keyOrder: order}
}

// inOrder converts the object back to a list. Parameters whose place is not known come
// last.
func inOrder(params any) any {
	object, ok := params.(map[string]any)
	if !ok {
		return params
	}
	named, _ := object[keyByName].(map[string]any)
	order, _ := object[keyOrder].([]any)
	list := make([]any, 0, len(named))
	placed := map[string]bool{}
	for _, each := range order {
		name, _ := each.(string)
		if param, ok := named[name]; ok && !placed[name] {
			list, placed[name] = append(list, param), true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(named)) {
		if !placed[name] {
			list = append(list, named[name])
		}
	}
	return list
}
