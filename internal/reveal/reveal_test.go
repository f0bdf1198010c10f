package reveal_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"amparo/internal/access"
	"amparo/internal/reveal"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
	"amparo/internal/vault/open"
	"amparo/internal/vault/seal"
)

const entriesTestSQL = `SELECT actor_id || ' ' || reason || ' ' || trim(subjects) FROM audit_entry ORDER BY at, id`

func each(t *testing.T, f func(t *testing.T, main *store.Store, room *reveal.Room)) {
	t.Helper()
	storetest.Each(t, nil, func(t *testing.T, main, keys *store.Store) {
		vault, err := open.Open(t.Context(), open.Config{Dir: t.TempDir() + "/keys", Main: main, Keys: keys})
		if err != nil {
			t.Fatal(err)
		}
		f(t, main, reveal.New(main, vault))
	})
}

func proof(t *testing.T) access.Proof {
	t.Helper()
	huda := access.Actor{Kind: access.Staff, ID: "huda", Roles: []access.Role{access.CaseManager}}
	by, err := access.Decide(huda, access.CaseRead, access.Manager)
	if err != nil {
		t.Fatal(err)
	}
	return by
}

func entries(t *testing.T, s *store.Store) (list []string) {
	t.Helper()
	err := s.Read(t.Context(), func(tx store.Tx) error {
		return tx.Each(t.Context(), entriesTestSQL, nil, func(scan func(...any) error) error {
			var e string
			err := scan(&e)
			list = append(list, e)
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func cell(row string) reveal.Cell { return reveal.Cell{Table: "t", Column: "c", Row: row} }

func TestOnePageViewIsOneEntry(t *testing.T) {
	each(t, func(t *testing.T, main *store.Store, room *reveal.Room) {
		ctx := t.Context()
		sealed := map[string][]byte{}
		for _, subject := range []string{"c2", "c1"} {
			if err := room.MakeKeys(ctx, subject); err != nil {
				t.Fatal(err)
			}
			var err error
			if sealed[subject], err = room.Seal(ctx, subject, reveal.Content, cell(subject), []byte("words of "+subject)); err != nil {
				t.Fatal(err)
			}
		}
		if got := entries(t, main); len(got) != 0 {
			t.Errorf("sealing was recorded as seeing: %q", got)
		}
		err := room.Show(ctx, proof(t), func(v *reveal.View) error {
			for _, subject := range []string{"c2", "c1", "c1"} {
				plain, err := v.Open(ctx, subject, reveal.Content, cell(subject), sealed[subject])
				if err != nil || string(plain) != "words of "+subject {
					t.Errorf("%s opened as %q, %v", subject, plain, err)
				}
			}
			return nil
		})
		if got := entries(t, main); err != nil || !slices.Equal(got, []string{"huda case.read c1 c2"}) {
			t.Errorf("entries %q, %v", got, err)
		}
	})
}

func TestWhatWasMovedDoesNotOpen(t *testing.T) {
	each(t, func(t *testing.T, _ *store.Store, room *reveal.Room) {
		ctx := t.Context()
		if err := errors.Join(room.MakeKeys(ctx, "c1"), room.MakeKeys(ctx, "c2"), room.MakeKeys(ctx, "c1")); err != nil {
			t.Fatal(err)
		}
		sealed, err := room.Seal(ctx, "c1", reveal.Content, cell("a"), []byte("x"))
		if err != nil {
			t.Fatal(err)
		}
		try := func(subject string, p reveal.Purpose, c reveal.Cell) error {
			return room.Show(ctx, proof(t), func(v *reveal.View) error { _, err := v.Open(ctx, subject, p, c, sealed); return err })
		}
		for i, err := range []error{try("c2", reveal.Content, cell("a")), try("c1", reveal.Identity, cell("a")), try("c1", reveal.Content, cell("b"))} {
			if err == nil {
				t.Errorf("move %d opened", i)
			}
		}
		if err := try("c1", reveal.Content, cell("a")); err != nil {
			t.Errorf("in its place: %v", err)
		}
	})
}

// TestNotRecordedIsNotSeen closes the log: what was opened must not be shown.
func TestNotRecordedIsNotSeen(t *testing.T) {
	each(t, func(t *testing.T, main *store.Store, room *reveal.Room) {
		ctx := t.Context()
		if err := room.MakeKeys(ctx, "c1"); err != nil {
			t.Fatal(err)
		}
		sealed, err := room.Seal(ctx, "c1", reveal.Content, cell("a"), []byte("x"))
		if err != nil {
			t.Fatal(err)
		}
		gone, cancel := context.WithCancel(ctx)
		err = room.Show(gone, proof(t), func(v *reveal.View) error {
			defer cancel()
			_, err := v.Open(ctx, "c1", reveal.Content, cell("a"), sealed)
			return err
		})
		if err == nil || len(entries(t, main)) != 0 {
			t.Errorf("shown without being recorded: %v", err)
		}
	})
}

func TestEnvelopeIsRecorded(t *testing.T) {
	each(t, func(t *testing.T, main *store.Store, room *reveal.Room) {
		ctx := t.Context()
		var key seal.IntakeKey
		if err := main.Read(ctx, func(tx store.Tx) (err error) { key, err = seal.Current(ctx, tx); return err }); err != nil {
			t.Fatal(err)
		}
		b := seal.Binding{Kind: "report", ID: "r1"}
		sealed, err := seal.Seal(key, b, []byte("told"))
		if err != nil {
			t.Fatal(err)
		}
		by, err := access.Own(access.System("report.open"), access.ReportRead)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := room.Envelope(ctx, by, "r1", key.ID, b, sealed)
		if got := entries(t, main); err != nil || string(plain) != "told" || !slices.Equal(got, []string{"report.open report.read r1"}) {
			t.Errorf("%q, %v, entries %q", plain, err, got)
		}
		if _, err := room.Envelope(ctx, by, "r2", key.ID, seal.Binding{Kind: "report", ID: "r2"}, sealed); err == nil {
			t.Error("an envelope opened as another's")
		}
	})
}
