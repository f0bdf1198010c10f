// Package public is the public side over HTTP: five ways to tell us something, the acknowledgement, and the mailbox.
//
// Terms: a step is what one posted form asks for; the state is what was given so far, sealed and carried by the form
// itself; the receipt is the code by which a person comes back (see vault/seal).
//
// Always true:
//   - There is one address, "/". The first page is had with GET, every other by POST, so no address and no history entry
//     tells what somebody did. Nothing is kept on the server before a report is sent, and nothing on the device.
//   - Every page has the emergency number and the child helpline at its top and foot, error pages too.
//   - Every page works without scripts. There is no cookie. Where scripts run, the next page takes the place of the one before (see
//     page), so that the browser keeps no posted form.
//   - Whatever goes wrong, what was given stays: in the sealed state, or shown again on the page that says what to do. A page that
//     was open for days can still be sent, but shows nothing of what was given.
//   - A file is refused before a byte of it is read.
//   - Sending the same answers of the same form again is the same report with the same receipt and the same promise; changed answers
//     are another report. The same words written twice from one page of the mailbox are one message.
//   - In a burst a report is taken as ever. What tells it from a flood comes after, unasked: its page works a little where scripts run, and
//     whoever comes back a little later has waited. Nobody has to, and what is most urgent is asked for neither.
//   - A time is promised only when somebody is there by then; for P1 somebody is called at any hour.
//   - Whoever is worried about their own thoughts or behaviour is shown who helps. That is no report: nothing is asked and nothing kept.
//   - Nothing that was told is readable again with the receipt.
package public
