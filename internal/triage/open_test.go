package triage_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"amparo/internal/intake"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/triage"
	"amparo/internal/vault/seal"
)

const (
	waitTestSQL     = `SELECT id FROM envelope`
	unsealedTestSQL = `SELECT count(*) FROM audit_entry WHERE action = 'sealed.open'`
	arrivedTestSQL  = `SELECT count(*) FROM audit_entry WHERE action = 'report.open' AND outcome = 'done'`
)

// arrived are reports that nobody has opened, in the order in which they came.
func (d *desk) arrived(instruments ...string) (list []triage.Arrival) {
	d.t.Helper()
	for _, in := range instruments {
		_, err := d.intake.Submit(d.t.Context(), intake.Submission{Receipt: seal.NewReceipt(), Told: intake.Told{Instrument: in, Pack: "demo", Language: "en",
			Reader: intake.Child, Channel: intake.WebForm, Answers: map[string][]string{"danger": {"yes"}}}})
		d.must(err)
		for _, id := range d.waiting() {
			if !slices.ContainsFunc(list, func(a triage.Arrival) bool { return a.Envelope == id }) {
				list = append(list, triage.Arrival{Envelope: id, Done: nothing})
			}
		}
	}
	return list
}

// waiting are the envelopes that nobody has opened.
func (d *desk) waiting() (list []intake.EnvelopeID) {
	d.t.Helper()
	d.read(func(ctx context.Context, tx store.Tx) error {
		list = nil
		return tx.Each(ctx, waitTestSQL, nil, func(scan func(...any) error) error {
			var id intake.EnvelopeID
			err := scan(&id)
			list = append(list, id)
			return err
		})
	})
	return list
}

func (d *desk) number(statement string) (n int) {
	d.t.Helper()
	d.read(func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, statement, nil, &n) })
	return n
}

// TestOpenedTogether: several come to the desk at once, each with its own entry, and what was seen is one.
func TestOpenedTogether(t *testing.T) {
	each(t, func(d *desk) {
		list := d.arrived("test", "test", "test")
		for i, err := range d.room.OpenAll(d.t.Context(), list) {
			if err != nil {
				d.t.Errorf("%d: %v", i, err)
			}
			if s := d.standing(report.ID(list[i].Envelope)); s.Priority != ruleset.P1 {
				d.t.Errorf("%d: %+v", i, s)
			}
		}
		if seen, kept := d.number(unsealedTestSQL), d.number(arrivedTestSQL); seen != 1 || kept != 3 || len(d.waiting()) != 0 {
			d.t.Errorf("%d entries of what was opened, %d of what was kept, %d wait", seen, kept, len(d.waiting()))
		}
		ended := 0
		list[1].Done = func(context.Context, store.Tx) error { ended++; return nil }
		if errs := d.room.OpenAll(d.t.Context(), list); !slices.Equal(errs, make([]error, 3)) || ended != 1 {
			d.t.Errorf("opened again: %v, ended %d times", errs, ended)
		}
	})
}

// TestOneThatCannotBeOpened keeps no other from the desk, whether what it holds cannot be read or its job is no longer ours.
func TestOneThatCannotBeOpened(t *testing.T) {
	each(t, func(d *desk) {
		list, lost := d.arrived("test", "no such", "test", "test"), errors.New("the lease is lost")
		list[2].Done = func(context.Context, store.Tx) error { return lost }
		errs := d.room.OpenAll(d.t.Context(), list)
		if errs[0] != nil || errs[1] == nil || !errors.Is(errs[2], lost) || errs[3] != nil {
			d.t.Errorf("%v", errs)
		}
		left := d.waiting()
		if len(left) != 2 || !slices.Contains(left, list[1].Envelope) || !slices.Contains(left, list[2].Envelope) || d.number(arrivedTestSQL) != 2 {
			d.t.Errorf("%d wait, %d were kept", len(left), d.number(arrivedTestSQL))
		}
		list[2].Done = nothing
		if errs := d.room.OpenAll(d.t.Context(), list[2:3]); errs[0] != nil {
			d.t.Error(errs[0])
		}
	})
}
