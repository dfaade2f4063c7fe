/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package mqtt is a KEDA external push scaler: it wakes a function when
// messages arrive for its persistent MQTT session, and takes none of them.
package mqtt

import (
	"cmp"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/kedacore/keda/v2/pkg/scalers/externalscaler"
)

const (
	fromEnv        = "FromEnv"
	maxKeys        = 64
	maxText        = 1024
	maxCertificate = 64 << 10
	maxSeconds     = 24 * 60 * 60
	defaultSeconds = 30
)

// settings is what one trigger says. It is comparable.
type settings struct {
	watched
	// target is the name of the workload, service that of the Service in front of
	// it, in the namespace of the ScaledObject.
	target, service string
	qos             byte
	idle            time.Duration
	drain           time.Duration
	access          access
}

// access is what nobody may read in a log or an error.
type access struct {
	username, password            string
	caCert, clientCert, clientKey string
}

// parse reads what KEDA sends of a trigger. Its errors name the key, and quote
// nothing that may be secret.
func parse(ref *externalscaler.ScaledObjectRef) (settings, error) {
	m := &metadata{values: ref.GetScalerMetadata()}
	if len(m.values) > maxKeys {
		return settings{}, fmt.Errorf("metadata has more than %d keys", maxKeys)
	}
	for what, value := range map[string]string{"name": ref.GetName(), "namespace": ref.GetNamespace()} {
		if value == "" || len(value) > 253 {
			return settings{}, fmt.Errorf("the %s of the ScaledObject has to have 1 to 253 characters", what)
		}
	}
	s := settings{
		watched: watched{
			namespace: ref.GetNamespace(),
			name:      ref.GetName(),
			topic:     m.topic(),
			clientID:  m.text(MetadataClientID, maxText),
		},
		target:  cmp.Or(m.text(MetadataTarget, maxText), ref.GetName()),
		service: m.text(MetadataService, maxText),
		qos:     byte(m.number(MetadataQoS, 1, 0, 2)), //nolint:gosec // 0 to 2
		idle:    m.seconds(MetadataIdleSeconds, 1),
		drain:   m.seconds(MetadataDrainSeconds, 0),
		access: access{
			caCert:     m.text(MetadataCACert, maxCertificate),
			clientCert: m.text(MetadataClientCert, maxCertificate),
			clientKey:  m.text(MetadataClientKey, maxCertificate),
		},
	}
	m.broker(&s)
	if m.err == nil && s.encrypted() {
		_, err := s.tlsConfig()
		return s, err
	}
	return s, m.err
}

// topic is what the function subscribes to, without the group that shares it: a
// member of the group would take messages from the others.
func (m *metadata) topic() string {
	topic := m.text(MetadataTopic, maxText)
	if rest, ok := strings.CutPrefix(topic, "$share/"); ok {
		_, topic, _ = strings.Cut(rest, "/")
	}
	if topic == "" {
		m.refusef(MetadataTopic, "is missing")
	}
	levels := strings.Split(topic, "/")
	for i, level := range levels {
		if len(level) > 1 && strings.ContainsAny(level, "+#") || level == "#" && i < len(levels)-1 {
			m.refusef(MetadataTopic, "is no topic filter: + and # stand for whole levels, # for the last ones")
		}
	}
	return topic
}

func (m *metadata) broker(s *settings) {
	text := m.text(MetadataURL, 2*maxText)
	if text == "" {
		m.refusef(MetadataURL, "is missing; a variable that %s%s names has to be in the environment of the target's container",
			MetadataURL, fromEnv)
		return
	}
	address, err := url.Parse(text)
	if err != nil || address.Hostname() == "" {
		m.refusef(MetadataURL, "is no URL with a host")
		return
	}
	scheme, port := "tcp", "1883"
	switch address.Scheme {
	case "mqtt", "tcp":
	case "mqtts", "ssl", "tls":
		scheme, port = "ssl", "8883"
	default:
		m.refusef(MetadataURL, "has to begin with mqtt://, tcp://, mqtts:// or ssl://")
	}
	s.broker = scheme + "://" + net.JoinHostPort(address.Hostname(), cmp.Or(address.Port(), port))
	password, _ := address.User.Password()
	s.access.username = cmp.Or(m.text(MetadataUsername, maxText), address.User.Username())
	s.access.password = cmp.Or(m.text(MetadataPassword, maxText), password)
}
