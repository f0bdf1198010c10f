package triage_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/report"
	"amparo/internal/rulebook"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/triage"
)

func TestSimulateChangesNothing(t *testing.T) {
	each(t, func(d *desk) {
		calm := d.told(map[string][]string{"danger": {"no"}, "words": {canary}})
		d.told(map[string][]string{"danger": {"yes"}})
		d.told(map[string][]string{"pressure": {"threats"}})
		before := d.everything()
		for _, actor := range []access.Actor{d.salma(), d.adam(), access.Console} {
			s := d.simulate(actor, d.usable(urgentUnknowns(d.t)))
			want := []triage.Moved{{From: "P1", To: "P1", Reports: 1}, {From: "P2", To: "P2", Reports: 1}, {From: "P3", To: "P2", Reports: 1}}
			if diff := cmp.Diff(want, s.Counts); diff != "" || s.Reports != 3 || s.Open != 3 || s.Up != 1 || s.Down != 0 || s.Unchanged != 2 || s.Rising != 1 {
				d.t.Errorf("%s: %+v", actor.ID, s)
			}
			if len(s.Why) != 1 || s.Why[0].Kind != ruleset.CauseUnknowns || !s.Why[0].Added || s.Why[0].Up != 1 {
				d.t.Errorf("%s: why %+v", actor.ID, s.Why)
			}
			move := triage.SimulatedMove{Report: calm, Open: true, From: "P3", To: "P2", SumWas: 14, SumIs: 14, Stands: "P3",
				Added: []ruleset.Cause{{Kind: ruleset.CauseUnknowns}}, Removed: []ruleset.Cause{}}
			moves := []triage.SimulatedMove{move}
			if actor.Has(access.Administrator) { // reads no report
				moves = []triage.SimulatedMove{}
			}
			if diff := cmp.Diff(moves, s.Moves); diff != "" || s.Others != 1-len(moves) {
				d.t.Errorf("%s: %s, %d of others", actor.ID, diff, s.Others)
			}
		}
		if diff := cmp.Diff(before, d.everything()); diff != "" {
			d.t.Errorf("a simulation has changed something: %s", diff)
		}
	})
}

func TestASimulationWithTheRulesInUseMovesNothing(t *testing.T) {
	each(t, func(d *desk) {
		for _, answer := range []string{"yes", "no"} {
			d.told(map[string][]string{"danger": {answer}})
			d.told(map[string][]string{"deadline": {answer}})
		}
		*d.now = start.Add(30 * time.Hour) // the deadline has passed
		s := d.simulate(access.Console, d.room.Rulebook.PackRules())
		if s.Reports != 4 || s.Up+s.Down != 0 || s.Unchanged != 4 || len(s.Why) != 0 || len(s.Moves) != 0 {
			d.t.Errorf("%+v", s)
		}
	})
}

func TestASimulationIsInTheLog(t *testing.T) {
	each(t, func(d *desk) {
		for range 103 {
			d.told(map[string][]string{"words": {canary}})
		}
		d.simulate(d.salma(), d.usable(urgentUnknowns(d.t)))
		list := d.auditOf("salma")
		slices.Sort(list) // those of one instant have no order
		if len(list) != 3 || !strings.HasPrefix(list[0], "rules.simulate done ") || !strings.HasPrefix(list[1], "sealed.open done rules.simulate") ||
			!strings.HasPrefix(list[2], "sealed.open done rules.simulate") {
			d.t.Fatalf("the log has %d entries: %.300s", len(list), list)
		}
		if !strings.Contains(list[0], `"reports":"103"`) || !strings.Contains(list[0], `"up":"103"`) || !strings.Contains(list[0], "demo-csea 1.1.0") {
			d.t.Error(list[0])
		}
		if strings.Contains(strings.Join(list, ""), canary) {
			d.t.Error("the log says what a report says")
		}
		in := triage.SimulateInput{Set: d.usable(urgentUnknowns(d.t)), Reports: 101, Moves: 7}
		s, err := d.room.Simulate(d.t.Context(), d.salma(), in)
		if err != nil || s.Reports != 101 || !s.More || len(s.Moves) != 7 || s.Left != 94 {
			d.t.Errorf("%v: %d, more %v, %d listed, %d left out", err, s.Reports, s.More, len(s.Moves), s.Left)
		}
		in.Reports = 103
		if s, err = d.room.Simulate(d.t.Context(), d.salma(), in); err != nil || s.Reports != 103 || s.More {
			d.t.Errorf("%v: %d, more %v", err, s.Reports, s.More)
		}
		in.Reports = 100
		if s, err = d.room.Simulate(d.t.Context(), d.salma(), in); err != nil || s.Reports != 100 || !s.More {
			d.t.Errorf("%v: %d, more %v", err, s.Reports, s.More)
		}
	})
}

func TestASimulationShowsNobodyWhatIsNotTheirs(t *testing.T) {
	each(t, func(d *desk) {
		one, other := d.told(map[string][]string{"danger": {"no"}}), d.told(map[string][]string{"danger": {"no"}})
		set := d.usable(urgentUnknowns(d.t))
		if s := d.simulate(staff("nour", "elsewhere", access.Supervisor), set); s.Up != 2 || len(s.Moves) != 0 || s.Others != 2 {
			d.t.Errorf("of another agency: %+v", s)
		}
		by, err := access.Own(access.System("test"), "test")
		d.must(err)
		d.must(d.main.Write(d.t.Context(), func(tx store.Tx) error {
			return grant.Exclude(d.t.Context(), tx, by, string(one), "salma", grant.Declared)
		}))
		s := d.simulate(d.salma(), set)
		if s.Reports != 1 || s.Up != 1 || s.Others != 0 || len(s.Moves) != 1 || s.Moves[0].Report != other {
			d.t.Errorf("with a conflict of interest: %+v", s)
		}
		if log := strings.Join(d.auditOf("salma"), ""); strings.Contains(log, string(one)) {
			d.t.Error("it was opened for who must not know")
		}
	})
}

func TestASimulationOverWhatIsOver(t *testing.T) {
	each(t, func(d *desk) {
		old := d.told(map[string][]string{"deadline": {"yes"}, "pressure": {"none"}})
		d.must(d.room.Claim(d.t.Context(), d.huda(), old))
		d.must(d.decide(d.huda(), old, ruleset.P1, ""))
		d.checked(d.huda(), old)
		d.must(d.room.Finish(d.t.Context(), d.huda(), triage.Resolution{Report: old, Outcome: report.InsufficientInfo, Message: "Thank you."}))
		*d.now = start.Add(72 * time.Hour)
		fresh := d.told(map[string][]string{"pressure": {"none"}})
		set := d.usable(urgentUnknowns(d.t))
		s := d.simulate(d.salma(), set)
		if s.Reports != 2 || s.Open != 1 || s.Up != 1 || len(s.Moves) != 1 || s.Moves[0].Report != fresh {
			d.t.Errorf("%+v", s)
		}
		s, err := d.room.Simulate(d.t.Context(), d.salma(), triage.SimulateInput{Set: set, Since: start.Add(time.Hour), Moves: 9})
		if err != nil || s.Reports != 1 || s.Open != 1 {
			d.t.Errorf("%v: since a time: %+v", err, s)
		}
	})
}

func TestCheckRulesNamesEveryProblemWithItsLine(t *testing.T) {
	each(t, func(d *desk) {
		for name, c := range map[string]struct{ text, want string }{
			"broken":        {rulesWith(d.t, "P1: {from: 22}", "P1: {from: many}", "version: 1.0.0", "version: x"), "5 10"},
			"the same name": {rulesWith(d.t, "at_least: P3", "at_least: P2"), "5"},
			"weaker":        {rulesWith(d.t, "version: 1.0.0", "version: 1.1.0", "from: 5,", "from: 9,"), "16"},
			"nothing":       {"", "1"},
		} {
			set, problems, err := d.room.Rulebook.CheckRules(d.t.Context(), d.salma(), c.text)
			lines := make([]string, len(problems))
			for i, p := range problems {
				lines[i] = fmt.Sprint(p.Line)
			}
			if err != nil || set != nil || strings.Join(lines, " ") != c.want {
				d.t.Errorf("%s: %v %v", name, err, problems)
			}
			_, err = d.room.Rulebook.Propose(d.t.Context(), d.salma(), rulebook.ProposeInput{Rules: c.text, Why: "x"})
			if fields := fault.Fields(err); fault.KindOf(err) != fault.Invalid || len(fields) != 1 || fields[0].Name != "rules" {
				d.t.Errorf("%s is proposed: %v", name, err)
			}
		}
		_, err := d.room.Rulebook.Propose(d.t.Context(), d.salma(), rulebook.ProposeInput{Rules: urgentUnknowns(d.t)})
		if fields := fault.Fields(err); len(fields) != 1 || fields[0].Name != "why" {
			d.t.Errorf("without a reason: %v", err)
		}
	})
}

func TestBrokenReportsHoldUpNoSimulation(t *testing.T) {
	each(t, func(d *desk) {
		d.told(map[string][]string{"danger": {"no"}})
		broken := d.told(map[string][]string{"danger": {"no"}})
		d.must(d.main.Write(d.t.Context(), func(tx store.Tx) error {
			_, err := tx.Exec(d.t.Context(), `UPDATE assessment SET facts = $2 WHERE subject = $1`, string(broken), bytes.Repeat([]byte{1}, 60))
			return err
		}))
		if s := d.simulate(d.salma(), d.usable(urgentUnknowns(d.t))); s.Reports != 1 || s.Unreadable != 1 || s.Up != 1 {
			d.t.Errorf("%+v", s)
		}
		d.adopt(urgentUnknowns(d.t))
		if n, err := d.room.Rescore(d.t.Context(), access.System(string(rulebook.Rescore))); n != 1 || err == nil {
			d.t.Errorf("raised %d: %v", n, err)
		}
	})
}
