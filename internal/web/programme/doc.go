// Package programme has the pages on which programmes of education are written, approved, held and counted.
//
// Always true:
//   - One press on the page of a session leads to where a report is taken down for somebody, for whoever may take one. It is sent to the pages of the helpline, and nothing
//     here learns of it. Everybody else finds there what is done instead.
//   - Names stand on a page of their own, which the log tells. None is on any other, nor on what is printed.
//   - What was typed stays when a form cannot be taken; a page that is out of date says so and keeps it, too.
//   - It works without scripts, by keyboard, and on a telephone.
package programme
