package triage_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/report"
	"amparo/internal/reveal"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/triage"
)

const (
	openedTestSQL  = `SELECT subjects FROM audit_entry WHERE action = 'sealed.open' AND actor_id = $1 ORDER BY at, id`
	refusedTestSQL = `SELECT count(*) FROM audit_entry WHERE outcome = 'refused' AND actor_id = $1`
	breakTestSQL   = `UPDATE assessment SET facts = reason WHERE subject = $1`
)

// opened gives the subjects of each entry that tells what somebody opened.
func (d *desk) opened(who string) (list [][]string) {
	d.t.Helper()
	d.read(func(ctx context.Context, tx store.Tx) error {
		return tx.Each(ctx, openedTestSQL, []any{who}, func(scan func(...any) error) error {
			var subjects string
			err := scan(&subjects)
			list = append(list, strings.Fields(subjects))
			return err
		})
	})
	return list
}

func (d *desk) refusals(who string) (n int) {
	d.t.Helper()
	d.read(func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, refusedTestSQL, []any{who}, &n) })
	return n
}

func (d *desk) queue(actor access.Actor, skip, most int) triage.Queue {
	d.t.Helper()
	q, err := d.room.Queue(d.t.Context(), actor, skip, most)
	if err != nil {
		d.t.Fatal(err)
	}
	return q
}

func ids(q triage.Queue) (list []report.ID) {
	for _, l := range q.Lines {
		list = append(list, l.ID)
	}
	return list
}

func TestQueueHasTheMostUrgentFirst(t *testing.T) {
	each(t, func(d *desk) {
		calm := d.told(map[string][]string{"danger": {"no"}})
		floor := d.told(map[string][]string{"pressure": {"threats"}})
		*d.now = start.Add(time.Minute)
		later := d.told(map[string][]string{"danger": {"yes"}})
		*d.now = start
		danger := d.told(map[string][]string{"danger": {"yes"}})
		q := d.queue(d.huda(), 0, 10)
		if want := []report.ID{danger, later, floor, calm}; !slices.Equal(ids(q), want) || q.Total != 4 || q.First != danger {
			d.t.Errorf("the queue is %v of %d, first %s, want %v", ids(q), q.Total, q.First, want)
		}
		if l := q.Lines[0]; l.Sealed != nil || len(l.Reasons.Triggers) != 1 || l.Reasons.Triggers[0].Name != "danger_now" || l.Confirmed ||
			l.Next != triage.TaskStart || !l.Due.Equal(start.Add(15*time.Minute)) || l.Holder != "" {
			d.t.Errorf("the first line is %+v", l)
		}
		if l := q.Lines[2]; len(l.Reasons.Floors) != 1 || l.Priority != ruleset.P2 {
			d.t.Errorf("the third line is %+v", l)
		}
		if err := d.room.Claim(d.t.Context(), d.omar(), danger); err != nil {
			d.t.Fatal(err)
		}
		q = d.queue(d.huda(), 0, 2)
		if want := []report.ID{later, danger}; !slices.Equal(ids(q), want) || q.Total != 4 || q.First != later {
			d.t.Errorf("after a claim it is %v of %d, first %s", ids(q), q.Total, q.First)
		}
		if l := q.Lines[1]; l.Holder != "omar" || l.Next != "manager_assigned" || !l.Due.Equal(start.Add(time.Hour)) {
			d.t.Errorf("who has it and what comes next: %+v", l)
		}
		if rest := d.queue(d.huda(), 2, 2); !slices.Equal(ids(rest), []report.ID{floor, calm}) {
			d.t.Errorf("the second page has %v", ids(rest))
		}
		if none := d.queue(d.huda(), 9, 2); len(none.Lines) != 0 || none.Total != 4 {
			d.t.Errorf("past the end there is %v", ids(none))
		}
	})
}

func TestOneEntryForEachPageOfTheQueue(t *testing.T) {
	each(t, func(d *desk) {
		if d.queue(d.huda(), 0, 10); len(d.opened("huda")) != 0 {
			d.t.Error("an empty queue leaves an entry")
		}
		one := d.told(nil)
		*d.now = d.now.Add(time.Second)
		two, three := d.told(nil), d.told(map[string][]string{"danger": {"yes"}})
		d.queue(d.huda(), 0, 2)
		*d.now = d.now.Add(time.Second)
		d.queue(d.huda(), 2, 2)
		got := d.opened("huda")
		if len(got) != 2 || len(got[0]) != 2 || !slices.Contains(got[0], string(three)) || !slices.Contains(got[0], string(one)) ||
			!slices.Equal(got[1], []string{string(two)}) {
			d.t.Errorf("the entries name %v; there are %s %s %s", got, one, two, three)
		}
	})
}

// TestQueueIsScoped asks as somebody who must not know, as another agency, and as roles without a desk.
func TestQueueIsScoped(t *testing.T) {
	each(t, func(d *desk) {
		id := d.told(map[string][]string{"must_not_know": {"Huda"}})
		if q := d.queue(d.huda(), 0, 10); q.Total != 0 || q.First != "" || len(q.Lines) != 0 {
			d.t.Errorf("who must not know sees %+v", q)
		}
		if q := d.queue(d.omar(), 0, 10); q.Total != 1 {
			d.t.Errorf("a colleague sees %+v", q)
		}
		if q := d.queue(staff("nour", "other", access.DutyOfficer), 0, 10); q.Total != 0 {
			d.t.Errorf("another agency sees %+v", q)
		}
		for _, role := range []access.Role{access.CaseManager, access.Administrator, access.Auditor} {
			if _, err := d.room.Queue(d.t.Context(), staff("x", d.agency, role), 0, 10); fault.KindOf(err) != fault.Forbidden {
				d.t.Errorf("as %s: %v", role, err)
			}
		}
		_, err := d.room.Glance(d.t.Context(), d.huda(), access.ReportRead, id)
		_, err2 := d.room.Read(d.t.Context(), d.huda(), id, nil)
		if fault.KindOf(err) != fault.Withheld || fault.KindOf(err2) != fault.Withheld || d.refusals("huda") != 2 || d.refusals("x") != 3 {
			d.t.Errorf("who must not know: %v, %v; %d and %d refusals", err, err2, d.refusals("huda"), d.refusals("x"))
		}
		if len(d.opened("huda")) != 0 {
			d.t.Error("who must not know opened something")
		}
	})
}

// TestManyLines has more reports than are asked for at once.
func TestManyLines(t *testing.T) {
	each(t, func(d *desk) {
		for range 42 {
			d.told(nil)
		}
		for _, l := range d.queue(d.huda(), 0, 50).Lines {
			if l.Priority != ruleset.P3 || l.Sequence != 1 {
				d.t.Fatalf("a line stands at %q, %d", l.Priority, l.Sequence)
			}
		}
	})
}

// TestALongQueue has more reports than are counted, and goes through them page by page while one of them leaves the queue.
func TestALongQueue(t *testing.T) {
	each(t, func(d *desk) {
		told := map[report.ID]bool{}
		for i := range triage.MostCounted + 2 {
			told[d.told(map[string][]string{"danger": {[]string{"yes", "no"}[i%2]}})] = true
		}
		seen, claimed, part := map[report.ID]bool{}, map[report.ID]bool{}, triage.Stretch{Most: 40}
		for page := range 4 {
			q, err := d.room.Filtered(d.t.Context(), d.omar(), triage.Filter{}, part)
			if err != nil {
				d.t.Fatal(err)
			}
			if page == 0 && (q.Total != triage.MostCounted || !q.More || !q.Rest) {
				d.t.Errorf("of %d reports %d are counted, more %v", len(told), q.Total, q.More)
			}
			for _, l := range q.Lines {
				if seen[l.ID] && !claimed[l.ID] || !told[l.ID] || l.Priority != [4]ruleset.Priority{"P1", l.Priority, "P3"}[page] {
					d.t.Fatalf("page %d has %s at %s", page, l.ID, l.Priority)
				}
				seen[l.ID] = true
			}
			if part.After = q.After; part.After == "" {
				break
			}
			claimed[q.Lines[0].ID] = true // what was shown has another clock now, and may come again
			if err := d.room.Claim(d.t.Context(), d.huda(), q.Lines[0].ID); err != nil {
				d.t.Fatal(err)
			}
		}
		if len(seen) != len(told) {
			d.t.Errorf("%d of %d reports were shown", len(seen), len(told))
		}
		urgent := triage.Filter{Priority: ruleset.P1, Language: "en"}
		q, err := d.room.Filtered(d.t.Context(), d.omar(), urgent, triage.Stretch{Most: 2})
		if err != nil || q.Total != len(told)/2 || q.More || !q.Rest || q.Lines[0].Priority != ruleset.P1 {
			d.t.Errorf("at P1 there are %d, more %v, %v", q.Total, q.More, err)
		}
	})
}

// TestOneBrokenLineHidesNoOther damages what is sealed of one report.
func TestOneBrokenLineHidesNoOther(t *testing.T) {
	each(t, func(d *desk) {
		broken, whole := d.told(map[string][]string{"danger": {"yes"}}), d.told(map[string][]string{"danger": {"yes"}})
		err := d.main.Write(d.t.Context(), func(tx store.Tx) error { _, err := tx.Exec(d.t.Context(), breakTestSQL, string(broken)); return err })
		if err != nil {
			d.t.Fatal(err)
		}
		for _, l := range d.queue(d.huda(), 0, 10).Lines {
			if l.Priority != ruleset.P1 || (l.Sealed != nil) != (l.ID == broken) || (len(l.Reasons.Triggers) == 1) != (l.ID == whole) {
				d.t.Errorf("%s: %v, %v", l.ID, l.Sealed, l.Reasons.Triggers)
			}
		}
	})
}

func TestReadOpensEverythingUnderOneEntry(t *testing.T) {
	each(t, func(d *desk) {
		id := d.told(map[string][]string{"pressure": {"threats"}, "words": {canary}, "must_not_know": {"the neighbour"}})
		if err := d.room.Claim(d.t.Context(), d.huda(), id); err != nil {
			d.t.Fatal(err)
		}
		if err := d.decide(d.huda(), id, ruleset.P1, canary); err != nil {
			d.t.Fatal(err)
		}
		called := false
		p, err := d.room.Read(d.t.Context(), d.huda(), id, func(v *reveal.View) error { called = v != nil; return nil })
		if err != nil {
			d.t.Fatal(err)
		}
		if p.Content["words"][0] != canary || len(p.Content["must_not_know"]) != 0 || p.Identity["must_not_know"][0] != "the neighbour" || !called {
			d.t.Errorf("told: %v and %v", p.Content, p.Identity)
		}
		if len(p.History) != 2 || p.History[0].Reason != canary || p.History[0].Source != triage.Raised || p.Priority != ruleset.P1 ||
			p.Reasons.Priority != ruleset.P2 || len(p.Reasons.Floors) != 1 || p.Holder != "huda" {
			d.t.Errorf("history %+v, reasons %+v", p.History, p.Reasons)
		}
		if want := []access.Relation{access.Claimant, access.Desk}; !slices.Equal(p.Relations, want) {
			d.t.Errorf("relations %v", p.Relations)
		}
		if got := d.opened("huda"); len(got) != 1 || !slices.Equal(got[0], []string{string(id)}) {
			d.t.Errorf("entries %v", got)
		}
		stop := errors.New("stop")
		if _, err := d.room.Read(d.t.Context(), d.huda(), id, func(*reveal.View) error { return stop }); !errors.Is(err, stop) || len(d.opened("huda")) != 1 {
			d.t.Errorf("what could not be shown: %v, %d entries", err, len(d.opened("huda")))
		}
	})
}

// TestStaleDecisionIsAConflict confirms what has become more urgent meanwhile: to whoever saw the old priority that is a
// confirmation, not a lowering.
func TestStaleDecisionIsAConflict(t *testing.T) {
	each(t, func(d *desk) {
		id := d.told(map[string][]string{"danger": {"no"}})
		if err := errors.Join(d.room.Claim(d.t.Context(), d.huda(), id), d.decide(d.salma(), id, ruleset.P1, "")); err != nil {
			d.t.Fatal(err)
		}
		stale := triage.Decision{Subject: string(id), Sequence: 1, To: ruleset.P3}
		if err := d.room.Decide(d.t.Context(), d.huda(), stale); fault.CodeOf(err) != fault.CodeStale {
			d.t.Errorf("a stale confirmation: %v", err)
		}
		if d.standing(id).Priority != ruleset.P1 || d.refusals("huda") != 0 {
			d.t.Errorf("it changed something: %+v, %d refusals", d.standing(id), d.refusals("huda"))
		}
		d.checked(d.huda(), id)
		if err := d.room.Finish(d.t.Context(), d.huda(), triage.Resolution{Report: id, Outcome: report.NotInScope, Message: "thank you"}); err != nil {
			d.t.Fatal(err)
		}
		if err := d.decide(d.huda(), id, ruleset.P1, ""); fault.CodeOf(err) != "fault.resolved" {
			d.t.Errorf("a decision on what has its outcome: %v", err)
		}
	})
}
