/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	k8sruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/plaintext"
	"openfunction.dev/openfunction/pkg/runtime"
)

// maxCause is the maximum length of a quoted error in a condition, in bytes.
const maxCause = 560

// ComponentKind is the kind of Dapr's components that the authors of functions create
// in a namespace.
func ComponentKind() child.Kind {
	kind := Kinds()[0]
	kind.Fields = [][]string{{"spec"}, {"scopes"}, {"auth"}}
	return kind
}

// References returns the components that spec names and does not define. They must exist
// in the namespace.
func References(namespace string, spec *v1beta2.WorkloadSpec) []runtime.Reference {
	fields := spec.ForeignComponents()
	refs := make([]runtime.Reference, 0, len(fields))
	for _, field := range fields {
		refs = append(refs, runtime.Reference{
			Reference:     child.Reference{Kind: ComponentKind(), NamespacedName: types.NamespacedName{Namespace: namespace, Name: field.Name}},
			Path:          field.Path,
			MissingReason: v1beta2.ReasonComponentNotFound,
			MissingMessage: fmt.Sprintf("the Dapr component %q is missing in this function and in its namespace; define it in "+
				"spec.serving.bindings, pubsub or states, or create it: kubectl get components -n %s shows those that exist", field.Name, namespace),
		})
	}
	return refs
}

// Revision is the model of a revision, with the state that its plan depends on.
type Revision struct {
	*Model

	// Unresolved is the condition that reports why a component of the namespace could
	// not be read; nil if all were read.
	Unresolved *apis.Condition
	// Standby is set if another revision uses the MQTT session.
	Standby bool
	// RequeueAfter is the delay after which the handover of a session has to be decided
	// again; zero if it does not depend on the time.
	RequeueAfter time.Duration
}

// RevisionOf returns the model of the revision of in. It is built once for all runtimes
// of the revision.
func RevisionOf(in *runtime.Input) *Revision {
	return runtime.Memoize(in, func(in *runtime.Input) *Revision {
		components, unresolved := componentsOf(in.References)
		standby, requeueAfter := handover(in)
		return &Revision{
			Model: NewModel(in.Serving, components, standby), Unresolved: unresolved, Standby: standby, RequeueAfter: requeueAfter,
		}
	})
}

// componentsOf returns the components of the namespace, and the worst reason why one of
// them could not be read; nil if all were read.
func componentsOf(references []runtime.ResolvedReference) (Components, *apis.Condition) {
	components := make(Components)
	var unresolved *apis.Condition
	for _, ref := range references {
		if ref.GroupVersionKind != ComponentKind().GroupVersionKind {
			continue
		}
		var component Component
		switch {
		case ref.Unknown != nil:
			component.Unknown = describeUnknown(ref)
		case ref.Live == nil:
			continue
		default:
			component = componentFrom(ref.Live)
		}
		components[ref.Name] = component
		unresolved = runtime.WorseUnresolved(unresolved, withPath(ref.Path, component.Unknown))
	}
	return components, unresolved
}

func describeUnknown(ref runtime.ResolvedReference) *apis.Condition {
	if runtime.IsPending(ref.Unknown) {
		return runtime.Pending()
	}
	cond := ref.Unknown.DeepCopy()
	cond.Message = fmt.Sprintf("component %q is not known: %s", ref.Name, cond.Message)
	return cond
}

// withPath adds the path of the field that a condition refers to, unless the condition
// only reports that something is pending.
func withPath(path string, cond *apis.Condition) *apis.Condition {
	if cond == nil || runtime.IsPending(cond) {
		return cond
	}
	cond = cond.DeepCopy()
	cond.Message = "spec.serving." + path + ": " + cond.Message
	return cond
}

func componentFrom(live *unstructured.Unstructured) Component {
	var component Component
	spec, _, _ := unstructured.NestedMap(live.Object, "spec")
	if err := k8sruntime.DefaultUnstructuredConverter.FromUnstructured(spec, &component.DaprComponent); err != nil {
		// A retry would not help until the component changes.
		return Component{Unknown: &apis.Condition{
			Status: corev1.ConditionFalse, Reason: v1beta2.ReasonUnreadable,
			Message: fmt.Sprintf("component %q cannot be read: %s; correct it: kubectl edit components.dapr.io %s -n %s",
				live.GetName(), plaintext.Head(plaintext.Line(err.Error(), " "), maxCause), live.GetName(), live.GetNamespace()),
		}}
	}
	component.Scopes, _, _ = unstructured.NestedStringSlice(live.Object, "scopes")
	component.SecretStore, _, _ = unstructured.NestedString(live.Object, "auth", "secretStore")
	return component
}
