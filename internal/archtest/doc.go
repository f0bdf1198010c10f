// Package archtest holds the shape of the house: which room may know which, that public code cannot reach the keys,
// that every statement prepares on both engines, that lists of matter data are scoped, and that every word of the
// field that the code uses is in docs/glossary.md. It has no code of its own but tests.
package archtest
