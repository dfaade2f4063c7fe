/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package scalers

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	kedav1alpha1 "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/kmeta"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/dapr"
)

// scalerBuilder maps the model of one trigger to a Scaler. It reads components through
// the model only, which applies all defaults and placeholders.
type scalerBuilder struct {
	src    Source
	scaler Scaler

	// metadata are the settings that all KEDA triggers of the scaler share.
	metadata map[string]string
	// auth are the parameters of the TriggerAuthentication.
	auth kedav1alpha1.TriggerAuthenticationSpec
	// err is the first error.
	err error
}

func newScalerBuilder(src Source) *scalerBuilder {
	return &scalerBuilder{src: src, metadata: map[string]string{}}
}

// target is a place from which KEDA reads a value.
type target uint8

const (
	// inMetadata is the metadata of the trigger.
	inMetadata target = 1 << iota
	// inAuth is a parameter of the TriggerAuthentication.
	inAuth
	// inEnv is a variable of the function's container that <name>FromEnv names.
	inEnv
)

// mapping maps a setting of a component to a setting of KEDA.
type mapping struct {
	// from are the names in Dapr; the first that is set counts.
	from []string
	// to is the name in KEDA.
	to string
	// into is the place from which KEDA reads it.
	into target
	// secret is set for values that must not appear in a ScaledObject.
	secret bool
	// address is set for a URL, which may hold a password.
	address bool
	// required is set for settings that KEDA does not work without.
	required bool
	// fallback is the value that Dapr's component uses if the setting is not set.
	fallback string
}

// setting returns the first of the settings that is set.
func (b *scalerBuilder) setting(names ...string) dapr.Setting {
	return b.src.Trigger.Setting(names...)
}

// isSet reports whether one of the settings is set.
func (b *scalerBuilder) isSet(names ...string) bool {
	return b.setting(names...).IsSet()
}

// mapSetting maps the setting that m names.
func (b *scalerBuilder) mapSetting(m mapping) {
	b.mapValue(b.setting(m.from...), m)
}

// mapValue maps a setting that the caller has read.
func (b *scalerBuilder) mapValue(setting dapr.Setting, m mapping) {
	switch {
	case !setting.IsSet() && m.required:
		b.failf("%s is missing", setting.Name)
	case !setting.IsSet():
		b.put(m.to, m.fallback, m.into)
	case setting.EnvRef != "":
		b.failf("%s comes from a variable of the sidecar, which KEDA cannot read: use value or secretKeyRef", setting.Name)
	case setting.Secret != nil:
		b.fromSecret(setting, m)
	case m.secret:
		b.failf("%s is a secret in plain text, which is not copied into KEDA's objects: put it into a Secret and use secretKeyRef", setting.Name)
	case m.address:
		b.put(m.to, b.cleanURL(setting.Name, b.textOf(setting)), m.into)
	default:
		b.put(m.to, b.textOf(setting), m.into)
	}
}

// put sets a value that everyone may read.
func (b *scalerBuilder) put(to, value string, into target) {
	switch {
	case value == "":
	case into&inMetadata != 0:
		b.metadata[to] = value
	default:
		b.addEnv(corev1.EnvVar{Name: b.variable(to), Value: escapeForKEDA(value)})
		b.auth.Env = append(b.auth.Env, kedav1alpha1.AuthEnvironment{
			Parameter: to, Name: b.variable(to), ContainerName: v1beta2.FunctionContainer,
		})
	}
}

// fromSecret makes KEDA read a value from the Secret that the component names.
func (b *scalerBuilder) fromSecret(setting dapr.Setting, m mapping) {
	secret := setting.Secret
	switch {
	case secret.Store != "":
		b.failf("%s is in the secret store %s, and KEDA reads Secrets of the namespace", setting.Name, secret.Store)
	case m.into&inAuth != 0:
		b.auth.SecretTargetRef = append(b.auth.SecretTargetRef, kedav1alpha1.AuthSecretTargetRef{
			Parameter: m.to, Name: secret.Name, Key: secret.Key,
		})
	case m.into&inEnv != 0:
		b.metadata[m.to+"FromEnv"] = b.variable(m.to)
		b.addEnv(corev1.EnvVar{Name: b.variable(m.to), ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{
			LocalObjectReference: corev1.LocalObjectReference{Name: secret.Name}, Key: secret.Key,
		}}})
	default:
		b.failf("%s is in a Secret, and KEDA takes it from its trigger alone: write it as value", setting.Name)
	}
}

// text returns the value of a setting, empty if it is not set. The plan fails if the
// value is only known in the pod, because KEDA's trigger needs it.
func (b *scalerBuilder) text(names ...string) string {
	return b.textOf(b.setting(names...))
}

// textOf returns the value of a setting for KEDA's trigger. The plan fails if the value
// is a reference or differs between pods.
func (b *scalerBuilder) textOf(setting dapr.Setting) string {
	switch placeholder := setting.PerPod(); {
	case setting.IsReference():
		b.failf("%s is not written in the component, and is needed in KEDA's trigger: write it as value", setting.Name)
	case placeholder != "":
		b.failf("%s has %s in it, so that nothing of the function outlives a pod: write the same for all pods", setting.Name, placeholder)
	}
	return setting.Text
}

// requiredText returns the value of a setting that has to be known here.
func (b *scalerBuilder) requiredText(setting dapr.Setting, why string) string {
	if !setting.IsSet() {
		b.failf("%s is missing%s", setting.Name, why)
	}
	return b.textOf(setting)
}

// add adds a KEDA trigger with the shared metadata and its own. The first trigger has
// the name of the event trigger, the others have a suffix.
func (b *scalerBuilder) add(kind, suffix string, own map[string]string) {
	metadata := maps.Clone(b.metadata)
	maps.Copy(metadata, own)
	b.scaler.Triggers = append(b.scaler.Triggers, kedav1alpha1.ScaleTriggers{
		Type: kind, Name: b.src.Trigger.Key + suffix, Metadata: metadata,
	})
}

// failf records the first reason why no scaler can be derived.
func (b *scalerBuilder) failf(format string, args ...any) {
	if b.err == nil {
		b.err = fmt.Errorf("no scaler can be derived: "+format, args...)
	}
}

func (b *scalerBuilder) build() (*Scaler, error) {
	b.checkHosts()
	if b.err != nil {
		return nil, fmt.Errorf("%w; or %s", b.err, ownTrigger)
	}
	b.scaler.job = b.src.Serving.Spec.WorkloadType == v1beta2.WorkloadTypeJob
	if len(b.auth.SecretTargetRef)+len(b.auth.Env) == 0 {
		return &b.scaler, nil
	}
	b.scaler.Authentication = &kedav1alpha1.TriggerAuthentication{
		ObjectMeta: metav1.ObjectMeta{
			Name:      kmeta.ChildName(b.src.Serving.Name, "-"+b.src.Trigger.Key),
			Namespace: b.src.Serving.Namespace,
		},
		Spec: b.auth,
	}
	for i := range b.scaler.Triggers {
		b.scaler.Triggers[i].AuthenticationRef = &kedav1alpha1.AuthenticationRef{Name: b.scaler.Authentication.Name}
	}
	return &b.scaler, nil
}

// checkHosts prevents KEDA from calling the machine or the cluster's own services for the
// author of a component.
func (b *scalerBuilder) checkHosts() {
	check := func(setting, value string) {
		if setting != "scalerAddress" && v1beta2.NamesSystemHost(setting, value) {
			b.failf("%s has an address of the node or of the cluster's own services", setting)
		}
	}
	for _, trigger := range b.scaler.Triggers {
		for _, setting := range slices.Sorted(maps.Keys(trigger.Metadata)) {
			check(setting, trigger.Metadata[setting])
		}
	}
	for _, variable := range b.scaler.Env {
		check(variable.Name, variable.Value)
	}
}

func (b *scalerBuilder) addEnv(v corev1.EnvVar) {
	b.scaler.Env = append(b.scaler.Env, v)
}

// variable returns the name of the variable for a setting of KEDA. Authors cannot set
// variables that begin with FUNC_.
func (b *scalerBuilder) variable(setting string) string {
	return strings.ToUpper("FUNC_SCALER_" + strings.ReplaceAll(b.src.Trigger.Key, "-", "_") + "_" + setting)
}
