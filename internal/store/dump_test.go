package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
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
