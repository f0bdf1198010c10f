package signpost

import (
	"cmp"
	"slices"
	"time"
)

// MaxLife is the longest that a signpost holds without being fetched again.
const MaxLife = 90 * 24 * time.Hour

// A Contact is somebody who can help. Phone is as people write it.
type Contact struct {
	Name, Phone, Note string
	Until             time.Time // by then two people must have tried it again
}

// A Post is one signpost in one language, with everything that its forms need.
type Post struct {
	Code, Language, Dir string
	Campaign            string // code of the campaign that it is put up for, which its link carries; empty for none
	Audience, Place     string // codes of education.Audience and education.Place
	Headline            string
	Lines               [2]string
	Contacts            []Contact
	Link                string // where people report: an absolute address
	Here                string // where this signpost is served: an absolute address without what stands for its form
	Words               Words
	Until               time.Time // it holds until then
}

// Words are what the program itself says on a signpost, in its language.
type Words struct {
	Title string // of a page: it tells nobody what it is about
	Go    string // leads to Link
	Until string // the day until which it holds
	Then  string // what to do when that is past
	Scan  string // beside a code to be scanned
}

// Until gives how long a signpost holds that is made now: as long as each of its contacts, and at most MaxLife.
func Until(now time.Time, contacts []Contact) time.Time {
	until := now.UTC().Truncate(24 * time.Hour).Add(MaxLife) // by whole days, so that what is made twice a day is the same
	for _, c := range contacts {
		if c.Until.Before(until) {
			until = c.Until
		}
	}
	return until
}

// Fresh gives the contacts that may still be shown, those whose check is not overdue.
func Fresh(now time.Time, contacts []Contact) []Contact {
	return slices.DeleteFunc(slices.Clone(contacts), func(c Contact) bool { return !now.Before(c.Until) })
}

// sorted gives posts in an order of their own, so that a form of many is the same each time.
func sorted(posts []Post) []Post {
	return slices.SortedFunc(slices.Values(posts), func(a, b Post) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Language, b.Language))
	})
}
