/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

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
