package triage_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/triage"
)

// found tells of a page, and of what is said about it.
func (d *desk) found(address string, said ...string) report.ID {
	d.t.Helper()
	return d.told(map[string][]string{"found": append([]string{"page"}, said...), "accounts": {address}})
}

// runs gives the kinds of a report's open tasks with the time that each has from now.
func (d *desk) runs(id report.ID) map[task.Kind]time.Duration {
	d.t.Helper()
	found := map[task.Kind]time.Duration{}
	d.must(d.main.Read(d.t.Context(), func(tx store.Tx) error {
		open, err := task.OpenFor(context.Background(), tx, string(id))
		for _, t := range open {
			found[t.Kind] = t.Due.Sub(*d.now)
		}
		return err
	}))
	return found
}

func (d *desk) track(by access.Actor, id report.ID, child bool, reason string) error {
	return d.room.Track(d.t.Context(), by, triage.TrackInput{Report: id, Sequence: d.standing(id).Sequence, Child: child, Reason: reason})
}

// TestContentHasALevel tells of pages: each has a level with its reasons and the clock of that level, and stands in the queue among the
// children by its time, each of whom comes before what has the same.
func TestContentHasALevel(t *testing.T) {
	each(t, func(d *desk) {
		first := d.found("https://pics.example/album?id=17")
		live := d.found("https://pics.example/album?id=18", "live")
		again := d.found("hxxps://pics[.]example/album?id=17")
		other := d.found("https://pics.example/album?id=19")
		account := d.found("@ghost_99")
		danger := d.told(map[string][]string{"found": {"page", "live"}, "danger": {"yes"}, "accounts": {"https://pics.example/album?id=17"}})
		child := d.told(map[string][]string{"pressure": {"threats"}})
		for id, want := range map[report.ID]ruleset.Priority{first: "C2", live: "C1", again: "C3", other: "C2", account: "C2", danger: "P1", child: "P2"} {
			if got := d.standing(id).Priority; got != want {
				t.Errorf("%s stands at %s, want %s", id, got, want)
			}
		}
		for id, want := range map[report.ID]time.Duration{first: 24 * time.Hour, live: time.Hour, again: 72 * time.Hour} {
			got := d.runs(id)
			if _, assign := got[triage.TaskAssign]; got[triage.TaskForward] != want || assign {
				t.Errorf("%s has the clocks %v", id, got)
			}
		}
		if got := d.runs(live)[triage.TaskStart]; got != 15*time.Minute {
			t.Errorf("C1 is to be read in %v", got)
		}
		q, err := d.room.Queue(t.Context(), d.huda(), 0, 50)
		d.must(err)
		var order []ruleset.Priority
		for _, l := range q.Lines {
			order = append(order, l.Priority)
			if l.Priority.Content() && len(l.Reasons.Factors) > 0 {
				t.Errorf("%s was scored", l.ID)
			}
		}
		if want := []ruleset.Priority{"P1", "C1", "P2", "C2", "C2", "C2", "C3"}; !slices.Equal(order, want) {
			t.Errorf("the queue is %v, want %v", order, want)
		}
		for p, want := range map[ruleset.Priority]int{"P1": 1, "C1": 1, "C2": 3, "P3": 0, "C9": 7} {
			if q, err := d.room.Filtered(t.Context(), d.huda(), triage.Filter{Priority: p}, triage.Stretch{Most: 50}); err != nil || q.Total != want {
				t.Errorf("filtered by %s there are %d, want %d: %v", p, q.Total, want, err)
			}
		}
		d.must(d.main.Read(t.Context(), func(tx store.Tx) error {
			list, err := triage.AllUnclaimed(t.Context(), tx, d.huda(), access.ReportRead)
			order = nil
			for _, u := range list {
				order = append(order, u.Priority)
			}
			pressing, err2 := d.room.Pressing(t.Context(), tx, d.huda(), 10)
			called, err3 := triage.ToBePaged(t.Context(), tx)
			if want := []ruleset.Priority{"P1", "C1", "P2", "C2", "C3"}; !slices.Equal(order, want) || pressing != 2 || len(called) != 2 {
				t.Errorf("unclaimed are %v; %d press, and for %d somebody is called", order, pressing, len(called))
			}
			return first2(err, err2, err3)
		}))
	})
}

func first2(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}

// TestALevelIsDecided has a person confirm a level and give another, each with a reason, and nobody give one to a child or a priority to
// content.
func TestALevelIsDecided(t *testing.T) {
	each(t, func(d *desk) {
		id := d.found("https://pics.example/a/b", "small")
		d.wants("who has not claimed it", d.decide(d.huda(), id, "C1", "It is live."), fault.CodeForbidden)
		d.must(d.room.Claim(t.Context(), d.huda(), id))
		d.must(d.decide(d.huda(), id, "C2", ""))
		for _, to := range []ruleset.Priority{"C1", "C3"} {
			d.wants("without a reason", d.decide(d.huda(), id, to, ""), "fault.form")
		}
		d.wants("a priority for content", d.decide(d.salma(), id, ruleset.P1, "why"), "fault.form")
		d.must(d.decide(d.huda(), id, "C1", "It was put there today."))
		if got := d.runs(id)[triage.TaskForward]; got != time.Hour {
			t.Errorf("raised to C1 it is to be forwarded within %v", got)
		}
		d.must(d.decide(d.huda(), id, "C3", "They have it already."))
		p := d.page(id)
		if p.Priority != "C3" || !p.Confirmed || p.History[0].Source != triage.Lowered || p.History[0].Reason != "They have it already." ||
			p.History[1].Source != triage.Raised || len(p.Missing) > 0 {
			t.Errorf("it stands at %+v after %+v", p.Standing, p.History)
		}
		child := d.told(map[string][]string{"pressure": {"none"}})
		d.must(d.room.Claim(t.Context(), d.huda(), child))
		d.wants("a level for a child", d.decide(d.huda(), child, "C3", "why"), "fault.form")
	})
}

// TestAChildIsKnownAfterAll: the report is the child's from then on, by the child's rules, whatever level it had; only a supervisor takes
// that back, with a reason, and nobody while something speaks of a child in danger.
func TestAChildIsKnownAfterAll(t *testing.T) {
	each(t, func(d *desk) {
		id := d.found("https://pics.example/a/b", "live")
		d.must(d.room.Claim(t.Context(), d.huda(), id))
		d.must(d.decide(d.huda(), id, "C1", ""))
		d.wants("no case of content", d.room.Finish(t.Context(), d.huda(), triage.Resolution{Report: id, Outcome: report.OpenedCase, Message: "m"}), "fault.form")
		d.wants("it was not forwarded", d.room.Finish(t.Context(), d.huda(), triage.Resolution{Report: id, Outcome: report.ContentOnly, Message: "m"}), triage.CodeUnforwarded)
		seen := d.standing(id).Sequence
		d.wants("somebody else", d.track(d.omar(), id, true, ""), fault.CodeForbidden)
		d.must(d.track(d.huda(), id, true, "A teacher knows them."))
		now := d.standing(id)
		clocks := d.runs(id)
		if now.Priority != ruleset.P3 || now.Confirmed || clocks[triage.TaskAssign] != 24*time.Hour || clocks[triage.TaskForward] != time.Hour {
			t.Errorf("it stands at %+v with %v", now, clocks)
		}
		d.wants("seen before", d.room.Track(t.Context(), d.salma(), triage.TrackInput{Report: id, Sequence: seen, Reason: "no"}), fault.CodeStale)
		d.wants("it is so already", d.track(d.huda(), id, true, ""), fault.CodeStale)
		d.wants("not by whoever has it", d.track(d.huda(), id, false, "no"), fault.CodeForbidden)
		d.wants("without a reason", d.track(d.salma(), id, false, " "), "fault.form")
		d.must(d.track(d.salma(), id, false, "It was another child."))
		if now = d.standing(id); now.Priority != "C1" || now.Confirmed {
			t.Errorf("back it stands at %+v", now)
		}
		d.must(d.amend(d.huda(), id, ruleset.Facts{Content: []string{"known_or_duplicate"}}, "They told us."))
		if now = d.standing(id); now.Priority != "C1" {
			t.Errorf("facts alone have lowered it to %s", now.Priority)
		}
		d.must(d.amend(d.huda(), id, ruleset.Facts{Triggers: []string{"danger_now"}}, "She is there now."))
		if now = d.standing(id); now.Priority != ruleset.P1 || d.runs(id)[triage.TaskAssign] != time.Hour {
			t.Errorf("with a child in danger it stands at %+v", now)
		}
		d.wants("a trigger was told", d.track(d.salma(), id, false, "no"), triage.CodeTrigger)
		if h := d.page(id).History; len(h) != 6 || h[3].Reason != "A teacher knows them." || h[2].Reason != "It was another child." {
			t.Errorf("the history is %+v", h)
		}
	})
}
