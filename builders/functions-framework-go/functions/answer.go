/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"crypto/rand"
	"encoding/hex"
	"io"
	"net/http"
)

func (h *eventHandler) answerTopic(w http.ResponseWriter, r *http.Request, event Event) {
	_, err := h.handle(r.Context(), event)
	answer := `{"status":"SUCCESS"}`
	switch {
	case isDrop(err):
		answer = `{"status":"DROP"}`
	case err != nil:
		answerFailure(w)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, answer)
}

func (h *eventHandler) answerBinding(w http.ResponseWriter, r *http.Request, event Event) {
	out, err := h.handle(r.Context(), event)
	if err != nil && !isDrop(err) {
		answerFailure(w)
		return
	}
	if out.ContentType != "" {
		w.Header().Set("Content-Type", out.ContentType)
	}
	_, _ = w.Write(out.Data)
}

// answerRequest replies in the way that Knative's sources and brokers expect: 4xx is
// final, 5xx is retried.
func (h *eventHandler) answerRequest(w http.ResponseWriter, r *http.Request, event Event) {
	out, err := h.handle(r.Context(), event)
	switch {
	case isDrop(err):
		http.Error(w, "the function cannot handle this", http.StatusUnprocessableEntity)
		return
	case err != nil:
		answerFailure(w)
		return
	}
	if out.ContentType != "" {
		w.Header().Set("Content-Type", out.ContentType)
	}
	switch {
	case out.Type != "":
		h.addCloudEvent(w.Header(), out)
	case len(out.Data) == 0:
		w.WriteHeader(http.StatusNoContent)
		return
	}
	_, _ = w.Write(out.Data)
}

func (h *eventHandler) addCloudEvent(header http.Header, out Out) {
	var id [16]byte
	_, _ = rand.Read(id[:]) // It never fails.
	source := out.Source
	if source == "" {
		source = h.environment.name
	}
	if source == "" {
		source = "function"
	}
	for name, value := range map[string]string{
		"Ce-Specversion": "1.0", "Ce-Id": hex.EncodeToString(id[:]), "Ce-Source": source, "Ce-Type": out.Type,
	} {
		header.Set(name, encodeHeader(value))
	}
}

func answerFailure(w http.ResponseWriter) {
	http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
}
