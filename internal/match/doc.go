// Package match finds earlier reports and cases about the same child, account, page, number or person, without keeping
// any of them readable.
//
// Words: a clue is a piece of what was told that tells somebody or something apart, evened out so that spellings of the
// same thing are the same clue; a mark is the row that stands for it: the clue's keyed digest, which only this
// installation can compute, and the place where it stands, a report, a case or a report of a case; a likeness is another
// subject that has the same mark.
//
// Always true:
//   - The database holds marks, never clues. Without the key store a mark cannot be tried.
//   - Subjects are opaque ids; who may see a likeness is decided by the same grants as everything else, in the statement.
//   - A clue suggests. Nothing is joined, closed or lowered by it; a strong one within twelve months is a fact of the rule
//     set (repeat_within_12_months), which can only raise.
//   - Searching leaves an audit entry with the kinds that were looked for and how many were found, without the words.
//
// Source: DESIGN section 3 (match) and section 5 (at rest); domain/triage 2.2, FL7.
package match
