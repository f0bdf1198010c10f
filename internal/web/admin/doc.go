// Package admin is the pages of those who set an installation up and of those who look after it: the people who work here, the
// log of who did or saw what, the keys of partners' programs, and the rules of priority, which a supervisor and an administrator change together.
//
// Always true:
//   - No page here reads a report or a case. What a simulation of rules says of single reports is for who may read them; all others
//     see numbers. The log shows ids, codes and counts; whatever else stands in an entry is left out.
//   - A one-time password, and a partner's key, is shown in the answer to the form that made it, and never again: in no address, log or second page.
//   - A change to a person is refused when somebody else changed them since the page was read. Ending sessions and deactivating are
//     not held up by that.
//   - Who is shown the log has left an entry in it first.
//   - What was typed comes back with every refusal. A rule set is typed or pasted: no file is taken in.
package admin
