package triage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"amparo/internal/access"
	"amparo/internal/contact"
	"amparo/internal/door"
	"amparo/internal/grant"
	"amparo/internal/instrument"
	"amparo/internal/intake"
	"amparo/internal/jurisdiction"
	"amparo/internal/match"
	"amparo/internal/report"
	"amparo/internal/reveal"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/task"
)

// The tasks of a report, with the clocks of the same names.
const (
	TaskStart  = task.Kind(jurisdiction.HumanTriageStarted) // to begin reading it
	TaskAssign = task.Kind(jurisdiction.ManagerAssigned)    // to have somebody answer for the child; it runs until the outcome
	// TaskForward is in its place where no child is identified: to send the hotline what was found. It runs until that was sent.
	TaskForward = task.Kind(jurisdiction.Forwarded)
	// TaskAsk is to ask the hotline what came of that. It goes on when the report has its outcome.
	TaskAsk task.Kind = "ask_hotline"
)

// An opening is a report on its way from its envelope to the desk.
type opening struct {
	envelope intake.Envelope
	told     intake.Told
	facts    ruleset.Facts
	sealed   report.Sealed
	named    []string // who must not know, in the reporter's words
	clues    []match.Clue
	exact    []match.Clue // by which all addresses that were told are known again; none when one cannot be
	way      *contact.Way // how the reporter can be told; nil when they did not choose to be
	canary   string       // the token of a canary; empty for every other report
}

// Open is the work of the job intake.OpenReport: it opens the envelope and, in one transaction, keeps the report under
// its own keys, gives it its priority, its desk and its clock, keeps it from who must not know, and deletes the
// envelope. done is called in that transaction, so that the job ends with its work. An envelope that was opened
// before is no error.
func (r *Room) Open(ctx context.Context, id intake.EnvelopeID, done func(ctx context.Context, tx store.Tx) error) error {
	job := access.System(string(intake.OpenReport))
	o, err := r.unseal(ctx, job, id)
	if errors.Is(err, intake.ErrOpened) {
		return r.Store.Write(ctx, func(tx store.Tx) error { return done(ctx, tx) })
	}
	if err != nil {
		return err
	}
	q := door.Request{Actor: job, Action: access.Action(intake.OpenReport), Subject: string(o.envelope.Report)}
	return door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		if o.canary != "" {
			return map[string]string{"canary": "1"}, first(
				func() error { return r.Canary.Arrived(ctx, tx, by, o.canary) },
				func() error { return intake.Withdraw(ctx, tx, by, o.envelope) },
				func() error { return done(ctx, tx) },
			)
		}
		priority, err := r.keep(ctx, tx, by, o)
		return map[string]string{"priority": string(priority)}, errors.Join(err, intake.Drop(ctx, tx, by, id), done(ctx, tx))
	})
}

// unseal opens the envelope and seals its content anew, under keys of the report's own.
func (r *Room) unseal(ctx context.Context, job access.Actor, id intake.EnvelopeID) (o opening, err error) {
	if err := r.Store.Read(ctx, func(tx store.Tx) (err error) { o.envelope, err = intake.Waiting(ctx, tx, id); return err }); err != nil {
		return o, err
	}
	by, err := access.Own(job, access.Action(intake.OpenReport))
	if err != nil {
		return o, err
	}
	e, subject := o.envelope, string(o.envelope.Report)
	plain, err := r.Reveal.Envelope(ctx, by, subject, e.KeyID, e.Binding(), e.Sealed)
	if err != nil {
		return o, err
	}
	if err := json.Unmarshal(plain, &o.told); err != nil {
		return o, fmt.Errorf("reading what the envelope holds: %w", err)
	}
	if r.Canary != nil {
		if o.canary, err = r.Canary.Token(ctx, o.told.Answers); err != nil || o.canary != "" {
			return o, err
		}
	}
	in := r.Instrument(o.told.Instrument)
	if in == nil {
		return o, fmt.Errorf("the pack has no list of questions %q", o.told.Instrument)
	}
	f := in.Facts(o.told.Answers)
	o.facts = ruleset.Facts(f)
	content, identity := in.Split(o.told.Answers)
	o.named, o.clues, o.exact = meant(in, o.told.Answers, instrument.MustNotKnow), clues(in, o.told.Answers), exact(in, o.told.Answers)
	if way, chosen := contact.Of(in, o.told.Answers, o.told.Language); chosen && r.Contact != nil {
		o.way = &way
	}
	if err := r.Reveal.MakeKeys(ctx, subject); err != nil {
		return o, err
	}
	if o.sealed.Content, err = r.seal(ctx, subject, reveal.Content, "content", content); err != nil {
		return o, err
	}
	if o.sealed.Identity, err = r.seal(ctx, subject, reveal.Identity, "identity", identity); err != nil {
		return o, err
	}
	o.sealed.CameBy, err = r.Reveal.Seal(ctx, subject, reveal.Content, cameByCell(e.Report), fmt.Appendf(nil, "%-*s", cameByLength, o.told.Campaign))
	return o, err
}

// cameByLength is the length to which the code of a campaign is filled up before it is sealed: whether a report came by one cannot be seen from outside.
const cameByLength = 8

func cameByCell(id report.ID) reveal.Cell {
	return reveal.Cell{Table: "report", Column: "came_by", Row: string(id)}
}

// openCameBy opens the code of the campaign that a report came by; empty for none.
func openCameBy(ctx context.Context, v *reveal.View, id report.ID, sealed []byte) (code string, err error) {
	if len(sealed) == 0 {
		return "", nil
	}
	raw, err := v.Open(ctx, string(id), reveal.Content, cameByCell(id), sealed)
	return strings.TrimSpace(string(raw)), err
}

func (r *Room) seal(ctx context.Context, subject string, p reveal.Purpose, column string, a instrument.Answers) ([]byte, error) {
	raw, err := json.Marshal(a)
	if err != nil {
		return nil, err
	}
	return r.Reveal.Seal(ctx, subject, p, reveal.Cell{Table: "report", Column: column, Row: subject}, raw)
}

// meant gives the words of every question that means this.
func meant(in *instrument.Instrument, a instrument.Answers, m instrument.Meaning) (list []string) {
	for _, id := range slices.Sorted(maps.Keys(a)) {
		if q, ok := in.Question(id); ok && q.Means == m {
			list = append(list, a[id]...)
		}
	}
	return list
}

// keep writes the report and all that goes with it.
func (r *Room) keep(ctx context.Context, tx store.Tx, by access.Proof, o opening) (ruleset.Priority, error) {
	e, subject := o.envelope, string(o.envelope.Report)
	desk := r.Pack.DeskFor(o.told.Area)
	owes, err := intake.Owes(ctx, tx, e.Report)
	if err != nil {
		return "", err
	}
	kept := report.Report{ID: e.Report, Pack: o.told.Pack, Language: o.told.Language, Reader: o.told.Reader,
		Channel: o.told.Channel, Area: o.told.Area, Agency: desk, Instrument: o.told.Instrument, Quarantined: e.Quarantined && owes > 0,
		Received: e.Received}
	if err := report.Keep(ctx, tx, by, kept, o.sealed, r.Pack.Zone()); err != nil {
		return "", err
	}
	if o.told.Campaign != "" && !kept.Quarantined && r.Came != nil { // a burst is nobody's reach
		if err := r.Came(ctx, tx, by, o.told.Campaign); err != nil {
			return "", err
		}
	}
	if o.way != nil {
		if err := r.Contact.Keep(ctx, tx, by, kept.ID, *o.way); err != nil {
			return "", err
		}
	}
	facts, err := r.recall(ctx, tx, by, kept, o.facts, o.clues, o.exact)
	if err != nil {
		return "", err
	}
	result, err := r.Assess(ctx, tx, by, subject, facts, e.Received)
	if err != nil {
		return "", err
	}
	if err := first(
		func() error { return r.hand(ctx, tx, by, subject, desk, o.named) },
		func() error { return r.callOut(ctx, tx, by, subject, desk, result.Priority, e.Received) },
	); err != nil {
		return "", err
	}
	return result.Priority, first(
		func() error { return r.start(ctx, tx, by, subject, desk, result.Priority, e.Received) },
		func() error { return r.seek(ctx, tx, by, subject, desk, result.Priority, e.Received) },
	)
}

// seek starts the clock until somebody answers for the child; of content, until the hotline has it.
func (r *Room) seek(ctx context.Context, tx store.Tx, by access.Proof, subject, desk string, p ruleset.Priority, from time.Time) error {
	kind := TaskAssign
	if p.Content() {
		kind = TaskForward
	}
	due := r.Pack.Targets().Due(clockOf[kind], string(p), from)
	if due.IsZero() { // the country names no time
		return nil
	}
	_, err := task.Start(ctx, tx, by, task.Input{Subject: subject, Kind: kind, Agency: desk, Due: due})
	return err
}

// start starts the clock to begin reading.
func (r *Room) start(ctx context.Context, tx store.Tx, by access.Proof, subject, desk string, p ruleset.Priority, from time.Time) error {
	due := r.Pack.Targets().Due(jurisdiction.HumanTriageStarted, string(p), from)
	_, err := task.Start(ctx, tx, by, task.Input{Subject: subject, Kind: TaskStart, Agency: desk, Blocking: true, Due: due})
	return err
}

// callOut gives what is most urgent to the desk on call as well, when it comes in while nobody is at its own.
func (r *Room) callOut(ctx context.Context, tx store.Tx, by access.Proof, subject, desk string, p ruleset.Priority, at time.Time) error {
	if !p.Wakes() {
		return nil
	}
	if _, staffed, err := intake.NextStaffed(ctx, tx, desk, at, r.Pack.NextStaffed); err != nil || staffed {
		return err
	}
	return grant.Give(ctx, tx, by, subject, r.Pack.OnCall(), access.Desk)
}

// hand gives the report to the desk and keeps it from who must not know.
func (r *Room) hand(ctx context.Context, tx store.Tx, by access.Proof, subject, desk string, named []string) error {
	users, err := r.matched(ctx, tx, named)
	if err != nil {
		return err
	}
	for _, user := range users {
		if err := grant.Exclude(ctx, tx, by, subject, user, grant.Named); err != nil {
			return err
		}
	}
	if err := grant.Give(ctx, tx, by, subject, desk, access.Desk); err != nil {
		return err
	}
	return r.Widen(ctx, tx, by, subject, desk, access.Desk)
}

// matched gives who of all who work here is meant by what was said of people.
func (r *Room) matched(ctx context.Context, tx store.Tx, named []string) ([]string, error) {
	people, err := r.People(ctx, tx, "")
	if err != nil {
		return nil, err
	}
	all := make([]grant.Person, len(people))
	for i, p := range people {
		all[i] = p.Person
	}
	return grant.Match(named, all), nil
}
