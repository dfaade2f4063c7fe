/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keda

import (
	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/gateway"
	"openfunction.dev/openfunction/pkg/runtime/keda/interceptor"
)

// GrantedRoutes returns the routes of functions that refer to the interceptor.
func GrantedRoutes() gateway.Granted {
	target := gateway.Target{Namespace: interceptor.Namespace, Services: []string{interceptor.Service, interceptor.ServiceH2C}}
	return gateway.Granted{
		Prefix: "openfunction-",
		Target: func(*config.Config) gateway.Target { return target },
		Refer: func(fn *v1beta2.Function, _ *config.Config) bool {
			return gateway.IsServedBy(v1beta2.HTTPEngineKeda, fn)
		},
	}
}
