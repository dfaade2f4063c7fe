/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package simulator

import (
	"slices"
	"sync"
	"testing"
	"time"

	"knative.dev/networking/pkg/apis/networking/v1alpha1"
	"knative.dev/pkg/apis"
	duckv1 "knative.dev/pkg/apis/duck/v1"
	servingv1 "knative.dev/serving/pkg/apis/serving/v1"
	servingv1beta1 "knative.dev/serving/pkg/apis/serving/v1beta1"

	"openfunction.dev/openfunction/test/cluster"
)

// RevisionState is what becomes of a revision.
type RevisionState struct {
	// Starting is whether it is still on its way.
	Starting bool
	// Failure is why it cannot run; empty for one that is well.
	Failure string
}

// Knative is a stand-in for the controllers of Knative Serving.
type Knative struct {
	simulation *simulation

	mutex sync.Mutex
	state func(image string) RevisionState
	// claims holds the namespace that each host name was given to.
	claims map[string]string
}

// StartKnative starts a Knative for a namespace whose revisions are ready after
// latency.
func StartKnative(t *testing.T, c *cluster.Cluster, namespace string, latency time.Duration) *Knative {
	t.Helper()
	k := &Knative{state: func(string) RevisionState { return RevisionState{} }, claims: make(map[string]string)}
	k.simulation = simulate(t, c, namespace, latency, k.report, cluster.Configurations, cluster.Routes, cluster.DomainMappings)
	return k
}

// Decide sets what becomes of a revision that runs an image, from now on.
func (k *Knative) Decide(state func(image string) RevisionState) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	k.state = state
	k.simulation.signal()
}

// Claim gives a host name to a namespace, from now on, as a ClusterDomainClaim does.
func (k *Knative) Claim(hostname, namespace string) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	k.claims[hostname] = namespace
	k.simulation.signal()
}

func (k *Knative) report(simulation *simulation) error {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	configurations, err := list[servingv1.Configuration](simulation, cluster.Configurations)
	if err != nil {
		return err
	}
	for i, before := range configurations {
		c := before.DeepCopy()
		configurations[i] = c
		k.startRevision(c)
		if err := simulation.update(cluster.Configurations, before, c); err != nil {
			return err
		}
	}
	routes, err := list[servingv1.Route](simulation, cluster.Routes)
	if err != nil {
		return err
	}
	for _, before := range routes {
		r := before.DeepCopy()
		assignTraffic(r, configurations)
		if err := simulation.update(cluster.Routes, before, r); err != nil {
			return err
		}
	}
	mappings, err := list[servingv1beta1.DomainMapping](simulation, cluster.DomainMappings)
	if err != nil {
		return err
	}
	for _, before := range mappings {
		m := before.DeepCopy()
		k.mapDomain(m)
		if err := simulation.update(cluster.DomainMappings, before, m); err != nil {
			return err
		}
	}
	return nil
}

// mapDomain serves a host name that was given to the namespace.
func (k *Knative) mapDomain(m *servingv1beta1.DomainMapping) {
	if m.Status.ObservedGeneration != m.Generation {
		m.Status.InitializeConditions()
		m.Status.ObservedGeneration = m.Generation
	}
	m.Status.URL = apis.HTTP(m.Name)
	m.Status.Address = &duckv1.Addressable{URL: m.Status.URL}
	if k.claims[m.Name] != m.Namespace {
		m.Status.MarkDomainClaimNotOwned()
		return
	}
	m.Status.MarkDomainClaimed()
	m.Status.MarkReferenceResolved()
	m.Status.MarkTLSNotEnabled(servingv1beta1.ExternalDomainTLSNotEnabledMessage)
	m.Status.PropagateIngressStatus(v1alpha1.IngressStatus{Status: duckv1.Status{
		Conditions: duckv1.Conditions{{Type: apis.ConditionReady, Status: "True"}},
	}})
}

// startRevision does what Knative does for the first revision of a Configuration;
// ours never have a second.
func (k *Knative) startRevision(c *servingv1.Configuration) {
	revision := c.Name + "-00001"
	state := k.state(c.Spec.Template.Spec.Containers[0].Image)
	if c.Status.ObservedGeneration != c.Generation {
		c.Status.InitializeConditions()
		c.Status.ObservedGeneration = c.Generation
	}
	if c.Status.LatestCreatedRevisionName != revision {
		c.Status.SetLatestCreatedRevisionName(revision)
	}
	switch {
	case state.Starting:
	case state.Failure != "":
		c.Status.MarkLatestCreatedFailed(revision, state.Failure)
	default:
		c.Status.SetLatestReadyRevisionName(revision)
	}
}

// assignTraffic puts the split of a Route into effect once all of its targets
// are ready, and leaves what was in effect until then.
func assignTraffic(r *servingv1.Route, configurations []*servingv1.Configuration) {
	if r.Status.ObservedGeneration != r.Generation {
		r.Status.InitializeConditions()
		r.Status.ObservedGeneration = r.Generation
	}
	r.Status.URL = urlOf(r, "", "functions.test")
	traffic := slices.Clone(r.Spec.Traffic)
	for i := range traffic {
		target := &traffic[i]
		at := slices.IndexFunc(configurations, func(c *servingv1.Configuration) bool {
			return c.Namespace == r.Namespace && c.Name == target.ConfigurationName
		})
		switch {
		case at < 0:
			r.Status.MarkMissingTrafficTarget("Configuration", target.ConfigurationName)
			return
		case configurations[at].IsFailed():
			r.Status.MarkConfigurationFailed(target.ConfigurationName)
			return
		case !configurations[at].IsReady():
			r.Status.MarkConfigurationNotReady(target.ConfigurationName)
			return
		}
		target.RevisionName = configurations[at].Status.LatestReadyRevisionName
		target.ConfigurationName = ""
		target.URL = urlOf(r, target.Tag+"-", "functions.test")
	}
	r.Status.Traffic = traffic
	r.Status.Address = &duckv1.Addressable{URL: urlOf(r, "", "svc.cluster.local")}
	r.Status.MarkTrafficAssigned()
	r.Status.MarkTLSNotEnabled(servingv1.ExternalDomainTLSNotEnabledMessage)
	r.Status.PropagateIngressStatus(v1alpha1.IngressStatus{Status: duckv1.Status{
		Conditions: duckv1.Conditions{{Type: apis.ConditionReady, Status: "True"}},
	}})
}

func urlOf(r *servingv1.Route, prefix, domain string) *apis.URL {
	return apis.HTTP(prefix + r.Name + "." + r.Namespace + "." + domain)
}
