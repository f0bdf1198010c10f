package casework_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/jurisdiction"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/triage"
)

const (
	overrulesTestSQL = `SELECT count(*) FROM audit_entry WHERE outcome = 'done' AND detail LIKE '%load_overruled_for%'`
	wordsTestSQL     = `SELECT count(*) FROM audit_entry WHERE detail LIKE '%lighthouse%'`
)

// TestLoadRules holds the figures of the field: 15 points or 20 cases warn, 25 are the most.
func TestLoadRules(t *testing.T) {
	for _, c := range []struct {
		cases      int
		points     float64
		warn, full bool
	}{
		{0, 0, false, false}, {19, 14.5, false, false}, {19, 15, true, false}, {20, 10, true, false}, {24, 12, true, false}, {25, 12.5, true, true}, {26, 13, true, true},
	} {
		l := casework.Load{Cases: c.cases, Points: c.points, Limits: country().Caseload()}
		if l.Warn() != c.warn || l.Full(1) != c.full {
			t.Errorf("%+v warns %v and is full %v", l, l.Warn(), l.Full(1))
		}
	}
	if l := (casework.Load{Cases: 20, Limits: country().Caseload()}); l.Full(5) || !l.Full(6) {
		t.Error("what is added does not count")
	}
}

// fill gives a case manager so many open cases.
func (o *office) fill(manager string, n int) (all []casework.ID) {
	o.t.Helper()
	for n > 0 {
		some := min(n, casework.MostChildren)
		in := o.input(o.told(false), slices.Repeat([]string{"A"}, some)...)
		in.Manager = manager
		ids, err := o.room.Open(o.t.Context(), o.staff("huda"), in)
		o.must(err)
		all, n = append(all, ids...), n-some
	}
	return all
}

// claimed has salma take over a report that huda has.
func (o *office) claimed(m told) {
	o.t.Helper()
	o.must(o.triage.Release(o.t.Context(), o.staff("salma"), m.id))
	o.must(o.triage.Claim(o.t.Context(), o.staff("salma"), m.id))
}

func TestAFullLoad(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		o.fill("mona", 24)
		m := o.told(false)
		in := o.input(m, "B", "C")
		_, err := o.room.Open(ctx, o.staff("huda"), in)
		o.wants("two more for who has 24", err, "fault.load_full_ask")
		in.Overrule = "she knows the children"
		_, err = o.room.Open(ctx, o.staff("huda"), in)
		o.wants("a duty officer's reason", err, "fault.load_full_ask")
		o.claimed(m)
		in.Overrule = " "
		_, err = o.room.Open(ctx, o.staff("salma"), in)
		o.wants("a supervisor without a reason", err, "fault.load_full")
		in.Overrule = canary
		ids, err := o.room.Open(ctx, o.staff("salma"), in)
		o.must(err)
		if p := o.show("mona", ids[1]); p.Manager != "mona" || p.Timeline[0].Said["overrule"] != canary {
			t.Errorf("overruled: %+v", p.Timeline)
		}
		if o.number(overrulesTestSQL) != 1 || o.number(wordsTestSQL) != 0 {
			t.Errorf("%d overrulings are in the log, and the reason %d times", o.number(overrulesTestSQL), o.number(wordsTestSQL))
		}
		o.must(o.assign("salma", ids[0], "karim"))
		back := casework.AssignInput{Case: ids[0], To: "mona", Told: "x", Risks: "x", Version: o.version(ids[0])}
		o.wants("a full one again", o.room.Assign(ctx, o.staff("salma"), back), "fault.load_full")
		back.Overrule = "again"
		o.wants("overruled twice", o.room.Assign(ctx, o.staff("salma"), back), "fault.load_overruled")
		other := o.fill("karim", 1)[0]
		back.Case, back.Version = other, o.version(other)
		o.must(o.room.Assign(ctx, o.staff("salma"), back))
	})
}

// TestTheOrderOfCandidates asks for the best one first, with every reason.
func TestTheOrderOfCandidates(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.fill("karim", 2)
		m := o.told(false)
		soon := o.now.Add(29 * 24 * time.Hour)
		order := func(change func(c *casework.Colleague)) (users []string) {
			t.Helper()
			o.room.People = func(ctx context.Context, tx store.Tx, agency string) ([]casework.Colleague, error) {
				list, err := o.people(ctx, tx, agency)
				for i := range list {
					change(&list[i])
				}
				return list, err
			}
			found, err := o.room.Candidates(t.Context(), o.staff("huda"), access.CaseOpen, string(m.id), o.agency)
			o.must(err)
			for _, c := range found.Managers {
				users = append(users, c.ID)
			}
			return users
		}
		only := func(user string, do func(c *casework.Colleague)) func(c *casework.Colleague) {
			return func(c *casework.Colleague) {
				if c.ID == user {
					do(c)
				}
			}
		}
		for what, c := range map[string]struct {
			change func(c *casework.Colleague)
			want   []string
		}{
			"the lower load":        {func(*casework.Colleague) {}, []string{"mona", "karim", "lina"}},
			"the language":          {only("mona", func(c *casework.Colleague) { c.Languages = []string{"ar"} }), []string{"karim", "mona", "lina"}},
			"a variety of it":       {only("mona", func(c *casework.Colleague) { c.Languages = []string{"en-GB"} }), []string{"mona", "karim", "lina"}},
			"what soon ends":        {only("mona", func(c *casework.Colleague) { c.Ending = []casework.Ending{{Code: "vetting", At: soon}} }), []string{"karim", "mona", "lina"}},
			"what has ended":        {only("mona", func(c *casework.Colleague) { c.Expired = []string{"vetting"} }), []string{"karim", "lina", "mona"}},
			"what is lacked at all": {only("lina", func(c *casework.Colleague) { c.Missing, c.Expired = nil, nil }), []string{"lina", "mona", "karim"}},
		} {
			if got := order(c.change); !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", what, got, c.want)
			}
		}
	})
}

// TestHeldInPerson has a report for which nobody fits, as whoever is on duty and as a supervisor.
func TestHeldInPerson(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		m := o.told(true, "Salma Idris")
		in := o.input(m, "A")
		in.Manager, in.Hold = "laila", canary
		_, err := o.room.Open(ctx, o.staff("huda"), in)
		o.wants("by who is on duty, while mona fits", err, "fault.hold_needless")
		o.gone["mona"], o.gone["karim"] = true, true
		in.Manager = "salma"
		_, err = o.room.Open(ctx, o.staff("huda"), in)
		o.wants("by who must not know", err, "invalid")
		in.Manager = "lina"
		_, err = o.room.Open(ctx, o.staff("huda"), in)
		o.wants("by who supervises nobody", err, "invalid")
		in.Manager, in.Hold = "laila", " "
		_, err = o.room.Open(ctx, o.staff("huda"), in)
		o.wants("without a reason", err, "invalid")
		in.Hold = canary
		ids, err := o.room.Open(ctx, o.staff("huda"), in)
		o.must(err)
		id := ids[0]
		p := o.show("laila", id)
		if p.Manager != "laila" || !p.Held.Equal(*o.now) || p.Orphan || p.Timeline[0].Said["hold"] != canary || o.number(wordsTestSQL) != 0 {
			t.Errorf("held: %+v", p)
		}
		on := o.tasks(string(id))[triage.TaskAssign]
		if due := country().Targets().Due(jurisdiction.ManagerAssigned, string(ruleset.P1), *o.now); on.Owner != "laila" || !on.Due.Equal(due) {
			t.Errorf("to hand it on is %+v, due %s", on, due)
		}
		o.wants("saying that it is handed on", o.finish("laila", id, on), "fault.hand_on_first")
		clear(o.gone)
		o.pass(time.Minute)
		o.must(o.assign("laila", id, "mona"))
		if p := o.show("mona", id); p.Manager != "mona" || !p.Held.IsZero() {
			t.Errorf("handed on: %+v", p.Case)
		}
		if _, open := o.tasks(string(id))[triage.TaskAssign]; open {
			t.Error("a case manager is still looked for")
		}
	})
}

// TestASupervisorTakesAReportsCase has it claimed by somebody else first, and needs nobody to be missing.
func TestASupervisorTakesAReportsCase(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		m := o.told(true)
		o.claimed(m)
		in := o.input(m, "A")
		in.Manager, in.Hold = "salma", "it cannot wait"
		ids, err := o.room.Open(t.Context(), o.staff("salma"), in)
		o.must(err)
		o.pass(time.Second)
		o.must(o.room.AddNote(t.Context(), o.staff("salma"), ids[0], "x", 1))
		over, err := o.room.Overview(t.Context(), o.staff("salma"), -1)
		if err != nil || over.Open[0].Held.IsZero() || over.Open[0].Orphan {
			t.Errorf("the overview has %+v, %v", over.Open, err)
		}
		o.must(o.close("salma", ids[0]))
		o.wants("reopened for who held it", o.reopen("salma", ids[0]), "invalid")
		o.must(o.reopen("salma", ids[0], func(in *casework.ReopenInput) { in.Hold = "still nobody" }))
		if p := o.show("salma", ids[0]); p.Held.IsZero() || o.tasks(string(ids[0]))[triage.TaskAssign].Owner != "salma" {
			t.Errorf("reopened %+v", p.Case)
		}
	})
}

// TestACaseWhoseManagerLeft is found, shown and looked after.
func TestACaseWhoseManagerLeft(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		_, id := o.one()
		seek := func(want int) {
			t.Helper()
			n, err := o.room.SeekManagers(ctx, access.System("casework.seek"))
			if err != nil || n != want {
				t.Errorf("%d clocks started, want %d: %v", n, want, err)
			}
		}
		owned := func(want int, roles ...access.Role) {
			t.Helper()
			o.see(func(ctx context.Context, tx store.Tx) error {
				n, err := casework.Owned(ctx, tx, "mona", roles)
				if n != want {
					t.Errorf("%d cases cannot be owned as %v, want %d", n, roles, want)
				}
				return err
			})
		}
		seek(0)
		owned(1)
		owned(1, access.Supervisor)
		owned(0, access.CaseManager)
		o.gone["mona"] = true
		seek(1)
		seek(0)
		on := o.tasks(string(id))[triage.TaskAssign]
		if p := o.show("salma", id); !p.Orphan || on.Owner != "" || on.Agency != o.agency {
			t.Errorf("left alone %v, %+v", p.Orphan, on)
		}
		over, err := o.room.Overview(ctx, o.staff("salma"), -1)
		if err != nil || len(over.Open) != 1 || !over.Open[0].Orphan {
			t.Errorf("the overview has %+v, %v", over.Open, err)
		}
		o.wants("saying that one was found", o.finish("mona", id, on), "fault.hand_on_first")
		o.must(o.assign("salma", id, "karim"))
		if p := o.show("karim", id); p.Orphan || len(o.tasks(string(id))) != 1 {
			t.Errorf("found: %v with %v", p.Orphan, o.tasks(string(id)))
		}
	})
}
