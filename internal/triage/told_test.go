package triage_test

import (
	"context"
	"slices"
	"testing"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/report"
	"amparo/internal/reveal"
	"amparo/internal/store"
)

const toldTestSQL = `SELECT reason || ' ' || trim(subjects) FROM audit_entry WHERE action = 'sealed.open' AND actor_id = 'mona'`

// TestWhatWasToldIsReadAgain opens both halves of what was told on one page, under a case's own permission.
func TestWhatWasToldIsReadAgain(t *testing.T) {
	each(t, func(d *desk) {
		id := d.told(map[string][]string{"danger": {"no"}, "words": {canary}, "must_not_know": {"Rana, my aunt"}})
		by, err := access.Decide(staff("mona", d.agency, access.CaseManager), access.CaseRead, access.Manager)
		if err != nil {
			d.t.Fatal(err)
		}
		read := func(which report.ID) (kept report.Report, told map[string][]string, err error) {
			err = d.room.Reveal.Show(d.t.Context(), by, func(v *reveal.View) (err error) {
				kept, told, err = d.room.Told(d.t.Context(), v, which)
				return err
			})
			return kept, told, err
		}
		kept, told, err := read(id)
		if err != nil || kept.ID != id || kept.Instrument != "test" || !slices.Equal(told["words"], []string{canary}) ||
			!slices.Equal(told["danger"], []string{"no"}) || !slices.Equal(told["must_not_know"], []string{"Rana, my aunt"}) || len(told) != 3 {
			d.t.Errorf("read %+v %v, %v", kept, told, err)
		}
		if _, _, err := read("none"); fault.KindOf(err) != fault.Withheld {
			d.t.Errorf("what is not there gave %v", err)
		}
		d.read(func(ctx context.Context, tx store.Tx) error {
			var seen string
			err := tx.One(ctx, toldTestSQL, nil, &seen)
			if seen != "case.read "+string(id) {
				d.t.Errorf("recorded %q", seen)
			}
			return err
		})
	})
}
