// Package desk is the duty desk over HTTP: the queue of reports, one report with all that was said and why it is urgent, the
// reply to whoever reported, and the outcome.
//
// Words: the queue is the reports without an outcome, the most urgent first; a handle is the short form of a report's id by
// which colleagues talk about it; the next step is the one thing to do now, and the one main button of a report's page.
//
// Always true:
//   - Pages decide nothing. What may be done, and what may be seen, is decided by the use cases; a button is shown only
//     where its use case would say yes.
//   - Looking changes nothing, and each page that opens something leaves one audit entry.
//   - What somebody typed is still there when it could not be taken, with what to do about it.
//   - Words that were told are shown as they were told, but as text alone: no markup, no address that can be pressed.
package desk
