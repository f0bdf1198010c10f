// Package audit keeps who did or saw what, so that anyone can prove later that nothing was changed.
//
// [Record] writes an entry in the transaction of what it tells about: both are there, or neither. Within a second the
// [Sequencer] numbers it, hashes it into a Merkle tree (RFC 6962, as golang.org/x/mod/sumdb/tlog has it) and signs the
// tree's size and root: a checkpoint, in the signed note format. Every checkpoint is also appended to a file outside
// the database. [Verify] recomputes all of it and names what was altered, removed, inserted or rolled back. [Read] shows
// a page of the log to who may read it, and records that it did.
//
// Words: an entry is one row of the log; a leaf is an entry's number and hash; a checkpoint is the signed statement
// "the first N entries have this root"; the tail is what is recorded and not numbered yet.
//
// Always true:
//   - Entries hold ids, codes and counts. Record refuses what could be more.
//   - The program only ever adds. There are no triggers against UPDATE and DELETE: they would be spelt differently on
//     each engine, and who can change rows can drop triggers. Verify proves what a trigger would only promise.
//   - What is deleted in the second before it is numbered leaves no proof.
//   - Who holds the signing key and both the database and the checkpoint file can write another history. Keep a copy of
//     the file elsewhere.
package audit
