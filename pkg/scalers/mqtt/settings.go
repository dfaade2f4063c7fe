/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package mqtt is a KEDA external push scaler: it wakes a function when
// messages arrive for its persistent MQTT session, and takes none of them.
package mqtt

import (
	"cmp"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kedacore/keda/v2/pkg/scalers/externalscaler"
)

// Keys of a trigger's metadata. Each may also be written with the suffix FromEnv:
// then its value names a variable of the target's container, which KEDA reads for
// us, Secrets included, and hands over under the key with the suffix.
const (
	// MetadataURL is the broker: mqtt://, tcp://, mqtts:// or ssl://, with or
	// without user:password@.
	MetadataURL = "url"
	// MetadataTopic is the topic filter that the function subscribes to.
	MetadataTopic = "topic"
	// MetadataQoS is the quality of service of the function's subscription; 1 when
	// it is not set.
	MetadataQoS = "qos"
	// MetadataClientID is the client id of the function's session. Without it
	// nobody looks whether messages wait there.
	MetadataClientID = "clientID"
	// MetadataUsername is for the broker, in place of the one in the URL.
	MetadataUsername = "username"
	// MetadataPassword is for the broker, in place of the one in the URL.
	MetadataPassword = "password"
	// MetadataCACert holds the certificates that the broker's is checked with, PEM.
	// (Plain caCert is what KEDA checks a scaler's own certificate with.)
	MetadataCACert = "brokerCaCert"
	// MetadataClientCert is the certificate we show to the broker, PEM.
	MetadataClientCert = "brokerClientCert"
	// MetadataClientKey is the key of MetadataClientCert, PEM.
	MetadataClientKey = "brokerClientKey"
	// MetadataTarget is the name of the Deployment or StatefulSet that is scaled;
	// the ScaledObject's own name when it is not set.
	MetadataTarget = "target"
	// MetadataService is the Service in front of the workload's pods, by which is
	// seen which of them are ready; without it a pod that connects before it
	// subscribes, as Dapr does, may not get what waits.
	MetadataService = "service"
	// MetadataIdleSeconds is how long after the last message the function counts as
	// busy, in seconds; 30 when it is not set.
	MetadataIdleSeconds = "idleSeconds"
	// MetadataDrainSeconds is how long a pod may still hold the function's session
	// after the workload was scaled to zero, in seconds; 30 when it is not set, as
	// is a pod's grace period.
	MetadataDrainSeconds = "drainSeconds"
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

// metadata reads what a trigger says, and remembers the first thing that is wrong.
type metadata struct {
	values map[string]string
	err    error
}

func (m *metadata) refusef(key, format string, args ...any) {
	if m.err == nil {
		m.err = fmt.Errorf("metadata %s: %s", key, fmt.Sprintf(format, args...))
	}
}

func (m *metadata) text(key string, limit int) string {
	value, plain := m.values[key]
	resolved, env := m.values[key+fromEnv]
	if plain && env {
		m.refusef(key, "set either %s or %s%s", key, key, fromEnv)
	}
	value = cmp.Or(value, resolved)
	if len(value) > limit {
		m.refusef(key, "is longer than %d bytes", limit)
	}
	if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
		m.refusef(key, "is not text in UTF-8")
	}
	return value
}

func (m *metadata) number(key string, ifUnset, least, most int) int {
	value := m.text(key, maxText)
	if value == "" {
		return ifUnset
	}
	number, err := strconv.Atoi(value)
	if err != nil || number < least || number > most {
		m.refusef(key, "has to be a number from %d to %d", least, most)
	}
	return number
}

func (m *metadata) seconds(key string, least int) time.Duration {
	return time.Duration(m.number(key, defaultSeconds, least, maxSeconds)) * time.Second
}

// watched is what tells one watcher from another.
type watched struct {
	namespace, name string
	// broker is scheme://host:port.
	broker string
	// topic is what we subscribe to: that of the function without its group.
	topic    string
	clientID string
}

// id is our own client id at the broker: at most 22 of the 23 characters, which every
// broker takes.
func (w watched) id() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{w.namespace, w.name, w.broker, w.topic, w.clientID}, "\x00")))
	return "of-scaler-" + hex.EncodeToString(sum[:6])
}

// sessionName tells the function's session from all others.
func (w watched) sessionName() string {
	return w.broker + " " + w.clientID
}

func (w watched) address() string {
	_, address, _ := strings.Cut(w.broker, "://")
	return address
}

func (s settings) encrypted() bool {
	return strings.HasPrefix(s.broker, "ssl://")
}

func (s settings) tlsConfig() (*tls.Config, error) {
	host, _, err := net.SplitHostPort(s.address())
	if err != nil {
		return nil, fmt.Errorf("metadata %s: has no host and port", MetadataURL)
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: host}
	if s.access.caCert != "" {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM([]byte(s.access.caCert)) {
			return nil, fmt.Errorf("metadata %s: holds no certificate in PEM", MetadataCACert)
		}
	}
	if s.access.clientCert != "" || s.access.clientKey != "" {
		pair, err := tls.X509KeyPair([]byte(s.access.clientCert), []byte(s.access.clientKey))
		if err != nil {
			return nil, fmt.Errorf("metadata %s and %s: are no certificate and its key in PEM", MetadataClientCert, MetadataClientKey)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}
