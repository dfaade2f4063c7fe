/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package environment

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	kubeclient "knative.dev/pkg/client/injection/kube/client"
	"knative.dev/pkg/configmap/informer"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/injection"
	"knative.dev/pkg/logging"

	"openfunction.dev/openfunction/cmd/controller/constructors"
	"openfunction.dev/openfunction/pkg/plugin"
)

// ControllerUser is the user of our controllers on the API server.
const ControllerUser = "system:serviceaccount:" + systemNamespace + ":controller"

const systemNamespace = "openfunction"

// threads is K_THREADS_PER_CONTROLLER of config/controller.yaml.
const threads = 16

var addToScheme = sync.OnceValue(func() error {
	controller.DefaultThreadsPerController = threads
	return constructors.Plugins().AddToScheme(scheme.Scheme)
})

// Controller is the controllers of cmd/controller in the process of the tests. They
// reconcile one namespace, so that tests of other namespaces can run at the same time
// on the same API server.
type Controller struct {
	cancel context.CancelFunc
	ended  chan struct{}
	err    error
	log    *logBuffer
}

// StartController starts our controllers for one namespace, under their own user.
// They run until the end of the test; a request that their roles do not allow fails it.
func (e *Environment) StartController(t *testing.T, namespace string) *Controller {
	t.Helper()
	return e.startController(t, namespace, constructors.Plugins(), nil)
}

// StartControllerWith is StartController with other plug-ins.
func (e *Environment) StartControllerWith(t *testing.T, namespace string, plugins plugin.Set) *Controller {
	t.Helper()
	return e.startController(t, namespace, plugins, nil)
}

// StartFailingController is StartController with a fault in the connection to the
// API server.
func (e *Environment) StartFailingController(t *testing.T, namespace string, fault *Fault) *Controller {
	t.Helper()
	return e.startController(t, namespace, constructors.Plugins(), fault)
}

func (e *Environment) startController(t *testing.T, namespace string, plugins plugin.Set, fault *Fault) *Controller {
	t.Helper()
	if err := addToScheme(); err != nil {
		t.Fatal(err)
	}
	config := rest.CopyConfig(e.As(t, ControllerUser).Config)
	if fault != nil {
		config.Wrap(func(next http.RoundTripper) http.RoundTripper { return fault.wrap(next) })
	}
	since := time.Now()
	c := &Controller{ended: make(chan struct{}), log: &logBuffer{}}
	if err := c.start(config, namespace, plugins); err != nil {
		t.Fatalf("starting the controllers: %v\n%s", err, c.log)
	}
	t.Cleanup(func() {
		c.Stop()
		if c.err != nil {
			t.Errorf("the controllers ended: %v", c.err)
		}
		e.expectAllowed(t, since)
		if t.Failed() {
			t.Logf("warnings and errors in the log of the controllers:\n%s", c.log)
		}
	})
	return c
}

// start does what sharedmain.MainWithContext does, without what is of a process:
// flags, signals, probes, leader election and metrics.
func (c *Controller) start(config *rest.Config, namespace string, plugins plugin.Set) error {
	// Before injection is set up, as in a program.
	all := constructors.For(plugins)
	ctx, cancel := context.WithCancel(context.Background())
	c.cancel = cancel
	ctx = logging.WithLogger(ctx, c.log.logger())
	ctx = injection.WithConfig(injection.WithNamespaceScope(ctx, namespace), config)
	ctx, informers := injection.Default.SetupInformers(ctx, config)
	configMaps := informer.NewInformedWatcher(kubeclient.Get(ctx), systemNamespace)
	controllers := make([]*controller.Impl, 0, len(all))
	for _, constructor := range all {
		controllers = append(controllers, constructor(ctx, configMaps))
	}
	err := configMaps.Start(ctx.Done())
	if err == nil {
		err = controller.StartInformers(ctx.Done(), informers...)
	}
	if err != nil {
		cancel()
		return err
	}
	go func() {
		c.err = controller.StartAll(ctx, controllers...)
		close(c.ended)
	}()
	return nil
}

// Stop stops the controllers.
func (c *Controller) Stop() {
	c.cancel()
	<-c.ended
}

// expectAllowed fails the test if the roles of the controller did not allow one of
// its requests since then.
func (e *Environment) expectAllowed(t *testing.T, since time.Time) {
	t.Helper()
	for _, request := range e.Refused(t, ControllerUser, since) {
		t.Errorf("the controller's roles do not allow: %v", request)
	}
}

// logBuffer keeps the last warnings and errors of a log.
type logBuffer struct {
	mutex sync.Mutex
	lines [][]byte
}

const keptLines = 15

func (b *logBuffer) logger() *zap.SugaredLogger {
	encoder := zapcore.NewConsoleEncoder(zap.NewDevelopmentEncoderConfig())
	return zap.New(zapcore.NewCore(encoder, b, zapcore.WarnLevel)).Sugar()
}

// Write implements zapcore.WriteSyncer.
func (b *logBuffer) Write(line []byte) (int, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.lines = append(b.lines, slices.Clone(line))
	b.lines = b.lines[max(0, len(b.lines)-keptLines):]
	return len(line), nil
}

// Sync implements zapcore.WriteSyncer.
func (*logBuffer) Sync() error { return nil }

func (b *logBuffer) String() string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return string(bytes.Join(b.lines, nil))
}
