// Package api is what partners' programs speak to: JSON and lines of JSON over HTTP, beside the pages of staff.
//
// openapi.yaml comes first and says all of it; the program serves it, and tests hold every answer to it.
//
// Always true:
//   - Whoever asks shows a partner's key; there is no cookie and no session.
//   - What is not JSON of the members that the document names is refused with the name of what is wrong, and nothing is guessed. No file is taken.
//   - A report is never refused for how many there are. In a stream every line has its own answer, in order, when it is on the disk.
//   - A stream takes bounded memory, ends when its client neither sends nor reads, and ends in peace when the program does.
//   - Every failure is a problem document. Neither a log line nor a problem has a word of what was told, or a key.
package api
