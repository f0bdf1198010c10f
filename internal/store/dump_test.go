package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"amparo/internal/clock"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
)

const (
	agencyTestSQL = `INSERT INTO agency (code, name, created_at) VALUES ($1, $2, $3)`
	userTestSQL   = `INSERT INTO user_account (id, name, display_name, known_names, email, languages, agency, active, version, created_at, password, password_once, password_expires_at,
		totp, totp_step, signed_in_at) VALUES ($1, $1, '', '', NULL, '', 'agency0', $2, 1, 1, '', $2, 0, $3, 0, 0)`
	keyTestSQL = `INSERT INTO intake_key (id, public, created_at, retired_at) VALUES ($1, $2, $3, 0)`
)

// filled writes rows of every type and of every awkward content, more of them than are loaded at once.
func filled(t *testing.T, s *store.Store) {
	t.Helper()
	err := s.Write(t.Context(), func(tx store.Tx) error {
		for i := range 1203 {
			if _, err := tx.Exec(t.Context(), keyTestSQL, fmt.Sprint("key", i), bytes.Repeat([]byte{byte(i), 0, '\n', 0xff}, i%7), int64(i)<<40); err != nil {
				return err
			}
		}
		for i, name := range []string{"", "Línea \"uno\"\n[two]", "خط المساعدة", "{\"end\":true}", `<script>\u0000`} {
			if _, err := tx.Exec(t.Context(), agencyTestSQL, fmt.Sprint("agency", i), name, -1); err != nil {
				return err
			}
		}
		for i, active := range []bool{true, false} {
			if _, err := tx.Exec(t.Context(), userTestSQL, fmt.Sprint("u", i), active, []byte{0xff}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func dumped(t *testing.T, s *store.Store, leave ...string) (string, store.Dump) {
	t.Helper()
	var out strings.Builder
	d, err := s.Dump(t.Context(), store.Main, &out, leave...)
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), d
}

// empty gives an unmigrated store of each engine.
func empty(t *testing.T, at clock.Clock) map[store.Engine]*store.Store {
	t.Helper()
	list := map[store.Engine]*store.Store{}
	for engine, c := range map[store.Engine]store.Config{
		store.SQLite: {Database: t.TempDir() + "/new.db"}, store.Postgres: {Database: storetest.Fresh(t), Schema: "amparo"},
	} {
		c.Clock = at
		s, err := store.Open(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		list[engine] = s
	}
	return list
}

// TestADumpIsLoadedIntoEitherEngine, from either, and is the same again.
func TestADumpIsLoadedIntoEitherEngine(t *testing.T) {
	at := clock.Func(func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) })
	storetest.Each(t, at, func(t *testing.T, main, _ *store.Store) {
		filled(t, main)
		text, d := dumped(t, main)
		if d.Rows["intake_key"] != 1203 || d.Rows["agency"] != 5 || d.Schema == 0 || d.Rows["schema_version"] != 0 {
			t.Fatalf("the dump says that it holds %+v", d)
		}
		for engine, s := range empty(t, at) {
			loaded, err := s.Load(t.Context(), store.Main, strings.NewReader(text))
			if err != nil {
				t.Fatalf("into %s: %v", engine, err)
			}
			if again, _ := dumped(t, s); again != text || loaded.Rows["intake_key"] != 1203 {
				t.Errorf("what was loaded into %s is not what was dumped", engine)
			}
			if _, err := s.Load(t.Context(), store.Main, strings.NewReader(text)); !errors.Is(err, store.ErrNotEmpty) {
				t.Errorf("a second load into %s: %v", engine, err)
			}
		}
		without, d := dumped(t, main, "agency")
		if _, there := d.Rows["agency"]; there || strings.Contains(without, "Línea") {
			t.Error("a table that was to be left out is there")
		}
	})
}

// TestADumpThatIsNotWhole leaves no doubt: each is refused, and tells what to do.
func TestADumpThatIsNotWhole(t *testing.T) {
	at := clock.Func(func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) })
	storetest.Each(t, at, func(t *testing.T, main, _ *store.Store) {
		filled(t, main)
		text, d := dumped(t, main)
		lines := strings.SplitAfter(text, "\n")
		newer := strings.Replace(text, fmt.Sprintf(`"schema":%d`, d.Schema), `"schema":999999`, 1)
		for name, c := range map[string]struct {
			text string
			want error
		}{
			"nothing": {"", store.ErrCut}, "something else": {"hello\n", store.ErrCut}, "another version": {strings.Replace(text, `"amparo_dump":1`, `"amparo_dump":2`, 1), store.ErrCut},
			"cut in a line": {text[:len(text)/2], store.ErrCut}, "cut after a line": {strings.Join(lines[:len(lines)/2], ""), store.ErrCut},
			"a row too few":   {strings.Join(slices.DeleteFunc(slices.Clone(lines), func(l string) bool { return strings.Contains(l, "Línea") }), ""), store.ErrCut},
			"a newer version": {newer, store.ErrNewer},
		} {
			for engine, s := range empty(t, at) {
				if _, err := s.Load(t.Context(), store.Main, strings.NewReader(c.text)); !errors.Is(err, c.want) {
					t.Errorf("%s, into %s: %v", name, engine, err)
				}
			}
		}
		for _, s := range empty(t, at) {
			if _, err := s.Load(t.Context(), store.Keys, strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), "take the other file") {
				t.Errorf("the other set: %v", err)
			}
		}
		ctx, stop := context.WithCancel(t.Context())
		stop()
		if _, err := main.Dump(ctx, store.Main, &strings.Builder{}); err == nil {
			t.Error("a dump that was stopped says that it is whole")
		}
	})
}

// TestADumpOrdersTablesByWhatTheyNeed, whatever order they were made in: one that was moved by pg_dump has them by name.
func TestADumpOrdersTablesByWhatTheyNeed(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		made := []string{
			`CREATE TABLE aa_child (id text PRIMARY KEY, parent text REFERENCES zz_parent (id), before text REFERENCES aa_child (id))`,
			`CREATE TABLE zz_parent (id text PRIMARY KEY)`,
		}
		if main.Engine() == store.Postgres {
			made = []string{`CREATE TABLE aa_child (id text PRIMARY KEY, parent text)`, made[1], `ALTER TABLE aa_child ADD FOREIGN KEY (parent) REFERENCES zz_parent (id)`,
				`ALTER TABLE aa_child ADD FOREIGN KEY (id) REFERENCES aa_child (id)`}
		}
		if err := main.Write(t.Context(), func(tx store.Tx) error {
			for _, statement := range made {
				if _, err := tx.Exec(t.Context(), statement); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		text, _ := dumped(t, main)
		child, parent := strings.Index(text, `{"table":"aa_child"`), strings.Index(text, `{"table":"zz_parent"`)
		if child < 0 || parent < 0 || child < parent {
			t.Errorf("the child is at %d, and what it refers to at %d", child, parent)
		}
	})
}

// TestADumpOfHiddenRowsIsRefused under a role that row level security filters, and is the owner's under the roles of the desk and the jobs.
func TestADumpOfHiddenRowsIsRefused(t *testing.T) {
	h := granted(t)
	filled(t, h.main)
	_, want := dumped(t, h.main)
	for _, side := range []store.Side{store.DeskSide, store.JobsSide} {
		if _, got := dumped(t, h.open(storetest.As(t, h.address, h.roles[side]), "amparo")); !maps.Equal(got.Rows, want.Rows) {
			t.Errorf("the %s dumps %v of %v", side, got.Rows, want.Rows)
		}
	}
	reader := storetest.Roles(t, h.address)[store.PublicSide]
	if err := h.main.Write(t.Context(), func(tx store.Tx) error {
		_, err := tx.Exec(t.Context(), "GRANT USAGE ON SCHEMA amparo TO "+reader)
		if err == nil {
			_, err = tx.Exec(t.Context(), "GRANT SELECT ON ALL TABLES IN SCHEMA amparo TO "+reader)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	_, err := h.open(storetest.As(t, h.address, reader), "amparo").Dump(t.Context(), store.Main, &strings.Builder{})
	if err == nil || !strings.Contains(err.Error(), "receipt") || !strings.Contains(err.Error(), "hidden from this database role") {
		t.Errorf("a role that sees not all: %v", err)
	}
}

// TestSizeGrows with what is kept.
func TestSizeGrows(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		before, err := main.Size(t.Context())
		if err != nil || before < 1<<12 {
			t.Fatalf("%d bytes: %v", before, err)
		}
		filled(t, main)
		if after, err := main.Size(t.Context()); err != nil || after <= before {
			t.Errorf("it was %d bytes and is %d: %v", before, after, err)
		}
	})
}
