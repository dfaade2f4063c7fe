/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"testing"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// A revision with a share has that part of the replicas, and at least one.
func TestShareOfReplicas(t *testing.T) {
	for percent, want := range map[string]int32{"": 10, "10": 1, "14": 1, "15": 2, "50": 5, "99": 10, "1": 1, "100": 10, "x": 10} {
		p := &plan{serving: &v1beta2.Serving{}}
		p.serving.Annotations = map[string]string{functions.TrafficPercentAnnotationKey: percent}
		if got := p.share(10); got != want {
			t.Errorf("share(10) at %q %% = %d, want %d", percent, got, want)
		}
		if got := p.share(0); got != 0 {
			t.Errorf("share(0) at %q %% = %d, want 0", percent, got)
		}
	}
}
