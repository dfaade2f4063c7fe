/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/kedacore/keda/v2/pkg/scalers/externalscaler"
)

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
