package app

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"amparo/internal/access"
	"amparo/internal/campaign"
	"amparo/internal/canary"
	"amparo/internal/casework"
	"amparo/internal/contact"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/identity"
	"amparo/internal/intake"
	"amparo/internal/jobs"
	"amparo/internal/join"
	"amparo/internal/jurisdiction"
	"amparo/internal/lang"
	"amparo/internal/lesson"
	"amparo/internal/mailbox"
	"amparo/internal/match"
	"amparo/internal/notice"
	"amparo/internal/notify"
	"amparo/internal/programme"
	"amparo/internal/referral"
	"amparo/internal/report"
	"amparo/internal/retention"
	"amparo/internal/reveal"
	"amparo/internal/rota"
	"amparo/internal/rulebook"
	"amparo/internal/ruleset"
	"amparo/internal/shelf"
	"amparo/internal/signpost"
	"amparo/internal/store"
	"amparo/internal/story"
	"amparo/internal/task"
	"amparo/internal/triage"
	"amparo/internal/vault/open"
)

// How often the program looks by itself.
const (
	dueEvery     = 30 * time.Second // for tasks whose time has passed
	lapseEvery   = time.Minute      // for triggers whose time has passed
	seekEvery    = time.Minute      // for open cases whose case manager is not there any more
	coverEvery   = time.Minute      // for absences that have begun or ended
	staffedEvery = 5 * time.Minute  // for shifts whose time has passed, or whose owner works here no more
	releaseEvery = time.Hour        // for referrals that ended long ago
	sessionEvery = 10 * time.Minute // for sessions that have ended
	tendEvery    = time.Hour        // for intake keys that are old, or not needed any more
	callsEvery   = time.Minute      // for what was written down on the telephone and left
	forgetEvery  = time.Hour        // for arrivals that no burst is told by any more
)

// rooms are the rooms of the case side, over one pair of stores.
type rooms struct {
	notices *notices
	pack    *jurisdiction.Pack
	people  *identity.Room
	triage  *triage.Room
	mailbox *mailbox.Room
	match   *match.Room
	contact *contact.Room
	cases   *casework.Room
	join    *join.Room
	rota    *rota.Room
	handed  *referral.Room
	notice  *notice.Room
	canary  *canary.Room
	// campaign keeps what is put up together for a time.
	campaign *campaign.Room
	// retention erases, and knows what must not be.
	retention *retention.Room
	story     *story.Room // what became of reports, as it is told
	shelf     *shelf.Room // what there is to read now
	lesson    *lesson.Room
	programme *programme.Room // what is taught face to face
}

// ground is what the rooms of the case side stand on.
type ground struct {
	stores stores
	vault  *open.Vault
	pack   *jurisdiction.Pack
	sender notify.Sender   // nil: no notices are sent
	text   texting         // nil: no reporter is told anything by text
	mail   mailing         // nil: none by e-mail
	words  *lang.Catalog   // of the public side; nil where both are nil
	people identity.Config // how people sign in, and by which clock
	log    *slog.Logger
	walker *http.Client  // of canaries
	door   func() string // where canaries go; nil sends none
}

// newRooms makes the case side.
func newRooms(ctx context.Context, g ground) (*rooms, error) {
	if err := g.vault.NewDataKey(ctx, installation, open.Identity); err != nil {
		return nil, err
	}
	s, opened := g.stores.main, reveal.New(g.stores.main, g.vault)
	r := &rooms{pack: g.pack, people: people(g.stores, g.vault, g.people)}
	r.rota = r.newRota(s)
	r.notices = &notices{store: s, people: r.people, rota: r.rota, answer: g.pack.AnswerWithin(), sender: g.sender, log: g.log}
	r.mailbox = mailbox.New(mailbox.Config{Store: s, Reveal: opened, Due: r.replyDue, Nudged: r.notices.nudged})
	r.match = match.New(match.Config{Store: s, Blind: opened.Blind})
	r.contact = contact.New(contact.Config{Store: s, Reveal: opened, Clock: g.people.Clock, Safe: g.pack.SafeFrom, Text: g.texts(), Mail: g.mails(), Failed: r.unreached})
	r.canary = r.newCanary(g)
	r.triage = triage.New(triage.Config{Store: s, Reveal: opened, Pack: g.pack, Instrument: g.pack.Instrument, Canary: r.canary,
		Match: r.match, Contact: r.contact, Mailbox: r.mailbox, People: r.colleagues, Handed: r.notices.handed, Kept: r.kept, Came: r.came})
	r.notice = notice.New(notice.Config{Store: s, Reveal: opened, Triage: r.triage, Pack: g.pack, Instrument: g.pack.Instrument})
	r.handed = referral.New(referral.Config{Store: s, Reveal: opened, Clock: g.people.Clock, Pack: g.pack, People: r.workers, Keep: r.keep, Told: r.notices.handed})
	r.cases = casework.New(casework.Config{Store: s, Reveal: opened, Triage: r.triage, Mailbox: r.mailbox, Match: r.match, Clock: g.people.Clock, Pack: g.pack, People: r.workers,
		Onward: r.handed, Kept: r.kept, Review: r.reviewDue,
		Reasons: codes(g.pack.ClosureReasons("")), Modes: codes(g.pack.List("contact_mode", "")),
		Persons: codes(g.pack.List("contact_person", "")), Outcomes: codes(g.pack.List("contact_outcome", ""))})
	r.join = join.New(join.Config{Store: s, Match: r.match, Triage: r.triage, Casework: r.cases, Mailbox: r.mailbox})
	r.retention = retention.New(retention.Config{Store: s, Reveal: opened, Pack: g.pack})
	r.campaign = campaign.New(campaign.Config{Store: s, Teaching: g.pack, Zone: g.pack.Zone()})
	r.story = r.newStory(s, opened, g.people.Clock)
	r.newLessons(g)
	r.programme = r.newProgramme(s, opened)
	return r, r.agencies(ctx)
}

// kept keeps from somebody, who was kept from a report, what else is behind the same receipt.
func (r *rooms) kept(ctx context.Context, tx store.Tx, by access.Proof, id report.ID, user string) error {
	return r.join.KeepBehind(ctx, tx, by, id, user)
}

// keep keeps a case from a specialist who has said so.
func (r *rooms) keep(ctx context.Context, tx store.Tx, by access.Proof, id casework.ID, user string) error {
	return r.cases.Keep(ctx, tx, by, id, user)
}

// openReports opens reports together, and has those who are on duty hear of each.
func (a *App) openReports(ctx context.Context, parts []jobs.Part) []error {
	errs := make([]error, len(parts))
	var list []triage.Arrival
	var of []int // the part of each
	for i, part := range parts {
		errs[i] = opening(part.Payload, func(id intake.EnvelopeID) error {
			list, of = append(list, triage.Arrival{Envelope: id, Done: func(ctx context.Context, tx store.Tx) error {
				return errors.Join(a.rooms.notices.arrived(ctx, tx, string(id)), part.Done(ctx, tx)) // a report has the id of its envelope
			}}), append(of, i)
			return nil
		})
	}
	for n, err := range a.rooms.triage.OpenAll(ctx, list) {
		errs[of[n]] = err
	}
	return errs
}

// people makes the room of those who work here, over the stores and the keys.
func people(s stores, v *open.Vault, form identity.Config) *identity.Room {
	form.Store, form.Sealer, form.Owned = s.main, ownSealer{v}, casework.Owned
	return identity.New(form)
}

// handleJobs gives every job its worker.
func (a *App) handleJobs() {
	a.rooms.notices.handle(a.runner)
	a.handleCanary()
	a.handleErasure()
	a.handleStories()
	a.handleProgrammes()
	a.runner.HandleTogether(intake.OpenReport, triage.MostAtOnce, a.openReports)
	a.runner.Handle(intake.OpenMessage, func(ctx context.Context, payload json.RawMessage, done jobs.Done) error {
		return opening(payload, func(id intake.EnvelopeID) error { return a.rooms.mailbox.Take(ctx, id, done) })
	})
	a.runner.Handle(intake.ReportSettled, func(ctx context.Context, payload json.RawMessage, done jobs.Done) error {
		var s intake.Settled
		if err := json.Unmarshal(payload, &s); err != nil {
			return err
		}
		return a.rooms.triage.Settle(ctx, s, done)
	})
	a.runner.Handle(intake.ReplyPosted, func(ctx context.Context, payload json.RawMessage, done jobs.Done) error {
		var p intake.Posted
		if err := json.Unmarshal(payload, &p); err != nil {
			return err
		}
		return a.rooms.contact.Tell(ctx, p, done)
	})
	a.runner.Every("task.sweep", dueEvery, func(ctx context.Context, _ json.RawMessage, done jobs.Done) error {
		return a.stores.main.Write(ctx, func(tx store.Tx) error {
			_, err := task.Sweep(ctx, tx, a.rooms.steps)
			return errors.Join(err, a.rooms.notices.watch(ctx, tx), done(ctx, tx))
		})
	})
	a.runner.Every("rota.publish", staffedEvery, func(ctx context.Context, _ json.RawMessage, done jobs.Done) error {
		return a.stores.main.Write(ctx, func(tx store.Tx) error {
			return errors.Join(a.rooms.publish(ctx, tx, access.System("rota.publish")), done(ctx, tx))
		})
	})
	a.runner.Every("triage.lapse", lapseEvery, func(ctx context.Context, _ json.RawMessage, _ jobs.Done) error {
		_, err := a.rooms.triage.Recheck(ctx, access.System("triage.lapse"))
		return err
	})
	a.runner.Every("casework.seek", seekEvery, func(ctx context.Context, _ json.RawMessage, _ jobs.Done) error {
		_, err := a.rooms.cases.SeekManagers(ctx, access.System("casework.seek"))
		return err
	})
	a.runner.Every("referral.release", releaseEvery, func(ctx context.Context, _ json.RawMessage, _ jobs.Done) error {
		_, err := a.rooms.handed.Release(ctx, access.System("referral.release"))
		return err
	})
	a.runner.Handle(rulebook.Rescore, func(ctx context.Context, _ json.RawMessage, done jobs.Done) error {
		if _, err := a.rooms.triage.Rescore(ctx, access.System(string(rulebook.Rescore))); err != nil {
			return err
		}
		return a.stores.main.Write(ctx, func(tx store.Tx) error { return done(ctx, tx) })
	})
	a.runner.Every(coverJob, coverEvery, func(ctx context.Context, _ json.RawMessage, _ jobs.Done) error {
		_, err := a.rooms.cover(ctx, a.stores.main)
		return err
	})
	a.runner.Every("key.tend", tendEvery, func(ctx context.Context, _ json.RawMessage, _ jobs.Done) error { return a.tendKeys(ctx) })
	a.runner.Every("intake.forget", forgetEvery, func(ctx context.Context, _ json.RawMessage, _ jobs.Done) error {
		return intake.Forget(ctx, a.stores.main)
	})
	a.runner.Every("signpost.forget", forgetEvery, func(ctx context.Context, _ json.RawMessage, _ jobs.Done) error {
		return a.stores.main.Write(ctx, func(tx store.Tx) error { return errors.Join(signpost.Prune(ctx, tx), campaign.Prune(ctx, tx)) })
	})
	a.runner.Every("identity.sweep", sessionEvery, func(ctx context.Context, _ json.RawMessage, _ jobs.Done) error {
		_, err := a.rooms.people.Sweep(ctx, access.System("identity.sweep"))
		return err
	})
}

func opening(payload json.RawMessage, work func(intake.EnvelopeID) error) error {
	var o intake.Opening
	if err := json.Unmarshal(payload, &o); err != nil {
		return err
	}
	return work(o.Envelope)
}

// agencies makes the pack's agencies known.
func (r *rooms) agencies(ctx context.Context) error {
	for _, one := range r.pack.Agencies(r.pack.Default()) {
		if err := r.people.EnsureAgency(ctx, access.Console, identity.Agency{ID: identity.AgencyID(one.Code), Name: one.Name}); err != nil {
			return err
		}
	}
	return nil
}

// colleagues gives the active people of an agency, of all when it is empty, as a reporter may name them.
func (r *rooms) colleagues(ctx context.Context, tx store.Tx, agency string) ([]triage.Person, error) {
	users, err := r.people.Colleagues(ctx, tx, identity.AgencyID(agency))
	list := make([]triage.Person, len(users))
	for i, u := range users {
		missing, expired, _ := u.Short(r.pack.RequiredQualifications(string(access.CaseManager)), tx.Now, 0)
		list[i] = triage.Person{Person: grant.Person{User: string(u.ID), Names: u.Names()}, Languages: u.Languages,
			Desk: u.Actor().Has(access.DutyOfficer) || u.Actor().Supervises(), Supervises: u.Actor().Supervises(), Qualified: len(missing)+len(expired) == 0}
	}
	return list, err
}

// workers gives the active people of an agency, of all when it is empty, as cases are given to them.
func (r *rooms) workers(ctx context.Context, tx store.Tx, agency string) ([]casework.Colleague, error) {
	users, err := r.people.Colleagues(ctx, tx, identity.AgencyID(agency))
	return asWorkers(users, r.pack.RequiredQualifications(string(access.CaseManager)), tx.Now), err
}

// asWorkers looks at who people are for cases, with the qualifications that these ask for.
func asWorkers(users []identity.User, asked []string, at time.Time) []casework.Colleague {
	list := make([]casework.Colleague, len(users))
	for i, u := range users {
		missing, expired, ending := u.Short(asked, at, casework.EndsSoon)
		list[i] = casework.Colleague{Actor: u.Actor(), Name: u.DisplayName, Languages: u.Languages, Missing: missing, Expired: expired}
		for _, q := range ending {
			list[i].Ending = append(list[i].Ending, casework.Ending{Code: q.Code, At: q.ExpiresAt})
		}
	}
	return list
}

// replyDue gives the time by which an answer that just came in must be read, by the subject's priority.
func (r *rooms) replyDue(ctx context.Context, tx store.Tx, subject string) (time.Time, error) {
	priority, err := urgency(ctx, tx, subject)
	return r.pack.Targets().Due(jurisdiction.MessageRead, string(priority), tx.Now), err
}

// reviewDue gives the time by which an open case must be looked at as a whole again.
func (r *rooms) reviewDue(p ruleset.Priority, from time.Time) time.Time {
	return r.pack.Targets().Due(jurisdiction.Review, string(p), from)
}

// urgency is the priority of a report, a case or a referral.
func urgency(ctx context.Context, tx store.Tx, subject string) (ruleset.Priority, error) {
	now, err := triage.Now(ctx, tx, subject)
	if err != nil || now.Priority != "" {
		return now.Priority, err
	}
	p, err := casework.Urgency(ctx, tx, casework.ID(subject))
	if fault.KindOf(err) == fault.Withheld {
		return referral.Urgency(ctx, tx, referral.ID(subject))
	}
	return p, err
}

// steps gives the steps of a task's escalation, as the country has them: of its own clock's time when it is a clock of the
// pack, of every hour when it is not. Time in which a clock stood still is none of it.
func (r *rooms) steps(ctx context.Context, tx store.Tx, t task.Task) ([]task.Step, error) {
	priority, err := urgency(ctx, tx, t.Subject)
	if err != nil && fault.KindOf(err) != fault.Withheld { // a subject without a priority holds up no other: every hour counts
		return nil, err
	}
	clock := jurisdiction.Clock(t.Kind)
	if t.Kind == task.ReadReply {
		clock = jurisdiction.MessageRead
	}
	var list []task.Step
	for _, e := range r.pack.Targets().Escalations(clock, string(priority), t.Opened.Add(t.PausedFor), t.Due) {
		list = append(list, task.Step{Percent: e.Percent, Tell: e.Tell, At: e.At})
	}
	return list, nil
}

func codes(list []jurisdiction.Named) []string {
	out := make([]string, len(list))
	for i, n := range list {
		out[i] = n.Code
	}
	return out
}

// installation is the subject of what is sealed for the program itself.
const installation = "installation"

// ownSealer seals what belongs to the people who work here. It is no matter's, so that opening it is not recorded.
type ownSealer struct{ vault *open.Vault }

func (s ownSealer) cell(column, row string) open.Cell {
	return open.Cell{Table: "user_account", Column: column, Row: row}
}

func (s ownSealer) Seal(ctx context.Context, column, row string, plain []byte) ([]byte, error) {
	return s.vault.Seal(ctx, installation, open.Identity, s.cell(column, row), plain)
}

func (s ownSealer) Open(ctx context.Context, column, row string, sealed []byte) ([]byte, error) {
	return s.vault.Open(ctx, installation, open.Identity, s.cell(column, row), sealed)
}
