package report

import "strings"

// handleLength is the number of letters of a handle: a million reports before two are likely to share one on a day's desk.
const handleLength = 5

// Handle is what colleagues call a report: the end of its id, which chance has drawn.
func Handle(id ID) string { return strings.ToUpper(string(id)[max(0, len(id)-handleLength):]) }

// IsHandle tells whether a word could be one, in capital letters.
func IsHandle(word string) bool {
	return len(word) == handleLength && strings.Trim(word, "0123456789ABCDEFGHJKMNPQRSTVWXYZ") == ""
}
