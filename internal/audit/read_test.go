package audit

import (
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
)

// eachBench runs f on each engine, with a log whose every transaction is a millisecond later than the one before.
func eachBench(t *testing.T, f func(t *testing.T, b *bench)) {
	t.Helper()
	var at atomic.Int64
	at.Store(time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC).UnixMilli())
	c := clockFunc(func() time.Time { return time.UnixMilli(at.Add(1)).UTC() })
	storetest.Each(t, c, func(t *testing.T, main, _ *store.Store) { f(t, newBench(t, main)) })
}

// look reads a page of the log as somebody with a role, and fails on an error.
func look(t *testing.T, b *bench, role access.Role, f Filter) Reading {
	t.Helper()
	r, err := Read(t.Context(), b.main, access.Actor{Kind: access.Staff, ID: "u", Roles: []access.Role{role}}, f)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestReadingIsRecorded looks at the log and then at what the log says of it.
func TestReadingIsRecorded(t *testing.T) {
	eachBench(t, func(t *testing.T, b *bench) {
		if r := look(t, b, access.Auditor, Filter{}); len(r.Entries) != 0 || r.Signed != 0 || r.Root != "" || !r.SignedAt.IsZero() {
			t.Errorf("an empty log: %+v", r)
		}
		b.record(3)
		r := look(t, b, access.Auditor, Filter{Limit: 2})
		if len(r.Entries) != 2 || !r.More || r.Waiting != 4 {
			t.Fatalf("%d entries, more: %v, %d wait", len(r.Entries), r.More, r.Waiting)
		}
		b.flush()
		next := look(t, b, access.Auditor, Filter{Limit: 1, Action: access.AuditRead, Outcome: Done})
		e := next.Entries[0]
		if e.Detail["shown"] != "2" || e.Detail["newest"] != string(r.Entries[0].ID) || e.Detail["oldest"] != string(r.Entries[1].ID) {
			t.Errorf("the reading is told as %+v", e)
		}
		if next.Signed != 5 || len(next.Root) != 44 || next.SignedAt.IsZero() || next.Waiting != 0 {
			t.Errorf("after 5 entries: %+v", next)
		}
	})
}

// TestWhatWasTypedAndNotFoundIsNotKept looks for words that are in no entry.
func TestWhatWasTypedAndNotFoundIsNotKept(t *testing.T) {
	eachBench(t, func(t *testing.T, b *bench) {
		b.record(1)
		for _, f := range []Filter{{Subject: "somebody"}, {Actor: "somebody"}, {Actor: "some body\n"}, {Subject: "some body"}} {
			if r := look(t, b, access.Auditor, f); len(r.Entries) != 0 {
				t.Errorf("%+v finds %+v", f, r.Entries)
			}
		}
		found := look(t, b, access.Auditor, Filter{})
		if len(found.Entries) != 5 {
			t.Fatalf("%d entries", len(found.Entries))
		}
		for _, e := range found.Entries {
			for _, value := range append(slices.Clone(e.Subjects), e.Detail["actor"]) {
				if strings.Contains(value, "some") {
					t.Errorf("kept: %+v", e)
				}
			}
		}
	})
}

func TestOthersDoNotReadTheLog(t *testing.T) {
	eachBench(t, func(t *testing.T, b *bench) {
		b.record(2)
		for i, role := range []access.Role{access.DutyOfficer, access.CaseManager, access.Supervisor, access.Administrator} {
			r, err := Read(t.Context(), b.main, access.Actor{Kind: access.Staff, ID: "u", Roles: []access.Role{role}}, Filter{})
			if fault.KindOf(err) != fault.Forbidden || len(r.Entries) > 0 {
				t.Errorf("%s reads: %v", role, err)
			}
			refused := look(t, b, access.Auditor, Filter{Action: access.AuditRead, Outcome: Refused})
			if len(refused.Entries) != i+1 || refused.Entries[0].Reason != "fault.forbidden" || !refused.Entries[0].Actor.Has(role) {
				t.Errorf("%s is refused, and the log says %+v", role, refused.Entries)
			}
		}
		if _, err := Read(t.Context(), b.main, access.Actor{}, Filter{}); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("nobody reads: %v", err)
		}
	})
}

// TestPagesLeaveNothingOut walks through the log by number, while some entries wait to be numbered.
func TestPagesLeaveNothingOut(t *testing.T) {
	eachBench(t, func(t *testing.T, b *bench) {
		b.record(9)
		b.flush()
		b.record(3)
		var seen []EntryID
		f := Filter{Action: someEntry().Action, Limit: 2}
		for range 20 {
			r := look(t, b, access.Auditor, f)
			for _, e := range r.Entries {
				seen = append(seen, e.ID)
			}
			if !r.More {
				break
			}
			last := r.Entries[len(r.Entries)-1]
			f.Before, f.After = last.Number, ""
			if last.Number == None {
				f.Before, f.After = 0, last.ID
			}
		}
		if len(seen) != 12 || !slices.IsSortedFunc(seen, func(a, b EntryID) int { return strings.Compare(string(b), string(a)) }) {
			t.Errorf("the pages show %v", seen)
		}
	})
}
