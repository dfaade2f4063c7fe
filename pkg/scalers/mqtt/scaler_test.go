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
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
)

func TestArrivalWakes(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	startFunction(t, b, true).stop()
	r := startScaler(t, testTempo, 10)
	said := r.stream(t, b.trigger())
	wantNext(t, said, false)
	if r.active(t, b.trigger()) {
		t.Error("active before anything arrived")
	}
	b.publish(t, "one", false)
	wantNext(t, said, true)
	if !r.active(t, b.trigger()) {
		t.Error("IsActive does not say what the stream says")
	}
	metrics, err := r.keda.GetMetrics(t.Context(), &externalscaler.GetMetricsRequest{ScaledObjectRef: b.trigger()})
	if err != nil || metrics.GetMetricValues()[0].GetMetricValueFloat() != 1 {
		t.Errorf("got %v, %v, want 1", metrics, err)
	}
	f := startFunction(t, b, true)
	f.want(t, "one")
	r.pods.count.Store(1)
	wantNext(t, said, false)
	metrics, err = r.keda.GetMetrics(t.Context(), &externalscaler.GetMetricsRequest{ScaledObjectRef: b.trigger()})
	if err != nil || metrics.GetMetricValues()[0].GetMetricValueFloat() != 0 {
		t.Errorf("got %v, %v, want 0", metrics, err)
	}
}

func TestBacklogWakesAndStays(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	startFunction(t, b, false).stop()
	b.publish(t, "one", false)
	b.publish(t, "two", false)
	r := startScaler(t, testTempo, 10)
	said := r.stream(t, b.trigger())
	wantNext(t, said, false)
	wantNext(t, said, true)
	f := startFunction(t, b, true)
	r.pods.count.Store(1)
	// This broker sends what waits in no order.
	got := []string{f.next(t), f.next(t)}
	slices.Sort(got)
	if diff := cmp.Diff([]string{"one", "two"}, got); diff != "" {
		t.Errorf("what the function got (-want, +got):\n%s", diff)
	}
}

func TestUnfinishedWorkWakesAgain(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	f := startFunction(t, b, false)
	r := startScaler(t, testTempo, 10)
	r.pods.count.Store(1)
	said := r.stream(t, b.trigger())
	wantNext(t, said, false)
	b.has(t, mustParse(t, b.trigger()).id(), true)
	eventually(t, "listening", func() bool { return !r.active(t, b.trigger()) })
	b.publish(t, "one", false)
	f.want(t, "one")
	wantNext(t, said, true)
	wantNext(t, said, false)
	f.stop()
	r.pods.count.Store(0)
	wantNext(t, said, true)
	startFunction(t, b, true).want(t, "one")
}

func TestFinishedWorkLetsSleep(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	f := startFunction(t, b, true)
	r := startScaler(t, testTempo, 10)
	r.pods.count.Store(1)
	said := r.stream(t, b.trigger())
	wantNext(t, said, false)
	eventually(t, "listening", func() bool { return !r.active(t, b.trigger()) })
	b.publish(t, "one", false)
	f.want(t, "one")
	wantNext(t, said, true)
	wantNext(t, said, false)
	f.stop()
	r.pods.count.Store(0)
	wantQuiet(t, said)
	asked := r.pods.asked.Load()
	wantQuiet(t, said)
	if now := r.pods.asked.Load(); now != asked {
		t.Errorf("asked for the pods %d times after the session was seen empty", now-asked)
	}
}

func TestNoProbeWhilePodsRun(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	f := startFunction(t, b, false)
	b.publish(t, "one", false)
	f.want(t, "one")
	r := startScaler(t, testTempo, 10)
	r.pods.count.Store(1)
	said := r.stream(t, b.trigger())
	wantNext(t, said, false)
	eventually(t, "looks at the pods", func() bool { return r.pods.asked.Load() > 5 })
	wantQuiet(t, said)
	if !f.IsConnectionOpen() || len(f.received) > 0 {
		t.Error("the function was thrown out")
	}
}

func TestSharedSessionIsLeftToItsPods(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	f := startFunction(t, b, false)
	b.publish(t, "one", false)
	f.want(t, "one")
	pace := testTempo
	r := startScaler(t, pace, 10)
	r.pods.count.Store(1)
	newer := b.trigger()
	newer.Name = "newer"
	said := r.stream(t, newer)
	wantNext(t, said, false)
	w, _, err := r.scaler.watcher(newer, false)
	if err != nil {
		t.Fatal(err)
	}
	release, ok := r.watchers.claim(w.sessionName())
	if !ok {
		t.Fatal("nobody probes, and the session is claimed")
	}
	if _, ok := r.watchers.claim(w.sessionName()); ok {
		t.Error("one session was claimed twice")
	}
	release()
	if zero, err := r.watchers.zero(t.Context(), w); zero || err != nil {
		t.Errorf("got %t, %v, want pods", zero, err)
	}
}

func TestRetainedIsNoArrival(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	startFunction(t, b, true).stop()
	if err := b.Publish(topic+"/old", []byte("old"), true, 1); err != nil {
		t.Fatal(err)
	}
	r := startScaler(t, testTempo, 10)
	ref := b.trigger(MetadataTopic, topic+"/#")
	said := r.stream(t, ref)
	wantNext(t, said, false)
	wantQuiet(t, said)
	if err := b.Publish(topic+"/old", []byte("new"), true, 1); err != nil {
		t.Fatal(err)
	}
	wantNext(t, said, true)
}

func TestAbsentSessionWakesOnce(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	r := startScaler(t, testTempo, 10)
	said := r.stream(t, b.trigger())
	wantNext(t, said, false)
	wantNext(t, said, true)
	wantNext(t, said, false)
	wantQuiet(t, said)
}

func TestDrainIsAwaited(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	startFunction(t, b, false).stop()
	r := startScaler(t, testTempo, 10)
	ref := b.trigger(MetadataDrainSeconds, "3600")
	said := r.stream(t, ref)
	wantNext(t, said, false)
	wantQuiet(t, said)
	b.publish(t, "one", false)
	wantNext(t, said, true)
	wantNext(t, said, false)
	wantQuiet(t, said)
}

func TestSharedSubscriptionTakesNothing(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	r := startScaler(t, testTempo, 10)
	ref := b.trigger(MetadataTopic, "$share/group/"+topic, MetadataClientID, "")
	said := r.stream(t, ref)
	wantNext(t, said, false)
	eventually(t, "listening", func() bool { return !r.active(t, ref) })
	if got := b.Topics.Subscribers(topic); len(got.Shared) > 0 || len(got.Subscriptions) != 1 {
		t.Errorf("got %v, want one plain subscription", got)
	}
	b.publish(t, "one", false)
	wantNext(t, said, true)
}

func TestScalerRestarts(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	startFunction(t, b, true).stop()
	first := startScaler(t, testTempo, 10)
	said := first.stream(t, b.trigger())
	wantNext(t, said, false)
	client := mustParse(t, b.trigger()).id()
	b.has(t, client, true)
	first.stop()
	b.has(t, client, false)
	b.publish(t, "one", false)
	second := startScaler(t, testTempo, 10)
	said = second.stream(t, b.trigger())
	wantNext(t, said, false)
	wantNext(t, said, true)
	startFunction(t, b, true).want(t, "one")
}

func TestBrokerComesBack(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	r := startScaler(t, testTempo, 10)
	ref := b.trigger(MetadataClientID, "")
	said := r.stream(t, ref)
	wantNext(t, said, false)
	eventually(t, "listening", func() bool { return !r.active(t, ref) })
	b.stop()
	eventually(t, "an error", func() bool {
		_, err := r.keda.IsActive(t.Context(), ref)
		return status.Code(err) == codes.Unavailable && strings.Contains(err.Error(), b.address)
	})
	if _, err := r.keda.GetMetricSpec(t.Context(), ref); err != nil {
		t.Errorf("KEDA's horizontal autoscaler depends on the broker: %v", err)
	}
	again := startBroker(t, b.address)
	eventually(t, "listening again", func() bool {
		answer, err := r.keda.IsActive(t.Context(), ref)
		return err == nil && !answer.GetResult()
	})
	again.publish(t, "one", false)
	wantNext(t, said, true)
}

func TestWrongPassword(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	r := startScaler(t, testTempo, 10)
	wrong := b.trigger(MetadataURL, "mqtt://me:wrong-"+secret+"@"+b.address, MetadataIdleSeconds, "60")
	right := b.trigger(MetadataIdleSeconds, "60")
	said := r.stream(t, wrong)
	wantNext(t, said, false)
	_, err := r.keda.IsActive(t.Context(), wrong)
	if status.Code(err) != codes.Unauthenticated || strings.Contains(err.Error(), secret) || !strings.Contains(err.Error(), b.address) {
		t.Errorf("got %v, want who refuses us, and no secret", err)
	}
	// The stream that is open has the old password for good.
	eventually(t, "the right password", func() bool {
		answer, err := r.keda.IsActive(t.Context(), right)
		return err == nil && !answer.GetResult()
	})
	b.publish(t, "one", false)
	wantNext(t, said, true)
	// Now that it works, a call with the wrong one changes nothing.
	if !r.active(t, wrong) {
		t.Error("a call with other credentials broke what worked")
	}
}

func TestBounds(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	r := startScaler(t, testTempo, 1)
	r.active(t, b.trigger(MetadataClientID, ""))
	_, err := r.keda.IsActive(t.Context(), b.trigger(MetadataClientID, "", MetadataTopic, "other"))
	if status.Code(err) != codes.ResourceExhausted {
		t.Errorf("a second trigger got %v, want no room", err)
	}
	for range cap(r.streams) {
		wantNext(t, r.stream(t, b.trigger(MetadataClientID, "")), false)
	}
	stream, err := r.keda.StreamIsActive(t.Context(), b.trigger(MetadataClientID, ""))
	if err == nil {
		_, err = stream.Recv()
	}
	if status.Code(err) != codes.ResourceExhausted {
		t.Errorf("one stream more got %v, want no room", err)
	}
	_, err = r.keda.IsActive(t.Context(), b.trigger(MetadataClientID, "", MetadataQoS, "x"))
	if status.Code(err) != codes.InvalidArgument || !strings.Contains(err.Error(), "metadata qos") {
		t.Errorf("got %v, want the key that is wrong", err)
	}
}

func TestForgottenLeavesNothing(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	pace := testTempo
	pace.forget = 50 * time.Millisecond
	r := startScaler(t, pace, 10)
	ref := b.trigger(MetadataClientID, "")
	client := mustParse(t, ref).id()
	said := r.stream(t, ref)
	wantNext(t, said, false)
	b.has(t, client, true)
	wantQuiet(t, said)
	if r.active(t, ref) {
		t.Error("active without an arrival")
	}
	other := b.trigger(MetadataClientID, "", MetadataTopic, "other")
	r.active(t, other)
	eventually(t, "the session to be gone", func() bool {
		_, ok := b.Clients.Get(mustParse(t, other).id())
		return !ok
	})
	b.has(t, client, true)
}

func TestSettingsChange(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	r := startScaler(t, testTempo, 10)
	said := r.stream(t, b.trigger(MetadataClientID, ""))
	wantNext(t, said, false)
	changed := b.trigger(MetadataClientID, "", MetadataIdleSeconds, "3600")
	if r.active(t, changed) {
		t.Error("active without an arrival")
	}
	b.publish(t, "one", false)
	wantNext(t, said, true)
	select {
	case <-said:
		t.Error("the new time did not count")
	case <-time.After(1500 * time.Millisecond):
	}
}

func TestHealth(t *testing.T) {
	r := startScaler(t, testTempo, 1)
	answer, err := grpc_health_v1.NewHealthClient(r.connection).Check(t.Context(), &grpc_health_v1.HealthCheckRequest{})
	if err != nil || answer.GetStatus() != grpc_health_v1.HealthCheckResponse_SERVING {
		t.Errorf("got %v, %v, want serving", answer, err)
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
		watched: watched{namespace: "team", name: "fn", broker: "tcp://broker:1883", topic: "a/b"},
		target:  "fn", qos: 1, idle: 30 * time.Second, drain: 30 * time.Second,
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
		{"keys of KEDA's own are left alone", map[string]string{
			"scalerAddress": "x:6000", "url": "mqtt://broker", "topic": "a/b",
		}, plain},
		{"from the environment", map[string]string{"urlFromEnv": "tcp://broker:1883", "topic": "a/b"}, plain},
		{"credentials in the URL", map[string]string{"url": "mqtt://me:secret@broker", "topic": "a/b"}, with(func(s *settings) {
			s.access.username, s.access.password = "me", "secret"
		})},
		{"credentials beside the URL count", map[string]string{
			"url": "mqtt://me:secret@broker", "topic": "a/b", "username": "you", "passwordFromEnv": "other",
		}, with(func(s *settings) {
			s.access.username, s.access.password = "you", "other"
		})},
		{"encrypted", map[string]string{"url": "mqtts://broker", "topic": "a/b"}, with(func(s *settings) {
			s.broker = "ssl://broker:8883"
		})},
		{"a shared subscription", map[string]string{"url": "mqtt://broker", "topic": "$share/group/a/b"}, plain},
		{"everything else", map[string]string{
			"url": "mqtt://broker:1", "topic": "+/b/#", "qos": "2", "clientID": "fn-team", "target": "work",
			"idleSeconds": "5", "drainSeconds": "0",
		}, settings{
			watched: watched{namespace: "team", name: "fn", broker: "tcp://broker:1", topic: "+/b/#", clientID: "fn-team"},
			target:  "work", qos: 2, idle: 5 * time.Second,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := parse(reference(test.values))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(settings{}, watched{}, access{})); diff != "" {
				t.Errorf("(-want, +got):\n%s", diff)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for _, test := range []struct {
		name   string
		values map[string]string
		want   string
	}{
		{"no URL", map[string]string{"topic": "a"}, "metadata url: is missing"},
		{"a URL that is none", map[string]string{"url": "mqtt://a:canary@b:c:d", "topic": "a"}, "metadata url: is no URL with a host"},
		{"a URL without a host", map[string]string{"url": "mqtt:///", "topic": "a"}, "metadata url: is no URL with a host"},
		{"another scheme", map[string]string{"url": "http://a:canary@b", "topic": "a"}, "metadata url: has to begin with mqtt://"},
		{"a URL twice", map[string]string{"url": "mqtt://b", "urlFromEnv": "mqtt://a:canary@b", "topic": "a"}, "metadata url: set either url or urlFromEnv"},
		{"no topic", map[string]string{"url": "mqtt://b"}, "metadata topic: is missing"},
		{"a group without a topic", map[string]string{"url": "mqtt://b", "topic": "$share/g"}, "metadata topic: is missing"},
		{"half a level", map[string]string{"url": "mqtt://b", "topic": "a/b+"}, "metadata topic: is no topic filter"},
		{"# in the middle", map[string]string{"url": "mqtt://b", "topic": "a/#/b"}, "metadata topic: is no topic filter"},
		{"too long", map[string]string{"url": "mqtt://b", "topic": strings.Repeat("a", 1025)}, "metadata topic: is longer than 1024 bytes"},
		{"no text", map[string]string{"url": "mqtt://b", "topic": "\xff"}, "metadata topic: is not text in UTF-8"},
		{"qos", map[string]string{"url": "mqtt://b", "topic": "a", "qos": "3"}, "metadata qos: has to be a number from 0 to 2"},
		{"no time at all", map[string]string{"url": "mqtt://b", "topic": "a", "idleSeconds": "0"}, "metadata idleSeconds: has to be a number from 1 to 86400"},
		{"no number", map[string]string{"url": "mqtt://b", "topic": "a", "drainSeconds": "1m"}, "metadata drainSeconds: has to be a number"},
		{"no certificate", map[string]string{"url": "ssl://b", "topic": "a", "brokerCaCert": "canary"}, "metadata brokerCaCert: holds no certificate"},
		{"no key", map[string]string{"url": "ssl://b", "topic": "a", "brokerClientKey": "canary"}, "metadata brokerClientCert and brokerClientKey: are no certificate"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := parse(reference(test.values))
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
			if err != nil && strings.Contains(err.Error(), "canary") {
				t.Errorf("%v tells a secret", err)
			}
		})
	}
}

func TestParseRefusesNoName(t *testing.T) {
	if _, err := parse(nil); err == nil {
		t.Error("a request without a ScaledObject was taken")
	}
	many := reference(map[string]string{})
	for i := range maxKeys + 1 {
		many.ScalerMetadata[strings.Repeat("k", i+1)] = ""
	}
	if _, err := parse(many); err == nil {
		t.Error("any number of keys was taken")
	}
}

func TestClientID(t *testing.T) {
	one := watched{namespace: "team", name: "fn", broker: "tcp://b:1", topic: "a"}
	if got := one.id(); got != one.id() || len(got) > 22 || !strings.HasPrefix(got, "of-scaler-") {
		t.Errorf("got %q, want the same of-scaler-... of at most 22 characters each time", got)
	}
	other := one
	other.namespace, other.name = "tea", "mfn"
	if one.id() == other.id() {
		t.Error("two triggers have one client id")
	}
}
