// Package mailbox is the staff side of the two-way thread with whoever reported.
//
// A message is what one side said to the other. What the reporter says arrives as an envelope (see intake) and is
// sealed anew under the report's own key; what staff say is kept in the same way, and a second copy is posted so that
// only the reporter's receipt opens it. A report has one thread. Until it became a case, the report itself is told that
// something waits; after that, the cases that follow it are.
//
// Always true:
//   - A message is stored and its envelope deleted in one transaction, together with the nudge.
//   - One id is one message: sending or taking again changes nothing.
//   - What a reporter says is in the thread of every report behind the receipt, under the keys of each, and each has it to read; what staff
//     say is posted once.
//   - Messages of a report are numbered from 1 without gaps, in the order in which they were stored.
//   - No words are readable in the database. Reading a thread leaves an audit entry.
//   - A task to read a reply ends only when no message is left that the person had not seen; every subject that follows
//     the report has a task of its own.
package mailbox
