package triage_test

import (
	"slices"
	"sync"
	"testing"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/report"
	"amparo/internal/triage"
)

// supervised has a supervisor and a service lead beside huda and omar.
func (d *desk) supervised() {
	for user, name := range map[string]string{"salma": "Salma Idris", "laila": "Laila Sabri"} {
		d.people = append(d.people, triage.Person{Person: grant.Person{User: user, Names: []string{name}}, Desk: true, Supervises: true})
	}
}

func (d *desk) elsewhere() access.Actor {
	contact, _ := d.pack.Elsewhere(d.agency)
	return staff("nadia", contact, access.Supervisor)
}

// TestWhoKnowsTheChildSaysSo has huda put back what she has claimed, without a word of why, and see nothing of it any more.
func TestWhoKnowsTheChildSaysSo(t *testing.T) {
	each(t, func(d *desk) {
		d.supervised()
		ctx, id := d.t.Context(), d.told(map[string][]string{"danger": {"yes"}})
		d.must(d.room.Claim(ctx, d.huda(), id))
		d.wants("naming another", d.room.Declare(ctx, d.huda(), id, "omar"), fault.CodeForbidden)
		d.must(d.room.Declare(ctx, d.huda(), id, "huda"))
		if got := d.listed(d.huda()); len(got) != 0 {
			d.t.Errorf("she is still shown %v", got)
		}
		for what, err := range map[string]error{"claim": d.room.Claim(ctx, d.huda(), id), "declare": d.room.Declare(ctx, d.huda(), id, "huda")} {
			if fault.KindOf(err) != fault.Withheld {
				d.t.Errorf("%s gave her %v", what, err)
			}
		}
		if _, runs := d.tasks(id)[triage.TaskStart]; !runs {
			d.t.Error("its clock to begin does not run")
		}
		d.must(d.room.Claim(ctx, d.omar(), id))
		if got := d.listed(d.elsewhere()); len(got) != 0 {
			d.t.Errorf("the other desk sees %v without need", got)
		}
	})
}

// TestASupervisorKeepsItFromAColleague names who is on the desk, and nobody else.
func TestASupervisorKeepsItFromAColleague(t *testing.T) {
	each(t, func(d *desk) {
		d.supervised()
		ctx, id := d.t.Context(), d.told(map[string][]string{"danger": {"yes"}})
		d.must(d.room.Claim(ctx, d.omar(), id))
		for _, nobody := range []string{"", "nadia", "nobody"} {
			if err := d.room.Declare(ctx, d.salma(), id, nobody); fault.KindOf(err) != fault.Invalid {
				d.t.Errorf("%q gave %v", nobody, err)
			}
		}
		if got, err := d.room.Knowing(ctx, d.huda(), id); err != nil || !slices.Equal(got, []string{"huda"}) {
			d.t.Errorf("huda can name %v, %v", got, err)
		}
		d.must(d.room.Declare(ctx, d.salma(), id, "omar"))
		got, err := d.room.Knowing(ctx, d.salma(), id)
		slices.Sort(got)
		if err != nil || !slices.Equal(got, []string{"huda", "laila", "salma"}) {
			d.t.Errorf("salma can name %v, %v", got, err)
		}
		if got := d.listed(d.omar()); len(got) != 0 {
			d.t.Errorf("he is still shown %v", got)
		}
	})
}

// TestWhenNoSupervisorMayKnow gives the report to the independent contact, as soon as the last supervisor must not know.
func TestWhenNoSupervisorMayKnow(t *testing.T) {
	each(t, func(d *desk) {
		d.supervised()
		ctx := d.t.Context()
		id := d.told(map[string][]string{"danger": {"yes"}, "must_not_know": {"Salma Idris"}})
		if got := d.listed(d.elsewhere()); len(got) != 0 {
			d.t.Fatalf("a supervisor is left, and the other desk sees %v", got)
		}
		d.must(d.room.Declare(ctx, staff("laila", d.agency, access.ServiceLead), id, "laila"))
		if got := d.listed(d.elsewhere()); !slices.Equal(got, []report.ID{id}) {
			d.t.Errorf("the independent contact sees %v", got)
		}
		if got := d.listed(d.huda()); !slices.Equal(got, []report.ID{id}) {
			d.t.Errorf("huda, who may know, sees %v", got)
		}
		both := d.told(map[string][]string{"danger": {"yes"}, "must_not_know": {"Salma Idris", "Laila Sabri"}})
		if got := d.listed(d.elsewhere()); !slices.Contains(got, both) {
			d.t.Errorf("of a report that names both it sees %v", got)
		}
	})
}

// TestWhoIsNamedAndMayNotKnow counts no more as the professional who stays responsible.
func TestWhoIsNamedAndMayNotKnow(t *testing.T) {
	each(t, func(d *desk) {
		d.supervised()
		ctx, id := d.t.Context(), d.told(map[string][]string{"danger": {"yes"}})
		d.must(d.room.Claim(ctx, d.omar(), id))
		d.must(d.decide(d.omar(), id, "P1", ""))
		d.checked(d.omar(), id)
		d.must(d.room.Declare(ctx, d.salma(), id, "huda"))
		out := triage.Resolution{Report: id, Outcome: report.Duplicate, Message: "thank you"}
		d.wants("she may not know", d.room.Finish(ctx, d.omar(), out), triage.CodeUnchecked)
		d.must(d.answer(d.omar(), id, "named_professional", "salma"))
		d.must(d.room.Finish(ctx, d.omar(), out))
	})
}

// TestDeclareOnlyOnce declares from many sides at once: it is one conflict, and the report is on the desk once.
func TestDeclareOnlyOnce(t *testing.T) {
	each(t, func(d *desk) {
		d.supervised()
		ctx, id := d.t.Context(), d.told(map[string][]string{"danger": {"yes"}})
		d.must(d.room.Claim(ctx, d.omar(), id))
		errs, done := make([]error, 4), 0
		var group sync.WaitGroup
		for i := range errs {
			group.Go(func() { errs[i] = d.room.Declare(ctx, d.salma(), id, "omar") })
		}
		group.Wait()
		for _, err := range errs {
			if err == nil {
				done++
			}
		}
		if done != 1 {
			d.t.Errorf("%d of 4 were done: %v", done, errs)
		}
	})
}
