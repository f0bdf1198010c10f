package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	root   = "../.."
	module = "amparo/"
)

// a room is one package as it is written: its files without tests, parsed.
type room struct {
	name    string // path below internal/, or the whole path of what lies elsewhere
	files   []*ast.File
	imports []string // rooms that it imports, sorted
}

// house parses every package of the module.
func house(t *testing.T) map[string]*room {
	t.Helper()
	rooms := map[string]*room{}
	fset := token.NewFileSet()
	for _, top := range []string{"cmd", "internal", "packs"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(fset, path, nil, 0)
			if err != nil {
				return err
			}
			rel, err := filepath.Rel(root, filepath.Dir(path))
			if err != nil {
				return err
			}
			name := strings.TrimPrefix(filepath.ToSlash(rel), "internal/")
			if rooms[name] == nil {
				rooms[name] = &room{name: name}
			}
			rooms[name].files = append(rooms[name].files, file)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range rooms {
		r.imports = ownImports(r.files)
	}
	return rooms
}

func ownImports(files []*ast.File) []string {
	var list []string
	for _, f := range files {
		for _, i := range f.Imports {
			path, _ := strconv.Unquote(i.Path.Value)
			if rest, own := strings.CutPrefix(path, module); own {
				list = append(list, strings.TrimPrefix(rest, "internal/"))
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
