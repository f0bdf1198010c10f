package programme

import (
	"context"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/education"
	"amparo/internal/fault"
	"amparo/internal/instrument"
	"amparo/internal/jurisdiction"
	"amparo/internal/reveal"
	"amparo/internal/store"
)

// An ID names a programme.
type ID string

// A State says how far a programme is.
type State string

// The states.
const (
	Draft    State = "draft"
	Approved State = "approved"
	Running  State = "running" // it has sessions
	Ended    State = "ended"
)

// A Form says with how many at a time it is held.
type Form string

// The forms.
const (
	Group      Form = "group"
	Individual Form = "individual"
)

// Forms are all forms.
var Forms = []Form{Group, Individual}

// A Banding says by what those who come are counted apart, if by anything.
type Banding string

// The bandings.
const (
	NotApart Banding = ""
	BySex    Banding = "sex"
	ByAge    Banding = "age"
)

// Bandings are all bandings.
var Bandings = []Banding{NotApart, BySex, ByAge}

// The most that a programme may have.
const (
	LongestTitle = 100  // characters
	LongestAim   = 1000 // characters
	LongestPlan  = 1000 // characters, of each part of the safeguarding plan
	LongestWhy   = 500  // characters, of why something was ended or cancelled
	MostDrafts   = 20   // of one person
)

// A Safeguarding is the plan for what is told in a session.
type Safeguarding struct {
	Lead      string   // the user who is told first, and may take reports
	AtOnce    string   // what is done at once
	Quiet     string   // where it is quiet to talk
	Contacts  []string // codes of the pack's contacts that are called besides
	NoSecrets bool     // it is said at the start that what is told cannot be kept secret
}

// Whole tells whether nothing of it is missing. Whether the lead is still there is another question.
func (s Safeguarding) Whole() bool {
	return s.Lead != "" && s.AtOnce != "" && s.Quiet != "" && len(s.Contacts) > 0 && s.NoSecrets
}

// A Plan is what somebody writes down of a programme.
type Plan struct {
	Title          string
	Audience       education.Audience
	Form           Form
	Topics         []education.Topic
	Languages      []string
	Aim            string   // what it is to bring about
	Qualifications []string // codes of those that a facilitator must hold
	Bands          Banding
	Safeguarding
}

// A Programme is a plan with what has become of it.
type Programme struct {
	ID     ID
	Agency string // of whoever began it
	Plan
	State      State
	Written    time.Time // last
	Writers    []string  // user ids of all who have written it, the first one first
	Approved   time.Time // zero until then
	ApprovedBy string
	Ended      time.Time
	EndedBy    string
	Reason     string // why it was ended
	Version    int64  // rises with every change
}

// OfChildren tells whether those who come are under age.
func (p Plan) OfChildren() bool {
	return slices.Contains([]education.Audience{education.Age6To9, education.Age10To12, education.Age13To15, education.Age16To17}, p.Audience)
}

// What is wrong, and what stands in the way of a step.
const (
	CodeNotDraft    fault.Code = "fault.programme_not_draft"
	CodeYourself    fault.Code = "fault.programme_yourself"     // who wrote it does not approve it
	CodePlan        fault.Code = "fault.programme_plan"         // the safeguarding plan is not whole
	CodeLead        fault.Code = "fault.programme_lead"         // nobody is there to be told
	CodeOver        fault.Code = "fault.programme_over"         // it has ended
	CodeNotApproved fault.Code = "fault.programme_not_approved" // no session is planned of it yet
	CodeMany        fault.Code = "fault.programme_many"         // one person has too many drafts
	CodeChoose      fault.Code = "fault.programme_choose"
	codeForm        fault.Code = "fault.form"
	codeEmpty       fault.Code = "fault.empty"
	codeLong        fault.Code = "fault.long"
	codeAnswer      fault.Code = "fault.answer_required"
)

// A Person is a colleague, as sessions are given to them.
type Person struct {
	access.Actor
	Name string
	// Short gives which of some qualifications they lack at a time, and which have ended by then.
	Short func(codes []string, at time.Time) (missing, expired []string)
}

// MayLead tells whether somebody may be the one who is told first: they may take reports.
func (p Person) MayLead() bool { return access.May(p.Actor, access.HelplineTake) }

// MayHold tells whether somebody may facilitate sessions.
func (p Person) MayHold() bool { return access.May(p.Actor, access.ProgrammeHold) }

// Config is what a Room needs. Every field is needed.
type Config struct {
	Store  *store.Store
	Reveal *reveal.Room
	Pack   *jurisdiction.Pack
	// People gives the active people of an agency, of all when it is empty.
	People func(ctx context.Context, tx store.Tx, agency string) ([]Person, error)
	// Away tells whether somebody is away at a time.
	Away func(ctx context.Context, tx store.Tx, user string, at time.Time) (bool, error)
}

// clean takes out of words what could not be shown, and puts what was chosen into an order of its own, each once.
func (p Plan) clean() Plan {
	p.Title = instrument.OneLine(p.Title)
	for _, s := range []*string{&p.Aim, &p.AtOnce, &p.Quiet} {
		*s, _ = instrument.CleanText(*s, 0)
	}
	p.Topics, p.Languages, p.Qualifications, p.Contacts = sorted(p.Topics), sorted(p.Languages), sorted(p.Qualifications), sorted(p.Contacts)
	return p
}

func sorted[T ~string](list []T) []T {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}

// check names every wrong field of a draft at once. Of the safeguarding plan parts may be missing until it is to be approved.
func (p Plan) check(pack *jurisdiction.Pack, leads []Person, now time.Time) error {
	f := instrument.CheckInput()
	f.Text("title", &p.Title, LongestTitle, true)
	f.Text("aim", &p.Aim, LongestAim, true)
	f.Text("at_once", &p.AtOnce, LongestPlan, false)
	f.Text("quiet", &p.Quiet, LongestPlan, false)
	f.Is(slices.Contains(education.Audiences, p.Audience), "audience", codeAnswer)
	f.Is(slices.Contains(Forms, p.Form), "form", codeAnswer)
	f.Is(slices.Contains(Bandings, p.Bands), "bands", codeAnswer)
	f.Is(some(p.Topics, func(t education.Topic) bool { return slices.Contains(education.Topics, t) }), "topics", CodeChoose)
	f.Is(some(p.Languages, func(tag string) bool {
		return slices.ContainsFunc(pack.Languages(), func(l jurisdiction.Language) bool { return l.Code == tag })
	}), "languages", CodeChoose)
	f.Is(some(p.Qualifications, func(code string) bool {
		return slices.ContainsFunc(pack.List("qualification", ""), func(n jurisdiction.Named) bool { return n.Code == code })
	}), "qualifications", CodeChoose)
	f.Is(len(p.Contacts) == 0 || some(p.Contacts, func(code string) bool {
		return slices.ContainsFunc(pack.Contacts("", now), func(c jurisdiction.Contact) bool { return c.Code == code })
	}), "contacts", CodeChoose)
	f.Is(p.Lead == "" || slices.ContainsFunc(leads, func(one Person) bool { return one.ID == p.Lead && one.MayLead() }), "lead", CodeLead)
	return f.Err()
}

// some tells whether there is one at least, and each is as it should be.
func some[T any](list []T, good func(T) bool) bool {
	return len(list) > 0 && !slices.ContainsFunc(list, func(one T) bool { return !good(one) })
}
