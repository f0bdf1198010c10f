// Package jobs does later what a transaction decided now.
//
// [Enqueue] writes a job into the caller's transaction: both are there, or neither. A [Runner] in any process over the
// same database takes jobs that are due, lends each to one worker for the time of a lease, and keeps the lease alive
// while the worker runs. A worker finishes its job inside the transaction that does the work, by calling [Done] in it.
//
// Words: a lease is the time for which a runner may work on a job; a dead job is one that failed too often and waits
// for a person; a periodic job is one row that never ends and moves on by its period.
//
// Always true:
//   - A job that was committed runs at least once, whatever is killed. What is done in the transaction of Done is done
//     exactly once: when the lease was lost, Done fails and undoes it.
//   - What a worker does outside that transaction (sending a message) may happen twice, after a crash in between.
//   - Jobs that are done together ([Runner.HandleTogether]) are settled one by one, and one that has failed is done alone from then on.
//   - A job is tried [MaxTries] times, with growing pauses, then it is dead, kept and listed. Periodic jobs never die.
//   - Payloads hold ids and codes only. Of a failure the table keeps kind and code; the cause goes to the log.
//   - A clock that is set back puts nothing off: what was made while it was ahead is given the time that it is now.
//   - Leases are told by the clocks of the machines: these must differ by less than the lease.
package jobs
