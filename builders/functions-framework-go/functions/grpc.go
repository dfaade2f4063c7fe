/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Status codes of gRPC. Dapr drops an event whose response is codeUnimplemented, so
// that code must never be the response to an event.
const (
	codeOK                 = 0
	codeUnknown            = 2
	codeInvalidArgument    = 3
	codePermissionDenied   = 7
	codeFailedPrecondition = 9
	codeAborted            = 10
	codeUnimplemented      = 12
	codeInternal           = 13
	codeUnavailable        = 14
)

// maxMessage is the maximum size in bytes of messages and request bodies. Dapr's own
// default is 4 MiB.
const maxMessage = 64 << 20

const grpcContentType = "application/grpc"

// status is the result of a failed call.
type status struct {
	code    int
	message string
}

// Error returns the code and the message.
func (s *status) Error() string {
	return fmt.Sprintf("%s (gRPC status %d)", s.message, s.code)
}

func isGRPC(r *http.Request) bool {
	return r.ProtoMajor == 2 && strings.HasPrefix(r.Header.Get("Content-Type"), grpcContentType)
}

// frame returns m with the prefix of gRPC: a flag that it is not compressed, and its
// length.
func (m message) frame() []byte {
	framed := make([]byte, 5, 5+len(m))
	binary.BigEndian.PutUint32(framed[1:], uint32(len(m))) //nolint:gosec // limited by the size of the memory
	return append(framed, m...)
}

// readFrame reads the only message of a call without streams.
func readFrame(r io.Reader) (message, error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	if head[0] != 0 {
		return nil, errors.New("the message is compressed, which it must not be")
	}
	length := binary.BigEndian.Uint32(head[1:])
	if length > maxMessage {
		return nil, fmt.Errorf("the message has %d bytes, more than %d", length, maxMessage)
	}
	var data bytes.Buffer
	if _, err := io.CopyN(&data, r, int64(length)); err != nil {
		return nil, err
	}
	return data.Bytes(), nil
}

// writeReply ends a call with a message, or with the error err, which can be a *status.
func writeReply(w http.ResponseWriter, reply message, err error) {
	header := w.Header()
	header.Set("Content-Type", grpcContentType)
	code, text := codeOK, ""
	if failed := (*status)(nil); errors.As(err, &failed) {
		code, text = failed.code, failed.message
	} else if err != nil {
		code, text = codeInternal, "the call failed"
	} else if _, err := w.Write(reply.frame()); err != nil { //nolint:gosec // a reply in protobuf is no page
		return // The caller has closed the connection.
	}
	header.Set(http.TrailerPrefix+"Grpc-Status", strconv.Itoa(code))
	header.Set(http.TrailerPrefix+"Grpc-Message", strings.ReplaceAll(url.QueryEscape(text), "+", " "))
}

// readReply reads the reply to a call.
func readReply(response *http.Response) (message, error) {
	if response.StatusCode != http.StatusOK {
		return nil, &status{codeUnknown, "HTTP status " + response.Status}
	}
	reply, err := readFrame(response.Body)
	if err == nil {
		// The trailers follow the end of the body.
		_, err = io.Copy(io.Discard, response.Body)
	}
	end := response.Trailer
	if end.Get("Grpc-Status") == "" {
		end = response.Header
	}
	code, notNumber := strconv.Atoi(end.Get("Grpc-Status"))
	switch {
	case notNumber == nil && code == codeOK:
		return reply, err
	case notNumber == nil:
		text, bad := url.PathUnescape(end.Get("Grpc-Message"))
		if bad != nil {
			text = end.Get("Grpc-Message")
		}
		return nil, &status{code, text}
	case err != nil:
		return nil, err
	}
	return nil, &status{codeUnknown, "the reply has no gRPC status"}
}
