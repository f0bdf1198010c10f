// Package seal is what the public process may do with keys: seal what it was told to the case side, carry a form's
// answers through the reader's own browser, draw receipts, and open what the caller brings the key for.
//
// Terms:
//   - Envelope: what somebody told us, sealed to an intake key with HPKE (RFC 9180, base mode: KEM MLKEM768-X25519 of
//     draft-ietf-hpke-pq, HKDF-SHA256, AES-256-GCM). The process that seals cannot open.
//   - Intake key: a key pair of the installation. The public half stands in the main store, the private half is
//     wrapped in the key store and known to vault/open alone.
//   - Binding: kind and id of the thing sealed. It travels beside the envelope; another one does not open it.
//   - Form: the answers of an unfinished report, sealed under a key that the public processes share (AES-256-GCM). They
//     ride in a hidden field and are kept nowhere.
//   - Receipt: a number that the reporter alone holds. Out of it come a look-up id and the key of a mailbox.
//   - Pepper: the key under which look-up ids are hashed, so that the store alone does not tell a guessed one.
//   - Public key file: one secret for form and pepper, the only secret of a public process. It is no half of a key pair.
//
// Always true:
//   - Everything sealed is bound to its version, kind and ids, and padded: to 4 KiB, 8 KiB, 16 KiB and so on, each twice
//     the one before, so that a length tells at most how many times the text doubles. An answer's length hides among
//     all that share its bucket; nearly every report shares the first.
//   - What was altered, cut, moved or sealed for something else does not open at all.
//   - A [Receipt], a [Form], a [PublicKey] and an [Opener] print as "[secret]".
//   - Nothing here touches a file but the public key file, or a table but intake_key, which it only reads.
package seal
