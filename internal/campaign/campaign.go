package campaign

import (
	"slices"
	"time"
	"unicode/utf8"

	"amparo/internal/education"
	"amparo/internal/fault"
)

// An ID names a campaign.
type ID string

// A State says how far a campaign is, as it is kept.
type State string

// The states.
const (
	Draft    State = "draft"
	Approved State = "approved"
	Ended    State = "ended" // before its last day, or never approved
)

// A Standing says how a campaign stands on a day.
type Standing string

// The standings.
const (
	InDraft Standing = "draft"
	Waiting Standing = "waiting" // it is approved, and its first day has not come
	Running Standing = "running"
	Over    Standing = "over" // by its last day
	Stopped Standing = "stopped"
)

// A Kind is a kind of place where a campaign is put up.
type Kind string

// The kinds of places.
const (
	Platform  Kind = "platform"
	School    Kind = "school"
	Clinic    Kind = "clinic"
	Street    Kind = "street"
	Broadcast Kind = "broadcast"
	Print     Kind = "print"
)

// Kinds are all kinds, in the order in which they are offered.
var Kinds = []Kind{Platform, School, Clinic, Street, Broadcast, Print}

// The most that a campaign may have.
const (
	LongestName    = 100  // characters
	LongestPurpose = 1000 // characters
	LongestReason  = 1000 // characters, of why it was ended
	LongestDays    = 366  // from the first to the last, both counted
)

// A Plan is what somebody writes down of a campaign.
type Plan struct {
	Name, Purpose string   // for staff alone
	Signposts     []string // codes of education.Signpost
	Languages     []string
	Kinds         []Kind
	First, Last   string // days of the country, as 2006-01-02
}

// A Campaign is a plan with its code and what has become of it.
type Campaign struct {
	ID   ID
	Code Code
	Plan
	State      State
	Written    time.Time // last
	Writers    []string  // user ids of all who have written it, the first one first
	Approved   time.Time // zero until then
	ApprovedBy string
	Ended      time.Time // before its last day; zero for every other
	EndedBy    string
	Reason     string // why it was ended
	Version    int64  // rises with every change
}

// Standing tells how it stands on a day.
func (c Campaign) Standing(day string) Standing {
	switch {
	case c.State == Ended:
		return Stopped
	case c.State == Draft:
		return InDraft
	case day < c.First:
		return Waiting
	case day > c.Last:
		return Over
	}
	return Running
}

// What is wrong with a plan, by field, and what stands in the way of a step.
const (
	CodeSignpostGone   fault.Code = "fault.campaign_signpost" // the pack has none of this code
	CodeNotSaid        fault.Code = "fault.campaign_not_said" // a signpost has no text in a language
	CodeOrder          fault.Code = "fault.campaign_order"
	CodeTooLong        fault.Code = "fault.campaign_long"
	CodePast           fault.Code = "fault.campaign_past"
	CodeDay            fault.Code = "fault.campaign_day"
	CodeChoose         fault.Code = "fault.campaign_choose"
	CodeNotDraft       fault.Code = "fault.campaign_not_draft" // it is approved, or ended
	CodeYourself       fault.Code = "fault.campaign_yourself"  // who wrote it does not approve it
	CodeOver           fault.Code = "fault.campaign_over"      // its last day is past, or it was ended
	CodeDrafts         fault.Code = "fault.campaign_drafts"    // there are too many drafts of one person
	CodeNoCode         fault.Code = "fault.campaign_no_code"   // hardly a code is left
	CodeNotApproved    fault.Code = "fault.campaign_not_approved"
	codeForm           fault.Code = "fault.form"
	codeReasonRequired fault.Code = "fault.reason_required"
	codeNameRequired   fault.Code = "fault.campaign_name"
	codeWhyRequired    fault.Code = "fault.campaign_why"
	codeLong           fault.Code = "fault.long"
)

// A Teaching is what there is to put up: the country's pack.
type Teaching interface {
	// Signposts gives all signposts, in a language.
	Signposts(language string) []education.Signpost
	// SignpostSaid tells whether one has words of its own in a language that the country offers.
	SignpostSaid(code, language string) bool
}

// check names every wrong field at once.
func (p Plan) check(from Teaching, today string) error {
	wrong := fault.New(fault.Invalid, codeForm)
	text := func(field, words string, most int, missing fault.Code) {
		switch n := utf8.RuneCountInString(words); {
		case n == 0:
			wrong.With(field, missing)
		case n > most:
			wrong.With(field, codeLong, "Max", most)
		}
	}
	text("name", p.Name, LongestName, codeNameRequired)
	text("purpose", p.Purpose, LongestPurpose, codeWhyRequired)
	if code := p.said(from); code != "" {
		wrong.With("signposts", code)
	}
	if len(p.Languages) == 0 {
		wrong.With("languages", CodeChoose)
	}
	if len(p.Kinds) == 0 || slices.ContainsFunc(p.Kinds, func(k Kind) bool { return !slices.Contains(Kinds, k) }) {
		wrong.With("kinds", CodeChoose)
	}
	p.checkDays(wrong, today)
	if wrong.Wrong() {
		return wrong
	}
	return nil
}

// said tells what is wrong with the signposts: each must be there, and in each language.
func (p Plan) said(from Teaching) fault.Code {
	all := from.Signposts("")
	for _, code := range p.Signposts {
		if !slices.ContainsFunc(all, func(one education.Signpost) bool { return one.Code() == code }) {
			return CodeSignpostGone
		}
		for _, tag := range p.Languages {
			if !from.SignpostSaid(code, tag) {
				return CodeNotSaid
			}
		}
	}
	if len(p.Signposts) == 0 {
		return CodeChoose
	}
	return ""
}

func (p Plan) checkDays(wrong *fault.Error, today string) {
	first, noFirst := time.Parse(time.DateOnly, p.First)
	last, noLast := time.Parse(time.DateOnly, p.Last)
	if noFirst != nil {
		wrong.With("first", CodeDay)
	}
	switch {
	case noLast != nil:
		wrong.With("last", CodeDay)
	case p.Last < today:
		wrong.With("last", CodePast)
	case noFirst != nil:
	case last.Before(first):
		wrong.With("last", CodeOrder)
	case last.Sub(first)/(24*time.Hour)+1 > LongestDays:
		wrong.With("last", CodeTooLong, "Max", LongestDays)
	}
}

// tidy puts what was chosen into an order of its own, each once.
func (p Plan) tidy() Plan {
	p.Signposts, p.Languages, p.Kinds = slices.Clone(p.Signposts), slices.Clone(p.Languages), slices.Clone(p.Kinds)
	slices.Sort(p.Signposts)
	slices.Sort(p.Languages)
	slices.Sort(p.Kinds)
	p.Signposts, p.Languages, p.Kinds = slices.Compact(p.Signposts), slices.Compact(p.Languages), slices.Compact(p.Kinds)
	return p
}
