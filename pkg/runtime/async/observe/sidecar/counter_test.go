/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package sidecar

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

var orders = Series{Component: "hello-orders", Topic: "new"}

func parse(t *testing.T, text string) map[string]*dto.MetricFamily {
	t.Helper()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	metrics, err := parser.TextToMetricFamilies(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return metrics
}

// The metrics are those of Dapr 1.18.
func TestCountsIn(t *testing.T) {
	const text = `# TYPE dapr_component_pubsub_ingress_count counter
dapr_component_pubsub_ingress_count{app_id="hello",component="hello-orders",namespace="team",process_status="success",status="success",topic="new"} 50
dapr_component_pubsub_ingress_count{app_id="hello",component="hello-orders",namespace="team",process_status="retry",status="retry",topic="new"} 7
dapr_component_pubsub_ingress_count{app_id="hello",component="hello-orders",namespace="team",process_status="drop",status="drop",topic="new"} 2
dapr_component_pubsub_ingress_count{app_id="hello",component="hello-orders",namespace="team",process_status="drop",status="success",topic="new"} 3
dapr_component_pubsub_ingress_count{app_id="hello",component="hello-orders",namespace="team",process_status="retry",status="retry",topic="old"} 1
# TYPE dapr_component_pubsub_ingress_latencies histogram
dapr_component_pubsub_ingress_latencies_bucket{component="hello-orders",process_status="retry",status="retry",topic="new",le="+Inf"} 6
dapr_component_pubsub_ingress_latencies_sum{component="hello-orders",process_status="retry",status="retry",topic="new"} 60
dapr_component_pubsub_ingress_latencies_count{component="hello-orders",process_status="retry",status="retry",topic="new"} 6
# TYPE dapr_component_input_binding_count counter
dapr_component_input_binding_count{app_id="hello",component="hello-queue",namespace="team",success="true"} 5
dapr_component_input_binding_count{app_id="hello",component="hello-queue",namespace="team",success="false"} 4
`
	want := map[Series]Counts{
		orders: {Failed: 7, Undelivered: 1, Dropped: 2, Discarded: 3},
		{Component: "hello-orders", Topic: "old"}: {Failed: 1, Undelivered: 1},
		{Component: "hello-queue"}:                {Failed: 4},
	}
	if diff := cmp.Diff(want, countsIn(parse(t, text))); diff != "" {
		t.Errorf("countsIn() (-want +got):\n%s", diff)
	}
}

// A publisher can use any number of topics that match a pattern.
func TestSeriesAreBounded(t *testing.T) {
	var text strings.Builder
	text.WriteString("# TYPE dapr_component_pubsub_ingress_count counter\n")
	for i := range 2 * maxSeries {
		fmt.Fprintf(&text, "dapr_component_pubsub_ingress_count{component=\"c\",process_status=\"retry\",topic=\"t%d\"} 1\n", i)
	}
	got := countsIn(parse(t, text.String()))
	var failed float64
	for _, counts := range got {
		failed += counts.Failed
	}
	if len(got) != maxSeries+1 || failed != 2*maxSeries {
		t.Errorf("%d series with %v failures, want %d and %d", len(got), failed, maxSeries+1, 2*maxSeries)
	}
}

// counting is a Counter that runs in a synctest bubble.
type counting struct {
	*Counter

	t        *testing.T
	mutex    sync.Mutex
	failed   map[string]float64
	dropped  map[string]float64
	log      string
	notified int
}

func count(t *testing.T, test func(*counting)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c := &counting{t: t, failed: map[string]float64{}, dropped: map[string]float64{}}
		logs := func(context.Context, *corev1.Pod, *corev1.PodLogOptions) (io.ReadCloser, error) {
			c.mutex.Lock()
			defer c.mutex.Unlock()
			return io.NopCloser(strings.NewReader(c.log)), nil
		}
		c.Counter = newCounter(cache.NewStore(cache.MetaNamespaceKeyFunc), c.metrics, logs)
		c.OnChange(func(serving types.NamespacedName) {
			if serving.String() != "team/hello" {
				t.Errorf("notified of %v", serving)
			}
			c.mutex.Lock()
			defer c.mutex.Unlock()
			c.notified++
		})
		stop, done := make(chan struct{}), make(chan struct{})
		go func() {
			c.Run(stop)
			close(done)
		}()
		test(c)
		close(stop)
		<-done
	})
}

func (c *counting) metrics(_ context.Context, url string) (map[string]*dto.MetricFamily, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return parse(c.t, fmt.Sprintf(`# TYPE dapr_component_pubsub_ingress_count counter
dapr_component_pubsub_ingress_count{component="hello-orders",process_status="retry",status="retry",topic="new"} %v
dapr_component_pubsub_ingress_count{component="hello-orders",process_status="drop",status="drop",topic="new"} %v
`, c.failed[url], c.dropped[url])), nil
}

// fail makes deliveries fail in a sidecar.
func (c *counting) fail(url string, deliveries float64) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.failed[url] += deliveries
}

// start adds a ready pod whose sidecar has started now, and returns where its metrics are.
func (c *counting) start(name, ip string, options ...func(*corev1.Pod)) string {
	pod := podWith(append([]func(*corev1.Pod){ready, at(ip), func(pod *corev1.Pod) {
		pod.Name, pod.UID = name, types.UID(name)
		pod.Labels = map[string]string{functions.ServingLabelKey: "hello"}
		pod.Status.InitContainerStatuses = []corev1.ContainerStatus{daprd("first", time.Now())}
	}}, options...)...)
	_ = c.pods.Add(pod)
	c.handler().OnAdd(pod, false)
	synctest.Wait()
	return "http://" + ip + ":19090/metrics"
}

func (c *counting) end(name string) {
	pod := podWith(func(pod *corev1.Pod) { pod.Name = name })
	_ = c.pods.Delete(pod)
	c.handler().OnDelete(pod)
	synctest.Wait()
}

func helloServing(before ...v1beta2.TriggerDeliveries) *v1beta2.Serving {
	s := &v1beta2.Serving{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "hello", UID: "uid"}}
	s.Status.Triggers = before
	return s
}

// want compares what was counted, and how often the revision was notified since the last
// call.
func (c *counting) want(when string, counts Counts, failing bool, notified int) {
	c.t.Helper()
	all, _ := c.Of(helloServing())
	got := all[orders]
	got.Undelivered = 0
	if got.Counts != counts || got.Failing != failing {
		c.t.Errorf("%s: counted %+v, want %+v, failing %t", when, got, counts, failing)
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.notified != notified {
		c.t.Errorf("%s: notified %d times, want %d", when, c.notified, notified)
	}
	c.notified = 0
}

// A series fails once deliveries have failed for a minute, and is healed after five minutes
// without a failure. The revision is notified of these two, and not of each event.
func TestFailingDeliveries(t *testing.T) {
	count(t, func(c *counting) {
		advance(time.Second)
		url := c.start("p", "10.0.0.7")
		c.fail(url, 3)
		advance(metricsInterval)
		c.want("for half a minute", Counts{Failed: 3}, false, 0)
		for range 2 {
			c.fail(url, 10)
			advance(metricsInterval)
		}
		c.want("for a minute", Counts{Failed: 23}, true, 1)
		for range 8 {
			c.fail(url, 10)
			advance(metricsInterval)
		}
		c.want("for five minutes", Counts{Failed: 103}, true, 0)
		for range 8 {
			c.fail(url, 10)
			advance(metricsInterval)
		}
		c.want("for nine minutes", Counts{Failed: 183}, true, 1)
		advance(QuietPeriod - time.Second)
		c.want("quiet for almost five minutes", Counts{Failed: 183}, true, 1)
		advance(metricsInterval + time.Second)
		c.want("quiet for five minutes", Counts{Failed: 183}, false, 1)
	})
}

// A failure that retries repair within a minute, as during a restart, is not reported.
func TestShortFailures(t *testing.T) {
	count(t, func(c *counting) {
		advance(time.Second)
		url := c.start("p", "10.0.0.7")
		for range 3 {
			c.fail(url, 1)
			advance(QuietPeriod + metricsInterval)
		}
		c.want("now and then", Counts{Failed: 3}, false, 0)
	})
}

// An event that is dropped has used up its retries.
func TestDroppedEvents(t *testing.T) {
	count(t, func(c *counting) {
		advance(time.Second)
		url := c.start("p", "10.0.0.7")
		c.mutex.Lock()
		c.dropped[url] = 1
		c.mutex.Unlock()
		advance(metricsInterval)
		c.want("dropped", Counts{Dropped: 1}, true, 1)
	})
}

// The numbers survive pods that end and sidecars that restart. What a sidecar counted
// before the start of this program is not counted again.
func TestCountsSurvivePods(t *testing.T) {
	count(t, func(c *counting) {
		advance(time.Second)
		before := func(pod *corev1.Pod) {
			pod.Status.InitContainerStatuses = []corev1.ContainerStatus{daprd("first", c.started.Add(-time.Minute))}
		}
		c.fail("http://10.0.0.8:19090/metrics", 100)
		old, url := c.start("old", "10.0.0.8", before), c.start("p", "10.0.0.7")
		c.fail(old, 1)
		c.fail(url, 2)
		advance(metricsInterval)
		c.want("two pods", Counts{Failed: 3}, false, 0)
		c.end("old")
		c.end("p")
		url = c.start("q", "10.0.0.9")
		c.fail(url, 4)
		advance(metricsInterval)
		c.want("another pod", Counts{Failed: 7}, false, 0)
		c.fail(url, -3)
		c.start("q", "10.0.0.9", func(pod *corev1.Pod) {
			pod.Status.InitContainerStatuses = []corev1.ContainerStatus{daprd("second", time.Now())}
		})
		c.want("a restarted sidecar", Counts{Failed: 8}, false, 0)
	})
}

// The numbers continue those in the status of the Serving.
func TestCountsContinueTheStatus(t *testing.T) {
	count(t, func(c *counting) {
		base := v1beta2.TriggerDeliveries{Name: "orders", Failed: 40}
		if _, got := c.Of(helloServing(base)); len(got) != 1 || got[0].Failed != 40 {
			t.Errorf("continues %v", got)
		}
		if _, got := c.Of(helloServing(v1beta2.TriggerDeliveries{Name: "orders", Failed: 50})); got[0].Failed != 40 {
			t.Errorf("what this program wrote itself counts twice: %v", got)
		}
	})
}

// The log of the sidecar contains why deliveries fail. It is read once a minute, and only while
// they do.
func TestCauses(t *testing.T) {
	count(t, func(c *counting) {
		advance(time.Second)
		url := c.start("p", "10.0.0.7")
		c.mutex.Lock()
		c.log = `time="t" level=warning msg="retriable error returned from app while processing pub/sub event 1, topic: new, body: secret. status code returned: 503"`
		c.mutex.Unlock()
		for range 3 {
			c.fail(url, 1)
			advance(metricsInterval)
		}
		all, _ := c.Of(helloServing())
		if got := all[orders].Cause; got != "the function answered 503" {
			t.Errorf("the cause is %q", got)
		}
	})
}

// One message that the sidecar cannot read is enough, because no retry repairs it and Redis
// loses it.
func TestUnreadableMessages(t *testing.T) {
	count(t, func(c *counting) {
		advance(time.Second)
		url := c.start("p", "10.0.0.7")
		c.mutex.Lock()
		c.log = `time="t" level=error msg="error deserializing cloud event in pubsub hello-orders and topic new: invalid character"`
		c.mutex.Unlock()
		c.fail(url, 1)
		advance(metricsInterval)
		c.want("one message", Counts{Failed: 1}, true, 1)
		if all, _ := c.Of(helloServing()); all[orders].Cause != UnreadableMessages || all[orders].Undelivered != 1 {
			t.Errorf("counted %+v", all[orders])
		}
	})
}

func TestCauseIn(t *testing.T) {
	for name, tt := range map[string]struct{ message, text, topic string }{
		"no CloudEvent": {
			"error deserializing cloud event in pubsub hello-devices and topic sensors/a: invalid character", UnreadableMessages, "sensors/a",
		},
		"HTTP": {
			"retriable error returned from app while processing pub/sub event 7, topic: new, body: {}. status code returned: 500",
			"the function answered 500", "new",
		},
		"gRPC": {
			"encountered a retriable error while publishing a subscribed message to topic new, err: rpc error: code = Unknown desc = secret",
			"the function returned the gRPC status Unknown", "new",
		},
		"HTTP, not recognised": {
			"non-retriable error returned from app while processing pub/sub event 7: no. status code returned: 404", "the function answered 404", "",
		},
		"gRPC, too large": {
			"encountered a retriable error while publishing a subscribed message to topic new, err: rpc error: code = ResourceExhausted desc = trying to send message larger than max (5000000 vs. 4194304)",
			LargeMessages, "new",
		},
		"another message": {"component loaded", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if text, topic, _ := causeIn(tt.message); text != tt.text || topic != tt.topic {
				t.Errorf("causeIn() = %q, %q, want %q, %q", text, topic, tt.text, tt.topic)
			}
		})
	}
}
