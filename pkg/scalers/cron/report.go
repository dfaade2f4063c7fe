/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cron

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"
	corev1 "k8s.io/api/core/v1"
	eventrecord "k8s.io/client-go/tools/record"
)

const (
	reasonRunFailed       = "CronRunFailed"
	reasonRunLost         = "CronRunLost"
	reasonRunNotBegun     = "CronRunNotBegun"
	reasonInvalidSchedule = "InvalidSchedule"
)

// reporter tells people what became of runs.
type reporter struct {
	logger   *zap.SugaredLogger
	recorder eventrecord.EventRecorder
	runs     metric.Int64Counter
	delay    metric.Float64Histogram
}

// newReporter returns one that logs, counts and records events at the function.
func newReporter(logger *zap.SugaredLogger, recorder eventrecord.EventRecorder, meter metric.Meter) (reporter, error) {
	runs, err := meter.Int64Counter("openfunction.cron.runs",
		metric.WithDescription("Runs of schedules that ended, by outcome."), metric.WithUnit("{run}"))
	if err != nil {
		return reporter{}, err
	}
	delay, err := meter.Float64Histogram("openfunction.cron.delay",
		metric.WithDescription("Time from the second of a run until it is sent."), metric.WithUnit("s"),
		metric.WithExplicitBucketBoundaries(.01, .05, .1, .25, .5, 1, 2, 5, 10, 30, 60, 300))
	if err != nil {
		return reporter{}, err
	}
	return reporter{logger: logger, recorder: recorder, runs: runs, delay: delay}, nil
}

// run reports the end of a run, which was sent delay after its second, or not at
// all where that is zero. t is nil where nothing has the schedule any more.
func (r reporter) run(t *target, n note, delay time.Duration) {
	ctx := context.Background()
	r.runs.Add(ctx, 1, metric.WithAttributes(attribute.String("outcome", string(n.outcome))))
	fields := []any{"outcome", n.outcome, "scheduled", n.at, "message", n.message}
	if delay != 0 {
		r.delay.Record(ctx, delay.Seconds())
		fields = append(fields, "delay", delay.String())
	}
	if t == nil {
		r.logger.Infow("A run ended", fields...)
		return
	}
	r.logger.Infow("A run ended", append(fields, "namespace", t.serving.Namespace, "function", t.function.Name, "cron", t.key)...)
	if reason := reasonOf(n.outcome); reason != "" {
		r.recorder.Eventf(functionOf(t), corev1.EventTypeWarning, reason,
			"The run of %s for %s is %s: %s", t.key, n.at.UTC().Format(time.RFC3339), n.outcome, n.message)
	}
}

// schedule reports that a schedule cannot be read.
func (r reporter) schedule(t *target, err error) {
	r.logger.Warnw("A schedule cannot be read", "namespace", t.serving.Namespace, "function", t.function.Name, "cron", t.key, "error", err)
	r.recorder.Eventf(functionOf(t), corev1.EventTypeWarning, reasonInvalidSchedule, "The schedule of %s: %v", t.key, err)
}

func reasonOf(o outcome) string {
	switch o {
	case failed, unreached:
		return reasonRunFailed
	case lost:
		return reasonRunLost
	case missed, skipped:
		return reasonRunNotBegun
	case answered, replaced, suspended, handedBack:
	}
	return ""
}

// functionOf names the function, the object that its author looks at.
func functionOf(t *target) *corev1.ObjectReference {
	return &corev1.ObjectReference{
		APIVersion: t.function.APIVersion,
		Kind:       t.function.Kind,
		Namespace:  t.serving.Namespace,
		Name:       t.function.Name,
		UID:        t.function.UID,
	}
}
