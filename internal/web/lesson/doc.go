// Package lesson has the pages on which staff write what is taught, look at what others have written, publish it, compare versions, and take them back.
//
// Always true:
//   - Taking back is one press, from the list and from the page of the version.
//   - What was typed stays when a form cannot be taken, when it is checked, and when a line is added; where a colleague was faster both are shown.
//   - What is wrong is said by field, in the words of the person who writes, while they write and when it is refused.
//   - It works without scripts, by keyboard, and on a telephone.
package lesson
