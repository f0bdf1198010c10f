// Package promise says what whoever tells us something is promised: who reads it and by when, in the words of the country. The
// public form and the helpline promise by the same rule, so that a child who calls hears what one who writes would have read.
//
// Always true:
//   - A time is promised only when somebody is there by then; for P1 somebody is called at any hour.
//   - The priority that is computed here chooses words and no more. The desk computes its own of what it opens, and that counts.
package promise
