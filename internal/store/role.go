package store

import (
	"context"
	"errors"
	"fmt"
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
	{"staffed_time", "SELECT"},
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
)

// publicRows are the rows of a table that the public side sees and writes: those of the receipt that somebody holds, jobs that open what it took,
// and entries of the log that name nobody.
var publicRows = []struct{ table, seen, written string }{
	{"receipt", held, held},
	{"receipt_former", held, held},
	{"message_id", heldHere, heldHere},
	{"posted_reply", heldHere, heldHere},
	{"job", opened, opened},
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
	readablePostgresSQL = `SELECT c.relname FROM pg_class c WHERE c.relnamespace = to_regnamespace($1) AND c.relkind IN ('r', 'p')
		AND has_any_column_privilege(c.oid, 'SELECT') = $2 ORDER BY c.relname`
	policedPostgresSQL = `SELECT count(*) FROM pg_class c WHERE c.relnamespace = to_regnamespace($1) AND c.relname = 'receipt' AND row_security_active(c.oid)`
)

// Holds proves that the role of this connection is the one that Grant prepared for the side, in the main set: that the public side cannot read what was
// told, nor see the receipts of others, and that the desk and the jobs lack no table. SQLite is ErrNoRoles.
func (s *Store) Holds(ctx context.Context, side Side) error {
	if s.engine == SQLite {
		return ErrNoRoles
	}
	schema := pgx.Identifier{s.schema}.Sanitize()
	if side != PublicSide {
		lacks, err := s.names(ctx, readablePostgresSQL, schema, false)
		if err == nil && len(lacks) > 0 {
			err = fmt.Errorf("its database role may not read %s; run amparo migrate --grant as the owner of the tables", strings.Join(lacks, ", "))
		}
		return err
	}
	reads, err := s.names(ctx, readablePostgresSQL, schema, true)
	if err != nil {
		return err
	}
	for _, table := range reads {
		if !slices.ContainsFunc(publicRights, func(r right) bool { return r.table == table && strings.Contains(r.may, "SELECT") }) {
			return fmt.Errorf("its database role may read %s, which the public side must not; start it with the role that amparo migrate --grant prepared", table)
		}
	}
	var policed int
	if err := s.read.QueryRowContext(ctx, policedPostgresSQL, schema).Scan(&policed); err != nil {
		return translate(err)
	}
	if policed == 0 || len(reads) == 0 {
		return errors.New("its database role was not prepared for it; run amparo migrate --grant as the owner of the tables")
	}
	return nil
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
