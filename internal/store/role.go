package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// A Side is one process of an installation that is split in three, by what its database role may do. See [Store.Grant].
type Side string

// The sides.
const (
	PublicSide Side = "public" // takes reports; may write what it takes and read no report
	DeskSide   Side = "desk"   // serves staff
	JobsSide   Side = "jobs"   // does the work of both later, and signs the audit log
)

// Sides are all sides.
var Sides = []Side{PublicSide, DeskSide, JobsSide}

// A right is what a side may do with a table, in the words of GRANT.
type right struct{ table, may string }

// publicRights are all that the public side may do. What is not here is not there for it. A row of receipt, and what hangs on it, is seen by
// whoever names its look-up id (see [Tx.Holding]), one at a time.
var publicRights = []right{
	{"receipt", "SELECT, INSERT, UPDATE (burnt_at, mailbox_public, owes, lookup, taken_for)"},
	{"receipt_former", "SELECT, INSERT"},
	{"arrival", "SELECT, INSERT"},
	{"envelope", "INSERT"},
	{"message_id", "SELECT (id), INSERT"},
	{"posted_reply", "SELECT, DELETE, UPDATE (sealed)"},
	{"job", "SELECT (unique_key), INSERT"},
	{"audit_entry", "INSERT"},
	{"audit_pending", "INSERT"},
	{"intake_key", "SELECT"},
	{"public_key", "SELECT"},
	{"signpost_served", "SELECT, INSERT, UPDATE (served)"},
	{"campaign_running", "SELECT"},
	{"tale_story", "SELECT"},
	{"tale_removed", "SELECT"},
	{"tale_year", "SELECT"},
	{"shelf_text", "SELECT"},
	{"staffed_time", "SELECT"},
	{"pulse", "SELECT, INSERT, UPDATE (at, filler)"},
	{"rule_proposal", "SELECT"},
	{"schema_version", "SELECT"},
}

// keptRights are the tables of which the desk and the jobs may not do everything: nobody changes the audit log, and the jobs alone number it.
var keptRights = map[Side][]right{
	DeskSide: {{"audit_entry", "SELECT, INSERT"}, {"audit_pending", "SELECT, INSERT"}, {"audit_leaf", "SELECT"}, {"audit_hash", "SELECT"},
		{"audit_checkpoint", "SELECT"}, {"schema_version", "SELECT"}},
	JobsSide: {{"audit_entry", "SELECT, INSERT"}, {"audit_pending", "SELECT, INSERT, DELETE"}, {"audit_leaf", "SELECT, INSERT"},
		{"audit_hash", "SELECT, INSERT"}, {"audit_checkpoint", "SELECT, INSERT"}, {"schema_version", "SELECT"}},
}

const (
	held     = `lookup = ANY (string_to_array(current_setting('amparo.lookup', true), ' '))`
	heldHere = `report IN (SELECT r.report FROM receipt r WHERE r.` + held + `)`
	opened   = `kind IN ('report.open', 'message.open', 'report.settled')`
	// openedOwn: the job's key is of its own kind, for else it would keep another job from being enqueued, and it is due when it is made.
	openedOwn = opened + ` AND unique_key LIKE kind || ':%' AND run_at <= created_at`
)

// publicRows are the rows of a table that the public side sees and writes: those of the receipt that somebody holds, jobs that open what it took,
// and entries of the log that name nobody.
var publicRows = []struct{ table, seen, written string }{
	{"receipt", held, held},
	{"receipt_former", held, held},
	{"message_id", heldHere, heldHere},
	{"posted_reply", heldHere, heldHere},
	{"envelope", "false", heldHere},
	{"job", opened, openedOwn},
	{"audit_entry", "false", "actor_kind = 'public'"},
}

// ErrNoRoles says that an SQLite file has no roles to give rights to.
var ErrNoRoles = errors.New("an SQLite file has no roles; name a PostgreSQL with --database")

// Grant gives the database roles of a split installation just what their sides need of a set of tables, and takes everything else from them. The
// roles must be there already, and own nothing. Give it after every migration: new tables belong to nobody but their owner. SQLite is ErrNoRoles.
func (s *Store) Grant(ctx context.Context, set Set, roles map[Side]string) error {
	if s.engine == SQLite {
		return ErrNoRoles
	}
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return translate(err)
	}
	defer tx.Rollback() // after a commit this does nothing
	g := granting{schema: pgx.Identifier{s.schema}.Sanitize(), exec: func(statement string) error {
		_, err := tx.ExecContext(ctx, statement)
		return err
	}}
	for _, side := range Sides {
		if role := roles[side]; role != "" {
			if err := g.side(set, side, role); err != nil {
				return fmt.Errorf("the role %s could not be given what the %s side needs; see that it is there (CREATE ROLE %s LOGIN) and that this user owns the tables: %w",
					role, side, pgx.Identifier{role}.Sanitize(), err)
			}
		}
	}
	return translate(tx.Commit())
}

// A granting is one transaction in which rights are given.
type granting struct {
	schema string
	exec   func(statement string) error
}

func (g granting) side(set Set, side Side, role string) error {
	name := pgx.Identifier{role}.Sanitize()
	list := []string{
		"REVOKE ALL ON ALL TABLES IN SCHEMA " + g.schema + " FROM " + name,
		"REVOKE ALL ON SCHEMA " + g.schema + " FROM " + name,
	}
	if side != PublicSide || set == Main {
		list = append(list, "GRANT USAGE ON SCHEMA "+g.schema+" TO "+name)
	}
	rights := keptRights[side]
	switch {
	case side == PublicSide && set == Main:
		rights = publicRights
	case side == PublicSide:
		rights = nil
	default:
		list = append(list, "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "+g.schema+" TO "+name)
	}
	for _, r := range rights {
		if table := g.schema + "." + r.table; set == Main || r.table == "schema_version" {
			list = append(list, "REVOKE ALL ON "+table+" FROM "+name, "GRANT "+r.may+" ON "+table+" TO "+name)
		}
	}
	if set == Main {
		list = append(list, g.rows(side, name)...)
	}
	for _, statement := range list {
		if err := g.exec(statement); err != nil {
			return err
		}
	}
	return nil
}

// rows are the statements that say which rows of a table a side sees and writes. Whoever owns the tables sees all.
func (g granting) rows(side Side, name string) (list []string) {
	policy := pgx.Identifier{"amparo_" + string(side)}.Sanitize()
	for _, p := range publicRows {
		table, seen, written := g.schema+"."+p.table, "true", "true"
		if side == PublicSide {
			seen, written = p.seen, p.written
		}
		list = append(list, "ALTER TABLE "+table+" ENABLE ROW LEVEL SECURITY", "DROP POLICY IF EXISTS "+policy+" ON "+table,
			"CREATE POLICY "+policy+" ON "+table+" TO "+name+" USING ("+seen+") WITH CHECK ("+written+")")
	}
	return list
}

const (
	// privilegesPostgresSQL is all that the role of this connection may do, by schema, table and verb, and whether to whole rows.
	privilegesPostgresSQL = `SELECT n.nspname, c.relname, p.verb, has_table_privilege(c.oid, p.verb)
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		CROSS JOIN (VALUES ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE')) AS p (verb)
		WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_toast%'
			AND (has_table_privilege(c.oid, p.verb) OR p.verb IN ('SELECT', 'INSERT', 'UPDATE') AND has_any_column_privilege(c.oid, p.verb))
		ORDER BY 1, 2, 3`
	hiddenPostgresSQL = `SELECT c.relname FROM pg_class c WHERE c.relnamespace = to_regnamespace($1) AND c.relkind IN ('r', 'p')
		AND NOT has_table_privilege(c.oid, 'SELECT') ORDER BY c.relname`
	// freePostgresSQL are the tables whose rows this role is not held to by any policy: it owns them, or stands above all.
	freePostgresSQL = `SELECT c.relname FROM pg_class c WHERE c.relnamespace = to_regnamespace($1) AND c.relkind IN ('r', 'p')
		AND NOT row_security_active(c.oid) ORDER BY c.relname`
)

// verbs are the words of a right, each with the columns that it is held to.
var verbs = regexp.MustCompile(`(SELECT|INSERT|UPDATE|DELETE)( \([^)]*\))?`)

// keyTables are those of the set of keys, which no public side may touch in any schema.
var keyTables = []string{"data_key", "intake_private", "key_export", "key_file"}

// Holds proves that the role of this connection is the one that Grant prepared for the side, in the main set. Of the public side it wants just what it
// needs: nothing that opens what was told, and no receipt but the one that is held. Of the desk and the jobs it wants every table, and that they can
// neither change the audit log nor the tables themselves. SQLite is ErrNoRoles.
func (s *Store) Holds(ctx context.Context, side Side) error {
	if s.engine == SQLite {
		return ErrNoRoles
	}
	have, err := s.privileges(ctx)
	if err != nil {
		return err
	}
	free, err := s.names(ctx, freePostgresSQL, pgx.Identifier{s.schema}.Sanitize())
	if err != nil {
		return err
	}
	rights := keptRights[side]
	if side == PublicSide {
		rights = publicRights
	}
	if more := excess(have, rights, side == PublicSide); more != "" {
		return fmt.Errorf("its database role may %s, which the %s side must not; start it with the role that amparo migrate --grant prepared", more, side)
	}
	if side != PublicSide {
		hidden, err := s.names(ctx, hiddenPostgresSQL, pgx.Identifier{s.schema}.Sanitize())
		if err == nil && len(hidden) > 0 {
			err = fmt.Errorf("its database role may not read %s; run amparo migrate --grant as the owner of the tables", strings.Join(hidden, ", "))
		}
		if err != nil {
			return err
		}
	}
	if less := lack(have, rights); less != "" {
		return fmt.Errorf("its database role may not %s; run amparo migrate --grant as the owner of the tables", less)
	}
	for _, p := range publicRows {
		if slices.Contains(free, p.table) {
			return fmt.Errorf("its database role is held to no rows of %s, because it owns the table, stands above all, or the grants are missing; start it with the role that amparo migrate --grant prepared", p.table)
		}
	}
	return nil
}

// privileges are what this role may do with the tables of the main set, and with those of the keys wherever they are: by table and verb, and whether with
// whole rows.
func (s *Store) privileges(ctx context.Context) (map[string]map[string]bool, error) {
	rows, err := s.read.QueryContext(ctx, privilegesPostgresSQL)
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	have := map[string]map[string]bool{}
	for rows.Next() {
		var schema, table, verb string
		var whole bool
		if err := rows.Scan(&schema, &table, &verb, &whole); err != nil {
			return nil, err
		}
		if schema != s.schema && !slices.Contains(keyTables, table) {
			continue
		}
		if have[table] == nil {
			have[table] = map[string]bool{}
		}
		have[table][verb] = whole
	}
	return have, translate(rows.Err())
}

// allowed are the verbs of a right, and whether with whole rows.
func allowed(may string) map[string]bool {
	list := map[string]bool{}
	for _, m := range verbs.FindAllStringSubmatch(may, -1) {
		list[m[1]] = m[2] == ""
	}
	return list
}

// excess names something that a role may do and should not; empty when there is nothing. Where only is not set, tables that no right names are free.
func excess(have map[string]map[string]bool, rights []right, only bool) string {
	named := map[string]map[string]bool{}
	for _, r := range rights {
		named[r.table] = allowed(r.may)
	}
	for _, table := range slices.Sorted(maps.Keys(have)) {
		may, there := named[table]
		if !there && !only {
			may = map[string]bool{"SELECT": true, "INSERT": true, "UPDATE": true, "DELETE": true}
		}
		for _, verb := range slices.Sorted(maps.Keys(have[table])) {
			if whole, ok := may[verb]; !ok || have[table][verb] && !whole {
				return verb + " on " + table
			}
		}
	}
	return ""
}

// lack names something that a role should be able to do and is not; empty when there is nothing.
func lack(have map[string]map[string]bool, rights []right) string {
	for _, r := range rights {
		for verb := range allowed(r.may) {
			if _, ok := have[r.table][verb]; !ok {
				return verb + " on " + r.table
			}
		}
	}
	return ""
}

func (s *Store) names(ctx context.Context, statement string, args ...any) ([]string, error) {
	return column(s.read.QueryContext(ctx, statement, args...))
}

const holdingPostgresSQL = `SELECT set_config('amparo.lookup', $1, true)`

// Holding says that this transaction is about the receipt with a look-up id, or about that and another which takes its place: the public side's own
// role sees and writes the rows of no other. To who may see all, and on SQLite, it makes no difference.
func (t Tx) Holding(ctx context.Context, lookups ...string) error {
	if t.engine == SQLite {
		return nil
	}
	var set string
	return t.One(ctx, holdingPostgresSQL, []any{strings.Join(lookups, " ")}, &set)
}
