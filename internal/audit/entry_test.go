package audit

import (
	"errors"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
)

const (
	entriesSQL = `SELECT count(*) FROM audit_entry`
	tallySQL   = `SELECT n FROM audit_count WHERE day = $1 AND kind = $2`
)

func someEntry(subjects ...string) Entry {
	return Entry{
		Actor:    access.Actor{Kind: access.Staff, ID: "user1", Agency: "agency1", Roles: []access.Role{access.DutyOfficer}},
		Action:   access.ReportRead,
		Outcome:  Done,
		Subjects: subjects,
		Detail:   map[string]string{"shown": "3", "page": "queue"},
	}
}

func entries(t *testing.T, s *store.Store) (n int) {
	t.Helper()
	if err := s.Read(t.Context(), func(tx store.Tx) error { return tx.One(t.Context(), entriesSQL, nil, &n) }); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestRecordGoesWithTheTransaction(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		undo := errors.New("undo")
		for _, end := range []error{nil, undo} {
			err := main.Write(t.Context(), func(tx store.Tx) error {
				if err := Record(t.Context(), tx, someEntry("a", "b")); err != nil {
					return err
				}
				return end
			})
			if !errors.Is(err, end) {
				t.Fatal(err)
			}
		}
		if n := entries(t, main); n != 1 {
			t.Errorf("%d entries", n)
		}
	})
}

func TestRecordRefusesMoreThanCodes(t *testing.T) {
	bad := map[string]func(*Entry){
		"no actor":      func(e *Entry) { e.Actor = access.Actor{} },
		"no action":     func(e *Entry) { e.Action = "" },
		"no outcome":    func(e *Entry) { e.Outcome = "perhaps" },
		"long value":    func(e *Entry) { e.Detail["note"] = strings.Repeat("x", Longest+1) },
		"line break":    func(e *Entry) { e.Detail["note"] = "one\ntwo" },
		"broken text":   func(e *Entry) { e.Detail["note"] = "\xff" },
		"long reason":   func(e *Entry) { e.Reason = strings.Repeat("x", Longest+1) },
		"empty subject": func(e *Entry) { e.Subjects = []string{""} },
		"two words":     func(e *Entry) { e.Subjects = []string{"a b"} },
		"too many":      func(e *Entry) { e.Subjects = make([]string, most+1) },
	}
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		for name, spoil := range bad {
			e := someEntry("a")
			spoil(&e)
			err := main.Write(t.Context(), func(tx store.Tx) error { return Record(t.Context(), tx, e) })
			if err == nil {
				t.Errorf("%s was recorded", name)
			}
		}
		if n := entries(t, main); n != 0 {
			t.Errorf("%d entries", n)
		}
	})
}

func TestCount(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		var n int
		err := main.Write(t.Context(), func(tx store.Tx) error {
			for range 3 {
				if err := Count(t.Context(), tx, "2026-03-01", "form.too_large"); err != nil {
					return err
				}
			}
			return tx.One(t.Context(), tallySQL, []any{"2026-03-01", "form.too_large"}, &n)
		})
		if err != nil || n != 3 {
			t.Errorf("counted %d, %v", n, err)
		}
	})
}

// clockFunc is a clock made of a function.
type clockFunc func() time.Time

func (f clockFunc) Now() time.Time { return f() }
