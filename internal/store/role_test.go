package store_test

import (
	"database/sql"
	"errors"
	"slices"
	"strings"
	"testing"

	"amparo/internal/store"
	"amparo/internal/store/storetest"
)

const tablesTestSQL = `SELECT table_name FROM information_schema.tables WHERE table_schema = $1 ORDER BY table_name`

// a house is a migrated PostgreSQL whose three roles have been given what they need.
type house struct {
	*testing.T
	address string
	roles   map[store.Side]string
	main    *store.Store // of the owner
	keys    *store.Store // the same
}

func granted(t *testing.T) *house {
	t.Helper()
	h := &house{T: t, address: storetest.Migrated(t)}
	h.roles = storetest.Roles(t, h.address)
	h.main, h.keys = h.open(h.address, "amparo"), h.open(h.address, "amparo_keys")
	h.grant()
	h.grant() // which is the same as once
	return h
}

func (h *house) grant() {
	h.Helper()
	for set, s := range map[store.Set]*store.Store{store.Main: h.main, store.Keys: h.keys} {
		if err := s.Grant(h.Context(), set, h.roles); err != nil {
			h.Fatal(err)
		}
	}
}

func (h *house) open(address, schema string) *store.Store {
	h.Helper()
	s, err := store.Open(h.Context(), store.Config{Database: address, Schema: schema, MaxConns: 2})
	if err != nil {
		h.Fatal(err)
	}
	h.Cleanup(func() { s.Close() })
	return s
}

// as is a plain connection of a role; of the owner when it is empty.
func (h *house) as(role string) *sql.DB {
	h.Helper()
	address := h.address
	if role != "" {
		address = storetest.As(h.T, address, role)
	}
	db, err := sql.Open("pgx", address+"&search_path=amparo")
	if err != nil {
		h.Fatal(err)
	}
	h.Cleanup(func() { db.Close() })
	return db
}

// may tries each statement in a transaction that is undone.
func (h *house) may(role string, yes bool, statements ...string) {
	h.Helper()
	db := h.as(role)
	for _, statement := range statements {
		tx, err := db.Begin()
		if err != nil {
			h.Fatal(err)
		}
		_, err = tx.Exec(statement)
		switch refused := err != nil && strings.Contains(err.Error(), "42501"); {
		case yes && err != nil:
			h.Errorf("%s: %v", statement, err)
		case !yes && !refused:
			h.Errorf("%s was not refused: %v", statement, err)
		}
		if err := tx.Rollback(); err != nil {
			h.Fatal(err)
		}
	}
}

const (
	receiptTestSQL = `INSERT INTO receipt (lookup, report, mailbox_public, reader, language, progress, progress_at, received_at) VALUES ($1, $2, '', 'child', 'en', 'received', 1, 1)`
	entryTestSQL   = `INSERT INTO audit_entry (id, at, actor_kind, actor_id, agency, roles, action, outcome, reason, subjects, detail) VALUES ('e', 1, 'WHO', '', '', '', 'a', 'done', '', '', '')`
	jobTestSQL     = `INSERT INTO job (id, kind, payload, unique_key, state, run_at, lease_until, lease, attempt, error, created_at) VALUES ('j', 'KIND', 'null', 'KIND:x', 'ready', 1, 0, '', 0, '', 1)`
)

// TestThePublicRoleReadsNoReport tries every table of both sets, and what a process in the wrong hands would try.
func TestThePublicRoleReadsNoReport(t *testing.T) {
	h := granted(t)
	role := h.roles[store.PublicSide]
	db := h.as(role)
	readable := []string{"arrival", "campaign_running", "intake_key", "posted_reply", "public_key", "pulse", "receipt", "receipt_former", "rule_proposal", "schema_version", "shelf_text", "signpost_served", "staffed_time", "tale_removed", "tale_story", "tale_year"}
	for _, schema := range []string{"amparo", "amparo_keys"} {
		for _, table := range h.tables(schema) {
			_, err := db.Exec("SELECT * FROM " + schema + "." + table)
			if allowed := schema == "amparo" && slices.Contains(readable, table); allowed != (err == nil) {
				t.Errorf("%s.%s: allowed %t, and it gives %v", schema, table, allowed, err)
			}
		}
	}
	h.may(role, false, "SELECT sealed FROM envelope", "SELECT id FROM report", "UPDATE receipt SET progress = 'finished'", "DELETE FROM receipt", "DELETE FROM envelope",
		"UPDATE envelope SET quarantine = 0", "DELETE FROM job", "UPDATE job SET run_at = 9", "DELETE FROM audit_entry", "UPDATE intake_key SET public = ''",
		"INSERT INTO intake_key (id, public, created_at, retired_at) VALUES ('mine', 'x', 9, 0)", "INSERT INTO posted_reply (id, report, sealed, posted_at) VALUES ('a', 'b', '', 1)",
		"INSERT INTO rule_proposal (id) VALUES ('x')", "SELECT id FROM story", "SELECT case_id FROM story_consent", "SELECT source FROM lesson", "DELETE FROM shelf_text", "UPDATE shelf_text SET version = 9", "DELETE FROM tale_story", "DELETE FROM tale_removed",
		"UPDATE tale_story SET until_at = 9", "INSERT INTO tale_year (year, figures, made_at) VALUES (1, '', 1)", "CREATE TABLE amparo.mine (id text)", "DELETE FROM signpost_served", "DELETE FROM campaign_running", "SELECT * FROM campaign", "DELETE FROM pulse", "UPDATE pulse SET side = 'x'", "UPDATE signpost_served SET day = '2031-01-01'",
		strings.Replace(entryTestSQL, "WHO", "staff", 1), strings.ReplaceAll(jobTestSQL, "KIND", "notify.send"))
	own := strings.ReplaceAll(jobTestSQL, "KIND", "report.open")
	h.may(role, false, strings.Replace(own, "'report.open:x'", "'notice.page:x'", 1), strings.Replace(own, "'report.open:x'", "NULL", 1), // which would keep another job away, or never be found
		strings.Replace(own, "'ready', 1,", "'ready', 9,", 1), // which would wait for ever
		"INSERT INTO envelope (id, kind, report, key_id, sealed, quarantine, received_at) VALUES ('e', 'message', 'of another', 'k', '', 0, 1)")
	h.may(role, true, strings.Replace(entryTestSQL, "WHO", "public", 1), strings.ReplaceAll(jobTestSQL, "KIND", "report.open"),
		strings.ReplaceAll(jobTestSQL, "KIND", "report.settled"),
		"INSERT INTO pulse (side, at, filler) VALUES ('public', 9, '') ON CONFLICT (side) DO UPDATE SET at = excluded.at, filler = excluded.filler",
		"INSERT INTO signpost_served (day, campaign, code, language, served) VALUES ('2031-01-01', '', 'c', 'en', 1) ON CONFLICT (day, campaign, code, language) DO UPDATE SET served = signpost_served.served + excluded.served")
}

func (h *house) tables(schema string) (list []string) {
	h.Helper()
	owner, err := sql.Open("pgx", h.address)
	if err != nil {
		h.Fatal(err)
	}
	defer owner.Close()
	found, err := owner.Query(tablesTestSQL, schema)
	if err != nil {
		h.Fatal(err)
	}
	defer found.Close()
	for found.Next() {
		var name string
		if err := found.Scan(&name); err != nil {
			h.Fatal(err)
		}
		list = append(list, name)
	}
	if len(list) < 4 || found.Err() != nil {
		h.Fatalf("%d tables in %s, %v", len(list), schema, found.Err())
	}
	return list
}

// TestOneReceiptAtATime has the public role see, change and answer for the receipt that somebody holds, and no other.
func TestOneReceiptAtATime(t *testing.T) {
	h := granted(t)
	s := h.open(storetest.As(t, h.address, h.roles[store.PublicSide]), "amparo")
	for _, one := range []string{"1", "2"} {
		err := h.main.Write(t.Context(), func(tx store.Tx) error {
			_, err := tx.Exec(t.Context(), receiptTestSQL, "look"+one, "report"+one)
			if err == nil {
				_, err = tx.Exec(t.Context(), "INSERT INTO posted_reply (id, report, sealed, posted_at) VALUES ($1, $2, '', 1)", "reply"+one, "report"+one)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	counts := func(lookup string) (receipts, replies, burnt, deleted int64) {
		err := s.Write(t.Context(), func(tx store.Tx) error {
			if lookup != "" {
				if err := tx.Holding(t.Context(), lookup); err != nil {
					return err
				}
			}
			err := errors.Join(tx.One(t.Context(), "SELECT count(*) FROM receipt", nil, &receipts), tx.One(t.Context(), "SELECT count(*) FROM posted_reply", nil, &replies))
			if err == nil {
				burnt, err = tx.Exec(t.Context(), "UPDATE receipt SET burnt_at = 7, owes = 0")
			}
			if err == nil {
				deleted, err = tx.Exec(t.Context(), "DELETE FROM posted_reply")
			}
			return errors.Join(err, errUndo)
		})
		if !errors.Is(err, errUndo) {
			t.Fatal(err)
		}
		return receipts, replies, burnt, deleted
	}
	for lookup, want := range map[string]int64{"": 0, "look1": 1, "another": 0} {
		if a, b, c, d := counts(lookup); a != want || b != want || c != want || d != want {
			t.Errorf("holding %q it sees and changes %d, %d, %d and %d rows, not %d", lookup, a, b, c, d, want)
		}
	}
	for _, lookups := range [][]string{{"look1"}, {"look1", "look2"}, {"look1", "look9"}} { // to have another receipt, both are held, and nobody has the other
		err := s.Write(t.Context(), func(tx store.Tx) error {
			if err := tx.Holding(t.Context(), lookups...); err != nil {
				return err
			}
			_, err := tx.Exec(t.Context(), "UPDATE receipt SET lookup = 'look9', taken_for = 0 WHERE lookup = 'look1'")
			return errors.Join(err, errUndo)
		})
		if allowed := slices.Contains(lookups, "look9"); allowed != !strings.Contains(err.Error(), "row-level security") {
			t.Errorf("holding %v, a receipt is taken over: %v", lookups, err)
		}
	}
	err := s.Write(t.Context(), func(tx store.Tx) error {
		if err := tx.Holding(t.Context(), "look3"); err != nil {
			return err
		}
		_, err := tx.Exec(t.Context(), "INSERT INTO message_id (id, report) VALUES ('m', 'report1')")
		return err
	})
	if err == nil {
		t.Error("it wrote a message into the mailbox of a receipt that nobody holds")
	}
}

var errUndo = errors.New("undo")

// TestTheLogIsNobodysToChange: not the desk's, not the jobs'.
func TestTheLogIsNobodysToChange(t *testing.T) {
	h := granted(t)
	for _, side := range []store.Side{store.DeskSide, store.JobsSide} {
		h.may(h.roles[side], false, "UPDATE audit_entry SET reason = 'x'", "DELETE FROM audit_entry", "UPDATE audit_checkpoint SET note = 'x'", "DELETE FROM audit_leaf",
			"UPDATE schema_version SET version_id = 1", "CREATE TABLE amparo.mine (id text)", "DROP TABLE report")
		h.may(h.roles[side], true, "SELECT * FROM report", "UPDATE report SET version = version", "DELETE FROM envelope", "SELECT * FROM receipt", "UPDATE receipt SET progress = 'finished'",
			"UPDATE job SET run_at = 9", strings.ReplaceAll(jobTestSQL, "KIND", "notify.send"), strings.Replace(entryTestSQL, "WHO", "staff", 1), "SELECT * FROM amparo_keys.data_key")
	}
	h.may(h.roles[store.DeskSide], false, "INSERT INTO audit_checkpoint (size, at, note) VALUES (1, 1, 'x')", "DELETE FROM audit_pending")
	h.may(h.roles[store.JobsSide], true, "INSERT INTO audit_checkpoint (size, at, note) VALUES (1, 1, 'x')", "DELETE FROM audit_pending")
}

// TestHolds: each side takes its own role, and neither the owner's nor one that was not prepared.
func TestHolds(t *testing.T) {
	h := granted(t)
	for _, side := range store.Sides {
		if err := h.open(storetest.As(t, h.address, h.roles[side]), "amparo").Holds(t.Context(), side); err != nil {
			t.Errorf("%s: %v", side, err)
		}
	}
	public, desk := h.open(storetest.As(t, h.address, h.roles[store.PublicSide]), "amparo"), h.open(storetest.As(t, h.address, h.roles[store.DeskSide]), "amparo")
	jobs := h.open(storetest.As(t, h.address, h.roles[store.JobsSide]), "amparo")
	bare := h.open(storetest.As(t, h.address, storetest.Roles(t, h.address)[store.PublicSide]), "amparo")
	for name, c := range map[string]struct {
		s    *store.Store
		side store.Side
		want string
	}{
		"the owner as the public side": {h.main, store.PublicSide, "the public side must not"},
		"the desk as the public side":  {desk, store.PublicSide, "the public side must not"},
		"nobody as the public side":    {bare, store.PublicSide, "run amparo migrate --grant"},
		"the public side as the desk":  {public, store.DeskSide, "may not read"},
		"nobody as the jobs":           {bare, store.JobsSide, "may not read"},
		"the owner as the desk":        {h.main, store.DeskSide, "the desk side must not"},
		"the jobs as the desk":         {jobs, store.DeskSide, "the desk side must not"},
	} {
		if err := c.s.Holds(t.Context(), c.side); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	role, owner := h.roles[store.PublicSide], h.as("")
	for _, more := range []string{"GRANT SELECT ON job TO ROLE", "GRANT INSERT ON report TO ROLE", "GRANT UPDATE ON intake_key TO ROLE", "GRANT DELETE ON receipt TO ROLE",
		"GRANT SELECT ON amparo_keys.data_key TO ROLE", "ALTER TABLE posted_reply DISABLE ROW LEVEL SECURITY"} {
		if _, err := owner.Exec(strings.Replace(more, "ROLE", role, 1)); err != nil {
			t.Fatal(err)
		}
		if err := public.Holds(t.Context(), store.PublicSide); err == nil || !strings.Contains(err.Error(), "that amparo migrate --grant prepared") {
			t.Errorf("after %s: %v", more, err)
		}
		h.grant()
		if _, err := owner.Exec("ALTER TABLE posted_reply ENABLE ROW LEVEL SECURITY"); err != nil {
			t.Fatal(err)
		}
		if err := public.Holds(t.Context(), store.PublicSide); err != nil {
			t.Errorf("granted anew after %s: %v", more, err)
		}
	}
	if err := h.main.Grant(t.Context(), store.Main, map[store.Side]string{store.DeskSide: "nobody_has_this_role"}); err == nil || !strings.Contains(err.Error(), "CREATE ROLE") {
		t.Errorf("a role that is not there: %v", err)
	}
}

// TestAFileHasNoRoles: SQLite says so, and holding a receipt does nothing there.
func TestAFileHasNoRoles(t *testing.T) {
	s, err := store.Open(t.Context(), store.Config{Database: t.TempDir() + "/a.db"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if !errors.Is(s.Grant(t.Context(), store.Main, nil), store.ErrNoRoles) || !errors.Is(s.Holds(t.Context(), store.DeskSide), store.ErrNoRoles) {
		t.Error("an SQLite file was given roles")
	}
	if err := s.Read(t.Context(), func(tx store.Tx) error { return tx.Holding(t.Context(), "look") }); err != nil {
		t.Error(err)
	}
}
