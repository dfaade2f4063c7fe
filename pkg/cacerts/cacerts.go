/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package cacerts is what the steps of a build know of certificate authorities that the
// namespace of the build adds to those of the images.
package cacerts

import (
	"crypto/x509"
	"errors"
)

// place is where a user puts the certificates.
const place = "ca.crt in the ConfigMap openfunction-ca-certificates"

const (
	// Variable is the environment variable of the steps with the certificates in PEM
	// form. The templates of the steps take it from the ConfigMap that Advice names.
	Variable = "CA_CERTIFICATES"

	// Advice is what a user does about a host whose certificate is not trusted.
	Advice = "add the certificate of its authority to " + place + " of this namespace"
)

var errNone = errors.New(place + " contains no certificate in PEM form")

// Check returns an error if text has no certificate.
func Check(text string) error {
	if !x509.NewCertPool().AppendCertsFromPEM([]byte(text)) {
		return errNone
	}
	return nil
}
