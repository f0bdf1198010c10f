// Package chart draws small pictures of numbers on the server: bars by category, and columns by hour or day with their median and
// 90th percentile. It knows no reader, no database and no country: every word and number in a picture comes to it as it is to be
// read, in the reader's language and digits.
//
// Always true:
//   - The same numbers give the same picture, letter by letter.
//   - A picture has a name and a sentence that says what it shows; whoever does not see it misses nothing that the table beside it
//     does not tell.
//   - It has no script and no style of its own, which the policy of the pages would refuse: the sheet of the desk gives colours by
//     class, in forced colours and in print, too. What is told apart is told apart by shape as well.
//   - It is as wide as the place that it is put in, with letters that stay as large as they are. Where writing goes from right to
//     left the picture does, too.
package chart
