package triage_test

import (
	"slices"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/match"
	"amparo/internal/ruleset"
	"amparo/internal/store"
)

// repeated tells whether the report has the fact that it is a repeat, and its priority.
func (d *desk) repeated(id string) (yes bool, p ruleset.Priority) {
	d.t.Helper()
	by, err := access.Own(access.System("test"), access.ReportRead)
	if err != nil {
		d.t.Fatal(err)
	}
	list, _, err := d.room.Show(d.t.Context(), by, id)
	if err != nil {
		d.t.Fatal(err)
	}
	first := list[len(list)-1]
	return slices.Contains(first.Facts.Floors, "repeat_within_12_months"), first.Priority
}

// TestARepeatIsRaised reports the same account twice, in other spellings, and others that are not the same.
func TestARepeatIsRaised(t *testing.T) {
	each(t, func(d *desk) {
		first := d.told(map[string][]string{"danger": {"no"}, "accounts": {"https://chat.example/Ghost_99"}, "find": {"Lina Haddad"}})
		*d.now = d.now.Add(300 * 24 * time.Hour)
		again := d.told(map[string][]string{"danger": {"no"}, "accounts": {"@ghost_99"}})
		sounds := d.told(map[string][]string{"danger": {"no"}, "find": {"لينا حداد"}})
		other := d.told(map[string][]string{"danger": {"no"}, "accounts": {"ghost_98"}, "must_not_know": {"Lina Haddad"}})
		*d.now = d.now.Add(370 * 24 * time.Hour)
		late := d.told(map[string][]string{"danger": {"no"}, "accounts": {"ghost_99 there"}})
		for id, want := range map[string]bool{string(first): false, string(again): true, string(sounds): false, string(other): false, string(late): false} {
			yes, p := d.repeated(id)
			if yes != want || yes && p != ruleset.P2 {
				d.t.Errorf("%s: a repeat is %v at %s, want %v", id, yes, p, want)
			}
		}
		if got := d.alike(string(again)); !slices.Equal(got, []string{string(late), string(first)}) {
			d.t.Errorf("like the second are %v", got)
		}
	})
}

// alike gives the reports that a duty officer is told are like this one.
func (d *desk) alike(id string) (list []string) {
	d.t.Helper()
	err := d.main.Read(d.t.Context(), func(tx store.Tx) error {
		found, err := match.Alike(d.t.Context(), tx, d.huda(), id)
		for _, f := range found {
			list = append(list, f.Subject)
		}
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return list
}
