/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package environment

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
)

// process is a program that runs no longer than the tests do, however they end.
type process struct {
	name string
	log  string
	cmd  *exec.Cmd
	// ended is closed when the process has ended, after err was set.
	ended chan struct{}
	err   error
	// ending is whether it was made to end, by the test or by a fault that it planned.
	ending atomic.Bool
}

var running struct {
	sync.Mutex

	processes []*process
}

// spawner starts processes from one thread that never ends: the kernel kills a
// process on the death of the thread that made it, not of the whole program.
var spawner = sync.OnceValue(func() chan<- func() {
	requests := make(chan func())
	go func() {
		runtime.LockOSThread()
		for request := range requests {
			request()
		}
	}()
	return requests
})

// start runs a program with its output in a file of dir.
func start(dir, name string, env []string, program string, args ...string) (*process, error) {
	p := &process{name: name, log: filepath.Join(dir, name+".log"), ended: make(chan struct{})}
	output, err := os.OpenFile(p.log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	defer output.Close()
	// Not of a test's context: several tests may share the process.
	p.cmd = exec.CommandContext(context.Background(), program, args...)
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.Dir = dir
	p.cmd.Stdout, p.cmd.Stderr = output, output
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}

	started := make(chan error)
	spawner() <- func() { started <- p.cmd.Start() }
	if err := <-started; err != nil {
		return nil, fmt.Errorf("starting %s: %w", name, err)
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.ended)
	}()
	running.Lock()
	defer running.Unlock()
	running.processes = append(running.processes, p)
	return p, nil
}

// signal sends sig to the process and all that it started.
func (p *process) signal(sig syscall.Signal) {
	_ = syscall.Kill(-p.cmd.Process.Pid, sig) // it may have ended
}

// kill ends the process, if it has not ended yet.
func (p *process) kill() {
	select {
	case <-p.ended: // its id may be another's by now
	default:
		p.signal(syscall.SIGKILL)
		<-p.ended
	}
}

func killAll() {
	running.Lock()
	defer running.Unlock()
	for _, p := range running.processes {
		p.kill()
	}
}

// tail returns the last lines that the process wrote.
func (p *process) tail(count int) string {
	text, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-count):], "\n")
}

// warnings returns the last lines that are warnings or errors, without
// the ends of long ones.
func (p *process) warnings() string {
	lines := slices.DeleteFunc(strings.Split(p.tail(1000), "\n"), func(line string) bool {
		return strings.Contains(line, `"severity":"INFO"`) || strings.Contains(line, `"level":"info"`)
	})
	for i := range lines {
		lines[i] = lines[i][:min(len(lines[i]), 600)]
	}
	return strings.Join(lines[max(0, len(lines)-15):], "\n")
}

func pid() string {
	return strconv.Itoa(os.Getpid())
}
