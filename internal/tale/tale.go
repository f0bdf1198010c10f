package tale

import (
	"time"

	"amparo/internal/education"
)

// A Kind says where a story comes from.
type Kind string

// The kinds.
const (
	Composite Kind = "composite" // put together from several matters; it is nobody's own
	Real      Kind = "real"      // one person's, told with their consent and changed
)

// A Story is one that is published, in one language. Body is in the Markdown of education.
type Story struct {
	Code, Language string
	Audience       education.Audience
	Kind           Kind
	Title, Body    string
	Published      time.Time
	Until          time.Time // it is not shown from then on
}

// A Removed is a story that was published in a language once.
type Removed struct {
	Code, Language string
	At             time.Time
}

// A Part is one count of a year. Few takes the place of a count that is small, or would give a small one away; Count is 0 then.
type Part struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
	Few   bool   `json:"few"`
}

// A Time is how long something took: half of them no longer than Half, nine in ten no longer than Most. Few: they are too few to be told of.
type Time struct {
	Name string        `json:"name"`
	Half time.Duration `json:"half"`
	Most time.Duration `json:"most"`
	Few  bool          `json:"few"`
}

// A Year is what the system counted of the reports that came in from the first of January to Through, by the clocks of the country.
type Year struct {
	Year     int    `json:"year"`
	Through  string `json:"through"` // 2006-01-02; never the current day
	Received Part   `json:"received"`
	Read     []Part `json:"read"`    // whether a person began to read them in time; together they are Received
	Outcome  []Part `json:"outcome"` // what became of them; together they are Received
	Cases    Part   `json:"cases"`   // that were opened
	Times    []Time `json:"times"`
}

// Hides tells whether a count is not shown.
func (y Year) Hides() bool {
	for _, list := range [][]Part{{y.Received, y.Cases}, y.Read, y.Outcome} {
		for _, p := range list {
			if p.Few {
				return true
			}
		}
	}
	return false
}

// A Board is everything that there is to read.
type Board struct {
	Stories []Story // by audience, the latest first
	Removed []Removed
	Years   []Year // the latest first
}

// Of gives the stories in a language.
func (b Board) Of(language string) (list []Story) {
	for _, s := range b.Stories {
		if s.Language == language {
			list = append(list, s)
		}
	}
	return list
}

// Find gives a story by its code, in the language; false when it is not there.
func (b Board) Find(code, language string) (Story, bool) {
	for _, s := range b.Stories {
		if s.Code == code && s.Language == language {
			return s, true
		}
	}
	return Story{}, false
}
