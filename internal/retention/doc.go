// Package retention keeps what must be kept, and erases what need not be kept any longer: it knows how long that is, what is held by law, who has
// asked for an erasure, and what was erased.
//
// Words: a matter is a report that has its outcome, or a case that is closed, with all that goes with it; a class says for how long the country
// keeps a matter; a legal hold is a reason for which a matter must not be erased; an erasure is asked for by one supervisor and confirmed by another; the
// erasure list names what was erased and when, and nothing else.
//
// States of an erasure:
//
//	asked ── Confirm ──▶ confirmed
//	  │
//	  └───── TakeBack ──▶ withdrawn
//
// Always true:
//   - It takes two people to erase, and nothing is erased by itself.
//   - What is held, open, or tied to what is not erased with it, is not erased.
//   - In the transaction that confirms it, the rows that were told, written or derived are gone, and nobody has the matter any more. Its keys are
//     destroyed by a job right after it, which goes on after a crash until they are.
//   - What is left says that there was a matter, how it ended and when, for statistics and the log. The log is never changed: it names ids alone.
//   - The erasure list only grows. A restore erases anew what it names before anything is served.
//
// Source: DESIGN section 5 (erasure); GDPR 5(1)(e), 17, 17(3); domain/safety DR-6.17 (times).
package retention
