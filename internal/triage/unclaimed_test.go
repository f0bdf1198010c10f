package triage_test

import (
	"context"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/grant"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/triage"
	"amparo/internal/web/staff/stafftest"
)

// TestAllUnclaimed gives what nobody has claimed by priority, with who waits longest, to those alone who may know of it.
func TestAllUnclaimed(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		see := func(who string) (list []triage.Unclaimed) {
			h.Read(func(ctx context.Context, tx store.Tx) (err error) {
				list, err = triage.AllUnclaimed(ctx, tx, h.Actor(who), access.InsightRead)
				return err
			})
			return list
		}
		if got := see("salma"); len(got) != 0 {
			t.Fatalf("a new house has %+v", got)
		}
		var calm []report.ID
		for range 4 {
			calm = append(calm, h.Report(map[string][]string{"danger": {"no"}}))
			h.Advance(time.Hour)
		}
		urgent := h.Report(map[string][]string{"danger": {"yes"}})
		if err := h.Triage.Claim(t.Context(), h.Actor("huda"), calm[0]); err != nil {
			t.Fatal(err)
		}
		got := see("salma")
		if len(got) != 2 || got[0].Priority != ruleset.P1 || got[0].Longest != urgent || got[0].Count != 1 || !got[0].Half.Equal(got[0].Since) {
			t.Fatalf("unclaimed are %+v", got)
		}
		first := stafftest.Start.Add(time.Hour)
		if u := got[1]; u.Count != 3 || u.Longest != calm[1] || !u.Since.Equal(first) || !u.Half.Equal(first.Add(time.Hour)) {
			t.Errorf("the others are %+v", u)
		}
		by, err := access.Own(access.System("test"), access.ReportClaim)
		if err != nil {
			t.Fatal(err)
		}
		h.Write(func(ctx context.Context, tx store.Tx) error {
			return grant.Exclude(ctx, tx, by, string(urgent), h.ID("salma"), grant.Named)
		})
		if got := see("salma"); len(got) != 1 || got[0].Count != 3 {
			t.Errorf("whom it is about sees %+v", got)
		}
		if len(see("laila")) != 2 || len(see("nour")) != 0 {
			t.Error("a colleague does not see it, or another agency does")
		}
	})
}
