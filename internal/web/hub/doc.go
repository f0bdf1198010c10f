// Package hub is what the public side teaches, over HTTP: short pages by audience and topic, a search, easy read with drawings, and the way to tell
// somebody from each of them.
//
// Always true:
//   - No address, title or entry of a browser's history says what a page is about, and what is searched for stands in none of them.
//   - Nothing of it is kept by the browser. Shared caches on the way may keep what is the same for everybody; see [Shared].
//   - Every page is there in the languages that it was written in, and offered in no other.
package hub
