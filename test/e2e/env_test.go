//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package e2e

import (
	"testing"

	"openfunction.dev/openfunction/test/cluster"
)

// The value of a linker definition (-X) is the only setting of a Go build whose bytes a
// reply can contain.
func TestBuildEnvironmentReachesTheBuildByteForByte(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	namespace := c.Namespace(t)
	const value = `say "hi" #1; a=b=c, $(params.x) $(id) $$ ${HOME} %s \n ` + "`id`" + ` *  two spaces` + "\nsecond line\ttab é"

	fn := fromSource(c, namespace, git.New(t, namespace, greeter("not replaced")))
	fn.Spec.Build.Env["FUNC_GOLDFLAGS"] = `-X 'example.com/hello.Text=` + value + `'`
	fn = c.AwaitReady(t, c.Create(t, fn))
	if got := answer(t, c, fn); got != value {
		t.Errorf("the build got\n%q\nwant\n%q", got, value)
	}
}
