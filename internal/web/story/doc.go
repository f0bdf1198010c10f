// Package story has the pages on which staff write stories of what became of reports, look at those of others, publish them, and take them back.
//
// Always true:
//   - A list opens nothing. A story is opened on its own page, which the log tells.
//   - Taking back is one press, from the list and from the page of the story.
//   - What was typed stays when a form cannot be taken; a page that is out of date says so and keeps it, too.
//   - It works without scripts, by keyboard, and on a telephone.
package story
