package lang

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed catalog
var embedded embed.FS

// fallback is the language that is shown when a reader asks for none that we have.
const fallback = "en"

// headerLimit is how much of an Accept-Language header is read, in bytes.
const headerLimit = 256

// publicFiles are the catalogue's files with all that the public side says. Every language has them; the others hold what
// only staff read.
var publicFiles = []string{"common", "fault_public", "hub", "page", "public", "sign"}

// A Catalog holds the messages of every language. It does not change after Load and may be used by many at once.
type Catalog struct {
	tongues []*tongue // the fallback first, then by tag
	matcher language.Matcher
	gaps    *gaps
}

// A tongue is one language: its messages, and what does not change from one message to the next.
type tongue struct {
	tag       string
	dir       string
	staff     bool // it has a file that only staff read
	localizer *i18n.Localizer
	messages  map[string]message
}

// Load reads the catalogue that is built into the program. Its error names every faulty file and id.
func Load() (*Catalog, error) {
	tree, err := fs.Sub(embedded, "catalog")
	if err != nil {
		return nil, fmt.Errorf("opening the catalogue: %w", err)
	}
	return load(tree)
}

func load(tree fs.FS) (*Catalog, error) {
	read, err := readTree(tree)
	if err != nil {
		return nil, err
	}
	if read[fallback] == nil {
		return nil, fmt.Errorf("the catalogue has no %s", fallback)
	}
	tags := make([]string, 0, len(read))
	for tag := range read {
		tags = append(tags, tag)
	}
	sort.Slice(tags, func(i, j int) bool {
		return tags[i] == fallback || (tags[j] != fallback && tags[i] < tags[j])
	})
	return assemble(tags, read)
}

func assemble(tags []string, read map[string]map[string]message) (*Catalog, error) {
	c := &Catalog{gaps: &gaps{}}
	bundle := i18n.NewBundle(language.MustParse(fallback))
	for _, name := range tags {
		tag := language.MustParse(name) // readTree has refused every other
		for _, m := range read[name] {
			if err := bundle.AddMessages(tag, m.form()); err != nil {
				return nil, fmt.Errorf("adding %s to %s: %w", m.id, name, err)
			}
		}
		c.tongues = append(c.tongues, &tongue{tag: name, dir: direction(tag), staff: forStaff(read[name]), messages: read[name]})
	}
	for _, t := range c.tongues {
		t.localizer = i18n.NewLocalizer(bundle, t.tag)
	}
	return c.with(c.tongues), nil
}

// with gives the catalogue with these languages alone. What cannot be said in it is counted in the whole.
func (c *Catalog) with(tongues []*tongue) *Catalog {
	known := make([]language.Tag, len(tongues))
	for i, t := range tongues {
		known[i] = language.MustParse(t.tag)
	}
	return &Catalog{tongues: tongues, matcher: language.NewMatcher(known), gaps: c.gaps}
}

// forStaff tells whether there is a message in a file that only staff read.
func forStaff(messages map[string]message) bool {
	for _, m := range messages {
		if !m.public() {
			return true
		}
	}
	return false
}

// Only gives the catalogue with the languages named and no other, in that order; the first is for whoever asks for none of
// them. It fails when the catalogue has not every one.
func (c *Catalog) Only(tags ...string) (*Catalog, error) {
	var kept []*tongue
	for _, tag := range tags {
		i := slices.IndexFunc(c.tongues, func(t *tongue) bool { return t.tag == tag })
		if i < 0 {
			return nil, fmt.Errorf("the program has no words in %q; it has them in %s", tag, strings.Join(c.Tags(), ", "))
		}
		kept = append(kept, c.tongues[i])
	}
	if len(kept) == 0 {
		return nil, errors.New("no language is named")
	}
	return c.with(kept), nil
}

// Staff gives the catalogue with the languages that staff pages are in. Every other is of the public side alone.
func (c *Catalog) Staff() *Catalog {
	return c.with(slices.DeleteFunc(slices.Clone(c.tongues), func(t *tongue) bool { return !t.staff }))
}

// Tags gives the language tags of the catalogue, English first.
func (c *Catalog) Tags() []string {
	tags := make([]string, len(c.tongues))
	for i, t := range c.tongues {
		tags[i] = t.tag
	}
	return tags
}

// For gives the printer of the best language for the wishes given, most wanted first. A wish is a language tag or a
// whole Accept-Language header; what cannot be read is passed over. Without any match it is the first.
func (c *Catalog) For(wishes ...string) Printer {
	short := make([]string, 0, len(wishes))
	for _, w := range wishes {
		if w != "" && len(w) <= headerLimit {
			short = append(short, w)
		}
	}
	if len(short) == 0 {
		return Printer{c, c.tongues[0]}
	}
	_, i := language.MatchStrings(c.matcher, short...)
	return Printer{c, c.tongues[i]}
}

// Missing lists what was asked for and could not be said since Load, as "tag id: why", sorted. A test that renders
// pages ends by checking that it is empty.
func (c *Catalog) Missing() []string { return c.gaps.list() }

// direction is the way in which the language's script is written.
func direction(tag language.Tag) string {
	script, _ := tag.Script()
	if slices.Contains([]string{"Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm", "Rohg"}, script.String()) {
		return "rtl"
	}
	return "ltr"
}

// gapLimit bounds what gaps remembers: strangers may ask for many things.
const gapLimit = 1000

// gaps remembers what could not be said.
type gaps struct {
	mu   sync.Mutex
	seen map[string]bool // guarded by mu
}

func (g *gaps) add(tag, id, why string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.seen == nil {
		g.seen = map[string]bool{}
	}
	if len(g.seen) < gapLimit {
		g.seen[tag+" "+id+": "+why] = true
	}
}

func (g *gaps) list() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	all := make([]string, 0, len(g.seen))
	for s := range g.seen {
		all = append(all, s)
	}
	sort.Strings(all)
	return all
}
