/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// listen keeps a subscription, and comes back to a broker that was lost, less and
// less often while it fails.
func (w *watcher) listen(ctx context.Context, s settings, client string, tried func()) {
	defer tried()
	pause := w.registry.tempo.retryFirst
	for ctx.Err() == nil {
		began := time.Now()
		err := w.session(ctx, s, client, tried)
		if ctx.Err() != nil {
			return
		}
		w.report(s, err)
		tried()
		if time.Since(began) > w.registry.tempo.retryMost {
			pause = w.registry.tempo.retryFirst
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, w.registry.tempo.retryMost)
	}
}

// report keeps the error for KEDA's next call, and logs it once.
func (w *watcher) report(s settings, err error) {
	code := codes.Unavailable
	var refused refusal
	switch {
	case errors.As(err, &refused) && refused.unauthenticated():
		code = codes.Unauthenticated
	case errors.Is(err, errSubscription):
		code = codes.PermissionDenied
	}
	err = status.Error(code, fmt.Sprintf("broker %s: %s", s.address(), words(err)))
	w.mu.Lock()
	defer w.mu.Unlock()
	if s == w.settings && (w.err == nil || w.err.Error() != err.Error()) {
		w.err = err
		w.logger.Warnw("Not listening", "error", err)
	}
}

// words leaves out the addresses of our end, which differ from try to try.
func words(err error) string {
	if operation, ok := errors.AsType[*net.OpError](err); ok {
		return operation.Err.Error()
	}
	return err.Error()
}
