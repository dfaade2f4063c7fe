/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package scalers

import (
	"fmt"
	"maps"
	"strings"

	kedav1alpha1 "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/kmeta"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// draft is a scaler in the making.
type draft struct {
	src      Source
	settings settings
	scaler   Scaler

	// metadata is what all triggers of the scaler have.
	metadata map[string]string
	// auth are the parameters of the TriggerAuthentication.
	auth kedav1alpha1.TriggerAuthenticationSpec
	// err is the first thing that could not be derived.
	err error
}

func newDraft(src Source) *draft {
	return &draft{src: src, settings: newSettings(src.Component.Metadata), metadata: map[string]string{}}
}

// place is where KEDA takes a value from.
type place uint8

const (
	// inMetadata is the metadata of the trigger.
	inMetadata place = 1 << iota
	// inAuth is a parameter of the TriggerAuthentication.
	inAuth
	// inEnv is a variable of the function's container that <name>FromEnv names.
	inEnv
)

// field says which setting of a component is which of KEDA's.
type field struct {
	// from are the names at Dapr; the first that is set counts.
	from []string
	// to is the name at KEDA.
	to string
	// into is where KEDA takes it from.
	into place
	// secret is for what must not be read by whoever may read a ScaledObject.
	secret bool
	// address is for a URL, which may hold a password.
	address bool
	// required is for what KEDA does not work without.
	required bool
	// fallback is the value where the component has none.
	fallback string
}

// copy takes over one setting.
func (d *draft) copy(f field) {
	name, setting, found := d.settings.first(f.from...)
	switch {
	case !found && f.required && f.fallback == "":
		d.failf("%s is missing", name)
	case !found:
		d.put(f.to, f.fallback, f.into)
	case setting.EnvRef != "":
		d.failf("%s comes from a variable of the sidecar, which KEDA cannot read: use value or secretKeyRef", name)
	case setting.SecretKeyRef != nil:
		d.refer(name, f, setting.SecretKeyRef)
	case f.secret:
		d.failf("%s is a secret in plain text, which is not copied into KEDA's objects: put it into a Secret and use secretKeyRef", name)
	case f.address:
		d.put(f.to, d.cleanURL(name, d.resolved(name, setting.Text())), f.into)
	default:
		d.put(f.to, d.resolved(name, setting.Text()), f.into)
	}
}

// put sets a value that may be read by everybody.
func (d *draft) put(to, value string, into place) {
	switch {
	case value == "":
	case into&inMetadata != 0:
		d.metadata[to] = value
	default:
		d.setVariable(corev1.EnvVar{Name: d.variable(to), Value: escapeEnv(value)})
		d.auth.Env = append(d.auth.Env, kedav1alpha1.AuthEnvironment{
			Parameter: to, Name: d.variable(to), ContainerName: v1beta2.FunctionContainer,
		})
	}
}

// refer makes KEDA read a value from the Secret that the component names.
func (d *draft) refer(name string, f field, ref *v1beta2.DaprSecretKeyRef) {
	switch {
	case d.src.SecretStore != "":
		d.failf("%s is in the secret store %s, and KEDA reads Secrets of the namespace", name, d.src.SecretStore)
	case f.into&inAuth != 0:
		d.auth.SecretTargetRef = append(d.auth.SecretTargetRef, kedav1alpha1.AuthSecretTargetRef{
			Parameter: f.to, Name: ref.Name, Key: ref.Key,
		})
	case f.into&inEnv != 0:
		d.metadata[f.to+"FromEnv"] = d.variable(f.to)
		d.setVariable(corev1.EnvVar{Name: d.variable(f.to), ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{
			LocalObjectReference: corev1.LocalObjectReference{Name: ref.Name}, Key: ref.Key,
		}}})
	default:
		d.failf("%s is in a Secret, and KEDA takes it from its trigger alone: write it as value", name)
	}
}

// text returns a setting that has to be known here, or the fallback.
func (d *draft) text(fallback string, names ...string) string {
	name, setting, found := d.settings.first(names...)
	switch {
	case !found:
		return fallback
	case isReference(setting):
		d.failf("%s is not written in the component, and is needed in KEDA's trigger: write it as value", name)
		return fallback
	default:
		return d.resolved(name, setting.Text())
	}
}

// resolved returns a value with the placeholders that Dapr replaces.
func (d *draft) resolved(name, value string) string {
	for _, perPod := range []string{"{podName}", "{uuid}"} {
		if strings.Contains(value, perPod) {
			d.failf("%s has %s in it, so that nothing of the function outlives a pod: write the same for all pods", name, perPod)
		}
	}
	value = strings.ReplaceAll(value, "{namespace}", d.src.Serving.Namespace+"."+d.src.Identity)
	return strings.ReplaceAll(value, "{appID}", d.src.Identity)
}

// add adds a trigger with what all have and what it has by itself. The first is
// known by the key of the event trigger, others have a suffix.
func (d *draft) add(kind, suffix string, own map[string]string) {
	metadata := maps.Clone(d.metadata)
	maps.Copy(metadata, own)
	d.scaler.Triggers = append(d.scaler.Triggers, kedav1alpha1.ScaleTriggers{
		Type: kind, Name: d.src.Trigger.Key + suffix, Metadata: metadata,
	})
}

// failf notes what cannot be derived. The first counts.
func (d *draft) failf(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf("no scaler can be derived: "+format, args...)
	}
}

func (d *draft) finish() (*Scaler, error) {
	if d.err != nil {
		return nil, fmt.Errorf("%w; or %s", d.err, ownTrigger)
	}
	d.scaler.job = d.src.Serving.Spec.WorkloadType == v1beta2.WorkloadTypeJob
	if len(d.auth.SecretTargetRef)+len(d.auth.Env) == 0 {
		return &d.scaler, nil
	}
	d.scaler.Authentication = &kedav1alpha1.TriggerAuthentication{
		ObjectMeta: metav1.ObjectMeta{
			Name:      kmeta.ChildName(d.src.Serving.Name, "-"+d.src.Trigger.Key),
			Namespace: d.src.Serving.Namespace,
		},
		Spec: d.auth,
	}
	for i := range d.scaler.Triggers {
		d.scaler.Triggers[i].AuthenticationRef = &kedav1alpha1.AuthenticationRef{Name: d.scaler.Authentication.Name}
	}
	return &d.scaler, nil
}

func (d *draft) setVariable(v corev1.EnvVar) {
	d.scaler.Env = append(d.scaler.Env, v)
}

// variable returns the name of the variable for a parameter of the trigger. What
// begins with FUNC_ no author may set.
func (d *draft) variable(parameter string) string {
	return strings.ToUpper("FUNC_SCALER_" + strings.ReplaceAll(d.src.Trigger.Key, "-", "_") + "_" + parameter)
}

// escapeEnv keeps Kubernetes and KEDA from replacing $(NAME) in a value.
func escapeEnv(value string) string {
	return strings.ReplaceAll(value, "$(", "$$(")
}

// isPubsub tells whether the component has topics.
func (d *draft) isPubsub() bool {
	return strings.HasPrefix(strings.ToLower(d.src.Component.Type), "pubsub.")
}

// topic returns the topic of a publish/subscribe trigger as the broker knows it:
// Dapr puts the namespace in front where any setting has the placeholder for it.
func (d *draft) topic() string {
	topic := d.src.Trigger.Topic
	if topic == "" {
		d.failf("the trigger has no topic")
	}
	for _, setting := range d.src.Component.Metadata {
		if strings.Contains(setting.Text(), "{namespace}") {
			return d.src.Serving.Namespace + topic
		}
	}
	return topic
}
