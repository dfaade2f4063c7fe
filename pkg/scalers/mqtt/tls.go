/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"strings"
)

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
