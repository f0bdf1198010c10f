package page

import (
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"
	"sync"
	"time"

	"amparo/internal/clock"
	"amparo/internal/lang"
)

//go:embed template/*.html
var own embed.FS

// Config is what an engine needs to know of the installation.
type Config struct {
	Zone  *time.Location // the zone in which times are said; UTC when nil
	Clock clock.Clock    // what relative times count from; the machine's clock when nil
}

// An Engine renders pages. Add all templates before the first Render; from then on it may be used by many at once.
type Engine struct {
	catalog *lang.Catalog
	config  Config
	files   map[string]string // sheet and script of each kind, as in public.css → public-1a2b.css

	mu    sync.Mutex
	bare  *template.Template            // guarded by mu; as parsed, never executed
	pages map[string]bool               // guarded by mu; names that Render takes
	said  map[string]*template.Template // guarded by mu; bare with the functions of one language, by tag
}

// New makes an engine with the layouts and parts of this package. It fails when the style sheets and scripts were not built
// into the program.
func New(l *lang.Catalog, c Config) (*Engine, error) {
	files, err := manifest(built)
	if err != nil {
		return nil, err
	}
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	if c.Clock == nil {
		c.Clock = clock.System{}
	}
	e := &Engine{catalog: l, config: c, files: files, pages: map[string]bool{}, said: map[string]*template.Template{}}
	e.bare = template.New("").Option("missingkey=error").Funcs(e.funcs(l.For()))
	return e, e.Add(own, "template/*.html")
}

// Add parses the files that match the patterns. Every file is a page named like the file without directory and extension,
// but those that begin with _ are parts that the others share. A name that is taken already is an error.
func (e *Engine) Add(files fs.FS, patterns ...string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.said) > 0 {
		return errors.New("page: templates are added before the first page is rendered")
	}
	found := 0
	for _, pattern := range patterns {
		names, err := fs.Glob(files, pattern)
		if err != nil {
			return fmt.Errorf("listing templates %s: %w", pattern, err)
		}
		found += len(names)
		for _, name := range names {
			if err := e.parse(files, name); err != nil {
				return err
			}
		}
	}
	if found == 0 {
		return fmt.Errorf("no template matches %s", strings.Join(patterns, " "))
	}
	return nil
}

func (e *Engine) parse(files fs.FS, file string) error {
	text, err := fs.ReadFile(files, file)
	if err != nil {
		return fmt.Errorf("reading template %s: %w", file, err)
	}
	name := strings.TrimSuffix(path.Base(file), path.Ext(file))
	one, err := template.New(name).Funcs(e.funcs(e.catalog.For())).Parse(string(text))
	if err != nil {
		return fmt.Errorf("template %s: %w", file, err)
	}
	for _, t := range one.Templates() {
		if e.bare.Lookup(t.Name()) != nil {
			return fmt.Errorf("template %s: there is another of the name %s", file, t.Name())
		}
		if _, err := e.bare.AddParseTree(t.Name(), t.Tree); err != nil {
			return fmt.Errorf("template %s: %w", file, err)
		}
	}
	e.pages[name] = !strings.HasPrefix(name, "_")
	return nil
}

// in gives the templates that hold the page, with the functions of the printer's language, made at first need.
func (e *Engine) in(p lang.Printer, name string) (*template.Template, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.pages[name] {
		return nil, fmt.Errorf("there is no page %q", name)
	}
	if set, ok := e.said[p.Tag()]; ok {
		return set, nil
	}
	set, err := e.bare.Clone()
	if err != nil {
		return nil, fmt.Errorf("copying the templates for %s: %w", p.Tag(), err)
	}
	e.said[p.Tag()] = set.Funcs(e.funcs(p))
	return set, nil
}

// Printer gives the best language of the catalogue for the wishes, most wanted first; see lang.Catalog.For.
func (e *Engine) Printer(wishes ...string) lang.Printer { return e.catalog.For(wishes...) }

// Languages gives the choice of languages for a page that can be had in all of them. href makes the address for a tag.
func (e *Engine) Languages(current lang.Printer, href func(tag string) string) []Language {
	tags := e.catalog.Tags()
	list := make([]Language, len(tags))
	for i, tag := range tags {
		p := e.catalog.For(tag)
		list[i] = Language{Tag: tag, Dir: p.Dir(), Name: p.Name(), Href: href(tag), Current: tag == current.Tag()}
	}
	return list
}
