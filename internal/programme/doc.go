// Package programme keeps what is taught face to face: programmes for children, parents and professionals, their sessions, who holds them, how many came, and
// what those who came say before and after.
//
// Words: a programme is one undertaking of education, in groups or with one person at a time; a session is one meeting of it; a facilitator holds it; the
// safeguarding plan says what is done when somebody tells something in a session; a guest is an adult from outside who helps.
//
// States of a programme, and of a session:
//
//	draft ── Approve ──▶ approved ── first session ──▶ running ── End ──▶ ended
//	  ▲                      │                            │         (from each)
//	  └────── Write ─────────┴────────────────────────────┘
//
//	planned ── WriteUp ──▶ held
//	   └────── Cancel ───▶ cancelled
//
// Always true:
//   - Nobody approves what they have written any of. Without a whole safeguarding plan nothing is approved, and without somebody who is there to be told no
//     session is planned.
//   - Each facilitator of a session has what the programme asks for, in force on its day. A group of children has two adults.
//   - Who took part is numbers. A name is there only where it was agreed to, sealed under keys of its own, and ends by one press, by its day, and 90 days after
//     the last session at the latest. For a child a guardian agrees, and the child too.
//   - Whether anything was told in a session is nowhere: not in it, not in a count, not in a reason. What is told is a report like any other.
//   - Counts are shown to whoever was not there only where they are not few, and change by steps that are not few (see suppress).
package programme
