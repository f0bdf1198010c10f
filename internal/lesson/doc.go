// Package lesson is how staff write what is taught: a draft, looked at by two more people, published, looked at again by a day, taken back.
//
// Words: a text is what is taught to some readers on one topic in one language; a lesson is one version of a text as it is written at the desk; what is
// shown is the text that readers are given now, the desk's or the pack's.
//
// States:
//
//	draft ── Submit ──▶ language ── Review ──▶ safeguarding ── Review ──▶ published ── a later one ──▶ former
//	  ▲                    │                        │                        │
//	  └──── sent back, or written anew ─────────────┘                        └──────── Withdraw ──▶ withdrawn
//
// Always true:
//   - Who wrote a word of a version looks at none of it, and the two who look at it are two: three people at least stand behind what is published.
//   - What amparo pack check would refuse is not sent to be looked at, and not published; while it is written it is told.
//   - Of each text one version is written at a time, and one is published. What was published is kept, and any two versions are compared.
//   - The program numbers versions: the next one is above all that the desk and the pack have.
//   - Taking back is one press. In the same transaction it stands nowhere that the public side reads, and readers are given what the pack has.
//   - A published version is a file that can be put into the pack as it is.
package lesson
