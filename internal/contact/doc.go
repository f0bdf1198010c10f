// Package contact tells reporters who chose it that something was written to them: by a text or an e-mail that says nothing else, to the number
// or the address that they gave, at the times that they said are safe.
//
// Always true:
//   - Nothing is sent to who did not choose it, gave no number or address, or named no time. A code of a time that the country has no hours for is no
//     time.
//   - What is sent says that there is a message: no name, no place, no code, no topic, and not who sends it.
//   - It is not sent twice within Apart, and not once the receipt is burnt.
//   - What cannot be sent after MostTries becomes a task for whoever answers for the matter.
//   - The number, the address and the times are sealed with the report's key of identities. That they were opened is in the audit log.
//
// Source: DR-5.13 (safe contact); DESIGN section 5.
package contact
