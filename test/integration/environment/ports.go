/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package environment

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
)

// Servers listen on ports below those that Linux gives to outgoing connections, so
// that no connection takes a port between its choice and the start of its server.
const (
	firstPort = 20_000
	lastPort  = 32_767
)

// givenPorts are the ports that freePorts returned; it returns none twice.
var givenPorts struct {
	sync.Mutex

	set map[int]bool
}

// freePorts returns ports of loopback on which no process listens.
func freePorts(count int) ([]string, error) {
	givenPorts.Lock()
	defer givenPorts.Unlock()
	if givenPorts.set == nil {
		givenPorts.set = make(map[int]bool)
	}
	var ports []string
	for range 100 * count {
		if len(ports) == count {
			return ports, nil
		}
		port := firstPort + rand.IntN(lastPort-firstPort+1)
		if givenPorts.set[port] || !isFree(port) {
			continue
		}
		givenPorts.set[port] = true
		ports = append(ports, strconv.Itoa(port))
	}
	return nil, errors.New("too few free ports on 127.0.0.1")
}

func isFree(port int) bool {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	return err == nil && listener.Close() == nil
}
