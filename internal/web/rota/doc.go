// Package rota is the pages of the rota: a week of a desk, one's own shifts, and the forms that plan, swap and cover.
//
// Words: a week begins on Monday, by the clock of the country; a line is one shift as a page shows it.
//
// Always true:
//   - Whoever may read the rota sees that of their own agency, and no other.
//   - What somebody may not do is not offered to them. Who may is decided by the room, not here.
//   - Every picture of a week is a table of words: nothing is said by colour or place alone.
//   - It works without scripts, by keyboard, and on a telephone.
package rota
