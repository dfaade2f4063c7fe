/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package admission

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Table returns the rows as a table in Markdown, by their numbers.
func Table(rows []Row) string {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(order(a.Row), order(b.Row)), cmp.Compare(a.Kind, b.Kind))
	})
	var text strings.Builder
	text.WriteString("| row | input | reply |\n|---|---|---|\n")
	for i := range rows {
		fmt.Fprintf(&text, "| %s | %s | %s |\n", number(rows[i].Row), cell(rows[i].subject()), rows[i].answers())
	}
	return text.String()
}

// order has what has no number last.
func order(row int) int {
	if row == 0 {
		return 1 << 16
	}
	return row
}

func number(row int) string {
	if row == 0 {
		return ""
	}
	return strconv.Itoa(row)
}

func (r *Row) subject() string {
	if r.Kind == "Function" {
		return r.Title
	}
	return r.Kind + ": " + r.Title
}

func (r *Row) answers() string {
	var lines []string
	for _, text := range r.Errors {
		lines = append(lines, "`"+cell(text)+"`")
	}
	if len(lines) > 0 {
		return strings.Join(lines, "<br>")
	}
	for _, text := range r.Warnings {
		lines = append(lines, "warning: `"+cell(text)+"`")
	}
	if len(lines) == 0 {
		return "accepted"
	}
	return "accepted<br>" + strings.Join(lines, "<br>")
}

// cell keeps a text from ending its cell.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "`", "'").Replace(text)
}
