// Package sign serves signposts over HTTP: to platforms that fetch them, to frames and elements inside pages of others, and on a page where one is chosen,
// looked at and copied.
//
// Always true:
//   - What stands inside a page of another carries no cookie, stores nothing, and asks for nothing but itself.
//   - What is served is counted by day and signpost; nothing of who asked is kept.
package sign
