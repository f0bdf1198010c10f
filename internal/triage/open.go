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
	done     func(ctx context.Context, tx store.Tx) error
	err      error // why it cannot be opened; intake.ErrOpened when it was before
}

// An Arrival is an envelope that waits, and what ends its job in a transaction.
type Arrival struct {
	Envelope intake.EnvelopeID
	Done     func(ctx context.Context, tx store.Tx) error
}

// MostAtOnce is how many envelopes are best opened together: enough to share what a transaction costs, and few enough that whoever reports at that moment does
// not wait for it.
const MostAtOnce = 8

var opener = access.System(string(intake.OpenReport))

// Open is the work of the job intake.OpenReport: it opens the envelope and, in one transaction, keeps the report under
// its own keys, gives it its priority, its desk and its clock, keeps it from who must not know, and deletes the
// envelope. done is called in that transaction, so that the job ends with its work. An envelope that was opened
// before is no error.
func (r *Room) Open(ctx context.Context, id intake.EnvelopeID, done func(ctx context.Context, tx store.Tx) error) error {
	return r.OpenAll(ctx, []Arrival{{id, done}})[0]
}

// OpenAll is Open for several: in one transaction where that can be, and each in its own when one of them stands in the way. It gives an error for each.
func (r *Room) OpenAll(ctx context.Context, list []Arrival) []error {
	all := r.unseal(ctx, list)
	errs := make([]error, len(all))
	var fit []int
	for i, o := range all {
		switch {
		case errors.Is(o.err, intake.ErrOpened):
			errs[i] = r.Store.Write(ctx, func(tx store.Tx) error { return o.done(ctx, tx) })
		case o.err != nil:
			errs[i] = o.err
		default:
			fit = append(fit, i)
		}
	}
	r.opens.Lock()
	defer r.opens.Unlock()
	if len(fit) > 1 {
		work := make([]door.Work, len(fit))
		for n, i := range fit {
			work[n] = r.arrive(all[i])
		}
		if err := door.Together(ctx, r.Store, work); err == nil {
			return errs
		}
	}
	for _, i := range fit {
		errs[i] = door.Together(ctx, r.Store, []door.Work{r.arrive(all[i])})
	}
	return errs
}

// arrive is what is done with a report that was opened.
func (r *Room) arrive(o *opening) door.Work {
	q := door.Request{Actor: opener, Action: access.Action(intake.OpenReport), Subject: string(o.envelope.Report)}
	return door.Work{Request: q, Change: func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		if o.canary != "" {
			return map[string]string{"canary": "1"}, first(
				func() error { return r.Canary.Arrived(ctx, tx, by, o.canary) },
				func() error { return intake.Withdraw(ctx, tx, by, o.envelope) },
				func() error { return o.done(ctx, tx) },
			)
		}
		priority, err := r.keep(ctx, tx, by, *o)
		return map[string]string{"priority": string(priority)}, first(
			func() error { return err },
			func() error { return intake.Drop(ctx, tx, by, o.envelope.ID) },
			func() error { return o.done(ctx, tx) },
		)
	}}
}

// unseal opens envelopes and seals the content of each anew, under keys of the report's own.
func (r *Room) unseal(ctx context.Context, list []Arrival) []*opening {
	all := make([]*opening, len(list))
	read := r.Store.Read(ctx, func(tx store.Tx) error {
		for i, one := range list {
			o := &opening{done: one.Done}
			if o.envelope, o.err = intake.Waiting(ctx, tx, one.Envelope); o.err != nil && !errors.Is(o.err, intake.ErrOpened) {
				return o.err
			}
			all[i] = o
		}
		return nil
	})
	if read != nil {
		return failed(list, read)
	}
	by, err := access.Own(opener, access.Action(intake.OpenReport))
	if err != nil {
		return failed(list, err)
	}
	var envelopes []*reveal.Envelope
	for _, o := range all {
		if e := o.envelope; o.err == nil {
			envelopes = append(envelopes, &reveal.Envelope{Subject: string(e.Report), KeyID: e.KeyID, Binding: e.Binding(), Sealed: e.Sealed})
		}
	}
	if err := r.Reveal.Envelopes(ctx, by, envelopes); err != nil {
		return failed(list, err)
	}
	var subjects []string
	n := 0
	for _, o := range all {
		if o.err != nil {
			continue
		}
		e := envelopes[n]
		n++
		if o.err = e.Err; o.err == nil {
			o.err = r.understand(ctx, o, e.Plain)
		}
		if o.err == nil && o.canary == "" {
			subjects = append(subjects, e.Subject)
		}
	}
	if err := r.Reveal.MakeKeys(ctx, subjects...); err != nil {
		return failed(list, err)
	}
	for _, o := range all {
		if o.err == nil && o.canary == "" {
			o.err = r.reseal(ctx, o)
		}
	}
	return all
}

// failed has each of several fail by what they have in common.
func failed(list []Arrival, err error) []*opening {
	all := make([]*opening, len(list))
	for i := range all {
		all[i] = &opening{err: err}
	}
	return all
}

// understand reads what an envelope holds.
func (r *Room) understand(ctx context.Context, o *opening, plain []byte) (err error) {
	if err := json.Unmarshal(plain, &o.told); err != nil {
		return fmt.Errorf("reading what the envelope holds: %w", err)
	}
	if r.Canary != nil {
		if o.canary, err = r.Canary.Token(ctx, o.told.Answers); err != nil || o.canary != "" {
			return err
		}
	}
	in := r.Instrument(o.told.Instrument)
	if in == nil {
		return fmt.Errorf("the pack has no list of questions %q", o.told.Instrument)
	}
	o.facts = ruleset.Facts(in.Facts(o.told.Answers))
	o.named, o.clues, o.exact = meant(in, o.told.Answers, instrument.MustNotKnow), clues(in, o.told.Answers), exact(in, o.told.Answers)
	if way, chosen := contact.Of(in, o.told.Answers, o.told.Language); chosen && r.Contact != nil {
		o.way = &way
	}
	return nil
}

// reseal seals what was told under the report's own keys, which were made.
func (r *Room) reseal(ctx context.Context, o *opening) (err error) {
	id := o.envelope.Report
	content, identity := r.Instrument(o.told.Instrument).Split(o.told.Answers)
	if o.sealed.Content, err = r.seal(ctx, string(id), reveal.Content, "content", content); err != nil {
		return err
	}
	if o.sealed.Identity, err = r.seal(ctx, string(id), reveal.Identity, "identity", identity); err != nil {
		return err
	}
	o.sealed.CameBy, err = r.Reveal.Seal(ctx, string(id), reveal.Content, cameByCell(id), fmt.Appendf(nil, "%-*s", cameByLength, o.told.Campaign))
	return err
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
	if len(named) == 0 {
		return nil, nil
	}
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
