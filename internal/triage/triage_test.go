package triage_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/instrument"
	"amparo/internal/intake"
	"amparo/internal/jurisdiction"
	"amparo/internal/jurisdiction/jurisdictiontest"
	"amparo/internal/match"
	"amparo/internal/report"
	"amparo/internal/reveal"
	"amparo/internal/ruleset"
	"amparo/internal/secret"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
	"amparo/internal/task"
	"amparo/internal/triage"
	"amparo/internal/vault/open"
	"amparo/internal/vault/seal"
)

const (
	unopenedTestSQL = `SELECT id FROM envelope`
	blobsTestSQL    = `SELECT facts FROM assessment UNION ALL SELECT reason FROM assessment UNION ALL SELECT content FROM report UNION ALL SELECT identity FROM report`
	seenTestSQL     = `SELECT count(*) FROM audit_entry WHERE action = 'sealed.open' AND actor_id = 'huda'`
)

const canary = "the purple lighthouse hums"

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// a desk is the whole way from the public form to the duty desk, over real stores and keys.
type desk struct {
	t      *testing.T
	main   *store.Store
	intake *intake.Room
	room   *triage.Room
	pack   *jurisdiction.Pack
	agency string // the desk that reports without an area come to
	people []triage.Person
	now    *time.Time
}

func each(t *testing.T, f func(d *desk)) {
	t.Helper()
	now := start
	storetest.Each(t, clock.Func(func() time.Time { return now }), func(t *testing.T, main, keys *store.Store) {
		now = start
		vault, err := open.Open(t.Context(), open.Config{Dir: t.TempDir() + "/keys", Main: main, Keys: keys})
		if err != nil {
			t.Fatal(err)
		}
		pack := demoPack(t)
		d := &desk{t: t, main: main, pack: pack, now: &now, agency: pack.DeskFor("")}
		d.intake = intake.New(intake.Config{Store: main, Pepper: secret.Bytes(strings.Repeat("p", 32))})
		opened := reveal.New(main, vault)
		d.room = triage.New(triage.Config{Store: main, Reveal: opened, Pack: pack, Instrument: questions(t), People: d.colleagues,
			Match: match.New(match.Config{Store: main, Blind: opened.Blind})})
		d.people = []triage.Person{
			{Person: grant.Person{User: "huda", Names: []string{"Huda Al-Masri"}}, Desk: true, Qualified: true},
			{Person: grant.Person{User: "omar", Names: []string{"Omar Haddad"}}, Desk: true},
		}
		f(d)
	})
}

// checked answers what the report does not leave triage without.
func (d *desk) checked(by access.Actor, id report.ID) {
	d.t.Helper()
	for item, answer := range map[string]string{"suicide_risk_asked": "no", "named_professional": "huda"} {
		d.must(d.room.Check(d.t.Context(), by, triage.CheckInput{Report: id, Item: item, Answer: answer}))
	}
}

func (d *desk) colleagues(_ context.Context, _ store.Tx, agency string) ([]triage.Person, error) {
	if agency == "" || agency == d.agency {
		return d.people, nil
	}
	return []triage.Person{{Person: grant.Person{User: "nadia"}, Desk: true}}, nil
}

// demoPack is the country that the program ships.
func demoPack(t *testing.T) *jurisdiction.Pack {
	t.Helper()
	return jurisdictiontest.Demo(t, start)
}

const testInstrument = `id: test
version: 1.0.0
languages: [en]
reader: child
reviewed_by: {}
name: {en: "Test"}
answers:
  unknown: {en: "I don't know"}
  prefers_not_to_say: {en: "I'd rather not say"}
pages:
  - id: danger
    title: {en: "Danger"}
    questions:
      - id: danger
        kind: single
        codes:
          "yes": {words: {en: "Yes"}, facts: {triggers: [danger_now]}}
          "no": {words: {en: "No"}}
  - id: pressure
    title: {en: "Pressure"}
    questions:
      - id: pressure
        kind: single
        codes:
          threats: {words: {en: "Threats"}, facts: {coercion: threats, floors: [active_extortion]}}
          none: {words: {en: "None"}, facts: {coercion: none}}
  - id: deadline
    title: {en: "Deadline"}
    questions:
      - id: deadline
        kind: single
        codes:
          "yes": {words: {en: "Yes"}, facts: {triggers: [extortion_deadline_within_24h]}}
          "no": {words: {en: "No"}}
  - id: must_not_know
    title: {en: "Who must not know"}
    questions:
      - id: must_not_know
        label: {en: "Who"}
        kind: names
        means: must_not_know
        privacy: identity
      - id: accounts
        kind: accounts
        label: {en: "Accounts"}
        means: online
        privacy: identity
      - id: find
        kind: names
        label: {en: "The child"}
        means: child
        privacy: identity
  - id: found
    title: {en: "A page"}
    questions:
      - id: found
        kind: multi
        codes:
          page: {words: {en: "Only a page was found"}}
          live: {words: {en: "Live"}, facts: {content: [live_or_recent]}}
          small: {words: {en: "Under 13"}, facts: {content: [seems_under_13]}}
  - id: words
    title: {en: "Own words"}
    questions:
      - id: words
        kind: longtext
content_only: found=page
`

// questions is a list of questions of the test's own, small enough to see through.
func questions(t *testing.T) func(string) *instrument.Instrument {
	t.Helper()
	in, problems := instrument.Load("test.yaml", []byte(testInstrument))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return func(id string) *instrument.Instrument {
		if id == in.ID {
			return in
		}
		return nil
	}
}

func staff(id, agency string, roles ...access.Role) access.Actor {
	return access.Actor{Kind: access.Staff, ID: id, Agency: agency, Roles: roles}
}

func (d *desk) huda() access.Actor  { return staff("huda", d.agency, access.DutyOfficer) }
func (d *desk) omar() access.Actor  { return staff("omar", d.agency, access.DutyOfficer) }
func (d *desk) salma() access.Actor { return staff("salma", d.agency, access.Supervisor) }

// told reports the answers and opens them, as the job does; it gives the report.
func (d *desk) told(answers map[string][]string) report.ID {
	d.t.Helper()
	_, err := d.intake.Submit(d.t.Context(), intake.Submission{Receipt: seal.NewReceipt(), Told: intake.Told{Instrument: "test", Pack: "demo",
		Language: "en", Reader: intake.Child, Channel: intake.WebForm, Answers: answers}})
	if err != nil {
		d.t.Fatal(err)
	}
	return d.openOne()
}

// openOne opens the one envelope that waits, as the job does.
func (d *desk) openOne() report.ID {
	d.t.Helper()
	var id string
	d.read(func(ctx context.Context, tx store.Tx) error {
		return tx.One(ctx, unopenedTestSQL, nil, &id)
	})
	if err := d.room.Open(d.t.Context(), intake.EnvelopeID(id), nothing); err != nil {
		d.t.Fatal(err)
	}
	return report.ID(id)
}

func nothing(context.Context, store.Tx) error { return nil }

func (d *desk) read(f func(ctx context.Context, tx store.Tx) error) {
	d.t.Helper()
	if err := d.main.Read(d.t.Context(), func(tx store.Tx) error { return f(d.t.Context(), tx) }); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) standing(id report.ID) (s triage.Standing) {
	d.t.Helper()
	d.read(func(ctx context.Context, tx store.Tx) (err error) {
		s, err = triage.Now(ctx, tx, string(id))
		return err
	})
	return s
}

func (d *desk) listed(actor access.Actor) (ids []report.ID) {
	d.t.Helper()
	d.read(func(ctx context.Context, tx store.Tx) error {
		list, err := report.Unresolved(ctx, tx, actor)
		for _, r := range list {
			ids = append(ids, r.ID)
		}
		return err
	})
	return ids
}

func (d *desk) decide(actor access.Actor, id report.ID, to ruleset.Priority, reason string) error {
	return d.room.Decide(d.t.Context(), actor, triage.Decision{Subject: string(id), Sequence: d.standing(id).Sequence, To: to, Reason: reason})
}

func TestFromEnvelopeToDesk(t *testing.T) {
	each(t, func(d *desk) {
		id := d.told(map[string][]string{"danger": {"yes"}, "words": {canary}})
		if s := d.standing(id); s.Priority != ruleset.P1 || s.Confirmed || s.Sequence != 1 {
			d.t.Errorf("standing %+v", s)
		}
		if got := d.listed(d.huda()); !slices.Equal(got, []report.ID{id}) {
			d.t.Errorf("the desk sees %v", got)
		}
		d.read(func(ctx context.Context, tx store.Tx) error {
			next, ok, err := task.Next(ctx, tx, string(id))
			want := d.pack.Targets().Due(jurisdiction.HumanTriageStarted, "P1", start)
			if !ok || next.Kind != triage.TaskStart || !next.Due.Equal(want) || next.Agency != d.agency {
				d.t.Errorf("next task %+v, want due %v", next, want)
			}
			if _, err := intake.Waiting(ctx, tx, intake.EnvelopeID(id)); !errors.Is(err, intake.ErrOpened) {
				d.t.Errorf("the envelope is still there: %v", err)
			}
			return errors.Join(err, tx.Each(ctx, blobsTestSQL, nil, func(scan func(...any) error) error {
				var blob []byte
				err := scan(&blob)
				if strings.Contains(string(blob), canary) || strings.Contains(string(blob), "danger") {
					d.t.Error("what was told is readable in the database")
				}
				return err
			}))
		})
		if err := d.room.Open(d.t.Context(), intake.EnvelopeID(id), nothing); err != nil {
			d.t.Errorf("opening again: %v", err)
		}
	})
}

func TestWhoMustNotKnowDoesNotSee(t *testing.T) {
	each(t, func(d *desk) {
		one := d.told(map[string][]string{"must_not_know": {"my aunt Huda"}})
		if len(d.listed(d.huda())) != 0 || !slices.Contains(d.listed(d.omar()), one) {
			d.t.Errorf("huda sees %v, omar %v", d.listed(d.huda()), d.listed(d.omar()))
		}
		if err := d.room.Claim(d.t.Context(), d.huda(), one); fault.KindOf(err) != fault.Withheld {
			d.t.Errorf("huda claims: %v", err)
		}
		both := d.told(map[string][]string{"must_not_know": {"Huda", "Omar"}})
		other := ""
		for _, a := range d.pack.Agencies("en") {
			if a.Desk && a.Code != d.agency {
				other = a.Code
			}
		}
		if other == "" {
			d.t.Fatal("the demo pack has one desk only")
		}
		if !slices.Contains(d.listed(staff("nour", other, access.DutyOfficer)), both) || len(d.listed(d.huda())) != 0 {
			d.t.Error("a report that nobody on its desk may see is seen by nobody")
		}
	})
}

func TestOneOfManyClaims(t *testing.T) {
	each(t, func(d *desk) {
		id := d.told(map[string][]string{"danger": {"no"}})
		var won, refused atomic.Int64
		var group sync.WaitGroup
		for i := range 16 {
			group.Go(func() {
				switch err := d.room.Claim(d.t.Context(), staff("u"+string(rune('a'+i)), d.agency, access.DutyOfficer), id); fault.KindOf(err) {
				case "":
					won.Add(1)
				case fault.Conflict:
					refused.Add(1)
				default:
					d.t.Error(err)
				}
			})
		}
		group.Wait()
		if won.Load() != 1 || refused.Load() != 15 {
			d.t.Errorf("%d claimed it, %d were told that somebody had", won.Load(), refused.Load())
		}
	})
}

func TestConfirmRaiseLower(t *testing.T) {
	each(t, func(d *desk) {
		id := d.told(map[string][]string{"danger": {"no"}, "pressure": {"threats"}}) // a floor: at least P2
		if err := d.decide(d.huda(), id, ruleset.P2, ""); fault.KindOf(err) != fault.Forbidden {
			d.t.Errorf("confirming without having claimed: %v", err)
		}
		if err := d.room.Claim(d.t.Context(), d.huda(), id); err != nil {
			d.t.Fatal(err)
		}
		for i, step := range []struct {
			actor  access.Actor
			to     ruleset.Priority
			reason string
			want   fault.Kind
		}{
			{d.huda(), ruleset.P2, "", ""},                      // confirm
			{d.huda(), ruleset.P3, "calm now", fault.Forbidden}, // only a supervisor lowers
			{d.huda(), "P9", "", fault.Forbidden},               // no priority, and less urgent than any
			{d.huda(), ruleset.P1, "", ""},                      // raise
			{d.salma(), ruleset.P2, "", fault.Invalid},          // without a reason
			{d.salma(), ruleset.P3, "calm now", fault.Invalid},  // below a floor that holds
			{d.salma(), ruleset.P2, strings.Repeat("far ", triage.LongestReason/4+1), fault.Invalid},
			{d.salma(), ruleset.P2, canary, ""},
		} {
			if err := d.decide(step.actor, id, step.to, step.reason); fault.KindOf(err) != step.want {
				d.t.Errorf("step %d gave %v, want %q", i, err, step.want)
			}
		}
		stale := triage.Decision{Subject: string(id), Sequence: 1, To: ruleset.P1}
		if err := d.room.Decide(d.t.Context(), d.huda(), stale); fault.KindOf(err) != fault.Conflict {
			d.t.Errorf("a decision on what has changed: %v", err)
		}
		d.history(id)
	})
}

// history wants every decision kept, the latest first, and the reading of them recorded.
func (d *desk) history(id report.ID) {
	d.t.Helper()
	by, err := access.Decide(d.huda(), access.ReportRead, access.Claimant)
	if err != nil {
		d.t.Fatal(err)
	}
	list, reasons, err := d.room.Show(d.t.Context(), by, string(id))
	if err != nil {
		d.t.Fatal(err)
	}
	var sources []triage.Source
	for _, a := range list {
		sources = append(sources, a.Source)
	}
	want := []triage.Source{triage.Lowered, triage.Raised, triage.Confirmed, triage.Rules}
	if !slices.Equal(sources, want) || list[0].Reason != canary || len(reasons.Floors) != 1 {
		d.t.Errorf("history %v, reason %q, floors %v", sources, list[0].Reason, reasons.Floors)
	}
	var seen int
	d.read(func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, seenTestSQL, nil, &seen) })
	if seen != 1 {
		d.t.Errorf("%d entries tell that huda read it", seen)
	}
}

func TestLapseIsShownNeverSilent(t *testing.T) {
	each(t, func(d *desk) {
		id := d.told(map[string][]string{"deadline": {"yes"}})
		if err := errors.Join(d.room.Claim(d.t.Context(), d.huda(), id), d.decide(d.huda(), id, ruleset.P1, "")); err != nil {
			d.t.Fatal(err)
		}
		job := access.System("triage.lapse")
		if n, err := d.room.Recheck(d.t.Context(), job); n != 0 || err != nil {
			d.t.Errorf("before the time: %d, %v", n, err)
		}
		*d.now = start.Add(25 * time.Hour)
		n, err := d.room.Recheck(d.t.Context(), job)
		if s := d.standing(id); n != 1 || err != nil || s.Priority != ruleset.P1 || s.Confirmed || s.Sequence != 3 {
			d.t.Errorf("after the time: %d, %v, standing %+v", n, err, s)
		}
		if n, err := d.room.Recheck(d.t.Context(), job); n != 0 || err != nil {
			d.t.Errorf("a second time: %d, %v", n, err)
		}
	})
}

func TestNoReportLeavesWithoutAnOutcome(t *testing.T) {
	each(t, func(d *desk) {
		id := d.told(map[string][]string{"danger": {"no"}})
		finish := func(o report.Outcome, message string) error {
			return d.room.Finish(d.t.Context(), d.huda(), triage.Resolution{Report: id, Outcome: o, Message: message})
		}
		if err := finish(report.NotInScope, "thank you"); fault.KindOf(err) != fault.Forbidden {
			d.t.Errorf("unclaimed: %v", err)
		}
		if err := d.room.Claim(d.t.Context(), d.huda(), id); err != nil {
			d.t.Fatal(err)
		}
		if err := finish(report.NotInScope, "thank you"); fault.CodeOf(err) != "triage.unconfirmed" {
			d.t.Errorf("unconfirmed: %v", err)
		}
		if err := d.decide(d.huda(), id, d.standing(id).Priority, ""); err != nil {
			d.t.Fatal(err)
		}
		for _, wrong := range []error{finish(report.NotInScope, " \n"), finish("lost", "x"), finish(report.OpenedCase, "x"),
			finish(report.NotInScope, strings.Repeat("far ", triage.LongestMessage/4+1))} {
			if fault.KindOf(wrong) != fault.Invalid {
				d.t.Errorf("took what is wrong: %v", wrong)
			}
		}
		if err := finish(report.NotInScope, "thank you"); err != nil {
			d.t.Fatal(err)
		}
		d.read(func(ctx context.Context, tx store.Tx) error {
			open, err := task.OpenFor(ctx, tx, string(id))
			if len(open) != 0 || len(d.listed(d.huda())) != 0 {
				d.t.Errorf("still open: %v", open)
			}
			return err
		})
	})
}

func TestReleaseStartsTheClockAgain(t *testing.T) {
	each(t, func(d *desk) {
		id := d.told(map[string][]string{"danger": {"yes"}})
		if err := d.room.Claim(d.t.Context(), d.huda(), id); err != nil {
			d.t.Fatal(err)
		}
		*d.now = start.Add(30 * time.Minute)
		if err := d.room.Release(d.t.Context(), d.omar(), id); fault.KindOf(err) != fault.Forbidden {
			d.t.Errorf("omar releases huda's: %v", err)
		}
		if err := d.room.Release(d.t.Context(), d.salma(), id); err != nil {
			d.t.Fatal(err)
		}
		d.read(func(ctx context.Context, tx store.Tx) error {
			next, ok, err := task.Next(ctx, tx, string(id))
			if !ok || next.Kind != triage.TaskStart || next.Owner != "" || !next.Due.After(*d.now) {
				d.t.Errorf("next %+v", next)
			}
			return err
		})
		if err := d.room.Claim(d.t.Context(), d.omar(), id); err != nil {
			d.t.Errorf("claiming what was put back: %v", err)
		}
	})
}
