// Package canary proves every hour that the door is open: it sends a report through the public side as anybody does, over HTTP and from
// page to page, and sees that the case side opens it within minutes.
//
// Words: a canary is such a report; its token is what it is known by when it is opened.
//
// Always true:
//   - Only the program makes one: the token is drawn by chance, is good for one report within the hour, and its digest is noted before the
//     report is sent.
//   - A canary is never kept as a report. It comes into no queue, no statistics, no search and no notice; what is left of it is its row here.
//   - When one does not come through, those who answer for the service are told, and told again every hour until one does.
//   - Sending one does what a reporter can do, and no more: it has no key and no way in of its own.
package canary
