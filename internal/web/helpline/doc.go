// Package helpline is the pages of whoever listens: one form for all that somebody may say, in whatever order they say it, the way to hand it
// in, the words and the code for the caller, and one step for calls of which no report is made. Every page works without scripts; where
// they run, what is typed is saved while it is typed.
package helpline
