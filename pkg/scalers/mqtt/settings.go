/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

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

// Keys of the metadata of a trigger in a ScaledObject. The value of a key with the
// suffix FromEnv is the name of a variable of the target's container. KEDA resolves
// it, also from a Secret, and sends the result under the key with the suffix.
const (
	// keyURL is the address of the broker: mqtt://, tcp://, mqtts:// or ssl://, with
	// or without user:password@.
	keyURL = "url"
	// keyTopic is the topic filter of the function's subscription.
	keyTopic = "topic"
	// keyQoS is the quality of service of that subscription; the default is 1.
	keyQoS = "qos"
	// keyClientID is the client id of the function's session. Without it the session is
	// not probed for messages.
	keyClientID = "clientID"
	// keyUsername and keyPassword replace those in the URL.
	keyUsername = "username"
	keyPassword = "password"
	// keyCACert are the PEM certificates of the authorities that the broker's
	// certificate is verified with. KEDA itself uses caCert.
	keyCACert = "brokerCaCert"
	// keyClientCert and keyClientKey are a PEM client certificate and its key.
	keyClientCert = "brokerClientCert"
	keyClientKey  = "brokerClientKey"
	// keyTarget is the name of the Deployment or StatefulSet that is scaled; the
	// default is the name of the ScaledObject.
	keyTarget = "target"
	// keyService is the Service of the workload's pods, which shows the ready ones.
	// Without it, new pods are not reconnected.
	keyService = "service"
	// keyIdleSeconds is how long the function is active after the latest message; the
	// default is 30.
	keyIdleSeconds = "idleSeconds"
	// keyDrainSeconds is how long pods may use the session after the scale to zero; the
	// default is 30, the default grace period of pods.
	keyDrainSeconds = "drainSeconds"

	fromEnv = "FromEnv"
)

const (
	maxKeys        = 64
	maxText        = 1024
	maxCertificate = 64 << 10
	maxName        = 253
	maxSeconds     = 24 * 60 * 60
	defaultSeconds = 30
)

// settings are the validated metadata of one trigger. They are comparable.
type settings struct {
	triggerKey
	// target is the name of the workload, and service that of its Service, in the
	// namespace of the ScaledObject.
	target, service string
	qos             byte
	idle            time.Duration
	drain           time.Duration
	credentials     credentials
}

// triggerKey identifies a watcher. KEDA's requests with the same key share one.
type triggerKey struct {
	// namespace and name are those of the ScaledObject.
	namespace, name string
	// broker is scheme://host:port; the scheme is tcp or ssl.
	broker string
	// topic is the topic filter of the function, without the group of a shared
	// subscription.
	topic string
	// clientID is the client id of the function's session.
	clientID string
}

// credentials are secret: they must not be part of logs and errors.
type credentials struct {
	username, password            string
	caCert, clientCert, clientKey string
}

// scalerClientID returns the client id of the scaler's own session. It has at most 22
// characters; every broker accepts 23.
func (k triggerKey) scalerClientID() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{k.namespace, k.name, k.broker, k.topic, k.clientID}, "\x00")))
	return "of-scaler-" + hex.EncodeToString(sum[:6])
}

// session identifies the function's session. Functions of different namespaces share
// none, so that a trigger of one namespace cannot stop the probes for another.
func (k triggerKey) session() string {
	return k.namespace + " " + k.broker + " " + k.clientID
}

// address returns the host and port of the broker.
func (k triggerKey) address() string {
	_, address, _ := strings.Cut(k.broker, "://")
	return address
}

func (k triggerKey) encrypted() bool {
	return strings.HasPrefix(k.broker, "ssl://")
}

func (s settings) tlsConfig() (*tls.Config, error) {
	host, _, err := net.SplitHostPort(s.address())
	if err != nil {
		return nil, fmt.Errorf("metadata %s: must have a host and a port", keyURL)
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: host}
	if s.credentials.caCert != "" {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM([]byte(s.credentials.caCert)) {
			return nil, fmt.Errorf("metadata %s: must contain a PEM certificate", keyCACert)
		}
	}
	if s.credentials.clientCert != "" || s.credentials.clientKey != "" {
		pair, err := tls.X509KeyPair([]byte(s.credentials.clientCert), []byte(s.credentials.clientKey))
		if err != nil {
			return nil, fmt.Errorf("metadata %s and %s: must be a PEM certificate and its key", keyClientCert, keyClientKey)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

// parse validates the metadata of a trigger. Its errors name the key and quote no
// value, which may be secret.
func parse(ref *externalscaler.ScaledObjectRef) (settings, error) {
	m := &metadata{values: ref.GetScalerMetadata()}
	if len(m.values) > maxKeys {
		return settings{}, fmt.Errorf("metadata: must have at most %d keys", maxKeys)
	}
	for field, value := range map[string]string{"name": ref.GetName(), "namespace": ref.GetNamespace()} {
		if value == "" || len(value) > maxName {
			return settings{}, fmt.Errorf("the %s of the ScaledObject must have 1 to %d characters", field, maxName)
		}
	}
	s := settings{
		triggerKey: triggerKey{
			namespace: ref.GetNamespace(),
			name:      ref.GetName(),
			topic:     m.topic(),
			clientID:  m.text(keyClientID, maxText),
		},
		target:  cmp.Or(m.text(keyTarget, maxText), ref.GetName()),
		service: m.text(keyService, maxText),
		qos:     byte(m.number(keyQoS, 1, 0, 2)), //nolint:gosec // 0 to 2
		idle:    m.seconds(keyIdleSeconds, 1),
		drain:   m.seconds(keyDrainSeconds, 0),
		credentials: credentials{
			caCert:     m.text(keyCACert, maxCertificate),
			clientCert: m.text(keyClientCert, maxCertificate),
			clientKey:  m.text(keyClientKey, maxCertificate),
		},
	}
	m.broker(&s)
	if m.err == nil && s.encrypted() {
		_, err := s.tlsConfig()
		return s, err
	}
	// Text that is not checked must not stay in memory.
	s.credentials.caCert, s.credentials.clientCert, s.credentials.clientKey = "", "", ""
	return s, m.err
}

// metadata reads the metadata of a trigger, and keeps the first error.
type metadata struct {
	values map[string]string
	err    error
}

func (m *metadata) failf(key, format string, args ...any) {
	if m.err == nil {
		m.err = fmt.Errorf("metadata %s: %s", key, fmt.Sprintf(format, args...))
	}
}

func (m *metadata) text(key string, limit int) string {
	value, plain := m.values[key]
	resolved, env := m.values[key+fromEnv]
	if plain && env {
		m.failf(key, "set either %s or %s%s", key, key, fromEnv)
	}
	value = cmp.Or(value, resolved)
	if len(value) > limit {
		m.failf(key, "must have at most %d bytes", limit)
	}
	if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
		m.failf(key, "must be UTF-8 text")
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
		m.failf(key, "must be a number from %d to %d", least, most)
	}
	return number
}

func (m *metadata) seconds(key string, least int) time.Duration {
	return time.Duration(m.number(key, defaultSeconds, least, maxSeconds)) * time.Second
}

// topic returns the topic filter without the group of a shared subscription. As a
// member of the group the scaler would receive messages in place of the function.
func (m *metadata) topic() string {
	topic := m.text(keyTopic, maxText)
	if rest, ok := strings.CutPrefix(topic, "$share/"); ok {
		_, topic, _ = strings.Cut(rest, "/")
	}
	if topic == "" {
		m.failf(keyTopic, "is missing")
	}
	levels := strings.Split(topic, "/")
	for i, level := range levels {
		if len(level) > 1 && strings.ContainsAny(level, "+#") || level == "#" && i < len(levels)-1 {
			m.failf(keyTopic, "must be a topic filter: + and # replace whole levels, and # only the last one")
		}
	}
	return topic
}

// broker sets the broker and the credentials of s.
func (m *metadata) broker(s *settings) {
	text := m.text(keyURL, 2*maxText)
	if text == "" {
		m.failf(keyURL, "is missing; the variable that %s%s names must be in the environment of the target's container",
			keyURL, fromEnv)
		return
	}
	address, err := url.Parse(text)
	if err != nil || address.Hostname() == "" {
		m.failf(keyURL, "must be a URL with a host")
		return
	}
	scheme, port := "tcp", "1883"
	switch address.Scheme {
	case "mqtt", "tcp":
	case "mqtts", "ssl", "tls":
		scheme, port = "ssl", "8883"
	default:
		m.failf(keyURL, "must begin with mqtt://, tcp://, mqtts:// or ssl://")
	}
	s.broker = scheme + "://" + net.JoinHostPort(address.Hostname(), cmp.Or(address.Port(), port))
	password, _ := address.User.Password()
	s.credentials.username = cmp.Or(m.text(keyUsername, maxText), address.User.Username())
	s.credentials.password = cmp.Or(m.text(keyPassword, maxText), password)
}
