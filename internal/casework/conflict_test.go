package casework_test

import (
	"slices"
	"testing"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/triage"
)

// ids gives the cases that somebody is shown.
func (o *office) ids(who string) (list []casework.ID) {
	o.t.Helper()
	for _, l := range o.list(who) {
		list = append(list, l.ID)
	}
	return list
}

// TestAManagerWhoKnowsTheChild keeps both children's cases from mona: they have the clock of finding a case manager, and she sees
// nothing of them any more.
func TestAManagerWhoKnowsTheChild(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		m := o.told(true)
		both := o.opened(m, "A", "B")
		ctx := t.Context()
		o.wants("naming another", o.room.Declare(ctx, o.staff("mona"), both[0], "karim"), "fault.forbidden")
		o.wants("no part in it", o.room.Declare(ctx, o.staff("karim"), both[0], "karim"), "withheld")
		o.must(o.room.Declare(ctx, o.staff("mona"), both[0], "mona"))
		if got := o.ids("mona"); len(got) != 0 {
			t.Errorf("she is still shown %v", got)
		}
		for _, id := range both {
			o.wants("reading it", func() error { _, err := o.room.Show(ctx, o.staff("mona"), id, nil); return err }(), "withheld")
			if step, runs := o.tasks(string(id))[triage.TaskAssign]; !runs || step.Owner != "" {
				t.Errorf("the clock of finding a case manager: %+v, %v", step, runs)
			}
			p := o.show("salma", id)
			if last := p.Timeline[len(p.Timeline)-1]; !p.Orphan || last.Kind != casework.Declared || last.Said["user"] != "mona" {
				t.Errorf("the case says %+v, without a case manager %v", last, p.Orphan)
			}
			for kind, one := range o.tasks(string(id)) {
				if one.Owner == "mona" {
					t.Errorf("%s is still hers", kind)
				}
			}
		}
		if n, err := o.room.SeekManagers(ctx, access.System("casework.seek")); err != nil || n != 0 {
			t.Errorf("%d clocks were started twice, %v", n, err)
		}
		o.wants("handing it back", o.assign("salma", both[0], "mona"), "invalid")
		o.must(o.assign("salma", both[0], "karim"))
	})
}

// TestASupervisorNamesWhoMustNotKnow names those who work on cases at the agency, and nobody else.
func TestASupervisorNamesWhoMustNotKnow(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		_, id := o.one()
		for _, nobody := range []string{"", "nour", "nobody"} {
			o.wants(nobody, o.room.Declare(t.Context(), o.staff("salma"), id, nobody), "invalid")
		}
		o.must(o.room.Declare(t.Context(), o.staff("salma"), id, "karim"))
		found, err := o.room.Knowing(t.Context(), o.staff("salma"), id)
		o.must(err)
		if slices.ContainsFunc(found, func(c casework.Colleague) bool { return c.ID == "karim" }) || len(found) != len(people)-1 {
			t.Errorf("she can name %v", found)
		}
		if own, err := o.room.Knowing(t.Context(), o.staff("mona"), id); err != nil || len(own) != 1 || own[0].ID != "mona" {
			t.Errorf("mona can name %v, %v", own, err)
		}
		if p := o.show("salma", id); p.Orphan {
			t.Error("it has lost its case manager")
		}
	})
}

// TestWhenNoSupervisorMayKnowOfACase gives it to the supervisors of the independent contact, whether that is so from the beginning
// or comes about later.
func TestWhenNoSupervisorMayKnowOfACase(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		_, later := o.one("Salma Idris")
		if got := o.ids("sami"); len(got) != 0 {
			t.Fatalf("a supervisor is left, and the other agency sees %v", got)
		}
		o.must(o.room.Declare(t.Context(), o.staff("laila"), later, "laila"))
		_, first := o.one("Salma Idris", "Laila Sabri")
		if got := o.ids("sami"); len(got) != 2 || !slices.Contains(got, later) || !slices.Contains(got, first) {
			t.Errorf("the independent contact sees %v", got)
		}
		in := casework.AssignInput{Case: first, To: "karim", Told: "the child knows", Risks: "nothing yet", Version: o.show("sami", first).Version}
		o.must(o.room.Assign(t.Context(), o.staff("sami"), in))
	})
}

// TestALoadIsNoHint shows salma no number with a case in it that she must not know of; what decides counts it.
func TestALoadIsNoHint(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.one("Salma Idris")
		_, seen := o.one()
		for who, want := range map[string]int{"salma": 1, "laila": 2} {
			found, err := o.room.Candidates(t.Context(), o.staff(who), access.CaseAssign, string(seen), o.agency)
			o.must(err)
			i := slices.IndexFunc(found.Managers, func(c casework.Candidate) bool { return c.ID == "mona" })
			if found.Managers[i].Load.Cases != want {
				t.Errorf("%s is told that mona has %d cases, want %d", who, found.Managers[i].Load.Cases, want)
			}
		}
	})
}
