// Package staff is what every page for staff stands on: signing in, the session, the frame around a page, and the way
// from a posted form to the next page.
//
// Words: a site is all pages for staff; a place is an entry of its menu; a visit is one request of somebody who is
// signed in.
//
// Always true:
//   - A page that was handed to Handle is reached by a signed-in user only, and knows who it is.
//   - The session's token is in one cookie that scripts cannot read and other places cannot send.
//   - A form that another place sent changes nothing.
//   - A change is followed by a redirect, so that loading again does not do it again.
//   - When a session has ended while somebody was writing, what they wrote is shown to them, to be copied.
//   - A file is refused before a byte of it is read.
package staff
