// Package client hands reports in to an installation of Amparo for a partner, and asks how far they are. It needs the standard library alone.
//
// A report is one thing that somebody told you. It has a key of your own, by which the same report is never taken twice: keep the key with what you
// keep of the report, and hand the report in again with it after anything that is no clear answer. The client does so itself for a while (see
// Client.Attempts), and gives back what the last try was answered with.
//
// Always true:
//   - When Report or a Result says that a report was taken, it is on the disk of the installation, sealed to those who help.
//   - Nothing is kept or logged here, and redirects are not followed: the key goes to the address that it was given for.
//   - A refusal is a *Problem, which says what to change.
//
// What comes back has a receipt: the code by which whoever told you can read answers and write more. Give it to them and keep no copy.
package client
