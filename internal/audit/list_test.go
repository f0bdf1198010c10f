package audit

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
)

func TestList(t *testing.T) {
	began := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	var minutes atomic.Int64
	c := clockFunc(func() time.Time { return began.Add(time.Duration(minutes.Load()) * time.Minute) })
	proof, err := access.Decide(access.Actor{Kind: access.Staff, ID: "u", Roles: []access.Role{access.Auditor}}, access.AuditRead)
	if err != nil {
		t.Fatal(err)
	}
	storetest.Each(t, c, func(t *testing.T, main, _ *store.Store) {
		minutes.Store(0)
		b := newBench(t, main)
		made := []Entry{someEntry("a", "b"), someEntry("b"), someEntry("a_b"), someEntry("axb"), someEntry()}
		made[1].Actor = access.System("report.open")
		made[2].Action, made[2].Outcome, made[2].Reason = access.CaseRead, Refused, "fault.withheld"
		for i, e := range made {
			minutes.Store(int64(i))
			if err := main.Write(t.Context(), func(tx store.Tx) error { return Record(t.Context(), tx, e) }); err != nil {
				t.Fatal(err)
			}
			if i == 3 {
				b.flush()
			}
		}
		list := func(f Filter) (got []Listed) {
			t.Helper()
			if err := main.Read(t.Context(), func(tx store.Tx) (err error) { got, err = List(t.Context(), tx, proof, f); return err }); err != nil {
				t.Fatal(err)
			}
			return got
		}
		all := list(Filter{})
		if len(all) != 5 || all[0].Number != None || all[1].Number != 3 {
			t.Fatalf("all: %+v", all)
		}
		for i, l := range all {
			want := made[4-i]
			if want.Subjects == nil {
				want.Subjects = []string{}
			}
			if diff := cmp.Diff(want, l.Entry); diff != "" || !l.At.Equal(began.Add(time.Duration(4-i)*time.Minute)) {
				t.Errorf("entry %d at %v: %s", 4-i, l.At, diff)
			}
		}
		for name, c := range map[string]struct {
			filter Filter
			want   []int
		}{
			"actor":     {Filter{Actor: "report.open"}, []int{1}},
			"action":    {Filter{Action: access.CaseRead}, []int{2}},
			"subject b": {Filter{Subject: "b"}, []int{1, 0}},
			"literally": {Filter{Subject: "a_b"}, []int{2}},
			"percent":   {Filter{Subject: "%"}, nil},
			"time":      {Filter{From: began.Add(time.Minute), To: began.Add(3 * time.Minute)}, []int{2, 1}},
			"outcome":   {Filter{Outcome: Refused}, []int{2}},
			"before":    {Filter{Before: 2}, []int{1, 0}},
			"far ahead": {Filter{Before: 99, Limit: 1}, []int{4}},
			"spaces":    {Filter{Subject: "a b"}, nil},
			"nonsense":  {Filter{Actor: "\x00"}, nil},
			"next page": {Filter{After: all[2].ID, Limit: 1}, []int{1}},
			"nothing":   {Filter{Actor: "report.open", Subject: "a"}, nil},
		} {
			var got []int
			for _, l := range list(c.filter) {
				got = append(got, int(l.At.Sub(began)/time.Minute))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
		before := len(list(Filter{}))
		if err := main.Write(t.Context(), func(tx store.Tx) error { return grant.Exclude(t.Context(), tx, proof, "b", "u", grant.Named) }); err != nil {
			t.Fatal(err)
		}
		if got := list(Filter{}); len(got) != before-2 || len(list(Filter{Subject: "b"})) != 0 {
			t.Errorf("a reader who must not know of b is shown %+v", got)
		}
		err := main.Read(t.Context(), func(tx store.Tx) error {
			_, err := List(t.Context(), tx, access.Proof{}, Filter{})
			return err
		})
		if fault.KindOf(err) != fault.Forbidden {
			t.Errorf("without a proof: %v", err)
		}
	})
}
