package archtest

import (
	"database/sql"
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"amparo/internal/store"
	"amparo/internal/store/storetest"
)

// statements gives the value of every constant named …SQL, by room and name.
func statements(t *testing.T, rooms map[string]*room) map[string]string {
	t.Helper()
	exprs := map[string]ast.Expr{}
	for _, r := range rooms {
		for _, f := range r.files {
			collect(f, func(name string, value ast.Expr) { exprs[r.name+"."+name] = value })
		}
	}
	found := map[string]string{}
	for name, expr := range exprs {
		if !strings.HasSuffix(name, "SQL") {
			continue
		}
		value, err := eval(exprs, strings.TrimSuffix(name, name[strings.LastIndex(name, "."):]), expr)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		found[name] = value
	}
	return found
}

func collect(f *ast.File, add func(name string, value ast.Expr)) {
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		for _, s := range g.Specs {
			v := s.(*ast.ValueSpec)
			for i := range v.Values {
				add(v.Names[i].Name, v.Values[i])
			}
		}
	}
}

// eval computes a constant string made of literals, +, and other constants.
func eval(exprs map[string]ast.Expr, in string, e ast.Expr) (string, error) {
	switch e := e.(type) {
	case *ast.BasicLit:
		return strconv.Unquote(e.Value)
	case *ast.ParenExpr:
		return eval(exprs, in, e.X)
	case *ast.BinaryExpr:
		x, err := eval(exprs, in, e.X)
		if err != nil {
			return "", err
		}
		y, err := eval(exprs, in, e.Y)
		return x + y, err
	case *ast.Ident:
		if next, ok := exprs[in+"."+e.Name]; ok {
			return eval(exprs, in, next)
		}
	case *ast.SelectorExpr:
		pkg := fmt.Sprint(e.X)
		if next, ok := exprs[pkg+"."+e.Sel.Name]; ok {
			return eval(exprs, pkg, next)
		}
	}
	return "", fmt.Errorf("a statement is made of literals and constants, so that it can be read and checked; found %T", e)
}

// whole tells whether the text is a statement, not a piece of others.
var whole = regexp.MustCompile(`^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\s`)

// TestEveryStatementPrepares prepares each statement on the engine and set that it is for.
func TestEveryStatementPrepares(t *testing.T) {
	list := statements(t, house(t))
	if len(list) < 20 {
		t.Fatalf("found %d statements; the search is broken", len(list))
	}
	storetest.Databases(t, func(t *testing.T, engine store.Engine, main, keys *sql.DB) {
		for _, name := range slices.Sorted(maps.Keys(list)) {
			if !whole.MatchString(list[name]) || forAnother(name, engine) {
				continue
			}
			if err := prepare(main, list[name]); err != nil {
				if prepare(keys, list[name]) != nil {
					t.Errorf("%s does not prepare: %v", name, err)
				}
			}
		}
	})
}

// forAnother tells whether a statement is one of the forks of docs/engines.md, named for the other engine.
func forAnother(name string, engine store.Engine) bool {
	return engine == store.SQLite && strings.HasSuffix(name, "PostgresSQL") || engine == store.Postgres && strings.HasSuffix(name, "SQLiteSQL")
}

func prepare(db *sql.DB, statement string) error {
	s, err := db.Prepare(statement)
	if err != nil {
		return err
	}
	return s.Close()
}

// TestOneRoomWritesOneTable finds, for every table, the one room whose statements write it.
func TestOneRoomWritesOneTable(t *testing.T) {
	writes := regexp.MustCompile(`\b(?:INSERT INTO|UPDATE|DELETE FROM)\s+([a-z_]+)`)
	writer := map[string]string{}
	for name, text := range statements(t, house(t)) {
		for _, m := range writes.FindAllStringSubmatch(text, -1) {
			table, by := m[1], filepath.Dir(strings.ReplaceAll(name, ".", "/"))
			if table == "set" { // ON CONFLICT … DO UPDATE SET
				continue
			}
			if other, ok := writer[table]; ok && other != by {
				t.Errorf("both %s and %s write the table %s", other, by, table)
			}
			writer[table] = by
		}
	}
}
