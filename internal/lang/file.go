package lang

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"go.yaml.in/yaml/v3"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// A message is one text in one language, or one text for each plural form.
type message struct {
	id     string
	file   string            // where it stands, for errors
	texts  map[string]string // by plural form; only "other" when nothing is counted
	count  string            // the parameter that is counted; empty when nothing is
	params []string          // the parameters of all forms together, sorted
}

var (
	idShape     = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$`)
	placeholder = regexp.MustCompile(`\{\{\.([A-Za-z][A-Za-z0-9_]*)\}\}`)
	formNames   = []string{"zero", "one", "two", "few", "many", "other"}
)

// readTree reads every <tag>/<room>.yaml. Its error joins all that is wrong.
func readTree(tree fs.FS) (map[string]map[string]message, error) {
	names, err := fs.Glob(tree, "*/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("listing the catalogue: %w", err)
	}
	all := map[string]map[string]message{}
	var faults []error
	for _, name := range names {
		tag := path.Dir(name)
		if _, err := language.Parse(tag); err != nil {
			faults = append(faults, fmt.Errorf("%s: %q is no language tag: %w", name, tag, err))
			continue
		}
		if all[tag] == nil {
			all[tag] = map[string]message{}
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
		faults = append(faults, readFile(name, text, language.MustParse(tag), all[tag])...)
	}
	return all, errors.Join(faults...)
}

// readFile adds the messages of one file to those of its language and gives all that is wrong with it.
func readFile(name string, text []byte, tag language.Tag, into map[string]message) (faults []error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return []error{fmt.Errorf("%s: %w", name, err)}
	}
	if len(doc.Content) == 0 {
		return nil
	}
	list := doc.Content[0]
	if list.Kind != yaml.MappingNode {
		return []error{fmt.Errorf("%s: expected a list of ids and their texts", name)}
	}
	for i := 0; i+1 < len(list.Content); i += 2 {
		id, at := list.Content[i].Value, fmt.Sprintf("%s:%d", name, list.Content[i].Line)
		m, err := readMessage(id, at, list.Content[i+1], tag)
		switch earlier, twice := into[id]; {
		case err != nil:
			faults = append(faults, fmt.Errorf("%s: %s: %w", at, id, err))
		case twice:
			faults = append(faults, fmt.Errorf("%s: %s stands already at %s", at, id, earlier.file))
		default:
			into[id] = m
		}
	}
	return faults
}

func readMessage(id, at string, node *yaml.Node, tag language.Tag) (message, error) {
	m := message{id: id, file: at, texts: map[string]string{}}
	if !idShape.MatchString(id) {
		return m, errors.New("an id is written like room.some_words")
	}
	switch node.Kind {
	case yaml.ScalarNode:
		m.texts["other"] = node.Value
	case yaml.MappingNode:
		if err := m.readForms(node, tag); err != nil {
			return m, err
		}
	default:
		return m, errors.New("expected a text, or one text for each plural form")
	}
	return m, m.readParams()
}

// readForms reads a mapping from plural forms to texts and checks that it has just those that the language needs.
func (m *message) readForms(node *yaml.Node, tag language.Tag) error {
	m.count = "Count"
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i].Value, node.Content[i+1]
		switch {
		case value.Kind != yaml.ScalarNode:
			return fmt.Errorf("%s is not a text; ids are written out in full, not nested", key)
		case key == "count":
			m.count = value.Value
		case slices.Contains(formNames, key):
			m.texts[key] = value.Value
		default:
			return fmt.Errorf("%q is neither count nor one of %s", key, strings.Join(formNames, ", "))
		}
	}
	needed := formsOf(tag)
	for _, form := range formNames {
		if _, there := m.texts[form]; there != slices.Contains(needed, form) {
			return fmt.Errorf("%s needs just the forms %s", tag, strings.Join(needed, ", "))
		}
	}
	return nil
}

func (m *message) readParams() error {
	for form, text := range m.texts {
		if strings.TrimSpace(text) == "" {
			return fmt.Errorf("the text (%s) is empty", form)
		}
		if rest := placeholder.ReplaceAllString(text, ""); strings.Contains(rest, "{{") || strings.Contains(rest, "}}") {
			return fmt.Errorf("a parameter is written {{.Name}}, unlike in %q", text)
		}
		for _, found := range placeholder.FindAllStringSubmatch(text, -1) {
			if !slices.Contains(m.params, found[1]) {
				m.params = append(m.params, found[1])
			}
		}
	}
	slices.Sort(m.params)
	return nil
}

// public tells whether the message stands in a file of what the public side says.
func (m message) public() bool {
	return slices.Contains(publicFiles, strings.TrimSuffix(path.Base(strings.SplitN(m.file, ":", 2)[0]), ".yaml"))
}

// plain tells whether the message is one text that is said as it stands.
func (m message) plain() bool { return m.count == "" && len(m.params) == 0 }

// form gives the message as go-i18n keeps it. French and Spanish have a form for whole millions; nothing here counts so far, so
// they are said as any other number.
func (m message) form() *i18n.Message {
	return &i18n.Message{ID: m.id, Zero: m.texts["zero"], One: m.texts["one"], Two: m.texts["two"],
		Few: m.texts["few"], Many: cmp.Or(m.texts["many"], m.texts["other"]), Other: m.texts["other"]}
}

// formsOf gives the plural forms that whole numbers take in a language, in the order of formNames.
func formsOf(tag language.Tag) (forms []string) {
	byForm := map[plural.Form]string{plural.Zero: "zero", plural.One: "one", plural.Two: "two",
		plural.Few: "few", plural.Many: "many", plural.Other: "other"}
	reached := map[string]bool{"other": true}
	for n := 0; n <= 1000; n++ {
		reached[byForm[plural.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0)]] = true
	}
	for _, name := range formNames {
		if reached[name] {
			forms = append(forms, name)
		}
	}
	return forms
}
