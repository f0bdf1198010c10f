package open_test

import (
	"slices"
	"testing"

	"amparo/internal/vault/open"
)

const (
	lose1SQL    = `DELETE FROM intake_private WHERE id = $1`
	inUseOneSQL = `SELECT retired_at FROM intake_key WHERE id = $1`
)

// TestKeysThatAreLostAreRetired, and a start makes a new one; those that open stay as they are.
func TestKeysThatAreLostAreRetired(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		v := p.open(t)
		first := current(t, p.main)
		if _, err := v.RotateIntake(t.Context()); err != nil {
			t.Fatal(err)
		}
		second := current(t, p.main)
		ids, err := open.RetireLost(t.Context(), p.main, p.keys)
		if err != nil || len(ids) != 2 || !slices.Contains(ids, first.ID) || current(t, p.main).ID != second.ID {
			t.Fatalf("of a whole installation %v open, and %s is in use: %v", ids, current(t, p.main).ID, err)
		}
		write(t, p.keys, lose1SQL, second.ID)
		p.refused(t, "the key store lacks the private half", second.ID)
		if ids, err = open.RetireLost(t.Context(), p.main, p.keys); err != nil || !slices.Equal(ids, []string{first.ID}) {
			t.Fatalf("%v open: %v", ids, err)
		}
		var retired int64
		if read(t, p.main, inUseOneSQL, []any{second.ID}, &retired); retired == 0 {
			t.Error("the key that is lost is still in use")
		}
		p.open(t)
		if third := current(t, p.main); third.ID == first.ID || third.ID == second.ID {
			t.Error("no new key was made")
		}
	})
}
