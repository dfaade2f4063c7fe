/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package async runs functions that events call: with Dapr, which hands them the
// events, and KEDA, which scales them by what waits for them.
package async

import (
	"fmt"

	kedav1alpha1 "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	k8sruntime "k8s.io/apimachinery/pkg/runtime"
)

// AddToScheme adds the kinds of KEDA that are made for a Serving.
func AddToScheme(scheme *k8sruntime.Scheme) error {
	if err := kedav1alpha1.AddToScheme(scheme); err != nil {
		return fmt.Errorf("adding the kinds of KEDA: %w", err)
	}
	return nil
}
