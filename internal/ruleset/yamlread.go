package ruleset

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// A Problem is one fault of a pack's file: where it is and what is expected there.
type Problem struct {
	File    string
	Line    int // from 1
	Message string
}

// String is "file:line: message".
func (p Problem) String() string { return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Message) }

// A reader walks YAML nodes and notes every problem instead of stopping at the first. Its methods take a nil node for
// what is missing and was reported already, and then give a zero value.
type reader struct {
	file     string
	problems []Problem
}

func (r *reader) report(line int, format string, args ...any) {
	r.problems = append(r.problems, Problem{r.file, max(line, 1), fmt.Sprintf(format, args...)})
}

// sorted gives the problems by line, those of one line in the order in which they were found.
func (r *reader) sorted() []Problem {
	slices.SortStableFunc(r.problems, func(a, b Problem) int { return a.Line - b.Line })
	return r.problems
}

// MaxFile is the most bytes of one file.
const MaxFile = 1 << 20

// The YAML library gives its errors as text alone. What its parser (not its scanner) finds is said one line too early.
var (
	yamlLine   = regexp.MustCompile(`^line (\d+): `)
	yamlParser = regexp.MustCompile(`did not find expected (<|node content|'-' indicator|key$|',' or)`)
	yamlAnchor = regexp.MustCompile(`^unknown anchor '(.+)' referenced$`)
)

// document gives the root of the one document in data, or nil with a problem.
func (r *reader) document(data []byte) *yaml.Node {
	if len(data) > MaxFile {
		r.report(1, "expected a file of at most 1 MiB")
		return nil
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, next yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		r.report(1, "the file is empty: expected a rule set")
		return nil
	case err != nil:
		r.broken(data, err)
		return nil
	}
	switch err := dec.Decode(&next); {
	case errors.Is(err, io.EOF):
	case err != nil:
		r.broken(data, err)
	default:
		r.report(next.Line, "expected one document: a second one starts here")
	}
	return doc.Content[0]
}

// broken reports text that is not YAML, in the line that is to be mended.
func (r *reader) broken(data []byte, err error) {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 1
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		line, _ = strconv.Atoi(m[1])
		text = strings.TrimPrefix(text, m[0])
		if yamlParser.MatchString(text) {
			line++
		}
	}
	if m := yamlAnchor.FindStringSubmatch(text); m != nil {
		before, _, _ := bytes.Cut(data, []byte("*"+m[1]))
		line += bytes.Count(before, []byte("\n"))
	}
	r.report(line, "not YAML: %s", text)
}

// An entry is one key of a mapping with its value.
type entry struct {
	key   string
	line  int
	value *yaml.Node
}

// entries gives the keys of a mapping in their order; a key that stands twice is a problem and left out.
func (r *reader) entries(n *yaml.Node, what string) []entry {
	if n == nil {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		r.report(n.Line, "%s: expected a mapping, got %s", what, kind(n))
		return nil
	}
	var list []entry
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			r.report(key.Line, "%s: expected a plain word as key, got %s", what, kind(key))
			continue
		}
		if j := slices.IndexFunc(list, func(e entry) bool { return e.key == key.Value }); j >= 0 {
			r.report(key.Line, "%s: key %q stands twice, first in line %d", what, clipped(key.Value), list[j].line)
			continue
		}
		list = append(list, entry{key.Value, key.Line, value})
	}
	return list
}

// record gives the values of a mapping with fixed keys. Unknown and missing keys are problems.
func (r *reader) record(n *yaml.Node, what string, required []string, optional ...string) map[string]*yaml.Node {
	values := map[string]*yaml.Node{}
	known := append(slices.Clone(required), optional...)
	for _, e := range r.entries(n, what) {
		if !slices.Contains(known, e.key) {
			r.report(e.line, "%s: unknown key %q; expected %s", what, clipped(e.key), strings.Join(known, ", "))
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
		r.report(n.Line, "%s: expected a list of at least one, got %s", what, kind(n))
		return nil
	}
	return n.Content
}

func (r *reader) text(n *yaml.Node, what string) string {
	if n == nil {
		return ""
	}
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!str" || strings.TrimSpace(n.Value) == "" {
		r.report(n.Line, "%s: expected text, got %s", what, kind(n))
		return ""
	}
	return strings.TrimSpace(n.Value)
}

// match is text that fits the pattern; expected says the pattern in words.
func (r *reader) match(n *yaml.Node, what string, pattern *regexp.Regexp, expected string) string {
	text := r.text(n, what)
	if text != "" && !pattern.MatchString(text) {
		r.report(n.Line, "%s: expected %s, got %q", what, expected, clipped(text))
		return ""
	}
	return text
}

func (r *reader) number(n *yaml.Node, what string, low, high int) int {
	if n == nil {
		return 0
	}
	value, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!int" || err != nil || value < low || value > high {
		r.report(n.Line, "%s: expected a whole number from %d to %d, got %s", what, low, high, kind(n))
		return 0
	}
	return value
}

// span is a duration of whole hours or minutes, more than zero and at most a year, as in "72h".
func (r *reader) span(n *yaml.Node, what string) time.Duration {
	text := r.text(n, what)
	if text == "" {
		return 0
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < time.Minute || d > 8760*time.Hour || d%time.Minute != 0 {
		r.report(n.Line, `%s: expected a time like "72h", from 1m to 8760h, got %q`, what, clipped(text))
		return 0
	}
	return d
}

// kind says in words what a node is.
func kind(n *yaml.Node) string {
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
	return fmt.Sprintf("%q (%s)", clipped(n.Value), strings.TrimLeft(n.ShortTag(), "!"))
}

func clipped(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
