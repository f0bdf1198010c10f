// Package reveal opens what is sealed, and writes down that it was opened. It alone knows the installation's keys, so
// that nothing sealed is read unseen: a page is shown only when the entry that names who saw which subjects is in the
// audit log. One page view is one entry.
package reveal
