// Package hotline has the pages of what hotlines are sent: what is under way, one notice, the form by which a person writes one, and the
// packet that the person sends.
//
// Addresses are shown so that nobody follows them, and never as links. As they were told they are on one page and in two files alone, which
// a button asks for by POST; that somebody did is in the log. The program opens, fetches and sends nothing.
package hotline
