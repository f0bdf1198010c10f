// Package submission takes the reports that programs of partners hand in: hotlines, platforms, schools and other organizations outside.
//
// Words: a partner is an organization outside (see identity); an idempotency key is what the partner itself calls one thing that it hands in;
// the reference is the report's id, by which the partner asks how far it is.
//
// Always true:
//   - A list of questions is answered as on the public form: the same rules, the same cleaning, the same skipping of questions.
//   - The same key with the same words is one report with one receipt, however often and however many times at once it is handed in. The same
//     key with other words is refused, and changes nothing.
//   - When Take has returned, every report that it tells of is on the disk, sealed to the case side, with the job that opens it and an audit
//     entry that names the partner.
//   - One report that cannot be taken keeps no other from being taken.
//   - A partner learns of its own reports how far they are, in the quiet words of reporters, and nothing else. Another's looks like none.
//   - What is kept of a submission beside the report are keyed digests: the receipt is made anew from the same words, and stored nowhere.
package submission
