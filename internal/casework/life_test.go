package casework_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/triage"
)

func proof(o *office) access.Proof {
	by, err := access.Own(access.System("test"), access.CaseAssign)
	o.must(err)
	return by
}

// everybody are the people of the office, of every role and both agencies.
var everybody = []string{"huda", "omar", "mona", "karim", "lina", "salma", "adam", "nour", "sami"}

// a life is one report with its cases, worked on by random people in random order.
type life struct {
	*office
	told
	cases    []casework.ID
	versions map[casework.ID]int64
	managers map[casework.ID]string
	hidden   string         // who must not know
	done     map[string]int // what was allowed, in all lives
}

// names are what the reporter calls the people.
var names = map[string]string{"karim": "Karim Naser", "lina": "Lina Farah", "salma": "Salma Idris", "omar": "Omar Haddad"}

// somebody is often whoever may do it, and sometimes anybody.
func (l *life) somebody(t *rapid.T, label, likely string) string {
	if rapid.IntRange(0, 3).Draw(t, label+" may") < 3 {
		return likely
	}
	return rapid.SampledFrom(everybody).Draw(t, label)
}

// step does one random thing. Whether it was allowed does not matter here, but that much of it was: done counts it.
func (l *life) step(t *rapid.T) {
	ctx, to := l.t.Context(), l.somebody(t, "to", rapid.SampledFrom([]string{"mona", "karim"}).Draw(t, "manager"))
	l.pass(time.Second)
	if len(l.cases) == 0 {
		in := l.input(l.told, "A", "B")
		in.Manager = to
		ids, err := l.room.Open(ctx, l.staff(l.somebody(t, "who", "huda")), in)
		l.cases = ids
		l.count("open", err)
		return
	}
	id := rapid.SampledFrom(l.cases).Draw(t, "case")
	version := l.versions[id] - int64(rapid.SampledFrom([]int{0, 0, 0, 1}).Draw(t, "behind"))
	supervisor, worker := l.staff(l.somebody(t, "who", "salma")), l.staff(l.somebody(t, "who", l.managers[id]))
	deed := rapid.SampledFrom([]string{"reopen", "close", "assign", "reopen", "close", "plan", "finish", "note", "open", "hold", "leave", "return"}).Draw(t, "deed")
	switch deed {
	case "open":
		if _, err := l.room.Open(ctx, l.staff("huda"), l.input(l.told, "A", "B")); fault.KindOf(err) != fault.Conflict && fault.KindOf(err) != fault.Invalid {
			t.Fatalf("a second set of cases: %v", err)
		}
	case "assign":
		l.count(deed, l.room.Assign(ctx, supervisor, casework.AssignInput{Case: id, To: to, Told: "x", Risks: "x", Version: version}))
	case "hold":
		holder := rapid.SampledFrom([]string{"salma", "laila"}).Draw(t, "holder")
		l.count(deed, l.room.Assign(ctx, supervisor, casework.AssignInput{Case: id, To: holder, Told: "x", Risks: "x", Hold: "y", Version: version}))
	case "leave":
		l.gone[l.managers[id]] = true
		_, err := l.room.SeekManagers(ctx, access.System("casework.seek"))
		l.count(deed, err)
	case "return":
		clear(l.gone)
		l.count(deed, nil)
	case "close":
		l.count(deed, l.room.Close(ctx, supervisor, casework.CloseInput{Case: id, Reason: "goals_met", Note: "x", ChildTold: true, Override: "y", Version: version}))
	case "reopen":
		l.count(deed, l.room.Reopen(ctx, supervisor, casework.ReopenInput{Case: id, Reason: "x", Manager: to, Version: version}))
	case "note":
		l.count(deed, l.room.AddNote(ctx, worker, id, "x", version))
	case "plan":
		l.count(deed, l.room.AddTask(ctx, worker, casework.TaskInput{Case: id, Words: "x", Due: l.now.Add(time.Hour), Blocking: true, Version: version}))
	case "finish":
		for _, one := range l.tasks(string(id)) {
			l.count(deed, l.room.FinishTask(ctx, worker, id, one.ID, one.Version))
		}
	}
}

func (l *life) count(deed string, err error) {
	if err == nil {
		l.done[deed]++
	}
}

// holds looks at what must be true of every case at any time.
func (l *life) holds(t *rapid.T) {
	for _, id := range l.cases {
		now := l.state(id)
		if was := l.versions[id]; now.version < was {
			t.Fatalf("the version of %s fell from %d to %d", id, was, now.version)
		}
		fit := []string{"mona", "karim"}
		if now.held {
			fit = []string{"salma", "laila"}
		}
		if len(now.managers) != 1 || now.managers[0] == l.hidden || !slices.Contains(fit, now.managers[0]) {
			t.Fatalf("%s has the case managers %v, held %v; %s must not know", id, now.managers, now.held, l.hidden)
		}
		sought := slices.ContainsFunc(now.tasks, func(one task.Task) bool { return one.Kind == triage.TaskAssign })
		if lost := l.gone[now.managers[0]]; now.state == casework.Open && (lost || now.held) && !sought {
			t.Fatalf("nobody looks for a case manager of %s", id)
		}
		l.versions[id], l.managers[id] = now.version, now.managers[0]
		for _, one := range now.tasks {
			if one.Owner != l.managers[id] && (one.Kind != triage.TaskAssign || one.Owner != "") {
				t.Fatalf("%s of %s belongs to %q, the case to %q", one.Kind, id, one.Owner, l.managers[id])
			}
		}
		if (len(now.tasks) == 0) != (now.state == casework.Closed) {
			t.Fatalf("%s is %s with the tasks %v", id, now.state, now.tasks)
		}
		if now.seen {
			t.Fatalf("%s or another agency must not know, and sees %s in a list", l.hidden, id)
		}
	}
}

// stays wants the cases closed to who must not know of them.
func (l *life) stays(t *rapid.T) {
	for _, id := range l.cases {
		for _, who := range []string{l.hidden, "sami"} {
			if err := readAs(l.office, who, id); fault.KindOf(err) != fault.Withheld {
				t.Fatalf("%s must not know of %s, and reading gave %v", who, id, err)
			}
		}
	}
}

// end closes every case, so that nobody's load is full in the next life.
func (l *life) end() {
	clear(l.gone)
	for _, id := range l.cases {
		if l.state(id).state == casework.Open {
			l.must(l.close("laila", id, func(in *casework.CloseInput) { in.Override, in.Version = "y", l.versions[id] }))
		}
	}
}

// a condition is what a case is like now, seen past every permission.
type condition struct {
	state    casework.State
	version  int64
	held     bool
	managers []string
	tasks    []task.Task // open ones
	seen     bool        // by who must not
}

const conditionTestSQL = `SELECT state, version, held_at > 0 FROM case_file WHERE id = $1`

func (l *life) state(id casework.ID) (c condition) {
	l.see(func(ctx context.Context, tx store.Tx) error {
		err := tx.One(ctx, conditionTestSQL, []any{string(id)}, &c.state, &c.version, &c.held)
		all, err2 := grant.History(ctx, tx, string(id))
		for _, g := range all {
			if g.Relation == access.Manager && g.EndedAt.IsZero() {
				c.managers = append(c.managers, g.Grantee)
			}
		}
		var err3 error
		c.tasks, err3 = task.OpenFor(ctx, tx, string(id))
		hidden, err4 := casework.List(ctx, tx, l.staff(l.hidden))
		other, err5 := casework.List(ctx, tx, l.staff("sami"))
		c.seen = slices.Contains(append(ids(hidden), ids(other)...), id)
		return errors.Join(err, err2, err3, err4, err5)
	})
	return c
}

// TestWhateverPeopleDo has random people do random things, and wants the promises of the room kept after every one.
func TestWhateverPeopleDo(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		done := map[string]int{}
		rapid.Check(t, func(rt *rapid.T) {
			hidden := rapid.SampledFrom([]string{"karim", "lina", "salma", "omar"}).Draw(rt, "hidden")
			l := &life{office: o, told: o.told(rapid.Bool().Draw(rt, "danger"), names[hidden]), hidden: hidden, done: done,
				versions: map[casework.ID]int64{}, managers: map[casework.ID]string{}}
			for range rapid.IntRange(6, 12).Draw(rt, "steps") {
				l.step(rt)
				l.holds(rt)
			}
			l.stays(rt)
			l.end()
		})
		for _, deed := range []string{"open", "hold", "leave", "return", "assign", "close", "reopen", "note", "plan", "finish"} {
			if done[deed] < 3 {
				t.Errorf("%s was done %d times: the test looks at too little", deed, done[deed])
			}
		}
	})
}

// TestTheDatabaseHoldsOneCaseManager goes around the room: a second one cannot be written.
func TestTheDatabaseHoldsOneCaseManager(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		_, id := o.one()
		err := o.main.Write(t.Context(), func(tx store.Tx) error {
			return grant.Give(t.Context(), tx, proof(o), string(id), "karim", access.Manager)
		})
		o.wants("a second case manager", err, "conflict")
	})
}

// TestOnlyOneOfManyAtOnce has eight people change the same version of a case: one wins, and the others are told.
func TestOnlyOneOfManyAtOnce(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx, salma, mona := t.Context(), o.staff("salma"), o.staff("mona")
		for name, deed := range map[string]func(id casework.ID, i int) error{
			"closing": func(id casework.ID, i int) error {
				return o.room.Close(ctx, salma, casework.CloseInput{Case: id, Reason: "goals_met", Note: fmt.Sprint(i), ChildTold: true, Version: 1})
			},
			"handing over": func(id casework.ID, i int) error {
				to := []string{"karim", "mona"}[i%2]
				return o.room.Assign(ctx, salma, casework.AssignInput{Case: id, To: to, Told: fmt.Sprint(i), Risks: fmt.Sprint(i), Version: 1})
			},
			"writing a note": func(id casework.ID, i int) error { return o.room.AddNote(ctx, mona, id, fmt.Sprint(i), 1) },
			"closing and handing over": func(id casework.ID, i int) error {
				if i%2 == 0 {
					return o.room.Close(ctx, salma, casework.CloseInput{Case: id, Reason: "goals_met", Note: "x", ChildTold: true, Version: 1})
				}
				return o.room.Assign(ctx, salma, casework.AssignInput{Case: id, To: "karim", Told: "x", Risks: "x", Version: 1})
			},
		} {
			_, id := o.one()
			o.onlyOne(name, func(i int) error { return deed(id, i) })
			if p := o.show("salma", id); p.Version != 2 || len(p.Timeline) != 2 {
				t.Errorf("%s: version %d, %d events", name, p.Version, len(p.Timeline))
			}
		}
		_, id := o.one()
		review := o.tasks(string(id))[casework.TaskReview]
		o.onlyOne("finishing", func(int) error { return o.room.FinishTask(ctx, mona, id, review.ID, review.Version) })
	})
}

// onlyOne does a deed eight times at once.
func (o *office) onlyOne(name string, deed func(i int) error) {
	o.t.Helper()
	errs := make([]error, 8)
	var group sync.WaitGroup
	for i := range errs {
		group.Go(func() { errs[i] = deed(i) })
	}
	group.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		o.wants(name+", for the others", err, "conflict")
	}
	if won != 1 {
		o.t.Errorf("%s: %d won", name, won)
	}
}

// TestFinishingWhileClosing ends a task and the case at once: the closed case keeps no open task, whoever was first.
func TestFinishingWhileClosing(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		for range 4 {
			_, id := o.one()
			review := o.tasks(string(id))[casework.TaskReview]
			var finished, closed error
			var group sync.WaitGroup
			group.Go(func() { finished = o.room.FinishTask(t.Context(), o.staff("mona"), id, review.ID, review.Version) })
			group.Go(func() {
				closed = o.room.Close(t.Context(), o.staff("salma"), casework.CloseInput{Case: id, Reason: "goals_met", Note: "x", ChildTold: true, Version: 1})
			})
			group.Wait()
			o.must(closed)
			if k := fault.KindOf(finished); k != "" && k != fault.Conflict {
				t.Errorf("finishing gave %v", finished)
			}
			if left := o.tasks(string(id)); len(left) != 0 {
				t.Errorf("closed, with the tasks %v", left)
			}
		}
	})
}
