package insight_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/insight"
	"amparo/internal/intake"
	"amparo/internal/jurisdiction"
	"amparo/internal/triage"
	"amparo/internal/web/staff/stafftest"
)

func room(h *stafftest.House) *insight.Room {
	return insight.New(insight.Config{Store: h.Main, Casework: h.Casework, Zone: h.Pack.Zone(), Clock: h.Clock()})
}

func read(t *testing.T, r *insight.Room, actor access.Actor) insight.Overview {
	t.Helper()
	o, err := r.Read(t.Context(), actor, r.Usual())
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// TestWhoMayRead refuses everybody but those who answer for the work, also with days that cannot be.
func TestWhoMayRead(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		r := room(h)
		for who, want := range map[string]fault.Kind{"huda": fault.Forbidden, "mona": fault.Forbidden, "adam": fault.Forbidden, "aida": fault.Forbidden,
			"salma": "", "laila": ""} {
			_, err := r.Read(t.Context(), h.Actor(who), r.Usual())
			if err != nil && fault.KindOf(err) != want || err == nil && want != "" {
				t.Errorf("%s: %v, want %q", who, err, want)
			}
			if want == "" {
				want = fault.Invalid
			}
			if _, err := r.Read(t.Context(), h.Actor(who), insight.Span{}); fault.KindOf(err) != want {
				t.Errorf("%s, no days: %v, want %q", who, err, want)
			}
		}
		for _, actor := range []access.Actor{{}, access.Anyone, access.Console} {
			if _, err := r.Read(t.Context(), actor, r.Usual()); fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s may read: %v", actor.Kind, err)
			}
		}
	})
}

// TestAMatterAboutTheReader holds that nothing that comes of a report about a supervisor moves any of their numbers: not that it came,
// not that it waited, was late, was claimed, and was worked.
func TestAMatterAboutTheReader(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		r := room(h)
		for range insight.Few {
			h.Report(map[string][]string{"danger": {"yes"}})
		}
		h.Advance(2 * time.Hour)
		salma, laila := h.Actor("salma"), h.Actor("laila")
		before := read(t, r, salma)
		about, _ := h.ReportAs(intake.Told{Answers: map[string][]string{"danger": {"yes"}, "must_not_know": {"Salma Idris"}}})
		check := func(step string) {
			t.Helper()
			mine, theirs := read(t, r, salma), read(t, r, laila)
			if mine.Waits.All.Count != insight.Few || theirs.Waits.All.Count != insight.Few+1 {
				t.Errorf("%s: %d and %d waits", step, mine.Waits.All.Count, theirs.Waits.All.Count)
			}
			if mine.Unclaimed[0].Count != insight.Few {
				t.Errorf("%s: %d unclaimed", step, mine.Unclaimed[0].Count)
			}
			late := 0
			for _, l := range mine.Late {
				late += l.Count
			}
			if late != 2*insight.Few {
				t.Errorf("%s: %d late", step, late)
			}
			for _, l := range mine.Latest {
				if l.Report == about {
					t.Errorf("%s: it is named", step)
				}
			}
		}
		if diff := cmp.Diff(before, read(t, r, salma)); diff != "" {
			t.Errorf("that it came in changes: %s", diff)
		}
		check("it came")
		h.Advance(3 * time.Hour)
		check("it is late")
		if err := h.Triage.Claim(t.Context(), h.Actor("huda"), about); err != nil {
			t.Fatal(err)
		}
		check("it is claimed")
	})
}

// TestWhereLateTasksBelong names the report or the case of each, and leaves out what a report is still to become.
func TestWhereLateTasksBelong(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		id := h.Report(map[string][]string{"danger": {"yes"}})
		h.Advance(48 * time.Hour)
		o := read(t, room(h), h.Actor("salma"))
		if len(o.Latest) != 2 || o.Latest[0].Kind != triage.TaskStart || o.Latest[0].Report != id || o.Latest[0].Case != "" {
			t.Errorf("late are %+v", o.Latest)
		}
		due := h.Pack.Targets().Due(jurisdiction.HumanTriageStarted, "P1", stafftest.Start)
		if !o.Latest[0].Due.Equal(due) || o.Now != h.Now() {
			t.Errorf("it was due %v, want %v; now is %v", o.Latest[0].Due, due, o.Now)
		}
	})
}
