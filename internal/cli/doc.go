// Package cli is the command line: it reads what was typed, does it, and says what happened.
//
// What can be relied on: exit status 0 only on success; an error is one line on standard error that says what to do;
// with --json what a command tells is JSON on standard output.
package cli
