// Package task knows who acts next, on what, and by when.
//
// A task is one next action on a subject: an owner (or, until someone takes it, an agency), a due time, and whether
// the subject may be finished while the task is open. Subjects are opaque ids: this room does not know what a report
// or a case is, so later rooms reach earlier ones through it. An inbound reply nudges; a case adopts a report's
// tasks; each step of escalation that a task passes enqueues the job DueJob, once, which the program routes to the room that
// knows what to offer. A pause is a time in which a task's clock stands still, for a reason that is counted apart.
//
// States:
//
//	open ── Complete ──▶ done
//	  └──── Cancel ────▶ cancelled
//
// Always true:
//   - A subject has at most one open task of a kind, unless the task carries a label of its own.
//   - A task that has ended never opens again; a new one is opened.
//   - A clock stands still only for a reason and until a time; then it goes on by itself, and the due time has the pause in it.
//   - Labels are sealed by the caller before they come here: this room cannot read them.
//   - Who may do it was decided by the caller: what changes a task takes the proof of that.
//
// Source: DESIGN sections 2 and 3; the targets that give the due times are those of the country's pack.
package task
