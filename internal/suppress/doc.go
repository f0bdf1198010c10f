// Package suppress leaves small counts out of what is shown, and with them as many others as it takes that they cannot be worked out from what is
// left. It is pure.
//
// Words, as official statistics have them: a cell is one count that would be shown; primary suppression leaves out what is too small; complementary
// suppression leaves out more, so that no cell is a total less all others.
//
// Always true of what is shown, to somebody who knows the rule:
//   - No cell of one up to the least but one is shown. Nought is: it tells of nobody (but by WithNought).
//   - Each cell that is left out may have at least two values, and those left out of one line come to the least or more.
//
// What this cannot hold is a page that is looked at every day: the difference of two days is a cell of its own. Whoever shows counts that grow says by what
// steps they do.
package suppress
