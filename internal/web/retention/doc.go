// Package retention has the pages of those who supervise: what is due to be erased, what waits for a second person, what is held, and one matter with
// what can be done about it.
//
// Always true:
//   - What the reader may not ask to be erased is not there, and nothing hints at it.
//   - Nothing of a matter is opened to list it. The reason of a hold is opened on the page of its matter, which the log tells.
//   - Erasing takes two people and three presses; each page says what cannot be undone before it is.
//   - It works without scripts, by keyboard, and on a telephone.
package retention
