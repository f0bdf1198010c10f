// Package triage gives a report its priority, with every reason, and has a person confirm it.
//
// Words: an assessment is one statement of a subject's priority, by the rule set or by a person; the standing is the
// latest one. A lapse is the passing of a trigger's time. The queue is the reports that still need somebody, of those that
// the actor may see, the most urgent first; a line is one of them.
//
// Always true:
//   - Every change of facts and every decision of a person is an assessment of its own, kept for good.
//   - The rule set speaks from facts alone; nobody's words are scored, and no trait of a person counts.
//   - Anyone who works on the report may raise its priority; only a supervisor may lower it, with a reason, and never
//     below a trigger or floor that still holds.
//   - A lapse never lowers silently: the standing is then unconfirmed, and the duty officer is shown it.
//   - Until it has its outcome, a report has a running clock, or one that stands still for a reason and a time, whoever claims
//     it or puts it back. Afterwards it is back in the queue for as long as something that its reporter wrote waits.
//   - No report leaves triage without a coded outcome and a message to the reporter, nor over words that nobody has read.
//
// Source: domain/triage 2.2 and 2.3.
package triage
