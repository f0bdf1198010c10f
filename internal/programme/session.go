package programme

import (
	"regexp"
	"slices"
	"time"

	"amparo/internal/fault"
	"amparo/internal/instrument"
	"amparo/internal/jurisdiction"
)

// A SessionID names a session.
type SessionID string

// A Standing says what has become of a session.
type Standing string

// The standings.
const (
	Planned   Standing = "planned"
	Held      Standing = "held"
	Cancelled Standing = "cancelled"
)

// A PlaceKind says whether people are in one room.
type PlaceKind string

// The kinds of places.
const (
	InPerson PlaceKind = "in_person"
	Virtual  PlaceKind = "virtual"
)

// PlaceKinds are all kinds of places.
var PlaceKinds = []PlaceKind{InPerson, Virtual}

// A Platform is a kind of platform; never which one, and never a link to it.
type Platform string

// The kinds of platforms.
const (
	VideoCall Platform = "video"
	PhoneCall Platform = "phone"
	ChatRoom  Platform = "chat"
	Classroom Platform = "classroom" // that of a school
)

// Platforms are all kinds of platforms.
var Platforms = []Platform{VideoCall, PhoneCall, ChatRoom, Classroom}

// A Place is where a session is held.
type Place struct {
	Kind      PlaceKind
	Name      string // of a place where people meet
	Area      string // of the pack; may be empty
	Platform  Platform
	Moderated bool // somebody who is trained for it moderates
}

// The limits of a session.
const (
	LongestPlace     = 100 // characters
	ShortestMinutes  = 10
	LongestMinutes   = 600
	MostFacilitators = 4
	MostAttend       = 500
	// Farthest is how far ahead a session may be planned.
	Farthest = 366 * 24 * time.Hour
	// WriteUpWithin is how long after it began a session is to be written up.
	WriteUpWithin = 3 * 24 * time.Hour
)

// A Session is one meeting of a programme.
type Session struct {
	ID           SessionID
	Programme    ID
	Begins       time.Time
	Minutes      int
	Place        Place
	Language     string
	Facilitators []string // user ids
	Second       string   // the user id of the other adult; may be empty
	State        Standing
	Reason       string // why it was cancelled
	Attended     Attendance
	Answers      Answers
	Debriefed    bool
	WrittenUp    time.Time // last
	WrittenUpBy  string
	Made         time.Time
	MadeBy       string
	Version      int64
}

// Crew are the users who are there.
func (s Session) Crew() []string {
	if s.Second == "" {
		return s.Facilitators
	}
	return append(slices.Clone(s.Facilitators), s.Second)
}

// Runs tells whether a user is one of those who are there.
func (s Session) Runs(user string) bool { return user != "" && slices.Contains(s.Crew(), user) }

// Late tells whether a session should have been written up by now.
func (s Session) Late(now time.Time) bool {
	return s.State == Planned && now.After(s.Begins.Add(WriteUpWithin))
}

// What is wrong with a session, and what stands in its way.
const (
	CodeUnqualified fault.Code = "fault.programme_unqualified" // with Who, and Missing as codes
	CodeExpired     fault.Code = "fault.programme_expired"     // the same, of what has ended by then
	CodeNobody      fault.Code = "fault.programme_nobody"      // nobody holds it, or somebody who may not
	CodeTwoAdults   fault.Code = "fault.programme_two_adults"
	CodeModerated   fault.Code = "fault.programme_moderated"
	CodeLink        fault.Code = "fault.programme_link"
	CodeWhen        fault.Code = "fault.programme_when"
	CodeMinutes     fault.Code = "fault.programme_minutes"
	CodeState       fault.Code = "fault.programme_state" // it is held or cancelled already
	CodeEarly       fault.Code = "fault.programme_early" // it has not begun
	CodeNotYours    fault.Code = "fault.programme_not_yours"
	CodeCount       fault.Code = "fault.programme_count"
	CodeGuest       fault.Code = "fault.programme_guest" // who has seen the qualification is not said
)

// A SessionInput is what somebody plans.
type SessionInput struct {
	Draft        string    // drawn when the form was made, so that a form sent twice is one session; of a new one
	Programme    ID        // of a new one
	Session      SessionID // of one that is there
	Version      int64     // of one that is there
	Begins       time.Time
	Minutes      int
	Place        Place
	Language     string
	Facilitators []string
	Second       string
	Guest        Guest // empty for none, or for the one who is there
}

// A Guest is an adult from outside who helps, as it is sealed.
type Guest struct {
	Name          string    `json:"name"`
	Organisation  string    `json:"organisation"`
	Qualification string    `json:"qualification"`
	SeenBy        string    `json:"seen_by"` // the user who has seen the qualification
	Seen          time.Time `json:"seen"`
	Checked       bool      `json:"-"` // whoever writes it down has seen it
}

func (g Guest) empty() bool { return g.Name == "" && g.Organisation == "" && g.Qualification == "" }

// clean takes out what could not be shown, and what does not belong to the kind of place.
func (in *SessionInput) clean() {
	in.Place.Name = instrument.OneLine(in.Place.Name)
	if in.Place.Kind == Virtual {
		in.Place.Name, in.Place.Area = "", ""
	} else {
		in.Place.Platform, in.Place.Moderated = "", false
	}
	for _, s := range []*string{&in.Guest.Name, &in.Guest.Organisation, &in.Guest.Qualification} {
		*s = instrument.OneLine(*s)
	}
	var list []string
	for _, user := range in.Facilitators {
		if user != "" && !slices.Contains(list, user) {
			list = append(list, user)
		}
	}
	in.Facilitators = list
	if slices.Contains(list, in.Second) {
		in.Second = ""
	}
}

// address is a way to somewhere: also a name like example.org, without what usually stands before it.
var address = regexp.MustCompile(`(?i)https?:|www\.|@|//|[\pL\pN_-]\.\pL{2,}`)

// check names every wrong field of a session at once. guest tells whether an adult from outside is there already.
func (in SessionInput) check(p Programme, pack *jurisdiction.Pack, people []Person, guest bool, now time.Time) error {
	f := instrument.CheckInput()
	when := in.Begins.After(now) && in.Begins.Before(now.Add(Farthest))
	f.Is(when, "begins", CodeWhen)
	f.Is(in.Minutes >= ShortestMinutes && in.Minutes <= LongestMinutes, "minutes", CodeMinutes)
	f.Is(slices.Contains(p.Languages, in.Language), "language", codeAnswer)
	switch in.Place.Kind {
	case InPerson:
		f.Text("place", &in.Place.Name, LongestPlace, true)
		f.Is(!address.MatchString(in.Place.Name), "place", CodeLink)
		f.Is(in.Place.Area == "" || pack.AreaKnown(in.Place.Area), "area", codeAnswer)
	case Virtual:
		f.Is(slices.Contains(Platforms, in.Place.Platform), "platform", codeAnswer)
		f.Is(in.Place.Moderated || !p.OfChildren(), "moderated", CodeModerated)
	default:
		f.Is(false, "place_kind", codeAnswer)
	}
	wrong := fault.New(fault.Invalid, codeForm)
	for _, field := range append(fault.Fields(f.Err()), fault.Fields(in.staff(p, people, guest, when))...) {
		wrong.With(field.Name, field.Code, pairs(field.Params)...)
	}
	if wrong.Wrong() {
		return wrong
	}
	return nil
}

func pairs(params map[string]any) (list []any) {
	for name, value := range params {
		list = append(list, name, value)
	}
	return list
}

// staff tells what is wrong with those who are to be there. What they have is looked at where it is known for when.
func (in SessionInput) staff(p Programme, people []Person, guest, when bool) *fault.Error {
	wrong := fault.New(fault.Invalid, codeForm)
	find := func(user string) (Person, bool) {
		i := slices.IndexFunc(people, func(one Person) bool { return one.ID == user })
		if i < 0 {
			return Person{}, false
		}
		return people[i], true
	}
	if n := len(in.Facilitators); n == 0 || n > MostFacilitators {
		wrong.With("facilitator", CodeNobody)
	}
	for _, user := range in.Facilitators {
		one, there := find(user)
		if !there || !one.MayHold() {
			wrong.With("facilitator", CodeNobody)
			continue
		}
		missing, expired := one.Short(p.Qualifications, in.Begins)
		switch {
		case !when:
		case len(missing) > 0:
			wrong.With("facilitator", CodeUnqualified, "Who", one.Name, "Missing", missing)
		case len(expired) > 0:
			wrong.With("facilitator", CodeExpired, "Who", one.Name, "Missing", expired)
		}
	}
	if _, there := find(in.Second); in.Second != "" && !there {
		wrong.With("second", CodeNobody)
	}
	if g := in.Guest; !g.empty() {
		for _, one := range [][2]string{{"guest_name", g.Name}, {"guest_organisation", g.Organisation}, {"guest_qualification", g.Qualification}} {
			switch n := len([]rune(one[1])); {
			case n == 0:
				wrong.With(one[0], codeEmpty)
			case n > LongestPlace:
				wrong.With(one[0], codeLong, "Max", LongestPlace)
			}
		}
		if !g.Checked {
			wrong.With("guest_seen", CodeGuest)
		}
	}
	adults := len(in.Facilitators)
	if in.Second != "" {
		adults++
	}
	if guest || !in.Guest.empty() {
		adults++
	}
	if p.Form == Group && p.OfChildren() && adults < 2 {
		wrong.With("second", CodeTwoAdults)
	}
	return wrong
}

// An Attendance is how many came, by the codes of the programme's banding; under All where nobody is counted apart.
type Attendance map[string]int

// All is the one code where nobody is counted apart.
const All = "all"

// Sexes are the codes where those who come are counted apart by sex.
var Sexes = []string{"female", "male", "other"}

// Grown is the code of those who are of age, where people are counted apart by age.
const Grown = "grown"

// Codes are those by which a programme's attendance is counted, in their order.
func (p Plan) Codes(pack *jurisdiction.Pack) []string {
	switch p.Bands {
	case BySex:
		return Sexes
	case ByAge:
		var list []string
		for _, b := range pack.Ages().Bands {
			list = append(list, b.Code)
		}
		return append(list, Grown)
	}
	return []string{All}
}

// Sum is how many came.
func (a Attendance) Sum() (n int) {
	for _, one := range a {
		n += one
	}
	return n
}

// An Answers is how many gave which answer: by the code of a question and the moment, as "code before", in the order of its answers.
type Answers map[string][]int

// A Moment says when a question was asked.
type Moment string

// The moments.
const (
	Before Moment = "before"
	After  Moment = "after"
)

// Moments are both moments.
var Moments = []Moment{Before, After}

// Key is where the answers to a question at a moment stand.
func Key(question string, m Moment) string { return question + " " + string(m) }
