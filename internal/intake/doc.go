// Package intake is all that the public process does: it takes what someone tells us, seals it to the case side,
// acknowledges it, and shows the reporter's side of the mailbox. It has no key that opens what was told.
//
// Words: an envelope holds what was told, sealed, until the case side has opened and re-sealed it; a receipt is the
// number by which the reporter comes back (see vault/seal); a posted reply is what staff wrote, sealed to the
// mailbox's own key; progress is a code of quiet words.
//
// Always true:
//   - Every report is accepted, at once. What comes in a burst is marked as quarantined; its clocks run all the same. A small proof of
//     work, or a wait, takes the mark away afterwards (Settle).
//   - One receipt is one report. Sending again gives the same acknowledgement and changes nothing.
//   - When Submit has returned nil, the report is on the disk and the job that opens it is too.
//   - One receipt is one mailbox, also where the case side has split what was told into several reports: replies of each come there, and
//     it says that all is finished only when that is true of each.
//   - Who had a report written down for them can take its receipt over: they have another then, and whoever wrote it down has none.
//   - Whoever holds the receipt reads replies and progress, never what was told.
//   - Nothing here knows an address, a device, or a time of reading.
package intake
