// Package casework keeps open cases: whose they are, what was done, and how they end.
//
// A case is the work for one child. A report about two children becomes two cases. The case manager is the one person
// who answers for it (inter-agency case management: exactly one per case, qualified); a contact is one try to reach
// somebody, with whether it was safe; an event is one line of the timeline.
//
// States:
//
//	open ── Close ──▶ closed
//	  ▲                 │
//	  └──── Reopen ─────┘
//
// Always true:
//   - An open case has exactly one case manager, of the case's agency; the database holds that there are never two. Who
//     lacks a qualification, or must not know, does not become one; whose load is full does only once and by a supervisor's
//     reason.
//   - For want of one a supervisor holds the case in person, with a reason and a clock to hand it on. An open case whose case
//     manager is not there any more is marked, and SeekManagers starts that clock, too.
//   - An open case always has an open task, its next review at the least; its clock runs, or stands still for a reason and
//     until a time. A closed one has none but to read what its reporter writes afterwards.
//   - One set of cases comes of a report, whoever sends the form how often.
//   - Who must not know of the report must not know of the case.
//   - A case closes only with a coded reason, and not while a blocking task is open unless a supervisor says why.
//   - Every change takes the version that was read; a stale one is a conflict and changes nothing.
//   - What describes a person or an event is sealed: the child's label under the identity key, the rest under the
//     content key. Reading a case leaves one audit entry.
//
// Source: domain/process 1.1, 1.2, 1.6; vocabulary 3.9.
package casework
