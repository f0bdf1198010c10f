package jurisdiction

import (
	"cmp"
	"fmt"
	"path"
	"slices"
)

// A Problem is one fault of a pack: the file inside the pack, the line, counted from 1, and what is wrong there and
// what is expected instead.
type Problem struct {
	File    string
	Line    int
	Message string
}

// String is "file:line: message".
func (p Problem) String() string { return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Message) }

// Under gives the problem with dir before the file, as people know the file.
func (p Problem) Under(dir string) Problem {
	p.File = path.Join(dir, p.File)
	return p
}

// A checker collects problems.
type checker struct{ problems []Problem }

func (c *checker) report(file string, line int, format string, args ...any) {
	c.problems = append(c.problems, Problem{file, max(line, 1), fmt.Sprintf(format, args...)})
}

// at reports a problem of the document at the path given.
func (c *checker) at(d *document, path []string, format string, args ...any) {
	c.report(d.file, d.line(path...), format, args...)
}

// sorted gives the problems by file and line, each once; at most 200, since more help nobody.
func (c *checker) sorted() []Problem {
	slices.SortStableFunc(c.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Message, b.Message))
	})
	list := slices.Compact(c.problems)
	return list[:min(len(list), 200)]
}

// clip shortens what a problem quotes.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
