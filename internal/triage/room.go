package triage

import (
	"context"
	"errors"
	"sync"
	"time"

	"amparo/internal/access"
	"amparo/internal/contact"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/ident"
	"amparo/internal/instrument"
	"amparo/internal/jurisdiction"
	"amparo/internal/mailbox"
	"amparo/internal/match"
	"amparo/internal/report"
	"amparo/internal/reveal"
	"amparo/internal/rulebook"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/task"
)

// A Person is a colleague, as a reporter may name them, and what they are on the duty desk.
type Person struct {
	grant.Person
	Desk       bool // holds a role that works reports
	Supervises bool
	Qualified  bool // has what it takes to answer for a child
	Languages  []string
}

// Config is what a Room needs.
type Config struct {
	Store  *store.Store
	Reveal *reveal.Room
	// Pack is the country: its rule set, its clocks, its desks.
	Pack *jurisdiction.Pack
	// Instrument finds a list of questions by id; nil when there is none.
	Instrument func(id string) *instrument.Instrument
	// Match finds earlier reports about the same child, account, page or number.
	Match *match.Room
	// Contact keeps how a reporter who chose it can be told that something was written; nil keeps nothing.
	Contact *contact.Room
	// Mailbox keeps the staff's own copy of what a reporter is told with an outcome; nil keeps none.
	Mailbox *mailbox.Room
	// Canary knows the reports that the program sends to itself; nil knows none.
	Canary Canary
	// People gives the active colleagues of an agency; of all agencies when it is empty.
	People func(ctx context.Context, tx store.Tx, agency string) ([]Person, error)
	// Handed hears, in the transaction in which a report was handed to a colleague, which one; nil hears nothing.
	Handed func(ctx context.Context, tx store.Tx, subject string) error
	// Came counts, in the transaction in which a report is kept, that it came by the campaign of a code, whatever that is; nil counts nothing.
	Came func(ctx context.Context, tx store.Tx, by access.Proof, code string) error
	// Kept hears, in the transaction in which somebody was kept from a report, of whom, and keeps from them what else is behind the
	// same receipt; nil keeps nothing.
	Kept func(ctx context.Context, tx store.Tx, by access.Proof, id report.ID, user string) error
}

// A Canary knows the reports that the program sends to itself, which are never kept.
type Canary interface {
	// Token gives the token of one among what was told; empty for every other report.
	Token(ctx context.Context, told map[string][]string) (string, error)
	// Arrived notes that the one of the token was opened.
	Arrived(ctx context.Context, tx store.Tx, by access.Proof, token string) error
}

// A Room works the duty desk of one country. It is safe for use by many goroutines.
type Room struct {
	Config
	// pack is the pack's rule set. Every rule set in use has its names, so that facts are read with it; what scores is of rules.
	pack *ruleset.Set
	// Rulebook has the rules in use.
	Rulebook *rulebook.Room
	// opens is held by the transaction that opens reports: two of one process would write the same pages, and one of them for nothing.
	opens sync.Mutex
}

// New makes a Room.
func New(c Config) *Room {
	if c.Kept == nil {
		c.Kept = func(context.Context, store.Tx, access.Proof, report.ID, string) error { return nil }
	}
	return &Room{Config: c, pack: c.Pack.RuleSet(), Rulebook: rulebook.New(c.Store, c.Pack.RuleSet())}
}

// Assess evaluates facts and makes that the subject's standing, inside the caller's transaction. The subject's keys
// must have been made. A person's earlier decision stays in force when it is more urgent than the rule set's result.
func (r *Room) Assess(ctx context.Context, tx store.Tx, by access.Proof, subject string, facts ruleset.Facts, told time.Time) (ruleset.Result, error) {
	return r.assess(ctx, tx, by, subject, facts, told, Rules)
}

func (r *Room) assess(ctx context.Context, tx store.Tx, by access.Proof, subject string, facts ruleset.Facts, told time.Time, source Source) (ruleset.Result, error) {
	set, err := r.Rulebook.Rules(ctx, tx)
	if err == nil {
		err = set.Check(facts)
	}
	if err != nil {
		return ruleset.Result{}, err
	}
	result := set.Evaluate(facts, told, tx.Now)
	priority, err := inForce(ctx, tx, subject, result.Priority)
	if err != nil {
		return ruleset.Result{}, err
	}
	return result, r.add(ctx, tx, by, subject, Assessment{Priority: priority, Source: source, RuleSet: result.RuleSet,
		NeedsInformation: result.NeedsInformation, Facts: facts, Told: told, LapsesAt: result.NextLapse, MadeBy: by.Actor().ID})
}

// inForce gives the more urgent of a priority and of where the subject stands since a person decided. What a person
// decided stays until a person decides again, however often the rule set speaks in between.
func inForce(ctx context.Context, tx store.Tx, subject string, p ruleset.Priority) (ruleset.Priority, error) {
	var decided int
	if err := tx.One(ctx, decidedSQL, []any{subject}, &decided); err != nil || decided == 0 {
		return p, err
	}
	before, err := standing(ctx, tx, subject)
	if before.Priority.Content() == p.Content() && before.Priority.MoreUrgent(p) {
		p = before.Priority
	}
	return p, err
}

// Decide confirms, raises or lowers the standing, whichever the decision is against the standing that the person has seen. Of content it
// confirms the level or, with a reason, makes it another; whether it is the content's is not decided here but by Track. A decision on a standing that has changed meanwhile, or on a report that has its outcome, is fault.Conflict; lowering without
// a supervisor's role fault.Forbidden; lowering below what still holds, or without a reason, fault.Invalid.
func (r *Room) Decide(ctx context.Context, actor access.Actor, d Decision) error {
	d.Reason, _ = instrument.CleanText(d.Reason, 0)
	now, err := r.seen(ctx, d)
	if err != nil {
		return err
	}
	source, action := d.source(now)
	q := door.Request{Actor: actor, Action: action, Subject: d.Subject}
	if _, err := door.See(ctx, r.Store, q); err != nil { // before anything is opened
		return err
	}
	latest, err := r.reckon(ctx, access.System("triage.decide"), d.Subject)
	if err != nil {
		return err
	}
	return door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		if err := d.check(source, now); err != nil {
			return nil, err
		}
		if err := unresolved(ctx, tx, d.Subject); err != nil {
			return nil, err
		}
		now, err := standing(ctx, tx, d.Subject)
		if err == nil && (now.Sequence != d.Sequence || latest.Sequence != d.Sequence) {
			err = fault.New(fault.Conflict, fault.CodeStale)
		}
		if err != nil {
			return nil, err
		}
		if source == Lowered && !d.To.Content() {
			set, err := r.Rulebook.Rules(ctx, tx)
			if err != nil {
				return nil, err
			}
			if err := set.CheckOverride(latest.Facts, latest.Told, tx.Now, d.To, actor.Supervises()); err != nil {
				return nil, err
			}
		}
		next := latest
		next.Priority, next.Source, next.Reason, next.MadeBy = d.To, source, d.Reason, actor.ID
		return map[string]string{"priority": string(d.To), "was": string(latest.Priority)}, first(
			func() error { return r.add(ctx, tx, by, d.Subject, next) },
			func() error { return r.hasten(ctx, tx, by, d.Subject, d.To) },
		)
	})
}

// seen gives the priority that the person has seen, without opening anything: that of the assessment of the number, the
// latest one's when there is none; empty when there is no such subject.
func (r *Room) seen(ctx context.Context, d Decision) (p ruleset.Priority, err error) {
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		rows, err := history(ctx, tx, d.Subject)
		for i, row := range rows {
			if i == 0 || row.a.Sequence == d.Sequence {
				p = row.a.Priority
			}
		}
		return err
	})
	return p, err
}

// clockOf are the clocks of a report's open tasks.
var clockOf = map[task.Kind]jurisdiction.Clock{
	TaskStart: jurisdiction.HumanTriageStarted, TaskAssign: jurisdiction.ManagerAssigned, TaskForward: jurisdiction.Forwarded, task.ReadReply: jurisdiction.MessageRead}

// hasten brings the open tasks forward to what the priority asks for from now on. It puts none off.
func (r *Room) hasten(ctx context.Context, tx store.Tx, by access.Proof, subject string, p ruleset.Priority) error {
	open, err := task.OpenFor(ctx, tx, subject)
	if err != nil {
		return err
	}
	for _, t := range open {
		due := r.Pack.Targets().Due(clockOf[t.Kind], string(p), tx.Now)
		if due.IsZero() {
			continue
		}
		if _, err := task.Start(ctx, tx, by, task.Input{Subject: subject, Kind: t.Kind, Due: due}); err != nil {
			return err
		}
	}
	return nil
}

// unresolved tells whether the subject may still change: a report that has its outcome may not.
func unresolved(ctx context.Context, tx store.Tx, subject string) error {
	kept, _, err := report.Load(ctx, tx, report.ID(subject))
	if fault.KindOf(err) == fault.Withheld {
		return nil // a subject that is no report
	}
	if err == nil && kept.State == report.Resolved {
		return fault.New(fault.Conflict, "fault.resolved")
	}
	return err
}

// Recheck evaluates again every standing whose lapse has come, and gives their number; at most a hundred at once. It is
// the work of a job. The duty officer sees each as unconfirmed. One that cannot be evaluated holds up no other; it is in
// the error.
func (r *Room) Recheck(ctx context.Context, job access.Actor) (int, error) {
	var due []string
	err := r.Store.Read(ctx, func(tx store.Tx) (err error) {
		due, err = lapsed(ctx, tx, tx.Now)
		return err
	})
	if err != nil {
		return 0, err
	}
	done := 0
	for _, subject := range due {
		one := r.recheck(ctx, job, subject)
		if one == nil {
			done++
		}
		err = errors.Join(err, one)
	}
	return done, err
}

func (r *Room) recheck(ctx context.Context, job access.Actor, subject string) error {
	latest, err := r.reckon(ctx, job, subject)
	if err != nil {
		return err
	}
	q := door.Request{Actor: job, Action: "triage.lapse", Subject: subject}
	return door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		now, err := standing(ctx, tx, subject)
		if err != nil || now.Sequence != latest.Sequence || !latest.lapses(tx.Now) {
			return nil, err // it has changed since it was found; what lapses still is found by the next round
		}
		result, err := r.assess(ctx, tx, by, subject, latest.Facts, latest.Told, Lapse)
		return map[string]string{"priority": string(result.Priority), "was": string(latest.Priority)}, err
	})
}

// Now gives the subject's standing.
func Now(ctx context.Context, tx store.Tx, subject string) (Standing, error) {
	return standing(ctx, tx, subject)
}

// NowOf is Now for many subjects, by subject; those that stand nowhere are left out.
func NowOf(ctx context.Context, tx store.Tx, subjects []string) (map[string]Standing, error) {
	return standings(ctx, tx, subjects)
}

// Show gives every assessment of the subject, the latest first, and the rule set's reasons for the latest facts. That
// they were opened is recorded.
func (r *Room) Show(ctx context.Context, by access.Proof, subject string) (list []Assessment, reasons ruleset.Result, err error) {
	var rows []row
	var now time.Time
	var set *ruleset.Set
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) {
		now = tx.Now
		if set, err = r.Rulebook.Rules(ctx, tx); err != nil {
			return err
		}
		rows, err = history(ctx, tx, subject)
		return err
	})
	if err == nil && len(rows) == 0 {
		return nil, reasons, fault.New(fault.Withheld, fault.CodeWithheld)
	}
	if err != nil {
		return nil, reasons, err
	}
	err = r.Reveal.Show(ctx, by, func(v *reveal.View) error {
		list, err = r.unroll(ctx, v, subject, rows)
		return err
	})
	if err != nil {
		return nil, reasons, err
	}
	return list, set.Evaluate(list[0].Facts, list[0].Told, now), nil
}

// reckon opens the subject's latest assessment for the program's own reckoning.
func (r *Room) reckon(ctx context.Context, job access.Actor, subject string) (Assessment, error) {
	by, err := access.Own(job, "triage.reckon")
	if err != nil {
		return Assessment{}, err
	}
	list, _, err := r.Show(ctx, by, subject)
	if err != nil {
		return Assessment{}, err
	}
	return list[0], nil
}

// add seals an assessment and makes it the standing. Only a person's decision is a confirmation.
func (r *Room) add(ctx context.Context, tx store.Tx, by access.Proof, subject string, a Assessment) error {
	before, err := standing(ctx, tx, subject)
	if err != nil {
		return err
	}
	id := ident.New[string](tx.Now)
	a.Sequence = before.Sequence + 1
	facts, err := r.Reveal.Seal(ctx, subject, reveal.Content, cell("facts", id), a.Facts.JSON())
	if err != nil {
		return err
	}
	reason, err := r.Reveal.Seal(ctx, subject, reveal.Content, cell("reason", id), []byte(a.Reason))
	if err != nil {
		return err
	}
	return insert(ctx, tx, by, subject, id, a, facts, reason)
}

func cell(column, row string) reveal.Cell {
	return reveal.Cell{Table: "assessment", Column: column, Row: row}
}

// open unseals a row.
func (s row) open(ctx context.Context, v *reveal.View, set *ruleset.Set, subject string) (Assessment, error) {
	a := s.a
	raw, err := v.Open(ctx, subject, reveal.Content, cell("facts", s.id), s.facts)
	if err != nil {
		return a, err
	}
	if a.Facts, err = set.ParseFacts(raw); err != nil {
		return a, err
	}
	reason, err := v.Open(ctx, subject, reveal.Content, cell("reason", s.id), s.reason)
	a.Reason = string(reason)
	return a, err
}
