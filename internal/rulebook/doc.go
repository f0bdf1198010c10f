// Package rulebook tells which rule set reports are assessed by: the pack's, or one that was adopted in its place. One person proposes it, another
// adopts it.
//
// Words: a proposal is a rule set, or the wish to go back to the pack's, with the reason for it; an adoption is a proposal that somebody else
// has let count; the rules in use are those of the last adoption, or the pack's.
//
// Always true:
//   - It takes two people to change the rules.
//   - At most one proposal waits; one that was decided never changes.
//   - An adoption counts from the next assessment on, in every process. One that no longer fits the pack does not count, and says so.
//   - Nothing here can open what was told: the public side fits its promises to the rules in use.
package rulebook
