// Package search is the page that looks for reports and cases by what was told: a name, an account, an address, a number.
//
// Always true:
//   - The words come by POST and stay on the page: no address, log or audit entry has them.
//   - What the reader may not read is not there, and nothing hints at it.
//   - Each hit says why it was found. Nothing of it was opened to show it.
//   - It works without scripts, by keyboard, and on a telephone.
package search
