// Package backup writes an installation's databases into sealed files while it serves, proves each file by restoring it, and restores an installation
// from them.
//
// Words: the matters are the database of reports and cases, in which everything is sealed; the keys are the database of the wrapped data keys that
// open it. They are backed up apart, each into a folder of its own: a matter that was erased is gone for good once the last backup of its keys is,
// so that those are kept for days and the matters for weeks. The key files, which open the keys, are in neither: see the key export.
//
// Always true:
//   - A backup is one moment of a database, whatever goes on meanwhile. The file is an age file under a passphrase.
//   - A file that was made was read again, restored into an empty database, and found whole: every row, the audit log to its last signature, every
//     wrapped key.
//   - A file has its name only when it is whole and on the disk. Only files that this room has named are ever deleted.
//   - A restored installation has nobody signed in.
//   - Beside every backup lies the erasure list as it was then. What a list names that a restore finds is erased again before anything is served.
package backup
