package casework_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/fault"
	"amparo/internal/intake"
	"amparo/internal/report"
	"amparo/internal/reveal"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/triage"
)

const (
	openDetailTestSQL = `SELECT detail FROM audit_entry WHERE action = 'case.open' AND outcome = 'done'`
	outcomeTestSQL    = `SELECT state || ' ' || outcome FROM report`
	forgetTestSQL     = `DELETE FROM receipt`
)

func TestOneCaseForEachChild(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		m := o.told(true, "Karim")
		o.says(m, "one more thing")
		due := start.Add(time.Hour)
		in := o.input(m, "A", "B")
		in.Clocks = []task.Input{{Kind: "child_contacted", Due: due}, {Kind: "safety_plan"}} // the second has no time
		ids, err := o.room.Open(t.Context(), o.staff("huda"), in)
		o.must(err)
		for i, id := range ids {
			p := o.show("mona", id)
			if p.Priority != ruleset.P1 || p.State != casework.Open || p.Agency != o.agency || p.Manager != "mona" || p.Version != 1 ||
				p.Child != in.Children[i] || !slices.Equal(p.Reports, []report.ID{m.id}) || p.Timeline[0].Said["note"] != in.Summary {
				t.Errorf("case %d is %+v", i, p)
			}
			got := o.tasks(string(id))
			if c := got["child_contacted"]; !c.Due.Equal(due) || c.Owner != "mona" || c.Agency != o.agency {
				t.Errorf("its clock is %+v", c)
			}
			if r := got[casework.TaskReview]; r.Owner != "mona" || !r.Due.Equal(start.AddDate(0, 0, 7)) {
				t.Errorf("its review is %+v", r)
			}
			if _, adopted := got[task.ReadReply]; adopted != (i == 0) || len(got) != map[int]int{0: 3, 1: 2}[i] {
				t.Errorf("case %d has the tasks %v", i, got)
			}
			o.wants("who must not know reads it: it", readAs(o, "karim", id), "withheld")
		}
		o.reporterIsTold(t, m, in.Message, ids)
	})
}

// reporterIsTold wants the outcome told, kept for staff, and recorded with the ids of all cases.
func (o *office) reporterIsTold(t *testing.T, m told, message string, ids []casework.ID) {
	t.Helper()
	box := o.box(m)
	if box.Progress != intake.Working || len(box.Replies) != 1 || box.Replies[0].Text != message {
		t.Errorf("the reporter sees %+v", box)
	}
	var kept []string
	o.show("mona", ids[0])
	_, err := o.room.Show(t.Context(), o.staff("mona"), ids[0], func(v *reveal.View, p casework.Page) error {
		list, err := o.mail.Read(t.Context(), v, m.id)
		for _, one := range list {
			kept = append(kept, one.Text)
		}
		return err
	})
	if err != nil || !slices.Equal(kept, []string{"one more thing", message}) {
		t.Errorf("the thread is %q, %v", kept, err)
	}
	var detail, outcome string
	o.see(func(ctx context.Context, tx store.Tx) error {
		return errors.Join(tx.One(ctx, openDetailTestSQL, nil, &detail), tx.One(ctx, outcomeTestSQL, nil, &outcome))
	})
	if outcome != "resolved opened_case" || !strings.Contains(detail, string(ids[0])) || !strings.Contains(detail, string(ids[1])) {
		t.Errorf("the report is %s; recorded: %s", outcome, detail)
	}
	if left := o.tasks(string(m.id)); len(left) != 0 {
		t.Errorf("the report still has the tasks %v", left)
	}
}

func readAs(o *office, who string, id casework.ID) error {
	_, err := o.room.Show(o.t.Context(), o.staff(who), id, nil)
	return err
}

// TestOpenRefusals wants nothing changed by what is refused, and no keys made for who may not open a case.
func TestOpenRefusals(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		m := o.told(false, "Karim")
		rows, keys, tasks := o.number(countTestSQL), o.keyRows(), len(o.tasks(string(m.id)))
		for name, c := range map[string]struct {
			who, want string
			change    func(in *casework.OpenInput)
		}{
			"a colleague who has not claimed it": {"omar", "forbidden", nil},
			"a case manager":                     {"mona", "withheld", nil},
			"another agency":                     {"sami", "withheld", nil},
			"an administrator":                   {"adam", "withheld", nil},
			"who must not know":                  {"karim", "withheld", func(in *casework.OpenInput) { in.Message = "" }},
			"no such report":                     {"huda", "withheld", func(in *casework.OpenInput) { in.Report = "none" }},
			"nothing to tell":                    {"huda", "invalid", func(in *casework.OpenInput) { in.Message = " \n" }},
			"too much to tell":                   {"huda", "invalid", func(in *casework.OpenInput) { in.Message = strings.Repeat("far ", 2000) }},
			"too long a summary":                 {"huda", "invalid", func(in *casework.OpenInput) { in.Summary = strings.Repeat("far ", casework.LongestNote) }},
			"no child":                           {"huda", "invalid", func(in *casework.OpenInput) { in.Children = nil }},
			"a child without a name":             {"huda", "invalid", func(in *casework.OpenInput) { in.Children = []string{"A", " "} }},
			"a child with a long name":           {"huda", "invalid", func(in *casework.OpenInput) { in.Children[0] = strings.Repeat("far ", 60) }},
			"too many children":                  {"huda", "invalid", func(in *casework.OpenInput) { in.Children = make([]string, casework.MostChildren+1) }},
			"no agency":                          {"huda", "invalid", func(in *casework.OpenInput) { in.Agency = "" }},
			"no such agency":                     {"huda", "invalid", func(in *casework.OpenInput) { in.Agency = "nowhere" }},
			"no case manager":                    {"huda", "invalid", func(in *casework.OpenInput) { in.Manager = "" }},
			"no such case manager":               {"huda", "invalid", func(in *casework.OpenInput) { in.Manager = "nobody" }},
			"somebody who manages no case":       {"huda", "invalid", func(in *casework.OpenInput) { in.Manager = "adam" }},
			"another agency's case manager":      {"huda", "invalid", func(in *casework.OpenInput) { in.Manager = "nour" }},
			"a case manager who must not know":   {"huda", "invalid", func(in *casework.OpenInput) { in.Manager = "karim" }},
			"one who is not qualified":           {"huda", "fault.qualification_missing", func(in *casework.OpenInput) { in.Manager = "lina" }},
		} {
			in := o.input(m, "A")
			if c.change != nil {
				c.change(&in)
			}
			before := o.keyRows()
			_, err := o.room.Open(t.Context(), o.staff(c.who), in)
			o.wants(name, err, c.want)
			if c.who != "huda" && o.keyRows() != before {
				t.Errorf("%s: keys were made", name)
			}
			if o.number(countTestSQL) != rows || len(o.tasks(string(m.id))) != tasks || o.box(m).Progress != intake.Reading {
				t.Fatalf("%s: something was changed", name)
			}
		}
		if n := o.number(refusedTestSQL); n != 7 { // six people and reports, and the qualification
			t.Errorf("%d refusals are recorded", n)
		}
		if o.keyRows() == keys {
			t.Error("the case that lacked only a qualification made no keys: the test looks at the wrong place")
		}
		o.opened(m, "A")
	})
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		in := o.input(o.told(false), "A")
		in.Manager = "lina"
		_, err := o.room.Open(t.Context(), o.staff("huda"), in)
		if got, _ := fault.Params(err)["Missing"].([]string); !slices.Equal(got, []string{"csea_casework", "vetting"}) {
			t.Errorf("missing is %v of %v", got, err)
		}
		in.Manager, in.Message = "karim", ""
		in.Children = nil
		_, err = o.room.Open(t.Context(), o.staff("huda"), in)
		if fields := fault.Fields(err); len(fields) != 2 {
			t.Errorf("wrong are %v", fields)
		}
	})
}

func TestNobodyOpensACaseOfWhatNobodyConfirmed(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		m := o.arrived(true)
		o.must(o.triage.Claim(t.Context(), o.staff("huda"), m.id))
		_, err := o.room.Open(t.Context(), o.staff("huda"), o.input(m, "A"))
		o.wants("opening", err, "triage.unconfirmed")
		if o.number(countTestSQL) != 0 {
			t.Error("something was written")
		}
	})
}

// TestNothingIsHalfOpened fails in the middle, once before and once after the cases were written.
func TestNothingIsHalfOpened(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		m := o.told(true)
		before := o.tasks(string(m.id))
		o.broken = errors.New("the list of people is gone")
		_, err := o.room.Open(t.Context(), o.staff("huda"), o.input(m, "A", "B"))
		if !errors.Is(err, o.broken) {
			t.Errorf("without people: %v", err)
		}
		o.broken = nil
		o.do(func(ctx context.Context, tx store.Tx) error { _, err := tx.Exec(ctx, forgetTestSQL); return err })
		if _, err := o.room.Open(t.Context(), o.staff("huda"), o.input(m, "A", "B")); fault.KindOf(err) != fault.Internal {
			t.Errorf("without the reporter's mailbox: %v", err)
		}
		var outcome string
		o.see(func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, outcomeTestSQL, nil, &outcome) })
		if after := o.tasks(string(m.id)); o.number(countTestSQL) != 0 || outcome != "in_triage " || len(after) != len(before) {
			t.Errorf("left %d rows, the report %q, the tasks %v", o.number(countTestSQL), outcome, after)
		}
	})
}

// TestTheSameFormTwice sends it one after the other: no second set of cases comes of it.
func TestTheSameFormTwice(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		m := o.told(false)
		o.opened(m, "A", "B")
		rows := o.number(countTestSQL)
		_, err := o.room.Open(t.Context(), o.staff("huda"), o.input(m, "A", "B"))
		o.wants("again", err, "fault.resolved")
		if o.number(countTestSQL) != rows || len(o.box(m).Replies) != 1 {
			t.Error("a second set was opened, or the reporter was told twice")
		}
	})
}

// TestOnlyOneOfManyOpens has one person open cases and give other outcomes from many windows at once.
func TestOnlyOneOfManyOpens(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		m := o.told(false)
		errs := make([]error, 8)
		var group sync.WaitGroup
		for i := range errs {
			group.Go(func() {
				if i%2 == 0 {
					_, errs[i] = o.room.Open(t.Context(), o.staff("huda"), o.input(m, "A", "B"))
				} else {
					errs[i] = o.triage.Finish(t.Context(), o.staff("huda"), triage.Resolution{Report: m.id, Outcome: report.NotInScope, Message: "x"})
				}
			})
		}
		group.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
				continue
			}
			o.wants("the others", err, "fault.resolved")
		}
		if cases := o.number(countTestSQL); won != 1 || cases != 0 && cases != 2*5 || len(o.box(m).Replies) != 1 {
			t.Errorf("%d won, %d rows, %d messages", won, cases, len(o.box(m).Replies))
		}
	})
}

func TestCandidates(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		m := o.told(false, "Karim")
		who := func(list []casework.Candidate) (users []string) {
			for _, c := range list {
				users = append(users, c.ID)
			}
			return users
		}
		found, err := o.room.Candidates(t.Context(), o.staff("huda"), access.CaseOpen, string(m.id), o.agency)
		if err != nil || !slices.Equal(who(found.Managers), []string{"mona", "lina"}) || !slices.Equal(who(found.Holders), []string{"laila", "salma"}) {
			t.Errorf("candidates %+v, %v", found, err)
		}
		mona, lina := found.Managers[0], found.Managers[1]
		if !mona.Fits() || !mona.Serves || !mona.Speaks || mona.Load.Cases != 0 || lina.Fits() || found.Nobody() {
			t.Errorf("mona %+v, lina %+v", mona, lina)
		}
		_, err = o.room.Candidates(t.Context(), o.staff("omar"), access.CaseOpen, string(m.id), o.agency)
		o.wants("a colleague", err, "forbidden")
		id := string(o.opened(m, "A")[0])
		found, err = o.room.Candidates(t.Context(), o.staff("salma"), access.CaseAssign, id, o.agency)
		if err != nil || len(found.Managers) != 2 || found.Managers[0].Load.Cases != 1 || found.Managers[0].Load.Points != 1 {
			t.Errorf("candidates for the case %+v, %v", found, err)
		}
		_, err = o.room.Candidates(t.Context(), o.staff("sami"), access.CaseAssign, id, o.agency)
		o.wants("another agency", err, "withheld")
	})
}
