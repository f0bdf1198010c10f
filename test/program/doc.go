// Package program runs the real program as an operator does: in a process of its own, on free ports of this machine, over
// a database of either engine. It is for tests and measures; it ends only what it started.
package program
