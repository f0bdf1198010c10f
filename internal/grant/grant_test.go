package grant_test

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amparo/internal/access"
	"amparo/internal/clock"
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

// TestHoldersAreThoseOneMaySee asks who holds which case, as three people.
func TestHoldersAreThoseOneMaySee(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		ctx, p := t.Context(), proof(t)
		err := main.Write(ctx, func(tx store.Tx) error {
			for subject, user := range map[string]string{"c1": "mona", "c2": "karim", "c3": "mona"} {
				if err := errors.Join(grant.Give(ctx, tx, p, subject, "line", access.Agency), grant.Give(ctx, tx, p, subject, user, access.Manager)); err != nil {
					return err
				}
			}
			return errors.Join(grant.End(ctx, tx, p, "c3", "mona", access.Manager), grant.Give(ctx, tx, p, "c3", "karim", access.Manager),
				grant.Exclude(ctx, tx, p, "c2", "salma", grant.Declared))
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			actor access.Actor
			want  map[string]string
		}{
			{staff("mona", "line", access.CaseManager), map[string]string{"c1": "mona"}},
			{staff("salma", "line", access.Supervisor), map[string]string{"c1": "mona", "c3": "karim"}},
			{staff("huda", "line", access.DutyOfficer), map[string]string{}},
		} {
			var got map[string]string
			err := main.Read(ctx, func(tx store.Tx) (err error) {
				got, err = grant.Holders(ctx, tx, c.actor, access.CaseRead, access.Manager)
				return err
			})
			if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
				t.Errorf("%s: %v %s", c.actor.ID, err, diff)
			}
		}
	})
}

// TestGivenAndTakenBackAtOnce gives, takes back and gives again within one microsecond.
func TestGivenAndTakenBackAtOnce(t *testing.T) {
	still := clock.Func(func() time.Time { return time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC) })
	storetest.Each(t, still, func(t *testing.T, main, _ *store.Store) {
		ctx, p := t.Context(), proof(t)
		for range 3 {
			err := main.Write(ctx, func(tx store.Tx) error {
				if err := grant.Give(ctx, tx, p, "c", "a", access.Manager); err != nil {
					return err
				}
				if holder, err := grant.Holder(ctx, tx, "c", access.Manager); err != nil || holder != "a" {
					t.Errorf("held by %q, %v", holder, err)
				}
				return grant.End(ctx, tx, p, "c", "a", access.Manager)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
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
		{User: "lukasz", Names: []string{"Łukasz"}},
		{User: "rahul", Names: []string{"राहुल"}},
		{User: "wang", Names: []string{"王芳"}},
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
		{"my aunt li wu", []string{"li"}},
		{"wu li", nil},
		{"هدی", []string{"huda"}}, // as a Persian keyboard has it
		{"lukasz", []string{"lukasz"}},
		{"राहूल", []string{"rahul"}}, // a vowel sign written longer
		{"王芳", []string{"wang"}},
		{"芳", nil},
	} {
		if diff := cmp.Diff(c.want, grant.Match([]string{c.told}, people)); diff != "" {
			t.Errorf("%q: %s", c.told, diff)
		}
	}
}

// FuzzMatch wants a name found by whoever tells it, alone or among other words.
func FuzzMatch(f *testing.F) {
	f.Add("هُدى", "Huda")
	f.Add("\xff\xfe", "ﷺ")
	f.Add("my aunt", "Li Wu")
	f.Fuzz(func(t *testing.T, told, name string) {
		people := []grant.Person{{User: "u", Names: []string{name}}}
		alone := grant.Match([]string{name}, people)
		among := grant.Match([]string{told, told + " . " + name + " . " + told}, people)
		if len(alone) > len(among) {
			t.Errorf("%q is found alone, and not in %q", name, told)
		}
		if fullName.MatchString(name) && len(alone) == 0 {
			t.Errorf("%q does not tell %q", name, name)
		}
	})
}

// fullName is a name that nobody would take for another word: one of three letters at least, or two of any length.
var fullName = regexp.MustCompile(`^([a-z]{3,}|[a-z]+ [a-z]+)$`)
