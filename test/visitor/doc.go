// Package visitor goes through the public side over HTTP as a browser without scripts does: it reads the form of a page,
// answers it, and posts it. It is for tests and measures against the real program.
package visitor
