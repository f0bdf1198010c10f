package triage_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/triage"
)

func (d *desk) amend(by access.Actor, id report.ID, f ruleset.Facts, reason string) error {
	return d.room.Amend(d.t.Context(), by, triage.AmendInput{Report: id, Sequence: d.standing(id).Sequence, Facts: f, Reason: reason})
}

// TestFactsThatBecomeKnown gives facts later: they are evaluated, what was known stays in the history, and a person must look at it.
func TestFactsThatBecomeKnown(t *testing.T) {
	each(t, func(d *desk) {
		id := d.told(map[string][]string{"pressure": {"none"}})
		d.must(d.room.Claim(d.t.Context(), d.huda(), id))
		d.must(d.decide(d.huda(), id, d.standing(id).Priority, ""))
		*d.now = start.Add(48 * time.Hour)
		now := ruleset.Facts{Values: map[string]string{"coercion": "threats", "age": "13_15"}, Floors: []string{"active_extortion"},
			Triggers: []string{"extortion_deadline_within_24h"}}
		d.must(d.amend(d.huda(), id, now, "They wrote again."))
		p := d.page(id)
		latest := p.History[0]
		if latest.Source != triage.Amended || latest.Priority != ruleset.P1 || latest.Reason != "They wrote again." || latest.MadeBy != "huda" || p.Confirmed {
			d.t.Errorf("the latest is %+v, and it stands at %+v", latest, p.Standing)
		}
		if !latest.Told.Equal(*d.now) || !latest.LapsesAt.Equal(d.now.Add(24*time.Hour)) {
			d.t.Errorf("a deadline told now counts from %v to %v", latest.Told, latest.LapsesAt)
		}
		if first := p.History[len(p.History)-1]; first.Source != triage.Rules || first.Facts.Values["coercion"] != "none" {
			d.t.Errorf("what was known is lost: %+v", first)
		}
		d.must(d.decide(d.huda(), id, ruleset.P1, ""))
		*d.now = d.now.Add(25 * time.Hour)
		_, err := d.room.Recheck(d.t.Context(), lapse)
		d.must(err)
		calm := ruleset.Facts{Values: map[string]string{"coercion": "none", "age": "13_15", "access": "none", "recency": "ended_over_1y", "protective_adult": "yes"}}
		d.must(d.amend(d.huda(), id, calm, ""))
		if s := d.standing(id); s.Priority != ruleset.P1 || s.Confirmed {
			d.t.Errorf("facts alone have lowered it: %+v", s)
		}
		d.wants("huda lowers it", d.decide(d.huda(), id, ruleset.P3, "calm"), fault.CodeForbidden)
		d.must(d.decide(d.salma(), id, ruleset.P3, "calm"))
	})
}

// TestNoFactsLowerByThemselves changes facts at random: no priority falls, every number follows the one before, and the standing is that
// of the rule set or a higher one.
func TestNoFactsLowerByThemselves(t *testing.T) {
	each(t, func(d *desk) {
		set, random := d.pack.RuleSet(), rand.New(rand.NewPCG(3, 4))
		some := func(all []string) (list []string) {
			for _, name := range all {
				if random.IntN(8) == 0 {
					list = append(list, name)
				}
			}
			return list
		}
		var triggers, floors []string
		for _, t := range set.Triggers {
			triggers = append(triggers, t.Name)
		}
		for _, f := range set.Floors {
			floors = append(floors, f.Name)
		}
		for range 3 {
			id := d.told(map[string][]string{"danger": {"no"}})
			d.must(d.room.Claim(d.t.Context(), d.huda(), id))
			for range 12 {
				*d.now = d.now.Add(time.Duration(random.IntN(40)) * time.Hour)
				f := ruleset.Facts{Values: map[string]string{}, Triggers: some(triggers), Floors: some(floors)}
				for _, factor := range set.Factors {
					f.Values[factor.Name] = factor.Codes[random.IntN(len(factor.Codes))].Name
				}
				before := d.standing(id)
				d.must(d.amend(d.huda(), id, f, "so it is"))
				now, want := d.standing(id), set.Evaluate(f, *d.now, *d.now).Priority
				if before.Priority.MoreUrgent(want) {
					want = before.Priority
				}
				if now.Priority != want || now.Sequence != before.Sequence+1 {
					d.t.Errorf("from %+v it came to %+v, want %s", before, now, want)
				}
			}
		}
	})
}

// TestAmendingIsRefused changes facts as those who may not, and to what is none.
func TestAmendingIsRefused(t *testing.T) {
	each(t, func(d *desk) {
		id := d.told(map[string][]string{"danger": {"no"}})
		good := ruleset.Facts{Values: map[string]string{"coercion": "threats"}}
		d.wants("not claimed", d.amend(d.huda(), id, good, ""), fault.CodeForbidden)
		d.must(d.room.Claim(d.t.Context(), d.huda(), id))
		for _, wrong := range []error{
			d.amend(d.huda(), id, ruleset.Facts{Values: map[string]string{"coercion": "sadness"}}, ""),
			d.amend(d.huda(), id, ruleset.Facts{Triggers: []string{"sadness"}}, ""),
			d.amend(d.huda(), id, good, strings.Repeat("far ", triage.LongestReason)),
		} {
			if fault.KindOf(wrong) != fault.Invalid {
				d.t.Errorf("took what is none: %v", wrong)
			}
		}
		d.must(d.amend(d.huda(), id, good, ""))
		d.wants("what is stale", d.room.Amend(d.t.Context(), d.huda(), triage.AmendInput{Report: id, Sequence: 1, Facts: good}), fault.CodeStale)
		if err := d.amend(staff("nour", "other", access.Supervisor), id, good, ""); fault.KindOf(err) != fault.Withheld {
			d.t.Errorf("another agency's: %v", err)
		}
		if got := d.opened("triage.amend"); slices.ContainsFunc(got, func(s []string) bool { return !slices.Contains(s, string(id)) }) {
			d.t.Errorf("opened was %v", got)
		}
		d.must(d.decide(d.huda(), id, d.standing(id).Priority, ""))
		d.checked(d.huda(), id)
		d.must(d.finished(id))
		d.wants("what has its outcome", d.amend(d.huda(), id, good, ""), "fault.resolved")
	})
}
