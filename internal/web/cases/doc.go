// Package cases is the pages of cases: the list of them, one page that says what a child needs, and the forms that work on a
// case until it is closed, and after.
//
// Words: a form is a page that changes a case; what stands on it was read in a version, which goes back with it.
//
// Always true:
//   - A page shows what its reader may do, and the use case decides: what may not be done is refused there, and recorded.
//   - One page view is one audit entry. Whoever may not do what a form is for is not shown the form.
//   - What somebody typed is kept on the page that could not take it; a change by somebody else is shown beside it.
//   - Whatever was told or written is shown as text, addresses so that nobody follows them by accident.
package cases
