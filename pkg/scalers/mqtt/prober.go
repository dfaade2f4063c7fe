/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"context"
	"fmt"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
)

// Replicas answers what is so of a function's pods.
type Replicas interface {
	// Zero is whether a workload has no pods and none are wanted. A workload that is
	// not known is an error.
	Zero(ctx context.Context, namespace, target string) (bool, error)
	// Ready returns the pods behind a Service that are ready.
	Ready(ctx context.Context, namespace, service string) (sets.Set[types.UID], error)
}

// prober looks whether messages wait in the session of a function that has no
// pods: the watcher hears what arrives, not what the function has finished.
type prober struct {
	w *watcher
	s settings
	// done is when the session was looked at last, pods when the workload may have
	// had some last.
	done, pods time.Time
	// next is when to ask for the pods again, after pause.
	next  time.Time
	pause time.Duration
	// idle is how long after the last message the function counts as active.
	idle time.Duration
	// problem is what was logged last.
	problem string
}

func newProber(w *watcher, s settings) *prober {
	return &prober{w: w, s: s, pause: w.registry.tempo.look, idle: s.idle}
}

func (p *prober) run(ctx context.Context) {
	if p.s.clientID == "" {
		return
	}
	ticker := time.NewTicker(p.w.registry.tempo.look)
	defer ticker.Stop()
	for {
		if p.due() {
			err := p.step(ctx)
			if err != nil && ctx.Err() == nil && err.Error() != p.problem {
				p.problem = err.Error()
				p.w.logger.Warnw("Cannot see whether messages wait", "error", p.problem)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// due is whether to have a look: once after each connect and after each active
// period, while KEDA wants to know.
func (p *prober) due() bool {
	now, renewed, last := time.Now(), p.w.since(), p.w.activity.lastSign()
	if active, _ := p.w.activity.state(); active || renewed.IsZero() || now.Before(p.next) {
		return false
	}
	if ends := p.w.activity.ends(); ends.After(p.pods) {
		p.pods = ends
	}
	return (renewed.After(p.done) || last.After(p.done)) && p.w.asks(p.w.registry.tempo.wanted)
}

// step has a look if the function has no pods that would lose their connection.
func (p *prober) step(ctx context.Context) error {
	zero, err := p.w.registry.zero(ctx, p.w)
	if err != nil || !zero {
		p.next = time.Now().Add(p.pause)
		p.pause = min(2*p.pause, p.w.registry.tempo.lookMost)
		if err == nil {
			p.pods = time.Now()
		}
		return err
	}
	p.pause = p.w.registry.tempo.look
	if !p.pods.IsZero() && time.Since(p.pods) < p.s.drain {
		return nil
	}
	release, ok := p.w.registry.claim(p.w.sessionName())
	if !ok {
		return nil
	}
	defer release()
	began := time.Now()
	found, err := p.probe(ctx)
	if err != nil {
		p.next = time.Now().Add(p.w.registry.tempo.retryMost)
		return err
	}
	renew := found == absent && p.w.since().After(p.done)
	p.adjust(found)
	p.done, p.problem = began, ""
	if found == backlog || renew {
		p.w.logger.Infow("Waking", "session", found)
		p.w.activity.sign()
	}
	return nil
}

// adjust gives a function that was sent to sleep before it had finished twice the
// time that it had, and one that had finished the usual time again: how much it still
// has to do nobody hears.
func (p *prober) adjust(found finding) {
	worked := p.w.activity.lastSign().After(p.done)
	switch {
	case found != backlog:
		p.idle = p.s.idle
	case worked:
		p.idle = min(2*p.idle, max(p.s.idle, p.w.registry.tempo.idleMost))
	}
	p.w.activity.setIdle(p.idle)
}

// finding is what a look at the function's session showed.
type finding string

const (
	// nothing waits.
	nothing finding = "empty"
	// backlog waits.
	backlog finding = "backlog"
	// absent: the broker knows no such session, so that it keeps nothing for the
	// function until that subscribes again.
	absent finding = "absent"
	// taken: somebody else connected with the client id, the function as a rule.
	taken finding = "taken over"
)

// probe connects as the function, for as long as a broker takes to send what
// waits. It subscribes to nothing and acknowledges nothing: the broker sends all
// of it again to whoever connects next.
func (p *prober) probe(ctx context.Context) (finding, error) {
	c, present, err := dial(ctx, p.s, p.s.clientID, false)
	if err != nil {
		return "", fmt.Errorf("connecting as %q: %w", p.s.clientID, err)
	}
	if !present {
		c.leave()
		return absent, nil
	}
	settled, cancel := context.WithTimeout(ctx, p.w.registry.tempo.settle)
	defer cancel()
	stop := context.AfterFunc(settled, c.leave)
	defer func() {
		if stop() {
			c.leave()
		}
	}()
	for {
		received, err := c.receive()
		switch {
		case err != nil && ctx.Err() != nil:
			return "", ctx.Err()
		case err != nil && settled.Err() != nil:
			return nothing, nil
		case err != nil:
			return taken, nil
		case received.kind == packets.Publish:
			return backlog, nil
		}
	}
}
