package triage_test

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/jurisdiction"
	"amparo/internal/report"
	"amparo/internal/rulebook"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/triage"
	"amparo/packs"
)

const (
	everythingTestSQL = `SELECT id || state || outcome || version FROM report UNION ALL SELECT id || priority || rule_set || sequence FROM assessment
		UNION ALL SELECT subject || priority || confirmed || sequence FROM standing UNION ALL SELECT id || state || due_at || version FROM task
		UNION ALL SELECT subject || grantee || relation FROM access_grant UNION ALL SELECT subject || user_id FROM conflict_of_interest
		UNION ALL SELECT id || state || number FROM rule_proposal UNION ALL SELECT id || kind FROM job UNION ALL SELECT id || '' FROM envelope ORDER BY 1`
	auditOfTestSQL  = `SELECT action || ' ' || outcome || ' ' || reason || ' ' || detail || ' ' || subjects FROM audit_entry WHERE actor_id = $1 ORDER BY at, id`
	rescoresTestSQL = `SELECT count(*) FROM job WHERE kind = 'rules.rescore'`
)

// urgentUnknowns are the demo's rules, in which not knowing raises further.
func urgentUnknowns(t *testing.T) string {
	return rulesWith(t, "version: 1.0.0", "version: 1.1.0", "at_least: P3, nothing_answered: P3", "at_least: P2, nothing_answered: P2")
}

// rulesWith is the demo's rule set with pieces of its text replaced.
func rulesWith(t *testing.T, pairs ...string) string {
	t.Helper()
	raw, err := fs.ReadFile(packs.FS, "demo/ruleset.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("the rule set does not say %q", pairs[i])
		}
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	return text
}

// roomWith is another process over the same stores, whose pack has this rule set.
func (d *desk) roomWith(rules string) *triage.Room {
	d.t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(packs.FS, "demo", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(packs.FS, path)
		files[strings.TrimPrefix(path, "demo/")] = &fstest.MapFile{Data: raw}
		return err
	})
	d.must(err)
	files["ruleset.yaml"] = &fstest.MapFile{Data: []byte(rules)}
	pack, problems := jurisdiction.Load(files, start)
	if len(problems) > 0 {
		d.t.Fatal(problems)
	}
	c := d.room.Config
	c.Pack = pack
	return triage.New(c)
}

func (d *desk) adam() access.Actor { return staff("adam", d.agency, access.Administrator) }

func (d *desk) everything() (list []string) {
	d.t.Helper()
	d.read(func(ctx context.Context, tx store.Tx) error { return strs(ctx, tx, everythingTestSQL, nil, &list) })
	return list
}

func (d *desk) auditOf(actor string) (list []string) {
	d.t.Helper()
	d.read(func(ctx context.Context, tx store.Tx) error {
		return strs(ctx, tx, auditOfTestSQL, []any{actor}, &list)
	})
	return list
}

func strs(ctx context.Context, tx store.Tx, statement string, args []any, list *[]string) error {
	return tx.Each(ctx, statement, args, func(scan func(...any) error) error {
		var s string
		err := scan(&s)
		*list = append(*list, s)
		return err
	})
}

// usable is a rule set without a problem.
func (d *desk) usable(text string) *ruleset.Set {
	d.t.Helper()
	set, problems, err := d.room.Rulebook.CheckRules(d.t.Context(), d.salma(), text)
	if err != nil || len(problems) > 0 {
		d.t.Fatal(err, problems)
	}
	return set
}

func (d *desk) simulate(actor access.Actor, set *ruleset.Set) triage.Simulation {
	d.t.Helper()
	s, err := d.room.Simulate(d.t.Context(), actor, triage.SimulateInput{Set: set, Moves: 1000})
	d.must(err)
	return s
}

// adopt has salma propose the rules and adam adopt them; it does the job's work as well.
func (d *desk) adopt(rules string) rulebook.ProposalID {
	d.t.Helper()
	id, err := d.room.Rulebook.Propose(d.t.Context(), d.salma(), rulebook.ProposeInput{Rules: rules, Why: "what is not known weighs more"})
	d.must(err)
	d.must(d.room.Rulebook.Adopt(d.t.Context(), d.adam(), id))
	return id
}

func (d *desk) inUse(room *triage.Room) (u rulebook.InUse) {
	d.t.Helper()
	d.read(func(ctx context.Context, tx store.Tx) (err error) {
		u, err = room.Rulebook.RulesInUse(ctx, tx)
		return err
	})
	return u
}

// TestSimulateChangesNothing looks at every table but the log.
// TestASimulationWithTheRulesInUseMovesNothing, whatever there is.
// TestASimulationIsInTheLog: one entry for each hundred that was opened, one for the whole, and nothing that a report says.
// TestASimulationShowsNobodyWhatIsNotTheirs: a conflict of interest takes a report out of every number.
// TestASimulationOverWhatIsOver: what has its outcome is scored as when it was assessed last, and comes after what is open.
// TestTwoPeopleAdopt: what counts changes with the second person's word, in every process and for good.
func TestTwoPeopleAdopt(t *testing.T) {
	each(t, func(d *desk) {
		before := d.told(map[string][]string{"danger": {"no"}})
		replica := triage.New(d.room.Config)
		if u := d.inUse(replica); u.RuleSet != "demo-csea 1.0.0" || !u.FromPack() || u.Adopted != nil {
			d.t.Errorf("%+v", u)
		}
		both := staff("salma", d.agency, access.Supervisor, access.Administrator)
		id, err := d.room.Rulebook.Propose(d.t.Context(), both, rulebook.ProposeInput{Rules: urgentUnknowns(d.t), Why: "what is not known weighs more"})
		d.must(err)
		if u := d.inUse(replica); u.RuleSet != "demo-csea 1.0.0" {
			d.t.Errorf("proposed alone, %+v counts", u)
		}
		if err := d.room.Rulebook.Adopt(d.t.Context(), both, id); fault.CodeOf(err) != rulebook.CodeTwoPeople {
			d.t.Errorf("adopted by who proposed it: %v", err)
		}
		if err := d.room.Rulebook.Decline(d.t.Context(), both, id, "x"); fault.CodeOf(err) != rulebook.CodeTwoPeople {
			d.t.Errorf("declined by who proposed it: %v", err)
		}
		d.must(d.room.Rulebook.Adopt(d.t.Context(), d.adam(), id))
		if err := d.room.Rulebook.Adopt(d.t.Context(), d.adam(), id); fault.KindOf(err) != fault.Conflict {
			d.t.Errorf("adopted twice: %v", err)
		}
		for _, room := range []*triage.Room{d.room, replica, triage.New(d.room.Config)} {
			if u := d.inUse(room); u.RuleSet != "demo-csea 1.1.0" || u.FromPack() || u.PackMoved() || u.Adopted == nil || u.Adopted.ProposedBy != "salma" || u.Adopted.DecidedBy != "adam" {
				d.t.Errorf("%+v", u)
			}
		}
		d.room = replica
		after := d.told(map[string][]string{"danger": {"no"}})
		if s := d.standing(after); s.Priority != ruleset.P2 {
			d.t.Errorf("the next report stands at %+v", s)
		}
		for id, want := range map[report.ID]string{before: "demo-csea 1.0.0", after: "demo-csea 1.1.0"} {
			p, err := d.room.Read(d.t.Context(), d.salma(), id, nil)
			if d.must(err); p.History[0].RuleSet != want || p.Reasons.RuleSet != "demo-csea 1.1.0" {
				d.t.Errorf("%s was assessed by %s, its reasons are of %s", id, p.History[0].RuleSet, p.Reasons.RuleSet)
			}
		}
	})
}

// TestAdoptionRaisesAndLowersNothing: open reports rise at once, with history and clocks; none falls by itself.
func TestAdoptionRaisesAndLowersNothing(t *testing.T) {
	each(t, func(d *desk) {
		calm := d.told(map[string][]string{"danger": {"no"}})
		urgent := d.told(map[string][]string{"danger": {"yes"}})
		due := d.due(calm)
		d.adopt(urgentUnknowns(d.t))
		if n := d.count(rescoresTestSQL); n != 1 {
			d.t.Errorf("%d jobs wait", n)
		}
		job := access.System(string(rulebook.Rescore))
		for want := 1; want >= 0; want-- { // again, it finds nothing to do
			if n, err := d.room.Rescore(d.t.Context(), job); err != nil || n != want {
				d.t.Errorf("raised %d: %v", n, err)
			}
		}
		if s := d.standing(calm); s.Priority != ruleset.P2 || s.Sequence != 2 || s.Confirmed {
			d.t.Errorf("%+v", s)
		}
		if s := d.standing(urgent); s.Priority != ruleset.P1 || s.Sequence != 1 {
			d.t.Errorf("%+v", s)
		}
		if !d.due(calm).Before(due) {
			d.t.Errorf("its clock runs until %v, as before: %v", d.due(calm), due)
		}
		id, err := d.room.Rulebook.ProposeWithdrawal(d.t.Context(), d.salma(), "it raised too much")
		d.must(err)
		s := d.simulate(d.adam(), d.room.Rulebook.PackRules())
		if s.Down != 1 || s.Staying != 1 || s.Up != 0 {
			d.t.Errorf("%+v", s)
		}
		d.must(d.room.Rulebook.Adopt(d.t.Context(), d.adam(), id))
		if n, err := d.room.Rescore(d.t.Context(), job); err != nil || n != 0 {
			d.t.Errorf("raised %d: %v", n, err)
		}
		if s := d.standing(calm); s.Priority != ruleset.P2 || s.Sequence != 2 {
			d.t.Errorf("it fell: %+v", s)
		}
		d.must(d.room.Claim(d.t.Context(), d.huda(), calm))
		if err := d.decide(d.huda(), calm, ruleset.P3, "the old rules"); fault.KindOf(err) != fault.Forbidden {
			d.t.Errorf("lowered by a duty officer: %v", err)
		}
		d.must(d.decide(d.salma(), calm, ruleset.P3, "the old rules"))
		if s := d.standing(d.told(map[string][]string{"danger": {"no"}})); s.Priority != ruleset.P3 {
			d.t.Errorf("the next report stands at %+v", s)
		}
		if u := d.inUse(d.room); !u.FromPack() || u.Adopted.Kind != rulebook.Withdraw {
			d.t.Errorf("%+v", u)
		}
	})
}

func (d *desk) due(id report.ID) (at time.Time) {
	d.t.Helper()
	d.read(func(ctx context.Context, tx store.Tx) error {
		next, _, err := task.Next(ctx, tx, string(id))
		at = next.Due
		return err
	})
	return at
}

func (d *desk) count(statement string) (n int) {
	d.t.Helper()
	d.read(func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, statement, nil, &n) })
	return n
}

// TestProposals: one waits at a time; it ends declined, taken back or adopted.
func TestProposals(t *testing.T) {
	each(t, func(d *desk) {
		ctx, rules := d.t.Context(), urgentUnknowns(d.t)
		propose := func(rules string) (rulebook.ProposalID, error) {
			*d.now = d.now.Add(time.Minute)
			return d.room.Rulebook.Propose(ctx, d.salma(), rulebook.ProposeInput{Rules: rules, Why: "because"})
		}
		if _, err := d.room.Rulebook.ProposeWithdrawal(ctx, d.salma(), "because"); fault.CodeOf(err) != rulebook.CodeNothingAdopted {
			d.t.Errorf("there is nothing to withdraw: %v", err)
		}
		one, err := propose(rules)
		d.must(err)
		if _, err := propose(rules); fault.CodeOf(err) != rulebook.CodeRulesWait {
			d.t.Errorf("while another waits: %v", err)
		}
		if err := d.room.Rulebook.Decline(ctx, d.adam(), one, " "); fault.KindOf(err) != fault.Invalid {
			d.t.Errorf("declined without a reason: %v", err)
		}
		d.must(d.room.Rulebook.Decline(ctx, d.adam(), one, "too many would rise"))
		two, err := propose(rules)
		d.must(err)
		if err := d.room.Rulebook.TakeBack(ctx, staff("laila", d.agency, access.ServiceLead), two); fault.CodeOf(err) != rulebook.CodeNotYourOwn {
			d.t.Errorf("taken back by another: %v", err)
		}
		d.must(d.room.Rulebook.TakeBack(ctx, d.salma(), two))
		three, err := propose(rules)
		d.must(err)
		d.must(d.room.Rulebook.Adopt(ctx, d.adam(), three))
		if _, err := propose(rules); fault.CodeOf(err) != rulebook.CodeRulesInUse {
			d.t.Errorf("what is in use: %v", err)
		}
		other := strings.Replace(rules, "P1: {from: 22}", "P1: {from:  22}", 1)
		if _, problems, err := d.room.Rulebook.CheckRules(ctx, d.salma(), other); err != nil || len(problems) != 1 || problems[0].Line != 5 {
			d.t.Errorf("another under the name of the one in use: %v %v", err, problems)
		}
		list, err := d.room.Rulebook.Proposals(ctx, d.adam())
		d.must(err)
		var states []rulebook.ProposalState
		for _, p := range list {
			states = append(states, p.State)
		}
		if !slices.Equal(states, []rulebook.ProposalState{rulebook.Adopted, rulebook.TakenBack, rulebook.Declined}) || list[2].Reason != "too many would rise" || list[0].Rules != "" {
			d.t.Errorf("%+v", list)
		}
		if p, err := d.room.Rulebook.Proposal(ctx, d.salma(), three); err != nil || p.Rules != rules || p.Number != 1 || p.PackRules != "demo-csea 1.0.0" {
			d.t.Errorf("%v %+v", err, p)
		}
		if _, err := d.room.Rulebook.Proposal(ctx, d.salma(), "none"); fault.KindOf(err) != fault.Withheld {
			d.t.Errorf("none: %v", err)
		}
		if err := d.room.Rulebook.Adopt(ctx, d.adam(), "none"); fault.KindOf(err) != fault.Withheld {
			d.t.Errorf("none: %v", err)
		}
	})
}

// TestOneOfManyProposes and one of many adopts, on the same rules.
func TestOneOfManyProposes(t *testing.T) {
	each(t, func(d *desk) {
		ids, errs := make([]rulebook.ProposalID, 8), make([]error, 8)
		var group sync.WaitGroup
		for i := range ids {
			group.Go(func() {
				ids[i], errs[i] = d.room.Rulebook.Propose(d.t.Context(), d.salma(), rulebook.ProposeInput{Rules: urgentUnknowns(d.t), Why: "because"})
			})
		}
		group.Wait()
		won := slices.Index(errs, nil)
		for i, err := range errs {
			if i != won && fault.KindOf(err) != fault.Conflict {
				d.t.Errorf("%d: %v", i, err)
			}
		}
		var adopted int
		var lock sync.Mutex
		for i := range ids {
			group.Go(func() {
				err := d.room.Rulebook.Adopt(d.t.Context(), staff("adam"+fmt.Sprint(i), "", access.Administrator), ids[won])
				lock.Lock()
				defer lock.Unlock()
				if err == nil {
					adopted++
				} else if fault.KindOf(err) != fault.Conflict {
					d.t.Error(err)
				}
			})
		}
		group.Wait()
		if adopted != 1 || d.count(rescoresTestSQL) != 1 {
			d.t.Errorf("%d adopted it", adopted)
		}
	})
}

// TestWhoMayDoWhatWithRules refuses all others, with an entry in the log.
func TestWhoMayDoWhatWithRules(t *testing.T) {
	each(t, func(d *desk) {
		id, err := d.room.Rulebook.Propose(d.t.Context(), d.salma(), rulebook.ProposeInput{Rules: urgentUnknowns(d.t), Why: "because"})
		d.must(err)
		set := d.usable(urgentUnknowns(d.t))
		for action, do := range map[access.Action]func(a access.Actor) error{
			access.RulesSimulate: func(a access.Actor) error {
				_, err := d.room.Simulate(d.t.Context(), a, triage.SimulateInput{Set: set})
				_, _, second := d.room.Rulebook.CheckRules(d.t.Context(), a, "")
				_, third := d.room.Rulebook.Proposals(d.t.Context(), a)
				_, fourth := d.room.Rulebook.Proposal(d.t.Context(), a, id)
				for _, other := range []error{second, third, fourth} {
					if fault.KindOf(other) != fault.KindOf(err) {
						d.t.Errorf("%s: %v and %v", a.ID, err, other)
					}
				}
				return err
			},
			access.RulesPropose: func(a access.Actor) error {
				_, err := d.room.Rulebook.Propose(d.t.Context(), a, rulebook.ProposeInput{})
				_, second := d.room.Rulebook.ProposeWithdrawal(d.t.Context(), a, "")
				third := d.room.Rulebook.TakeBack(d.t.Context(), a, id)
				if refused := fault.KindOf(err) == fault.Forbidden; refused != (fault.KindOf(second) == fault.Forbidden) || fault.KindOf(third) != fault.Forbidden {
					d.t.Errorf("%s: %v, %v and %v", a.ID, err, second, third)
				}
				return err
			},
			access.RulesAdopt: func(a access.Actor) error {
				err := d.room.Rulebook.Decline(d.t.Context(), a, id, "")
				if a.Has(access.Administrator) {
					return err
				}
				if second := d.room.Rulebook.Adopt(d.t.Context(), a, id); fault.KindOf(second) != fault.KindOf(err) {
					d.t.Errorf("%s: %v and %v", a.ID, err, second)
				}
				return err
			},
		} {
			for _, role := range access.Roles {
				a := staff("some_"+string(role), d.agency, role)
				before := len(d.auditOf(a.ID))
				err := do(a)
				if may := access.May(a, action); may == (fault.KindOf(err) == fault.Forbidden) {
					d.t.Errorf("%s by %s: %v", action, role, err)
				} else if !may && len(d.auditOf(a.ID)) <= before {
					d.t.Errorf("%s by %s is refused, and the log has nothing of it", action, role)
				}
			}
			for _, a := range []access.Actor{access.Anyone, {}} {
				if err := do(a); fault.KindOf(err) != fault.Forbidden {
					d.t.Errorf("%s by %q: %v", action, a.Kind, err)
				}
			}
		}
		if p, err := d.room.Rulebook.Proposal(d.t.Context(), d.salma(), id); err != nil || p.State != rulebook.Proposed {
			d.t.Errorf("%v: %+v", err, p)
		}
	})
}

// TestThePackMoves: an adopted rule set goes on counting beside a newer pack for as long as it fits it.
func TestThePackMoves(t *testing.T) {
	each(t, func(d *desk) {
		d.adopt(urgentUnknowns(d.t))
		newer := d.roomWith(rulesWith(d.t, "version: 1.0.0", "version: 1.2.0"))
		if u := d.inUse(newer); u.RuleSet != "demo-csea 1.1.0" || !u.PackMoved() || u.Unfit != "" {
			d.t.Errorf("beside a newer pack: %+v", u)
		}
		same := d.roomWith(urgentUnknowns(d.t) + "# now in the pack itself\n")
		if u := d.inUse(same); u.RuleSet != "demo-csea 1.1.0" || !u.FromPack() || u.PackMoved() {
			d.t.Errorf("in the pack by now: %+v", u)
		}
		more := d.roomWith(rulesWith(d.t, "version: 1.0.0", "version: 1.3.0", "\ntriggers:\n",
			"\ntriggers:\n  - id: T8\n    name: alone_tonight\n    words: {en: \"Alone\", ar: \"وحده\"}\n"))
		u := d.inUse(more)
		if u.RuleSet != "demo-csea 1.3.0" || !strings.Contains(u.Unfit, "alone_tonight of demo-csea 1.3.0 is missing") {
			d.t.Errorf("beside a pack that it does not fit: %+v", u)
		}
		*d.now = d.now.Add(time.Minute)
		if _, err := more.Rulebook.ProposeWithdrawal(d.t.Context(), d.salma(), "the pack is newer"); err != nil {
			d.t.Error(err)
		}
		if set, err := more.Rulebook.Now(d.t.Context()); err != nil || set.Name() != "demo-csea 1.3.0" {
			d.t.Errorf("%v %v", err, set.Name())
		}
		list, err := more.Rulebook.Proposals(d.t.Context(), d.adam())
		d.must(err)
		d.must(more.Rulebook.Decline(d.t.Context(), d.adam(), list[0].ID, "not yet"))
		id, err := d.room.Rulebook.Propose(d.t.Context(), d.salma(), rulebook.ProposeInput{Why: "because",
			Rules: rulesWith(d.t, "version: 1.0.0", "version: 2.0.0")})
		d.must(err)
		if err := more.Rulebook.Adopt(d.t.Context(), d.adam(), id); fault.CodeOf(err) != rulebook.CodeRulesUnfit {
			d.t.Errorf("adopted under a pack that it does not fit: %v", err)
		}
	})
}

// TestBrokenReportsHoldUpNoSimulation: what cannot be opened is counted apart.
