// Package stafftest gives tests of staff pages a whole house: the demo country, real stores and keys on each engine, people of
// every role, every room of the case side, a clock that the test moves, and browsers that are signed in.
//
// Add the pages under test to House.Site first; then sign somebody in with House.SignIn.
//
// Always true:
//   - The people are there before the test begins, each with a password and a second factor.
//   - A message that a page asked for and the catalogue lacks fails the test at its end.
//   - A browser keeps cookies as a real one does, follows no redirect by itself, and sends forms as a page of the site's own.
package stafftest
