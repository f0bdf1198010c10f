package promise

import (
	"context"
	"slices"
	"strings"
	"time"

	"amparo/internal/instrument"
	"amparo/internal/intake"
	"amparo/internal/jurisdiction"
	"amparo/internal/lang"
	"amparo/internal/ruleset"
)

// DangerNow is the fact that somebody is in danger at this moment.
const DangerNow = "danger_now"

// HelpNow are the facts that are answered with the numbers of who can help, before anything else is asked.
var HelpNow = []string{DangerNow, "self_harm_risk"}

// Config is what a Room needs. Every field but Rules is needed.
type Config struct {
	Pack   *jurisdiction.Pack
	Intake *intake.Room
	// Rules gives the rule set in use, by which promises are made; nil goes by the pack's.
	Rules func(ctx context.Context) *ruleset.Set
}

// A Room makes promises. It is safe for use by many goroutines.
type Room struct{ Config }

// New makes a Room.
func New(c Config) *Room { return &Room{c} }

// A Promise is what the acknowledgement says, without anything that was told.
type Promise struct {
	Reader    jurisdiction.Reader    `json:"r"`
	Situation jurisdiction.Situation `json:"s"`
	Due       time.Time              `json:"d"`
	Desk      string                 `json:"k"`           // code of the agency
	Closed    bool                   `json:"c,omitempty"` // nobody was at the desk
}

// Urgent tells whether it is about somebody who is in danger, or may be.
func (p Promise) Urgent() bool {
	return p.Situation == jurisdiction.P1 || p.Situation == jurisdiction.Danger
}

// Of decides what can be promised for answers that were received at a time.
func (r *Room) Of(ctx context.Context, in *instrument.Instrument, a instrument.Answers, at time.Time) (Promise, error) {
	facts := in.Facts(a)
	priority := r.rules(ctx).Evaluate(ruleset.Facts(facts), at, at).Priority
	desk := r.Pack.DeskFor(r.Pack.AreaTold(in, a))
	_, staffed, err := r.Intake.NextStaffed(ctx, desk, at, r.Pack.NextStaffed)
	if err != nil {
		return Promise{}, err
	}
	p := Promise{Reader: jurisdiction.Reader(in.Reader), Situation: jurisdiction.Situation(priority), Desk: desk, Closed: !staffed}
	if priority == ruleset.P1 && p.Closed {
		p.Desk = r.Pack.OnCall()
	}
	clock, level := jurisdiction.HumanTriageStarted, string(priority)
	switch {
	case slices.Contains(facts.Triggers, DangerNow):
		p.Situation = jurisdiction.Danger
	case priority.Content():
		p.Situation, clock = jurisdiction.ContentOnly, jurisdiction.Forwarded
	}
	p.Due, err = r.due(ctx, desk, clock, level, at)
	return p, err
}

// rules is the rule set in use.
func (r *Room) rules(ctx context.Context) *ruleset.Set {
	if r.Rules == nil {
		return r.Pack.RuleSet()
	}
	return r.Rules(ctx)
}

// due is by when something will have been done at a desk. For P1, and for content at C1, somebody is woken at any hour; for all others a time at which
// nobody is at the desk becomes the next at which somebody is, by the desk's rota, and by the calendar where no rota says.
func (r *Room) due(ctx context.Context, desk string, c jurisdiction.Clock, level string, from time.Time) (time.Time, error) {
	due := r.Pack.Targets().Due(c, level, from)
	if ruleset.Priority(level).Wakes() {
		return due, nil
	}
	there, _, err := r.Intake.NextStaffed(ctx, desk, due, r.Pack.NextStaffed)
	return there, err
}

// Words are a promise in words.
type Words struct{ Heading, Next, ByWhom, ByWhen, Closed, AnyTime string }

// Say says a promise in the language of a printer of the public words.
func (r *Room) Say(p Promise, in lang.Printer) Words {
	tag := in.Tag()
	a, values := r.Pack.Acknowledgement(p.Reader, p.Situation, tag), r.Values(tag)
	values.Due = in.Date(p.Due, r.Pack.Zone())
	if agency, ok := r.Pack.Agency(p.Desk, tag); ok {
		values.Agency = agency.Name
	}
	w := Words{Heading: a.Heading.Fill(values), Next: a.Next.Fill(values), ByWhom: a.ByWhom.Fill(values),
		ByWhen: a.ByWhen.Fill(values), AnyTime: a.AnyTime.Fill(values)}
	switch {
	case p.Closed && p.Urgent():
		w.Closed = in.T("public.closed_paged")
	case p.Closed:
		w.Closed = in.T("public.closed")
	}
	return w
}

// Values are the numbers that texts of the country may name. They are not broken over two lines.
func (r *Room) Values(tag string) jurisdiction.Values {
	whole := strings.NewReplacer("-", "-\u2060", " ", "\u00a0")
	return jurisdiction.Values{Emergency: whole.Replace(r.Pack.Emergency(tag).Number()), Helpline: whole.Replace(r.Pack.Helpline(tag).Number())}
}
