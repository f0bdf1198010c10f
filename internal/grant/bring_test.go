package grant_test

import (
	"slices"
	"testing"

	"amparo/internal/grant"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
)

// TestWhatABringsIsTakenBack holds that a copy goes with whoever brought it, and nothing else does.
func TestWhatABringsIsTakenBack(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		ctx, p := t.Context(), proof(t)
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(main.Write(ctx, func(tx store.Tx) error {
			for subject, users := range map[string][]string{"a": {"huda", "omar", "nour"}, "b": {"omar"}, "c": {"nour"}} {
				for _, user := range users {
					must(grant.Exclude(ctx, tx, p, subject, user, grant.Named))
				}
			}
			kept, err := grant.Bring(ctx, tx, p, "a", "b")
			must(err)
			if !slices.Equal(kept, []string{"huda", "nour"}) {
				t.Errorf("a brings %v anew", kept)
			}
			if kept, err = grant.Bring(ctx, tx, p, "c", "b"); err != nil || len(kept) != 0 {
				t.Errorf("c brings %v anew, %v", kept, err)
			}
			if kept, err = grant.Bring(ctx, tx, p, "b", "d"); err != nil || !slices.Equal(kept, []string{"omar"}) {
				t.Errorf("b brings what is not its own: %v, %v", kept, err)
			}
			must(grant.CopyConflicts(ctx, tx, p, "b", "case"))
			must(grant.Exclude(ctx, tx, p, "case", "huda", grant.Declared)) // somebody says so there, too
			must(grant.TakeBack(ctx, tx, p, "a", "b"))
			must(grant.TakeBack(ctx, tx, p, "a", "case"))
			for subject, want := range map[string][]string{"a": {"huda", "nour", "omar"}, "b": {"nour", "omar"}, "case": {"huda", "nour", "omar"}, "d": {"omar"}} {
				var got []string
				for _, user := range []string{"huda", "nour", "omar"} {
					excluded, err := grant.Excluded(ctx, tx, subject, user)
					must(err)
					if excluded {
						got = append(got, user)
					}
				}
				if !slices.Equal(got, want) {
					t.Errorf("%s is kept from %v, want %v", subject, got, want)
				}
			}
			return nil
		}))
	})
}
