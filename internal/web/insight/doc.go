// Package insight is the page on which those who answer for an agency's work see how it stands: first what waits for a decision,
// then who carries how much, then how long people wait for the first of us.
//
// Words: a figure is a picture with the same numbers beside it in a table and in one sentence above.
//
// Always true:
//   - The page is read, and changes nothing. It needs no script.
//   - Every link on it leads to what its reader may open.
//   - A figure with nothing in it says so in its sentence and has no picture.
package insight
