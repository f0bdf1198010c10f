// Package notify tells staff by email that something waits for them, and nothing else.
//
// A mailbox is read over shoulders, on shared phones and by companies far away. So a message here is content-free: what it
// says is one of a few fixed texts in the reader's language and the address of the desk's front page. There is no
// field through which a word about a child, a case, a report or a colleague could get in.
//
// Always true:
//   - Mail leaves encrypted (TLS 1.2 or later, the server's name checked), or not at all. Only a mail server on this same
//     machine may be spoken to in the clear.
//   - One message has one recipient. An address that could add a header or a second recipient is refused.
//   - No error and no log line has an address of a person in it.
//   - Without a mail server configured nothing is sent and the log says so; nothing else stops working.
package notify
