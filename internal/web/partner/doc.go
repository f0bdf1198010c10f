// Package partner has the pages of specialists of other agencies: the parts of cases that lie with their agency, the most urgent first,
// one of them, and what they answer. Nothing else of a case is here.
package partner
