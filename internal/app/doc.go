// Package app wires the rooms together: it opens what they need, hands each its own, and closes everything in the end.
// Nothing is wired anywhere else.
package app
