package lang

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var codeShape = regexp.MustCompile(`^fault\.[a-z0-9_]+$`)

// A said is one fault code in the program's source, with the parameters of the call that it stands in.
type said struct {
	code   string
	at     token.Position
	call   bool // it is an argument of New, Wrap or With, so params are all it has
	params []string
}

// A source is the program's parsed files and the fault codes that are named by constants, as "package.Name".
type source struct {
	set   *token.FileSet
	files []*ast.File
	codes map[string]string
}

// TestEveryFaultOfTheProgramHasAMessage reads the source of the whole program: every code has a message, and every call
// that makes a fault gives what its message needs.
func TestEveryFaultOfTheProgramHasAMessage(t *testing.T) {
	c := catalog(t)
	found := sourceBelow(t, "..").said()
	if len(found) < 5 {
		t.Fatalf("only %d codes were found: the search is broken", len(found))
	}
	for _, s := range found {
		m, ok := c.tongues[0].messages[s.code]
		if !ok {
			t.Errorf("%s: %s has no message in catalog/en", s.at, s.code)
			continue
		}
		for _, need := range m.params {
			if s.call && !slices.Contains(s.params, need) {
				t.Errorf("%s: %s needs the parameter %s", s.at, s.code, need)
			}
		}
	}
}

// TestEveryFaultOfThePublicSideIsPublic reads the source of all that the public side is made of: what it may be told stands where
// every language has it. Left out are rooms that decide about staff, and the rules, by which it only computes; what these refuse is
// never said to whoever reports.
func TestEveryFaultOfThePublicSideIsPublic(t *testing.T) {
	rooms, messages, checked := map[string]bool{}, catalog(t).tongues[0].messages, 0
	standsOn(t, "web/public", rooms)
	for _, ofStaff := range []string{"access", "audit", "grant", "ruleset"} {
		delete(rooms, ofStaff)
	}
	for _, s := range sourceBelow(t, "..").said() {
		room, err := filepath.Rel("..", filepath.Dir(s.at.Filename))
		constant := !strings.HasSuffix(s.at.Filename, ".go") // "fault.CodeStale": where it is used is known by its package alone
		if err != nil || constant || !rooms[filepath.ToSlash(room)] || s.code == "fault.forbidden" {
			continue
		}
		checked++
		if !messages[s.code].public() {
			t.Errorf("%s: %s may be said to whoever reports and stands at %s", s.at, s.code, messages[s.code].file)
		}
	}
	if checked < 15 || len(rooms) < 10 {
		t.Errorf("only %d faults of %d rooms were looked at", checked, len(rooms))
	}
}

// standsOn adds a room and all that it imports, and they import.
func standsOn(t *testing.T, room string, into map[string]bool) {
	t.Helper()
	if into[room] {
		return
	}
	into[room] = true
	for _, file := range sourceBelow(t, filepath.Join("..", room)).files {
		for _, spec := range file.Imports {
			if path, ok := text(spec.Path); ok && strings.HasPrefix(path, "amparo/internal/") {
				standsOn(t, strings.TrimPrefix(path, "amparo/internal/"), into)
			}
		}
	}
}

// sourceBelow parses every Go file below a folder, tests left out.
func sourceBelow(t *testing.T, root string) *source {
	t.Helper()
	s := &source{set: token.NewFileSet(), codes: map[string]string{}}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(s.set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		s.add(file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// add takes a file in and remembers its constants of type fault.Code.
func (s *source) add(file *ast.File) {
	s.files = append(s.files, file)
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != len(spec.Names) || !isCode(file, spec.Type) {
			return true
		}
		for i, name := range spec.Names {
			if code, ok := text(spec.Values[i]); ok {
				s.codes[file.Name.Name+"."+name.Name] = code
			}
		}
		return true
	})
}

func isCode(file *ast.File, of ast.Expr) bool {
	switch of := of.(type) {
	case *ast.Ident:
		return of.Name == "Code" && file.Name.Name == "fault"
	case *ast.SelectorExpr:
		on, ok := of.X.(*ast.Ident)
		return ok && on.Name == "fault" && of.Sel.Name == "Code"
	}
	return false
}

// said lists the codes of the calls that make faults, of the constants, and of any other text that looks like a code.
func (s *source) said() (found []said) {
	for name, code := range s.codes {
		found = append(found, said{code: code, at: token.Position{Filename: name}})
	}
	inCall := map[ast.Node]bool{}
	for _, file := range s.files {
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && makesFault(call) && !call.Ellipsis.IsValid() {
				for i, arg := range call.Args {
					if code, ok := s.code(file, arg); ok {
						inCall[arg] = true
						found = append(found, said{code, s.set.Position(arg.Pos()), true, names(call.Args[i+1:])})
					}
				}
			}
			if lit, ok := n.(*ast.BasicLit); ok && !inCall[n] {
				if code, ok := text(lit); ok && codeShape.MatchString(code) {
					found = append(found, said{code: code, at: s.set.Position(lit.Pos())})
				}
			}
			return true
		})
	}
	return found
}

// code tells which code an argument is: a text, a constant of the package, or a constant of another.
func (s *source) code(file *ast.File, arg ast.Expr) (string, bool) {
	switch arg := arg.(type) {
	case *ast.Ident:
		code, ok := s.codes[file.Name.Name+"."+arg.Name]
		return code, ok
	case *ast.SelectorExpr:
		if on, ok := arg.X.(*ast.Ident); ok {
			code, ok := s.codes[on.Name+"."+arg.Sel.Name]
			return code, ok
		}
		return "", false
	}
	code, ok := text(arg)
	return code, ok && codeShape.MatchString(code)
}

// makesFault tells whether the call is of fault.New, fault.Wrap or With.
func makesFault(call *ast.CallExpr) bool {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	on, _ := sel.X.(*ast.Ident)
	return sel.Sel.Name == "With" || (on != nil && on.Name == "fault" && (sel.Sel.Name == "New" || sel.Sel.Name == "Wrap"))
}

// names gives the names of a list of name, value, name, value.
func names(args []ast.Expr) (params []string) {
	for i := 0; i < len(args); i += 2 {
		if name, ok := text(args[i]); ok {
			params = append(params, name)
		}
	}
	return params
}

func text(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

func TestTheSearchFindsWhatItShould(t *testing.T) {
	s := &source{set: token.NewFileSet(), codes: map[string]string{}}
	file, err := parser.ParseFile(s.set, "x.go", `package x
const own fault.Code = "x.own"
func f() error { e := fault.New(k, "fault.new", "A", 1); e.With("field", own, "B", 2); return fault.Wrap(err, k, "fault.wrap") }
var loose, other = "fault.loose", "fault. is a word"`, 0)
	if err != nil {
		t.Fatal(err)
	}
	s.add(file)
	var calls, all []string
	for _, one := range s.said() {
		all = append(all, one.code)
		if one.call {
			calls = append(calls, one.code+" "+strings.Join(one.params, ","))
		}
	}
	slices.Sort(all)
	if strings.Join(calls, "|") != "fault.new A|x.own B|fault.wrap " {
		t.Errorf("the calls are %q", calls)
	}
	if strings.Join(slices.Compact(all), "|") != "fault.loose|fault.new|fault.wrap|x.own" {
		t.Errorf("the codes are %q", all)
	}
}
