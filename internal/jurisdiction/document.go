package jurisdiction

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// What one file may be at most: a pack is written by people, and whatever is larger was not.
const (
	maxFile  = 1 << 20
	maxNodes = 60_000
	maxDepth = 24
)

// A document is one YAML file of a pack: the nodes with their lines, and the same as plain values.
type document struct {
	file  string
	root  *yaml.Node
	value any
	nodes int
}

// read gives the bytes of a regular file; it follows no symbolic link and reads no more than maxFile.
func (c *checker) read(fsys fs.FS, file string) ([]byte, bool) {
	info, err := fs.Lstat(fsys, file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		c.report(file, 1, "the file is missing; expected every pack to have it")
		return nil, false
	case err != nil:
		c.report(file, 1, "the file cannot be read; expected a readable file")
		return nil, false
	case !info.Mode().IsRegular():
		c.report(file, 1, "this is no regular file; expected a file, not a link, folder or device")
		return nil, false
	}
	f, err := fsys.Open(file)
	if err != nil {
		c.report(file, 1, "the file cannot be read; expected a readable file")
		return nil, false
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		c.report(file, 1, "the file cannot be read; expected a readable file")
		return nil, false
	}
	return data, c.isText(file, data)
}

func (c *checker) isText(file string, data []byte) bool {
	if len(data) > maxFile {
		c.report(file, 1, "the file is too large; expected at most 1 MiB")
		return false
	}
	line := 1
	for rest := data; len(rest) > 0; {
		r, n := utf8.DecodeRune(rest)
		if r == utf8.RuneError && n <= 1 || r < ' ' && !strings.ContainsRune("\n\r\t", r) || r == 0x7f {
			c.report(file, line, "this is not plain text; expected UTF-8 without control characters")
			return false
		}
		if r == '\n' {
			line++
		}
		rest = rest[n:]
	}
	return true
}

// parse reads one YAML document without aliases, anchors, tags of its own or names that stand twice.
func (c *checker) parse(file string, data []byte) (d *document) {
	before := len(c.problems)
	defer func() {
		if recover() != nil { // the YAML library's own failure must not become ours
			c.report(file, 1, "this is not YAML; expected a YAML file")
			d = nil
		}
	}()
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, next yaml.Node
	if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
		c.report(file, 1, "the file is empty; expected a YAML file")
		return nil
	} else if err != nil {
		c.notYAML(file, data, err)
		return nil
	}
	if err := dec.Decode(&next); !errors.Is(err, io.EOF) {
		c.report(file, next.Line, "a second document starts here; expected one")
		return nil
	}
	d = &document{file: file, root: doc.Content[0]}
	d.value = c.plain(d, d.root, 0)
	if len(c.problems) > before {
		return nil
	}
	return d
}

var yamlLine = regexp.MustCompile(`^yaml: line (\d+): (.*)`)

// The library's parser, unlike its scanner, counts lines from zero.
var yamlParser = regexp.MustCompile(`did not find expected (<|node content|'-' indicator|key$|',' or)`)

func (c *checker) notYAML(file string, data []byte, err error) {
	line, text := 1, strings.TrimPrefix(err.Error(), "yaml: ")
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		line, _ = strconv.Atoi(m[1])
		text = m[2]
		if yamlParser.MatchString(text) {
			line++
		}
	}
	line = min(line, bytes.Count(bytes.TrimSuffix(data, []byte("\n")), []byte("\n"))+1)
	c.report(file, line, "this is not YAML: %s; expected a YAML file", clip(text))
}

// plain turns nodes into maps, lists and scalars as JSON has them.
func (c *checker) plain(d *document, n *yaml.Node, depth int) any {
	d.nodes++
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		c.report(d.file, n.Line, "anchors and aliases (& and *) are not allowed; expected the text itself")
		return nil
	case depth > maxDepth || d.nodes > maxNodes:
		if d.nodes <= maxNodes+1 {
			c.report(d.file, n.Line, "the file is nested too deep or too long; expected at most %d levels", maxDepth)
		}
		d.nodes = maxNodes + 2 // said once
		return nil
	case n.Kind == yaml.MappingNode && n.ShortTag() == "!!map":
		return c.plainMap(d, n, depth)
	case n.Kind == yaml.SequenceNode && n.ShortTag() == "!!seq":
		list := make([]any, 0, len(n.Content))
		for _, item := range n.Content {
			list = append(list, c.plain(d, item, depth+1))
		}
		return list
	case n.Kind == yaml.ScalarNode:
		return c.scalar(d, n)
	}
	c.report(d.file, n.Line, "the tag %s is not allowed; expected plain YAML", clip(n.Tag))
	return nil
}

func (c *checker) plainMap(d *document, n *yaml.Node, depth int) any {
	m := make(map[string]any, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode || key.Anchor != "" || key.ShortTag() == "!!merge" {
			c.report(d.file, key.Line, "this name is not plain text; expected a name and a colon")
			continue
		}
		if _, twice := m[key.Value]; twice {
			c.report(d.file, key.Line, "%q stands twice; expected it once", clip(key.Value))
		}
		m[key.Value] = c.plain(d, value, depth+1)
	}
	return m
}

func (c *checker) scalar(d *document, n *yaml.Node) any {
	switch n.ShortTag() {
	case "!!str", "!!timestamp":
		return n.Value
	case "!!null":
		return nil
	case "!!bool", "!!int", "!!float":
		var v any
		if err := n.Decode(&v); err == nil {
			return finite(v, n.Value)
		}
	}
	c.report(d.file, n.Line, "the tag %s is not allowed; expected plain YAML", clip(n.Tag))
	return nil
}

// finite gives numbers that JSON has; any other as the text it was.
func finite(v any, text string) any {
	switch v := v.(type) {
	case bool, int:
		return v
	case float64:
		if !math.IsInf(v, 0) && !math.IsNaN(v) && math.Abs(v) < 1e15 {
			return v
		}
	}
	return text
}

// line is where the path leads, or the last part of it that exists. A name counts as where it stands.
func (d *document) line(path ...string) int {
	n, line := d.root, d.root.Line
	for _, step := range path {
		key, value := child(n, step)
		if value == nil {
			break
		}
		n, line = value, key.Line
	}
	return line
}

func child(n *yaml.Node, step string) (key, value *yaml.Node) {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == step {
				return n.Content[i], n.Content[i+1]
			}
		}
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(n.Content) {
			return n.Content[i], n.Content[i]
		}
	}
	return nil, nil
}

// into decodes the document, which its schema has accepted, into a struct.
func (c *checker) into(d *document, v any) bool {
	if err := d.root.Decode(v); err != nil {
		c.report(d.file, d.root.Line, "%s; expected what the schema says", clip(err.Error()))
		return false
	}
	return true
}

// label is a path as people write it: agencies[2].covers.
func label(path []string) string {
	var b strings.Builder
	for _, step := range path {
		if _, err := strconv.Atoi(step); err == nil {
			fmt.Fprintf(&b, "[%s]", step)
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(step)
	}
	if b.Len() == 0 {
		return "the file"
	}
	return clip(b.String())
}
