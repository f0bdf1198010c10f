// Package helpline is for whoever listens on the telephone, in a chat or at a desk where people walk in: what they take down while
// somebody speaks, until it is handed in as a report, and the calls that were none.
//
// Words: a draft is what is taken down during one call; its notes are what stands in it; a closing ends a call of which no report is made, by
// its kind, as child helplines count them (silent, a test, wrong number).
//
// Always true:
//   - A draft is its author's alone. It is sealed under keys of its own, nobody else opens it, and to everybody else it is not there.
//   - No word is lost. What does not fit the other answers goes into the words of the report; two windows that were written in are put
//     together; a draft that nobody goes on with is handed in as it is.
//   - What is handed in is taken like a report of the public form (intake). The receipt is shown to the author until the caller has it, at the
//     longest for ReceiptLife; then it is in no place of ours.
//   - A call that was closed in one step is counted by day, channel and kind, without anything that tells it from others.
package helpline
