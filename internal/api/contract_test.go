package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"amparo/internal/api"
)

// A contract is the document, by which answers are looked at.
type contract struct {
	tree     map[string]any
	compiler *jsonschema.Compiler
	seen     map[string]bool // "GET /path 200", for what was answered
}

const documentURL = "https://amparo.example/openapi.json"

func readContract(t *testing.T) *contract {
	t.Helper()
	text, err := os.ReadFile("openapi.yaml")
	must(t, err)
	var loose any
	must(t, yaml.Unmarshal(text, &loose))
	asJSON, err := json.Marshal(loose)
	must(t, err)
	tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
	must(t, err)
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	must(t, c.AddResource(documentURL, tree))
	return &contract{tree: tree.(map[string]any), compiler: c, seen: map[string]bool{}}
}

// at follows names into the document, through references.
func (c *contract) at(from any, names ...string) any {
	for _, name := range names {
		from = c.whole(from)
		m, _ := from.(map[string]any)
		from = m[name]
	}
	return c.whole(from)
}

// whole gives what a reference points to.
func (c *contract) whole(v any) any {
	m, _ := v.(map[string]any)
	to, ok := m["$ref"].(string)
	if !ok {
		return v
	}
	return c.at(c.tree, strings.Split(strings.TrimPrefix(to, "#/"), "/")...)
}

// schema compiles a named schema of the document.
func (c *contract) schema(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	s, err := c.compiler.Compile(documentURL + "#/components/schemas/" + name)
	must(t, err)
	return s
}

// fits tells what is wrong with JSON by a named schema.
func (c *contract) fits(t *testing.T, name string, text []byte) error {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return c.schema(t, name).Validate(v)
}

// path gives the path of the document that an address is of.
func (c *contract) path(address string) string {
	address, _, _ = strings.Cut(address, "?")
	paths := c.at(c.tree, "paths").(map[string]any)
	if _, exact := paths[address]; exact {
		return address
	}
	for path := range paths {
		if regexp.MustCompile("^" + regexp.MustCompile(`\{[^}]+\}`).ReplaceAllString(path, "[^/]+") + "$").MatchString(address) {
			return path
		}
	}
	return ""
}

// holds fails the test unless an answer is one that the document has: its status, its type, its headers and its body.
func (c *contract) holds(t *testing.T, method, address string, got *http.Response, body []byte) {
	t.Helper()
	path := c.path(address)
	operation, _ := c.at(c.tree, "paths", path, strings.ToLower(method)).(map[string]any)
	if operation == nil {
		if got.StatusCode != http.StatusNotFound && got.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("%s %s is not in the document and is answered with %d", method, address, got.StatusCode)
		}
		must(t, c.fits(t, "Problem", body))
		return
	}
	name := fmt.Sprintf("%s %s %d", method, path, got.StatusCode)
	c.seen[name] = true
	answer, _ := c.at(operation, "responses", fmt.Sprint(got.StatusCode)).(map[string]any)
	if answer == nil {
		t.Errorf("%s is not in the document: %s", name, body)
		return
	}
	kind, _, err := mime.ParseMediaType(got.Header.Get("Content-Type"))
	must(t, err)
	content, _ := c.at(answer, "content", kind).(map[string]any)
	if content == nil {
		t.Errorf("%s as %s is not in the document", name, kind)
		return
	}
	for header := range c.at(answer, "headers").(map[string]any) {
		if got.Header.Get(header) == "" {
			t.Errorf("%s has no %s", name, header)
		}
	}
	c.bodyFits(t, name, kind, content, body)
}

// bodyFits looks at the body: JSON by its schema, lines one by one.
func (c *contract) bodyFits(t *testing.T, name, kind string, content map[string]any, body []byte) {
	t.Helper()
	switch kind {
	case "application/x-ndjson":
		for line := range bytes.Lines(body) {
			if err := c.fits(t, "StreamResult", line); err != nil {
				t.Errorf("%s: %v: %s", name, err, line)
			}
		}
	case "application/json", "application/problem+json":
		to, _ := content["schema"].(map[string]any)["$ref"].(string)
		if to == "" {
			return // the document itself
		}
		if err := c.fits(t, to[strings.LastIndex(to, "/")+1:], body); err != nil {
			t.Errorf("%s: %v: %s", name, err, body)
		}
	}
}

// TestTheDocumentIsWhole: every reference leads somewhere, every part is used, every example fits, and every operation says what it is for.
func TestTheDocumentIsWhole(t *testing.T) {
	c := readContract(t)
	used := map[string]bool{}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if to, ok := v["$ref"].(string); ok {
				used[to] = true
				if c.whole(v) == nil {
					t.Errorf("%s leads nowhere", to)
				}
			}
			for _, one := range v {
				walk(one)
			}
		case []any:
			for _, one := range v {
				walk(one)
			}
		}
	}
	walk(c.tree)
	for _, kind := range []string{"schemas", "parameters", "headers", "responses"} {
		for name := range c.at(c.tree, "components", kind).(map[string]any) {
			if kind == "schemas" {
				c.schema(t, name)
			}
			if !used["#/components/"+kind+"/"+name] && name != "StreamedReport" && name != "StreamResult" {
				t.Errorf("nothing uses %s %s", kind, name)
			}
		}
	}
	ids := map[string]bool{}
	for path, item := range c.at(c.tree, "paths").(map[string]any) {
		for method, v := range item.(map[string]any) {
			o := v.(map[string]any)
			id, _ := o["operationId"].(string)
			if id == "" || ids[id] || o["summary"] == nil || o["tags"] == nil {
				t.Errorf("%s %s lacks an id of its own, a summary or a tag", method, path)
			}
			ids[id] = true
			for _, m := range regexp.MustCompile(`\{([^}]+)\}`).FindAllStringSubmatch(path, -1) {
				declared := slices.ContainsFunc(o["parameters"].([]any), func(p any) bool { return c.at(p, "name") == m[1] && c.at(p, "in") == "path" })
				if !declared {
					t.Errorf("%s %s does not declare %s", method, path, m[1])
				}
			}
		}
	}
	one := c.at(c.tree, "paths", "/api/v1/reports", "post", "requestBody", "content", "application/json", "examples", "professional", "value")
	must(t, c.schema(t, "Report").Validate(one))
	lines := c.at(c.tree, "paths", "/api/v1/reports/stream", "post", "requestBody", "content", "application/x-ndjson", "examples", "two", "value").(string)
	for line := range strings.Lines(lines) {
		must(t, c.fits(t, "StreamedReport", []byte(line)))
	}
}

// TestTheRoutesAreThoseOfTheDocument, and no more.
func TestTheRoutesAreThoseOfTheDocument(t *testing.T) {
	c := readContract(t)
	var want []string
	for path, item := range c.at(c.tree, "paths").(map[string]any) {
		for method := range item.(map[string]any) {
			want = append(want, strings.ToUpper(method)+" "+path)
		}
	}
	slices.Sort(want)
	got := api.Patterns()
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("the routes are\n%s\nand the document has\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
