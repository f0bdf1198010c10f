package app

import (
	"context"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"amparo/internal/config"
	"amparo/internal/jobs"
)

// kinds gives every kind of job that some room has a constant for.
func kinds(t *testing.T) (list []jobs.Kind) {
	t.Helper()
	must(t, filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			kind, ok := spec.Type.(*ast.SelectorExpr)
			if !ok || kind.Sel.Name != "Kind" || kind.X.(*ast.Ident).Name != "jobs" {
				return true
			}
			for _, value := range spec.Values {
				text, err := strconv.Unquote(value.(*ast.BasicLit).Value)
				must(t, err)
				list = append(list, jobs.Kind(text))
			}
			return true
		})
		return nil
	}))
	return list
}

// TestEveryJobHasAWorker holds that nothing is enqueued that nobody does: such a job would wait for ever.
func TestEveryJobHasAWorker(t *testing.T) {
	a, _ := opened(t, plain(t, config.Data{Dir: filepath.Join(t.TempDir(), "data")}))
	list := kinds(t)
	if len(list) < 5 {
		t.Fatalf("only %v were found", list)
	}
	for _, kind := range list {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("no worker does %s", kind)
				}
			}()
			a.runner.Handle(kind, func(context.Context, json.RawMessage, jobs.Done) error { return nil }) // panics when there is one
		}()
	}
}
