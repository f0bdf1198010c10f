package jurisdiction

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

//go:embed schema
var schemaFiles embed.FS

// schemaBase is the address that the schemas call themselves by. Nothing is ever fetched from it.
const schemaBase = "https://amparo.example/schema/"

// Schemas are the JSON Schemas (draft 2020-12) of the files of a pack, as published: profile.json describes
// profile.yaml, and so on; defs.json is what they share; instrument.json describes each file of instruments/.
func Schemas() fs.FS {
	sub, err := fs.Sub(schemaFiles, "schema")
	if err != nil {
		panic(err) // the folder is built in
	}
	return sub
}

// A schemaSet is the compiled schemas by name, and the same as plain values to look descriptions up in.
type schemaSet struct {
	compiled map[string]*jsonschema.Schema
	raw      map[string]any
}

// schemas compiles the built-in schemas once; the result never changes.
var schemas = sync.OnceValue(func() schemaSet {
	set := schemaSet{map[string]*jsonschema.Schema{}, map[string]any{}}
	compiler := jsonschema.NewCompiler()
	files := must(fs.Glob(schemaFiles, "schema/*.json"))
	for _, file := range files {
		doc := must(jsonschema.UnmarshalJSON(bytes.NewReader(must(schemaFiles.ReadFile(file)))))
		name := strings.TrimPrefix(file, "schema/")
		set.raw[name] = doc
		must(0, compiler.AddResource(schemaBase+name, doc))
	}
	for name := range set.raw {
		set.compiled[name] = must(compiler.Compile(schemaBase + name))
	}
	return set
})

// must unwraps what can only fail when the program was built wrong.
func must[T any](v T, err error) T {
	if err != nil {
		panic(fmt.Errorf("built-in schema: %w", err))
	}
	return v
}

// conform reports where the document differs from the schema; it tells whether there was nothing to report.
func (c *checker) conform(d *document, schema string) bool {
	err := schemas().compiled[schema].Validate(d.value)
	if err == nil {
		return true
	}
	if v, ok := err.(*jsonschema.ValidationError); ok { //nolint:errorlint // Validate gives this type unwrapped
		c.explain(d, v)
		return false
	}
	c.report(d.file, 1, "the file cannot be checked; expected what the schema says")
	return false
}

// explain reports the innermost causes of a failed validation, which are the ones that people can mend.
func (c *checker) explain(d *document, e *jsonschema.ValidationError) {
	for _, cause := range e.Causes {
		c.explain(d, cause)
	}
	if len(e.Causes) == 0 {
		c.leaf(d, e)
	}
}

func (c *checker) leaf(d *document, e *jsonschema.ValidationError) {
	where, want := label(e.InstanceLocation), described(e.SchemaURL)
	switch k := e.ErrorKind.(type) {
	case *kind.Required:
		for _, name := range k.Missing {
			c.at(d, e.InstanceLocation, "%s: %q is missing; expected %s", where, name, wantedFor(e.SchemaURL, name))
		}
	case *kind.AdditionalProperties:
		for _, name := range k.Properties {
			c.at(d, append(slices.Clone(e.InstanceLocation), name), "%s: %q is not known; expected %s", where, clip(name), namesWanted(e.SchemaURL))
		}
	case *kind.UniqueItems:
		c.at(d, append(slices.Clone(e.InstanceLocation), strconv.Itoa(k.Duplicates[1])), "%s: this stands twice; expected it once", where)
	case *kind.MinItems:
		c.at(d, e.InstanceLocation, "%s: has %d items; expected at least %d", where, k.Got, k.Want)
	case *kind.MaxItems:
		c.at(d, e.InstanceLocation, "%s: has %d items; expected at most %d", where, k.Got, k.Want)
	case *kind.MaxLength:
		c.at(d, e.InstanceLocation, "%s: is too long; expected at most %d letters", where, k.Want)
	default:
		if want == "" {
			want = e.ErrorKind.LocalizedString(message.NewPrinter(language.English))
		}
		c.at(d, e.InstanceLocation, "%s: got %s; expected %s", where, got(d, e.InstanceLocation), want)
	}
}

// got says what stands at the path: the value itself, or what kind of thing it is.
func got(d *document, path []string) string {
	n := d.root
	for _, step := range path {
		_, next := child(n, step)
		if next == nil {
			return "something else"
		}
		n = next
	}
	switch {
	case len(n.Content) > 0 && n.ShortTag() == "!!seq":
		return "a list"
	case len(n.Content) > 0:
		return "names with values"
	case n.Value == "":
		return "nothing"
	}
	return strconv.Quote(clip(n.Value))
}

// schemaAt finds the schema at a location such as https://…/profile.json#/properties/areas.
func schemaAt(location string) map[string]any {
	file, pointer, _ := strings.Cut(strings.TrimPrefix(location, schemaBase), "#")
	v := schemas().raw[file]
	for step := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if step == "" {
			continue
		}
		switch node := v.(type) {
		case map[string]any:
			v = node[strings.NewReplacer("~1", "/", "~0", "~").Replace(step)]
		default:
			return nil
		}
	}
	m, _ := v.(map[string]any)
	return m
}

func described(location string) string {
	s, _ := schemaAt(location)["description"].(string)
	return s
}

// namesWanted says which names a mapping may have.
func namesWanted(location string) string {
	m, _ := schemaAt(location)["properties"].(map[string]any)
	if schemaAt(location)["patternProperties"] != nil {
		return described(location)
	}
	return "one of " + strings.Join(slices.Sorted(maps.Keys(m)), ", ")
}

// wantedFor is the description of a missing property; one step through a reference.
func wantedFor(location, name string) string {
	props, _ := schemaAt(location)["properties"].(map[string]any)
	prop, _ := props[name].(map[string]any)
	if s, ok := prop["description"].(string); ok {
		return s
	}
	if ref, ok := prop["$ref"].(string); ok {
		if s := described(schemaBase + ref); s != "" {
			return s
		}
	}
	return "it"
}
