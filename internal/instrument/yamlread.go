package instrument

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A Problem is one fault of an instrument's file: where it is and what is expected there.
type Problem struct {
	File    string
	Line    int // from 1
	Message string
}

// String is "file:line: message".
func (p Problem) String() string { return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Message) }

// A reader walks YAML nodes and notes every problem. Its methods take a nil node for what is missing (and was reported
// where that matters) and then give a zero value.
type reader struct {
	file     string
	problems []Problem
}

func (r *reader) report(line int, format string, args ...any) {
	r.problems = append(r.problems, Problem{r.file, max(line, 1), fmt.Sprintf(format, args...)})
}

// sorted gives the problems by line; those of one line stay in the order in which they were found.
func (r *reader) sorted() []Problem {
	slices.SortStableFunc(r.problems, func(a, b Problem) int { return a.Line - b.Line })
	return r.problems
}

// maxFile is the most bytes of one file.
const maxFile = 1 << 20

// The YAML library gives its errors as text alone. What its parser (not its scanner) finds is said one line too early.
var (
	yamlLine   = regexp.MustCompile(`^line (\d+): `)
	yamlParser = regexp.MustCompile(`did not find expected (<|node content|'-' indicator|key$|',' or)`)
)

// document gives the root of the only document in data, or nil with a problem.
func (r *reader) document(data []byte) *yaml.Node {
	if len(data) > maxFile {
		r.report(1, "expected a file of at most 1 MiB")
		return nil
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, next yaml.Node
	err := dec.Decode(&doc)
	switch {
	case errors.Is(err, io.EOF) || err == nil && len(doc.Content) == 0:
		r.report(1, "the file is empty: expected an instrument")
		return nil
	case err != nil:
		r.broken(err)
		return nil
	}
	switch err := dec.Decode(&next); {
	case err == nil:
		r.report(next.Line, "expected one document: a second one starts here")
	case !errors.Is(err, io.EOF):
		r.broken(err)
	}
	return doc.Content[0]
}

// broken reports text that is not YAML, in the line that is to be mended.
func (r *reader) broken(err error) {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 1
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		line, _ = strconv.Atoi(m[1])
		text = strings.TrimPrefix(text, m[0])
		if yamlParser.MatchString(text) {
			line++
		}
	}
	r.report(line, "not YAML: %s", text)
}

// An entry is one key of a mapping with its value.
type entry struct {
	key   string
	line  int
	value *yaml.Node
}

// entries gives the keys of a mapping in their order. A key that stands twice is a problem and left out.
func (r *reader) entries(n *yaml.Node, what string) []entry {
	if n == nil {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		r.report(n.Line, "%s: expected a mapping, got %s", what, kindOf(n))
		return nil
	}
	var list []entry
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode {
			r.report(key.Line, "%s: expected a plain word as key, got %s", what, kindOf(key))
			continue
		}
		if j := slices.IndexFunc(list, func(e entry) bool { return e.key == key.Value }); j >= 0 {
			r.report(key.Line, "%s: %q stands twice, first in line %d", what, clipped(key.Value), list[j].line)
			continue
		}
		list = append(list, entry{key.Value, key.Line, n.Content[i+1]})
	}
	return list
}

// record gives the values of a mapping with fixed keys. Unknown and missing ones are problems.
func (r *reader) record(n *yaml.Node, what string, required []string, optional ...string) map[string]*yaml.Node {
	values := map[string]*yaml.Node{}
	keys := append(slices.Clone(required), optional...)
	for _, e := range r.entries(n, what) {
		if !slices.Contains(keys, e.key) {
			r.report(e.line, "%s: unknown key %q; expected %s", what, clipped(e.key), strings.Join(keys, ", "))
			continue
		}
		values[e.key] = e.value
	}
	if n == nil || n.Kind != yaml.MappingNode {
		return values
	}
	for _, key := range required {
		if values[key] == nil {
			r.report(n.Line, "%s: %q is missing", what, key)
		}
	}
	return values
}

func (r *reader) list(n *yaml.Node, what string) []*yaml.Node {
	if n == nil {
		return nil
	}
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		r.report(n.Line, "%s: expected a list of at least one, got %s", what, kindOf(n))
		return nil
	}
	return n.Content
}

func (r *reader) text(n *yaml.Node, what string) string {
	if n == nil {
		return ""
	}
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!str" || strings.TrimSpace(n.Value) == "" {
		r.report(n.Line, "%s: expected text, got %s", what, kindOf(n))
		return ""
	}
	return strings.TrimSpace(n.Value)
}

// word is a scalar that fits the pattern, also where YAML takes it for something else than text ("8_12", "no").
func (r *reader) word(n *yaml.Node, what string, pattern *regexp.Regexp, expected string) string {
	if n == nil {
		return ""
	}
	if n.Kind != yaml.ScalarNode || !pattern.MatchString(n.Value) {
		r.report(n.Line, "%s: expected %s, got %s", what, expected, kindOf(n))
		return ""
	}
	return n.Value
}

// choice is one word of a list; when nothing is there it is the first.
func (r *reader) choice(n *yaml.Node, what string, allowed ...string) string {
	if n == nil {
		return allowed[0]
	}
	if n.Kind != yaml.ScalarNode || !slices.Contains(allowed, n.Value) {
		r.report(n.Line, "%s: expected one of %s, got %s", what, strings.Join(allowed, ", "), kindOf(n))
		return allowed[0]
	}
	return n.Value
}

func (r *reader) yes(n *yaml.Node, what string) bool {
	if n == nil {
		return false
	}
	if n.Kind != yaml.ScalarNode || n.Value != "true" && n.Value != "false" {
		r.report(n.Line, "%s: expected true or false, got %s", what, kindOf(n))
	}
	return n.Value == "true"
}

func (r *reader) number(n *yaml.Node, what string, low, high int) int {
	if n == nil {
		return 0
	}
	value, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil || value < low || value > high {
		r.report(n.Line, "%s: expected a whole number from %d to %d, got %s", what, low, high, kindOf(n))
		return 0
	}
	return value
}

// kindOf says in words what a node is.
func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		if len(n.Content) == 0 {
			return "an empty list"
		}
		return "a list"
	case yaml.AliasNode:
		return "an alias, which is not used here"
	}
	if n.ShortTag() == "!!null" || strings.TrimSpace(n.Value) == "" {
		return "nothing"
	}
	return strconv.Quote(clipped(n.Value))
}

func clipped(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
