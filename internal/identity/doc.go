// Package identity keeps the agencies, the people who work in them, and how they prove who they are.
//
// Words: an agency is an organisation of the network, named by the code that the country pack gives it. A user is a
// person of an agency with a sign-in name, roles (see [amparo/internal/access]) and qualifications. A qualification is
// a recorded competence or check with an expiry, as inter-agency case management asks of a case manager. A passage is a
// sign-in under way: it leads step by step to a session, and can do nothing else.
//
// Signing in takes two factors: a password (Argon2id, RFC 9106; prepared as an OpaqueString, RFC 8265) and a code from
// an authenticator app (TOTP, RFC 6238: SHA-1, six digits, 30 seconds). A one-time password is changed, and a second
// factor enrolled, before the first session.
//
// Always true:
//   - A refused sign-in looks and costs the same whether the name exists, is deactivated, or the password is wrong.
//   - Every try is counted before the password is looked at, so tries made at once are limited like tries in a row.
//   - A code opens at most one session.
//   - Tokens, passwords and one-time passwords are never stored: a token as its SHA-256, a password as its Argon2id hash.
//   - Second-factor secrets and e-mail addresses are sealed. Sign-in, display and known names are clear: they belong to
//     staff, not to a matter, and a report is matched against them in the transaction that opens it, whatever else fails.
//   - There is always an active administrator, once there was one.
//   - Every change, and every refusal, leaves an audit entry in its transaction. Successful reading of staff lists does not.
//   - Sealing and opening happen outside transactions, because they may use a database themselves.
package identity
