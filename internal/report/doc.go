// Package report is the case side of what someone told us: the answers, re-sealed under the report's own keys, and
// where the report stands until it has an outcome.
//
// States:
//
//	waiting ── Take ──▶ in_triage ── Resolve ──▶ resolved
//	   ▲                    │
//	   └────── Release ─────┘
//
// Always true:
//   - No report leaves without a coded outcome, and an outcome is never changed; the end of a join and of a bulk outcome take one back.
//   - Answers are sealed: what tells of persons, contact and names under the identity key, the rest under the content
//     key. Clear are only the coarse codes that lists need.
//   - A split off report holds a part of what was told in another, and counts once: what comes in is counted when it comes. Ending the
//     split gives it an outcome of its own; it is never taken away.
//   - A report that came in a burst is quarantined: marked, never kept back. Settle takes the mark away.
//   - What was told keeps the order and the words in which it was told.
//
// Source: domain/process 1.1 (states of a report), DESIGN section 5 (what may be clear).
package report
