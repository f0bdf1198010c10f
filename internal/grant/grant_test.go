package grant_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
)

const visibleTestSQL = `SELECT DISTINCT subject FROM access_grant WHERE subject ` + grant.VisibleSQL + ` ORDER BY subject`

func proof(t *testing.T) access.Proof {
	t.Helper()
	p, err := access.Own(access.System("test"), access.ReportClaim)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func staff(id, agency string, roles ...access.Role) access.Actor {
	return access.Actor{Kind: access.Staff, ID: id, Agency: agency, Roles: roles}
}

func visible(t *testing.T, s *store.Store, actor access.Actor, action access.Action) []string {
	t.Helper()
	scope := grant.ScopeFor(actor, action)
	var list []string
	err := s.Read(t.Context(), func(tx store.Tx) error {
		return tx.Each(t.Context(), visibleTestSQL, scope.Args(), func(scan func(...any) error) error {
			var id string
			err := scan(&id)
			list = append(list, id)
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestListsAndDecisionsAgree draws every combination of two actors' rows and asks both ways.
func TestListsAndDecisionsAgree(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		ctx, p := t.Context(), proof(t)
		err := main.Write(ctx, func(tx store.Tx) error {
			return errors.Join(
				grant.Give(ctx, tx, p, "r1", "line", access.Desk),
				grant.Give(ctx, tx, p, "r2", "other", access.Desk),
				grant.Give(ctx, tx, p, "r3", "line", access.Desk),
				grant.Exclude(ctx, tx, p, "r3", "huda", grant.Named),
				grant.Give(ctx, tx, p, "r4", "huda", access.Claimant),
				grant.Give(ctx, tx, p, "c1", "line", access.Agency),
				grant.Give(ctx, tx, p, "c1", "omar", access.Manager),
				grant.Give(ctx, tx, p, "r5", "", access.Desk),
			)
		})
		if err != nil {
			t.Fatal(err)
		}
		actors := []access.Actor{
			staff("huda", "line", access.DutyOfficer), staff("omar", "line", access.CaseManager), staff("salma", "line", access.Supervisor),
			staff("nour", "other", access.DutyOfficer), staff("adam", "line", access.Administrator), staff("", "", access.DutyOfficer),
		}
		for _, actor := range actors {
			for _, action := range []access.Action{access.ReportRead, access.CaseRead} {
				listed := visible(t, main, actor, action)
				for _, subject := range []string{"r1", "r2", "r3", "r4", "r5", "c1"} {
					allowed := false
					err := main.Read(ctx, func(tx store.Tx) error {
						_, err := grant.Decide(ctx, tx, actor, action, subject)
						allowed = err == nil
						return nil
					})
					if err != nil {
						t.Fatal(err)
					}
					if allowed != slices.Contains(listed, subject) {
						t.Errorf("%s %s %s: allowed %v, listed %v", actor.ID, action, subject, allowed, !allowed)
					}
				}
			}
		}
		want := map[string][]string{"huda": {"r1", "r4"}, "nour": {"r2"}, "adam": nil, "salma": {"r1", "r3"}}
		for _, actor := range actors {
			if w, ok := want[actor.ID]; ok {
				if diff := cmp.Diff(w, visible(t, main, actor, access.ReportRead)); diff != "" {
					t.Errorf("%s: %s", actor.ID, diff)
				}
			}
		}
	})
}

// TestOneClaimant has 32 people claim the same subject at once.
func TestOneClaimant(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		ctx, p := t.Context(), proof(t)
		var won, taken atomic.Int64
		var group sync.WaitGroup
		for i := range 32 {
			group.Go(func() {
				err := main.Write(ctx, func(tx store.Tx) error {
					return grant.Give(ctx, tx, p, "r1", string(rune('a'+i)), access.Claimant)
				})
				switch {
				case err == nil:
					won.Add(1)
				case errors.Is(err, grant.ErrTaken) && fault.KindOf(err) == fault.Conflict:
					taken.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		group.Wait()
		if won.Load() != 1 || taken.Load() != 31 {
			t.Errorf("%d won and %d were told", won.Load(), taken.Load())
		}
	})
}

func TestGiveEndGive(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		ctx, p := t.Context(), proof(t)
		step := func(f func(ctx context.Context, tx store.Tx) error) {
			t.Helper()
			if err := main.Write(ctx, func(tx store.Tx) error { return f(ctx, tx) }); err != nil {
				t.Fatal(err)
			}
		}
		give := func(user string) func(context.Context, store.Tx) error {
			return func(ctx context.Context, tx store.Tx) error { return grant.Give(ctx, tx, p, "c", user, access.Manager) }
		}
		step(give("a"))
		step(give("a")) // again: no change
		step(func(ctx context.Context, tx store.Tx) error { return grant.End(ctx, tx, p, "c", "a", access.Manager) })
		step(give("b"))
		step(func(ctx context.Context, tx store.Tx) error {
			holder, err := grant.Holder(ctx, tx, "c", access.Manager)
			if holder != "b" {
				t.Errorf("held by %q", holder)
			}
			history, err2 := grant.History(ctx, tx, "c")
			if len(history) != 2 || history[0].EndedAt.IsZero() || !history[1].EndedAt.IsZero() {
				t.Errorf("history %+v", history)
			}
			return errors.Join(err, err2)
		})
	})
}

func TestConflictsMoveWithTheMatter(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		ctx, p := t.Context(), proof(t)
		err := main.Write(ctx, func(tx store.Tx) error {
			if err := grant.Exclude(ctx, tx, p, "r", "huda", grant.Named); err != nil {
				return err
			}
			if err := grant.CopyConflicts(ctx, tx, p, "r", "c"); err != nil {
				return err
			}
			if err := grant.Give(ctx, tx, p, "c", "huda", access.Manager); err != nil {
				return err
			}
			excluded, err := grant.Excluded(ctx, tx, "c", "huda")
			if err != nil || !excluded {
				t.Errorf("excluded %v, %v", excluded, err)
			}
			_, err = grant.Decide(ctx, tx, staff("huda", "line", access.CaseManager), access.CaseRead, "c")
			if fault.KindOf(err) != fault.Withheld {
				t.Errorf("a grant overrode a conflict: %v", err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestMatchNames(t *testing.T) {
	people := []grant.Person{
		{User: "huda", Names: []string{"Huda Al-Masri", "هدى المصري"}},
		{User: "jose", Names: []string{"José Núñez"}},
		{User: "li", Names: []string{"Li Wu"}},
	}
	for _, c := range []struct {
		told string
		want []string
	}{
		{"my aunt HUDA works there", []string{"huda"}},
		{"خالتي هُدى", []string{"huda"}},
		{"السيدة هدي مصرى", []string{"huda"}},
		{"Jose Nunez", []string{"jose"}},
		{"mr nuñez", []string{"jose"}},
		{"my mother and my teacher", nil},
		{"", nil},
		{"li", nil}, // too short to tell a person by
	} {
		if diff := cmp.Diff(c.want, grant.Match([]string{c.told}, people)); diff != "" {
			t.Errorf("%q: %s", c.told, diff)
		}
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("هُدى", "Huda")
	f.Add("\xff\xfe", "ﷺ")
	f.Fuzz(func(t *testing.T, told, name string) {
		once := grant.Match([]string{told}, []grant.Person{{User: "u", Names: []string{name}}})
		back := grant.Match([]string{name}, []grant.Person{{User: "u", Names: []string{told}}})
		if len(once) != len(back) {
			t.Errorf("%q and %q match one way only", told, name)
		}
	})
}
