/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtime

import (
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
)

// RouteInput is everything that the route of a function depends on.
type RouteInput struct {
	// Function is the function whose address is planned.
	Function *v1beta2.Function
	// Config contains the settings of the administrator for the namespace.
	Config *config.Config
	// Targets are the revisions that share the traffic. All of them were ready. One
	// revision can be several targets, each with a tag of its own or without one.
	Targets []Target
	// References are the results of RouteReferences, each with the object that it names.
	References []ResolvedReference
	// Taken maps host names in the spec of the function that another function has to that
	// function, as namespace/name. The route must not answer at them.
	Taken map[string]string
}

// Route is the translation of the stable address of a function; it is empty if only
// events call the function.
type Route struct {
	// Objects are the objects of the address, in order of creation. Those with a
	// ConditionType report v1beta2.FunctionConditionRouteReady.
	Objects []child.Object

	// Hosts are objects that each make the function answer at one more host. They are
	// applied once the address is ready, and independently of each other.
	Hosts []child.Object

	// Absent are children of the function, made by another runtime, whose names Objects
	// need. They are deleted before Objects are applied.
	Absent []child.Object

	// Problem is the reason why the function does not answer at a part of its address,
	// although Objects may be ready; nil if there is none.
	Problem *apis.Condition

	// SettleTime is how long a new object of Objects or Hosts may report that it is ready
	// before its gateway has applied it.
	SettleTime time.Duration

	// Status returns the addresses from the observations of Objects; nil selects
	// AddressableStatus.
	Status func([]child.Observation) RouteStatus

	// Advise returns what a user or administrator should do about a message of the
	// product, empty if the message is sufficient; nil if the runtime has no advice.
	Advise func(message string) string
}

// RouteStatus contains the addresses of a function. A nil field is not known.
type RouteStatus struct {
	// URL is the address outside of the cluster.
	URL *apis.URL
	// Address is the address inside the cluster.
	Address *apis.URL
	// Tags are the addresses of single revisions by their tags.
	Tags map[string]*apis.URL
	// Others are further addresses outside of the cluster.
	Others []*apis.URL
	// Paths are the paths that requests may have; nil means all.
	Paths []string
}

// Advice returns the message, followed by what to do about it if that is known.
func (r *Route) Advice(message string) string {
	return advice(r.Advise, message)
}

// Read returns the status of the route.
func (r *Route) Read(observations []child.Observation) RouteStatus {
	if r.Status != nil {
		return r.Status(observations)
	}
	return AddressableStatus(observations)
}

// AddressableStatus reads the addresses from the children that report the route, by
// duck type: status.url, status.address.url as in an Addressable, and the tags and
// urls in status.traffic.
func AddressableStatus(observations []child.Observation) RouteStatus {
	status := RouteStatus{Tags: map[string]*apis.URL{}}
	for _, o := range observations {
		if o.Live == nil || o.ConditionType != v1beta2.FunctionConditionRouteReady {
			continue
		}
		if url := URLAt(o.Live.Object, "status", "url"); url != nil {
			status.URL = url
		}
		if url := URLAt(o.Live.Object, "status", "address", "url"); url != nil {
			status.Address = url
		}
		traffic, _, _ := unstructured.NestedSlice(o.Live.Object, "status", "traffic")
		for _, item := range traffic {
			target, _ := item.(map[string]any)
			if tag, ok := target["tag"].(string); ok {
				status.Tags[tag] = URLAt(target, "url")
			}
		}
	}
	return status
}

// URLAt returns the URL at a path of an object, nil if there is none.
func URLAt(object map[string]any, path ...string) *apis.URL {
	text, ok, err := unstructured.NestedString(object, path...)
	if err != nil || !ok || text == "" {
		return nil
	}
	url, err := apis.ParseURL(text)
	if err != nil {
		return nil
	}
	return url
}
