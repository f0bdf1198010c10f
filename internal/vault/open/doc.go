// Package open holds the installation's own keys. Whatever is sealed, it can open: only reveal, which audits each
// opening, and the key commands import it.
//
// Terms (names as in NIST SP 800-57, where it has one):
//   - Wrapping key (key-encryption key): 32 bytes in the file wrapping.key. It wraps all that the key store holds and
//     nothing else.
//   - Data key (data-encryption key): 32 bytes for one subject (a report, a case) and one purpose: what was told, or
//     who people are and how to reach them. Wrapped in the key store. To erase the keys is to erase the subject.
//   - Cell: one value in one row of the main store, sealed with a data key.
//   - Intake key: the key pair that envelopes are sealed to. The public half stands in the main store.
//   - Blind index: digests by which what is sealed is found again without opening it. Their key is wrapped in the key store.
//   - Audit key: an Ed25519 key in the file audit.key, its public half in audit.pub for whoever checks from outside.
//   - Key export: an age file, under a passphrase, with everything of the folder of keys. With the key store it opens
//     the data again; without it or the folder, the data is lost.
//
// Always true:
//   - A cell opens in its own table, column and row, for its own subject and purpose, or not at all; a wrapped key for
//     its own subject, purpose or id.
//   - A missing wrapping.key or audit.key is never replaced once it was used, and neither is a wrong one: Open refuses
//     and says what to do.
//   - A data key or an intake key that was destroyed opens nothing in this process from then on, and in another process
//     that had opened it after CacheLife at the latest.
//   - No key is stored, printed or logged in the clear.
//
// AES-256-GCM with random nonces throughout. The wrapping key would wear out after some four billion wrappings; each
// data key after as many cells of one subject.
package open
