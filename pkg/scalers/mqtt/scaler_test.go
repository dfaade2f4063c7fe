/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/kedacore/keda/v2/pkg/scalers/externalscaler"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestMessageActivatesTheFunction(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	startFunction(t, b, true).stop()
	r := startScaler(t, testIntervals, 10)
	stream := r.stream(t, b.trigger())
	wantNext(t, stream, false)
	if r.active(t, b.trigger()) {
		t.Error("active before a message arrived")
	}
	b.publish(t, "one", false)
	wantNext(t, stream, true)
	if !r.active(t, b.trigger()) {
		t.Error("IsActive differs from the stream")
	}
	metrics, err := r.keda.GetMetrics(t.Context(), &externalscaler.GetMetricsRequest{ScaledObjectRef: b.trigger()})
	if err != nil || metrics.GetMetricValues()[0].GetMetricValueFloat() != 1 {
		t.Errorf("got %v, %v, want 1", metrics, err)
	}
	f := startFunction(t, b, true)
	f.want(t, "one")
	r.pods.count.Store(1)
	wantNext(t, stream, false)
	metrics, err = r.keda.GetMetrics(t.Context(), &externalscaler.GetMetricsRequest{ScaledObjectRef: b.trigger()})
	if err != nil || metrics.GetMetricValues()[0].GetMetricValueFloat() != 0 {
		t.Errorf("got %v, %v, want 0", metrics, err)
	}
}

func TestBacklogActivatesTheFunctionAndStays(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	startFunction(t, b, false).stop()
	b.publish(t, "one", false)
	b.publish(t, "two", false)
	r := startScaler(t, testIntervals, 10)
	stream := r.stream(t, b.trigger())
	wantNext(t, stream, false)
	wantNext(t, stream, true)
	f := startFunction(t, b, true)
	r.pods.count.Store(1)
	// This broker sends the backlog in any order.
	got := []string{f.next(t), f.next(t)}
	slices.Sort(got)
	if diff := cmp.Diff([]string{"one", "two"}, got); diff != "" {
		t.Errorf("unexpected messages (-want, +got):\n%s", diff)
	}
}

func TestUnacknowledgedMessageActivatesTheFunctionAgain(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	f := startFunction(t, b, false)
	r := startScaler(t, testIntervals, 10)
	r.pods.count.Store(1)
	stream := r.stream(t, b.trigger())
	wantNext(t, stream, false)
	b.awaitClient(t, mustParse(t, b.trigger()).scalerClientID(), true)
	eventually(t, "the subscription", func() bool { return !r.active(t, b.trigger()) })
	b.publish(t, "one", false)
	f.want(t, "one")
	wantNext(t, stream, true)
	wantNext(t, stream, false)
	f.stop()
	r.pods.count.Store(0)
	wantNext(t, stream, true)
	startFunction(t, b, true).want(t, "one")
}

func TestFunctionWithoutBacklogStaysInactive(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	f := startFunction(t, b, true)
	r := startScaler(t, testIntervals, 10)
	r.pods.count.Store(1)
	stream := r.stream(t, b.trigger())
	wantNext(t, stream, false)
	eventually(t, "the subscription", func() bool { return !r.active(t, b.trigger()) })
	b.publish(t, "one", false)
	f.want(t, "one")
	wantNext(t, stream, true)
	wantNext(t, stream, false)
	f.stop()
	r.pods.count.Store(0)
	wantNoChange(t, stream)
	reads := r.pods.countReads.Load()
	wantNoChange(t, stream)
	if now := r.pods.countReads.Load(); now != reads {
		t.Errorf("read the pods %d times after the session was empty", now-reads)
	}
}

func TestNoProbeWhilePodsRun(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	f := startFunction(t, b, false)
	b.publish(t, "one", false)
	f.want(t, "one")
	r := startScaler(t, testIntervals, 10)
	r.pods.count.Store(1)
	stream := r.stream(t, b.trigger())
	wantNext(t, stream, false)
	eventually(t, "reads of the pods", func() bool { return r.pods.countReads.Load() > 5 })
	wantNoChange(t, stream)
	if !f.IsConnectionOpen() || len(f.received) > 0 {
		t.Error("the function lost its connection")
	}
}

func TestNoProbeWhilePodsOfAnotherRevisionRun(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	f := startFunction(t, b, false)
	b.publish(t, "one", false)
	f.want(t, "one")
	r := startScaler(t, testIntervals, 10)
	r.pods.count.Store(1)
	newer := b.trigger()
	newer.Name = "newer"
	stream := r.stream(t, newer)
	wantNext(t, stream, false)
	w, release, err := r.acquire(t.Context(), newer)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	unlock, ok := r.watchers.lockSession(w.session())
	if !ok {
		t.Fatal("the session is locked without a probe")
	}
	if _, ok := r.watchers.lockSession(w.session()); ok {
		t.Error("the session was locked twice")
	}
	unlock()
	if zero, err := r.watchers.scaledToZero(t.Context(), w); zero || err != nil {
		t.Errorf("got %t, %v, want that pods run", zero, err)
	}
}

func TestRetainedMessageDoesNotActivateTheFunction(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	startFunction(t, b, true).stop()
	if err := b.Publish(topic+"/old", []byte("old"), true, 1); err != nil {
		t.Fatal(err)
	}
	r := startScaler(t, testIntervals, 10)
	ref := b.trigger(keyTopic, topic+"/#")
	stream := r.stream(t, ref)
	wantNext(t, stream, false)
	wantNoChange(t, stream)
	// A topic of its own: this broker replaces a retained message without a lock while
	// a subscriber reads it, which the race detector reports.
	if err := b.Publish(topic+"/new", []byte("new"), true, 1); err != nil {
		t.Fatal(err)
	}
	wantNext(t, stream, true)
}

func TestAbsentSessionActivatesTheFunctionOnce(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	r := startScaler(t, testIntervals, 10)
	stream := r.stream(t, b.trigger())
	wantNext(t, stream, false)
	wantNext(t, stream, true)
	wantNext(t, stream, false)
	wantNoChange(t, stream)
}

func TestProbeWaitsForTheDrain(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	startFunction(t, b, false).stop()
	r := startScaler(t, testIntervals, 10)
	ref := b.trigger(keyDrainSeconds, "3600")
	stream := r.stream(t, ref)
	wantNext(t, stream, false)
	wantNoChange(t, stream)
	b.publish(t, "one", false)
	wantNext(t, stream, true)
	wantNext(t, stream, false)
	wantNoChange(t, stream)
}

func TestScalerDoesNotJoinASharedSubscription(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	r := startScaler(t, testIntervals, 10)
	ref := b.trigger(keyTopic, "$share/group/"+topic, keyClientID, "")
	stream := r.stream(t, ref)
	wantNext(t, stream, false)
	eventually(t, "the subscription", func() bool { return !r.active(t, ref) })
	if got := b.Topics.Subscribers(topic); len(got.Shared) > 0 || len(got.Subscriptions) != 1 {
		t.Errorf("got %v, want one plain subscription", got)
	}
	b.publish(t, "one", false)
	wantNext(t, stream, true)
}

func TestRestartedScalerFindsABacklog(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	startFunction(t, b, true).stop()
	first := startScaler(t, testIntervals, 10)
	stream := first.stream(t, b.trigger())
	wantNext(t, stream, false)
	client := mustParse(t, b.trigger()).scalerClientID()
	b.awaitClient(t, client, true)
	first.stop()
	b.awaitClient(t, client, false)
	b.publish(t, "one", false)
	second := startScaler(t, testIntervals, 10)
	stream = second.stream(t, b.trigger())
	wantNext(t, stream, false)
	wantNext(t, stream, true)
	startFunction(t, b, true).want(t, "one")
}

func TestScalerReconnectsToTheBroker(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	r := startScaler(t, testIntervals, 10)
	ref := b.trigger(keyClientID, "")
	stream := r.stream(t, ref)
	wantNext(t, stream, false)
	eventually(t, "the subscription", func() bool { return !r.active(t, ref) })
	b.stop()
	eventually(t, "an error", func() bool {
		_, err := r.keda.IsActive(t.Context(), ref)
		return status.Code(err) == codes.Unavailable && strings.Contains(err.Error(), b.address)
	})
	if _, err := r.keda.GetMetricSpec(t.Context(), ref); err != nil {
		t.Errorf("GetMetricSpec depends on the broker: %v", err)
	}
	again := startBroker(t, b.address)
	eventually(t, "the next subscription", func() bool {
		response, err := r.keda.IsActive(t.Context(), ref)
		return err == nil && !response.GetResult()
	})
	again.publish(t, "one", false)
	wantNext(t, stream, true)
}

func TestNewCredentialsReplaceWrongOnes(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	r := startScaler(t, testIntervals, 10)
	wrong := b.trigger(keyURL, "mqtt://me:wrong-"+secret+"@"+b.address, keyIdleSeconds, "60")
	right := b.trigger(keyIdleSeconds, "60")
	stream := r.stream(t, wrong)
	wantNext(t, stream, false)
	_, err := r.keda.IsActive(t.Context(), wrong)
	if status.Code(err) != codes.Unauthenticated || strings.Contains(err.Error(), secret) || !strings.Contains(err.Error(), b.address) {
		t.Errorf("got %v, want Unauthenticated with the broker, without the secret", err)
	}
	// The open stream keeps the old password.
	eventually(t, "the right password", func() bool {
		response, err := r.keda.IsActive(t.Context(), right)
		return err == nil && !response.GetResult()
	})
	b.publish(t, "one", false)
	wantNext(t, stream, true)
	// A request with the wrong password does not replace the right one.
	if !r.active(t, wrong) {
		t.Error("a request with other credentials replaced the right ones")
	}
}

func TestLimits(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	r := startScaler(t, testIntervals, 1)
	r.active(t, b.trigger(keyClientID, ""))
	_, err := r.keda.IsActive(t.Context(), b.trigger(keyClientID, "", keyTopic, "other"))
	if status.Code(err) != codes.ResourceExhausted {
		t.Errorf("got %v for a second trigger, want ResourceExhausted", err)
	}
	for range 2 * r.watchers.limits.all {
		wantNext(t, r.stream(t, b.trigger(keyClientID, "")), false)
	}
	stream, err := r.keda.StreamIsActive(t.Context(), b.trigger(keyClientID, ""))
	if err == nil {
		_, err = stream.Recv()
	}
	if status.Code(err) != codes.ResourceExhausted {
		t.Errorf("got %v for another stream, want ResourceExhausted", err)
	}
	_, err = r.keda.IsActive(t.Context(), b.trigger(keyClientID, "", keyQoS, "x"))
	if status.Code(err) != codes.InvalidArgument || !strings.Contains(err.Error(), "metadata qos") {
		t.Errorf("got %v, want InvalidArgument with the key", err)
	}
}

func TestIdleWatcherIsRemoved(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	with := testIntervals
	with.expiry = 50 * time.Millisecond
	r := startScaler(t, with, 10)
	ref := b.trigger(keyClientID, "")
	client := mustParse(t, ref).scalerClientID()
	stream := r.stream(t, ref)
	wantNext(t, stream, false)
	b.awaitClient(t, client, true)
	wantNoChange(t, stream)
	if r.active(t, ref) {
		t.Error("active without a message")
	}
	other := b.trigger(keyClientID, "", keyTopic, "other")
	r.active(t, other)
	eventually(t, "the end of the session", func() bool {
		_, ok := b.Clients.Get(mustParse(t, other).scalerClientID())
		return !ok
	})
	b.awaitClient(t, client, true)
}

func TestUpdatedSettingsApply(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	r := startScaler(t, testIntervals, 10)
	stream := r.stream(t, b.trigger(keyClientID, ""))
	wantNext(t, stream, false)
	changed := b.trigger(keyClientID, "", keyIdleSeconds, "3600")
	if r.active(t, changed) {
		t.Error("active without a message")
	}
	b.publish(t, "one", false)
	wantNext(t, stream, true)
	select {
	case <-stream:
		t.Error("the new idle time was not used")
	case <-time.After(1500 * time.Millisecond):
	}
}

func mustParse(t *testing.T, ref *externalscaler.ScaledObjectRef) settings {
	t.Helper()
	s, err := parse(ref)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func reference(values map[string]string) *externalscaler.ScaledObjectRef {
	return &externalscaler.ScaledObjectRef{Namespace: "team", Name: "fn", ScalerMetadata: values}
}

func TestParse(t *testing.T) {
	plain := settings{
		triggerKey: triggerKey{namespace: "team", name: "fn", broker: "tcp://broker:1883", topic: "a/b"},
		target:     "fn", qos: 1, idle: 30 * time.Second, drain: 30 * time.Second,
	}
	with := func(change func(*settings)) settings {
		changed := plain
		change(&changed)
		return changed
	}
	for _, test := range []struct {
		name   string
		values map[string]string
		want   settings
	}{
		{"defaults", map[string]string{"url": "mqtt://broker", "topic": "a/b"}, plain},
		{"other keys are ignored", map[string]string{
			"scalerAddress": "x:6000", "url": "mqtt://broker", "topic": "a/b",
		}, plain},
		{"from the environment", map[string]string{"urlFromEnv": "tcp://broker:1883", "topic": "a/b"}, plain},
		{"credentials in the URL", map[string]string{"url": "mqtt://me:secret@broker", "topic": "a/b"}, with(func(s *settings) {
			s.credentials.username, s.credentials.password = "me", "secret"
		})},
		{"credentials beside the URL replace those in it", map[string]string{
			"url": "mqtt://me:secret@broker", "topic": "a/b", "username": "you", "passwordFromEnv": "other",
		}, with(func(s *settings) {
			s.credentials.username, s.credentials.password = "you", "other"
		})},
		{"encrypted", map[string]string{"url": "mqtts://broker", "topic": "a/b"}, with(func(s *settings) {
			s.broker = "ssl://broker:8883"
		})},
		{"a shared subscription", map[string]string{"url": "mqtt://broker", "topic": "$share/group/a/b"}, plain},
		{"everything else", map[string]string{
			"url": "mqtt://broker:1", "topic": "+/b/#", "qos": "2", "clientID": "fn-team", "target": "work",
			"idleSeconds": "5", "drainSeconds": "0",
		}, settings{
			triggerKey: triggerKey{namespace: "team", name: "fn", broker: "tcp://broker:1", topic: "+/b/#", clientID: "fn-team"},
			target:     "work", qos: 2, idle: 5 * time.Second,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := parse(reference(test.values))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(settings{}, triggerKey{}, credentials{})); diff != "" {
				t.Errorf("(-want, +got):\n%s", diff)
			}
		})
	}
}

func TestParseRejects(t *testing.T) {
	for _, test := range []struct {
		name   string
		values map[string]string
		want   string
	}{
		{"no URL", map[string]string{"topic": "a"}, "metadata url: is missing"},
		{"an invalid URL", map[string]string{"url": "mqtt://a:canary@b:c:d", "topic": "a"}, "metadata url: must be a URL with a host"},
		{"a URL without a host", map[string]string{"url": "mqtt:///", "topic": "a"}, "metadata url: must be a URL with a host"},
		{"another scheme", map[string]string{"url": "http://a:canary@b", "topic": "a"}, "metadata url: must begin with mqtt://"},
		{"two URLs", map[string]string{"url": "mqtt://b", "urlFromEnv": "mqtt://a:canary@b", "topic": "a"}, "metadata url: set either url or urlFromEnv"},
		{"no topic", map[string]string{"url": "mqtt://b"}, "metadata topic: is missing"},
		{"a group without a topic", map[string]string{"url": "mqtt://b", "topic": "$share/g"}, "metadata topic: is missing"},
		{"a wildcard in a level", map[string]string{"url": "mqtt://b", "topic": "a/b+"}, "metadata topic: must be a topic filter"},
		{"# before the last level", map[string]string{"url": "mqtt://b", "topic": "a/#/b"}, "metadata topic: must be a topic filter"},
		{"too long", map[string]string{"url": "mqtt://b", "topic": strings.Repeat("a", 1025)}, "metadata topic: must have at most 1024 bytes"},
		{"not UTF-8", map[string]string{"url": "mqtt://b", "topic": "\xff"}, "metadata topic: must be UTF-8 text"},
		{"qos", map[string]string{"url": "mqtt://b", "topic": "a", "qos": "3"}, "metadata qos: must be a number from 0 to 2"},
		{"an idle time of zero", map[string]string{"url": "mqtt://b", "topic": "a", "idleSeconds": "0"}, "metadata idleSeconds: must be a number from 1 to 86400"},
		{"not a number", map[string]string{"url": "mqtt://b", "topic": "a", "drainSeconds": "1m"}, "metadata drainSeconds: must be a number"},
		{"an invalid certificate", map[string]string{"url": "ssl://b", "topic": "a", "brokerCaCert": "canary"}, "metadata brokerCaCert: must contain a PEM certificate"},
		{"a key without a certificate", map[string]string{"url": "ssl://b", "topic": "a", "brokerClientKey": "canary"}, "metadata brokerClientCert and brokerClientKey: must be a PEM certificate"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := parse(reference(test.values))
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
			if err != nil && strings.Contains(err.Error(), "canary") {
				t.Errorf("%v contains a secret", err)
			}
		})
	}
}

func TestParseRejectsInvalidRequests(t *testing.T) {
	if _, err := parse(nil); err == nil {
		t.Error("a request without a ScaledObject was accepted")
	}
	many := reference(map[string]string{})
	for i := range maxKeys + 1 {
		many.ScalerMetadata[strings.Repeat("k", i+1)] = ""
	}
	if _, err := parse(many); err == nil {
		t.Error("more than the maximum of keys was accepted")
	}
}

func TestScalerClientID(t *testing.T) {
	one := triggerKey{namespace: "team", name: "fn", broker: "tcp://b:1", topic: "a"}
	if got := one.scalerClientID(); got != one.scalerClientID() || len(got) > 22 || !strings.HasPrefix(got, "of-scaler-") {
		t.Errorf("got %q, want a constant of-scaler-… of at most 22 characters", got)
	}
	other := one
	other.namespace, other.name = "tea", "mfn"
	if one.scalerClientID() == other.scalerClientID() {
		t.Error("two triggers have one client id")
	}
}
