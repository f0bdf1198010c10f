// Package grant knows who has been given which subject, and who must never see it.
//
// A grant ties a grantee (a user, or an agency as a whole) to a subject by a relation of `access`. A conflict of
// interest takes a subject from a user, whatever is granted. Point decisions (Relations) and lists (VisibleSQL)
// read the same rows, so what a person can open is what the person sees listed, and never a second rule.
//
// Always true:
//   - A subject has at most one claimant and at most one manager at a time; the database holds it.
//   - Ended grants stay, as history. A conflict of interest is never taken back here.
//   - Subjects are opaque ids: this room does not know what a report or a case is.
//
// Source: DESIGN section 4 (one door) and section 5 (no one may be alone in the dark); GDPR 5 and 25 (need to know).
package grant
