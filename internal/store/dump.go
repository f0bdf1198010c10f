package store

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// A Dump tells what one holds: the rows of a set at one instant, as text that either engine can load.
type Dump struct {
	Set    Set              `json:"set"`
	Schema int64            `json:"schema"` // the last migration that the tables have seen
	At     time.Time        `json:"at"`
	Rows   map[string]int64 `json:"rows"` // by table
}

const (
	dumpVersion = 1
	loadStep    = 500 // rows in one transaction
)

// ErrNotEmpty says that there is something where a dump was to be loaded.
var ErrNotEmpty = errors.New("there are rows already where this is to be loaded; name a new data folder, or an empty database")

// ErrCut says that a dump is not whole, or is none.
var ErrCut = errors.New("this is not a whole dump of a database; take another copy")

// a dumpHead is the first line of a dump, a tableHead the line before the rows of a table, a dumpEnd the last line. A row is a line with a list; of
// it, bytes are an object with their base64.
type (
	dumpHead struct {
		Version int `json:"amparo_dump"`
		Dump
	}
	tableHead struct {
		Table   string   `json:"table"`
		Columns []string `json:"columns"`
	}
	dumpEnd struct {
		End  bool             `json:"end"`
		Rows map[string]int64 `json:"rows"`
	}
	dumpBytes struct {
		B string `json:"b"`
	}
)

// Dump writes all rows of a set as they are at one instant, while the program goes on, and leaves out those of the tables named. The file can be
// loaded into either engine. A database role from which rows are hidden is refused.
func (s *Store) Dump(ctx context.Context, set Set, w io.Writer, leave ...string) (d Dump, err error) {
	p, err := s.provider(set)
	if err != nil {
		return d, err
	}
	d = Dump{Set: set, At: s.clock.Now(), Rows: map[string]int64{}}
	if d.Schema, err = p.GetDBVersion(ctx); err != nil {
		return d, translate(err)
	}
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: s.isolation(sql.LevelRepeatableRead)})
	if err != nil {
		return d, translate(err)
	}
	defer tx.Rollback() // nothing was written
	if err := s.seesAll(ctx, tx); err != nil {
		return d, err
	}
	tables, err := s.tables(ctx, tx)
	if err != nil {
		return d, err
	}
	out := bufio.NewWriterSize(w, 1<<16)
	line := json.NewEncoder(out)
	line.SetEscapeHTML(false)
	if err := line.Encode(dumpHead{dumpVersion, d}); err != nil {
		return d, err
	}
	for _, table := range tables {
		if slices.Contains(leave, table) {
			continue
		}
		if d.Rows[table], err = dumpTable(ctx, tx, table, line); err != nil {
			return d, fmt.Errorf("the table %s cannot be written out: %w", table, err)
		}
	}
	return d, errors.Join(line.Encode(dumpEnd{true, d.Rows}), out.Flush())
}

func dumpTable(ctx context.Context, tx *sql.Tx, table string, line *json.Encoder) (n int64, err error) {
	rows, err := tx.QueryContext(ctx, "SELECT * FROM "+pgx.Identifier{table}.Sanitize()) //nolint:gosec // a name that the database gave
	if err != nil {
		return 0, translate(err)
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return 0, err
	}
	names, values, into := make([]string, len(types)), make([]any, len(types)), make([]any, len(types))
	for i := range values {
		names[i], into[i] = types[i].Name(), &values[i]
	}
	if err := line.Encode(tableHead{table, names}); err != nil {
		return 0, err
	}
	for ; rows.Next(); n++ {
		if err := rows.Scan(into...); err != nil {
			return n, err
		}
		for i, v := range values {
			switch v := v.(type) {
			case []byte:
				values[i] = dumpBytes{base64.StdEncoding.EncodeToString(v)}
			case int64:
				if strings.EqualFold(types[i].DatabaseTypeName(), "boolean") { // which SQLite keeps as a number
					values[i] = v != 0
				}
			}
		}
		if err := line.Encode(values); err != nil {
			return n, err
		}
	}
	return n, translate(rows.Err())
}

// Load makes the tables of a set as they were when the dump was written, fills them with its rows, and brings them up to what this program needs. Where
// rows are already it is ErrNotEmpty; a dump of a newer program is ErrNewer, and one that was cut or is none is ErrCut.
func (s *Store) Load(ctx context.Context, set Set, r io.Reader) (d Dump, err error) {
	l := loading{s: s, in: bufio.NewReaderSize(r, 1<<16)}
	var head dumpHead
	if err := l.read(&head); err != nil || head.Version != dumpVersion {
		return d, ErrCut
	}
	d = head.Dump
	if d.Set != set {
		return d, fmt.Errorf("this is a dump of the set %s, and %s is to be loaded; take the other file", d.Set, set)
	}
	if err := s.makeTables(ctx, set, d.Schema); err != nil {
		return d, err
	}
	if d.Rows, err = l.all(ctx); err != nil {
		return d, err
	}
	_, err = s.Migrate(ctx, set)
	return d, err
}

// makeTables makes the tables of a version of the schema, and proves that they are empty.
func (s *Store) makeTables(ctx context.Context, set Set, version int64) error {
	p, err := s.provider(set)
	if err != nil {
		return err
	}
	if err := s.makeSchema(ctx); err != nil {
		return err
	}
	if list := p.ListSources(); len(list) == 0 || list[len(list)-1].Version < version {
		return ErrNewer
	}
	if _, err := p.UpTo(ctx, version); err != nil {
		return fmt.Errorf("the tables cannot be made: %w", err)
	}
	if have, err := p.GetDBVersion(ctx); err != nil {
		return err
	} else if have != version {
		return ErrNotEmpty
	}
	return s.Empty(ctx)
}

// A loading is one Load under way.
type loading struct {
	s  *Store
	in *bufio.Reader
}

// line gives the next line.
func (l *loading) line() ([]byte, error) {
	text, err := l.in.ReadBytes('\n')
	if errors.Is(err, io.EOF) {
		return nil, ErrCut
	}
	return text, err
}

func (l *loading) read(v any) error {
	text, err := l.line()
	if err != nil {
		return err
	}
	return json.Unmarshal(text, v)
}

// all loads every table, and proves that as many rows came as were written.
func (l *loading) all(ctx context.Context) (map[string]int64, error) {
	found := map[string]int64{}
	text, err := l.line()
	for err == nil {
		var end dumpEnd
		var head tableHead
		if json.Unmarshal(text, &end) == nil && end.End {
			for table, n := range end.Rows {
				if found[table] != n {
					return found, ErrCut
				}
			}
			return found, nil
		}
		if json.Unmarshal(text, &head) != nil || head.Table == "" || len(head.Columns) == 0 {
			return found, ErrCut
		}
		found[head.Table], text, err = l.table(ctx, head)
	}
	return found, err
}

// table loads one table, and gives the line after its rows.
func (l *loading) table(ctx context.Context, head tableHead) (n int64, next []byte, err error) {
	statement := insertion(head)
	for next == nil {
		var rows [][]any
		if rows, next, err = l.rows(len(head.Columns)); err != nil {
			return n, nil, err
		}
		n += int64(len(rows))
		err = l.s.Write(ctx, func(tx Tx) error {
			for _, row := range rows {
				if _, err := tx.Exec(ctx, statement, row...); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return n, nil, fmt.Errorf("the table %s cannot be loaded: %w", head.Table, err)
		}
	}
	return n, next, nil
}

func insertion(head tableHead) string {
	columns, places := make([]string, len(head.Columns)), make([]string, len(head.Columns))
	for i, name := range head.Columns {
		columns[i], places[i] = pgx.Identifier{name}.Sanitize(), fmt.Sprintf("$%d", i+1)
	}
	return "INSERT INTO " + pgx.Identifier{head.Table}.Sanitize() + " (" + strings.Join(columns, ", ") + ") VALUES (" + strings.Join(places, ", ") + ")"
}

// rows gives some rows; with the last ones the line after them.
func (l *loading) rows(width int) (rows [][]any, next []byte, err error) {
	for len(rows) < loadStep {
		text, err := l.line()
		if err != nil {
			return nil, nil, err
		}
		if text[0] != '[' {
			return rows, text, nil
		}
		row, err := values(text)
		if err != nil || len(row) != width {
			return nil, nil, ErrCut
		}
		rows = append(rows, row)
	}
	return rows, nil, nil
}

// values gives the values of a row's line.
func values(text []byte) ([]any, error) {
	in := json.NewDecoder(bytes.NewReader(text))
	in.UseNumber()
	var row []any
	if err := in.Decode(&row); err != nil {
		return nil, err
	}
	for i, v := range row {
		var err error
		switch v := v.(type) {
		case json.Number:
			row[i], err = v.Int64()
		case map[string]any:
			text, ok := v["b"].(string)
			if !ok || len(v) != 1 {
				return nil, ErrCut
			}
			row[i], err = base64.StdEncoding.DecodeString(text)
		}
		if err != nil {
			return nil, err
		}
	}
	return row, nil
}

// column gives the first column of all rows.
func column(rows *sql.Rows, err error) (list []string, _ error) {
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		list = append(list, name)
	}
	return list, translate(rows.Err())
}
