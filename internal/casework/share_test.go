package casework_test

import (
	"context"
	"slices"
	"testing"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/grant"
	"amparo/internal/store"
)

// TestShares holds that every open case that somebody may see is one person's share or among those that nobody has.
func TestShares(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		see := func(who string) (s casework.Shares) {
			t.Helper()
			o.see(func(ctx context.Context, tx store.Tx) (err error) {
				s, err = o.room.Shares(ctx, tx, o.staff(who), access.InsightRead)
				return err
			})
			return s
		}
		of := func(s casework.Shares, who string) casework.Share {
			i := slices.IndexFunc(s.People, func(p casework.Share) bool { return p.ID == who })
			if i < 0 {
				return casework.Share{}
			}
			return s.People[i]
		}
		if s := see("salma"); s.Cases() != 0 || len(s.People) != 3 || of(s, "lina").Limits.MostCases == 0 {
			t.Fatalf("a new office has %+v", s)
		}
		_, first := o.one()
		_, second := o.one()
		_, third := o.one()
		o.must(o.assign("salma", second, "karim"))
		o.must(o.room.Assign(t.Context(), o.staff("salma"), casework.AssignInput{Case: third, To: "salma", Hold: "nobody fits",
			Told: "all is well", Risks: "none", Version: o.version(third)}))
		o.must(o.close("mona", first))
		_, lost := o.one()
		s := see("salma")
		if s.Cases() != 3 || len(s.Orphans) != 0 || of(s, "mona").Load.Cases != 1 || of(s, "karim").Load.Cases != 1 ||
			of(s, "salma").Held != 1 || of(s, "karim").Held != 0 {
			t.Errorf("the shares are %+v", s)
		}
		if k := of(s, "karim"); k.Points != k.Limits.Points[string(o.show("salma", second).Priority)] {
			t.Errorf("karim carries %v points", k.Points)
		}
		if see("sami").Cases() != 0 {
			t.Error("another agency sees them")
		}
		o.gone["mona"] = true
		if s := see("salma"); s.Cases() != 3 || len(s.Orphans) != 1 || s.Orphans[0].ID != lost || of(s, "mona").ID != "" {
			t.Errorf("when mona is gone: %+v", s)
		}
		by, err := access.Own(access.System("test"), access.CaseAssign)
		o.must(err)
		o.do(func(ctx context.Context, tx store.Tx) error {
			return grant.Exclude(ctx, tx, by, string(second), "salma", grant.Declared)
		})
		if s := see("salma"); s.Cases() != 2 || of(s, "karim").Load.Cases != 0 {
			t.Errorf("whom it is about sees %+v", s)
		}
		if see("laila").Cases() != 3 {
			t.Error("a colleague does not see it")
		}
		o.do(func(ctx context.Context, tx store.Tx) error {
			return grant.Exclude(ctx, tx, by, string(second), "karim", grant.Declared)
		})
		if s := see("laila"); len(s.Orphans) != 2 || of(s, "karim").Load.Cases != 0 {
			t.Errorf("whom it is about still has it: %+v", s)
		}
	})
}
