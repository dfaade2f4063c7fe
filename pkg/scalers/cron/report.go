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

	// meterName is the instrumentation scope, a label of the metrics. It stays the
	// same when the package moves, so that dashboards keep working.
	meterName = "openfunction.dev/openfunction/pkg/scheduler"
)

// outcome is how a run ended. It is an attribute of the metric openfunction.cron.runs.
type outcome string

const (
	// outcomeAnswered: the function handled the run.
	outcomeAnswered outcome = "answered"
	// outcomeFailed: the function returned an error or did not respond.
	outcomeFailed outcome = "failed"
	// outcomeUnreached: the function was not ready before the deadline.
	outcomeUnreached outcome = "unreached"
	// outcomeMissed: no scheduler was running when the run was due.
	outcomeMissed outcome = "missed"
	// outcomeSkipped: earlier runs were still in progress.
	outcomeSkipped outcome = "skipped"
	// outcomeReplaced: a later run replaced it, as its concurrency policy requires.
	outcomeReplaced outcome = "replaced"
	// outcomeLost: the scheduler died after it marked the run as sent.
	outcomeLost outcome = "lost"
	// outcomeSuspended: the function was suspended or deleted before it was ready.
	outcomeSuspended outcome = "suspended"
	// outcomeHandedBack: another replica continues the run.
	outcomeHandedBack outcome = "handed back"
)

// failures are the outcomes that are reported as events of the function.
var failures = map[outcome]struct{ reason, summary, advice string }{
	outcomeFailed:    {reasonRunFailed, "failed", "See the log of the function."},
	outcomeUnreached: {reasonRunFailed, "was not sent", "Check that a pod of the function becomes ready."},
	outcomeLost:      {reasonRunLost, "may be lost", "See the log of the function, and repeat the run by hand if needed."},
	outcomeMissed:    {reasonRunNotBegun, "was missed", "Set missedRunPolicy: RunOnce to run it late."},
	outcomeSkipped:   {reasonRunNotBegun, "was skipped", "Use a longer interval or another concurrencyPolicy."},
}

// result is how the run with the scheduled time at ended.
type result struct {
	at      time.Time
	outcome outcome
	message string
}

// count adds the result of a run of t to how the runs of its revision ended. Runs that were
// skipped, replaced or missed are no failures of the function.
func (s *state) count(t *target, res result) {
	if t == nil {
		return
	}
	message := ""
	switch res.outcome {
	case outcomeAnswered:
	case outcomeFailed, outcomeUnreached, outcomeLost:
		message = failures[res.outcome].summary + ": " + res.message
	default:
		return
	}
	interval := time.Duration(0)
	if schedule, err := t.cron.ParseSchedule(); err == nil {
		interval = schedule.Next(res.at).Sub(res.at)
	}
	s.outcomes.Add(t.serving.Name, res.at, interval, message)
}

// reporter reports the results of runs as log lines, metrics and events.
type reporter struct {
	logger   *zap.SugaredLogger
	recorder eventrecord.EventRecorder
	runs     metric.Int64Counter
	delay    metric.Float64Histogram
}

// newReporter returns a reporter that creates its metrics with meter.
func newReporter(logger *zap.SugaredLogger, recorder eventrecord.EventRecorder, meter metric.Meter) (reporter, error) {
	runs, err := meter.Int64Counter("openfunction.cron.runs",
		metric.WithDescription("Runs of schedules that ended, by outcome."), metric.WithUnit("{run}"))
	if err != nil {
		return reporter{}, err
	}
	delay, err := meter.Float64Histogram("openfunction.cron.delay",
		metric.WithDescription("Time from the scheduled time of a run until it is sent."), metric.WithUnit("s"),
		metric.WithExplicitBucketBoundaries(.01, .05, .1, .25, .5, 1, 2, 5, 10, 30, 60, 300))
	if err != nil {
		return reporter{}, err
	}
	return reporter{logger: logger, recorder: recorder, runs: runs, delay: delay}, nil
}

// run reports the result of a run. delay is the time from the scheduled time to the
// request, zero if none was sent. t is nil if no revision has the trigger any more.
func (r reporter) run(t *target, res result, delay time.Duration) {
	ctx := context.Background()
	r.runs.Add(ctx, 1, metric.WithAttributes(attribute.String("outcome", string(res.outcome))))
	fields := []any{"outcome", res.outcome, "scheduled", res.at, "message", res.message}
	if delay != 0 {
		r.delay.Record(ctx, delay.Seconds())
		fields = append(fields, "delay", delay.String())
	}
	if t == nil {
		r.logger.Infow("A run ended", fields...)
		return
	}
	r.logger.Infow("A run ended", append(fields, "namespace", t.serving.Namespace, "function", t.function.Name, "cron", t.key)...)
	if f, ok := failures[res.outcome]; ok {
		r.recorder.Eventf(t.functionReference(), corev1.EventTypeWarning, f.reason,
			"The run of trigger %s for %s %s: %s. %s", t.key, res.at.UTC().Format(time.RFC3339), f.summary, res.message, f.advice)
	}
}

// invalidSchedule reports a schedule that cannot be parsed.
func (r reporter) invalidSchedule(t *target, err error) {
	r.logger.Warnw("The schedule is invalid", "namespace", t.serving.Namespace, "function", t.function.Name, "cron", t.key, "error", err)
	r.recorder.Eventf(t.functionReference(), corev1.EventTypeWarning, reasonInvalidSchedule,
		"The schedule of trigger %s is invalid: %v. Correct spec.serving.triggers.cron.", t.key, err)
}
