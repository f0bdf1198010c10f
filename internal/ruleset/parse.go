package ruleset

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"amparo/internal/fault"
)

// maxFacts is the most bytes that ParseFacts reads.
const maxFacts = 64 << 10

// ParseFacts reads FACTS.json: one object with the code of each known factor by name (a whole number 0 to 3 for
// vulnerability), "triggers", "floors" and "content" as lists of names, "content_only" as true. What is missing is unknown. Every error is fault.Invalid:
// a name or code that the set does not have (with the allowed ones), a key twice, a wrong type, bytes after the object,
// more than 64 KiB. Its cause says the same in one English sentence.
func (s *Set) ParseFacts(data []byte) (Facts, error) {
	if len(data) > maxFacts || !json.Valid(data) {
		return Facts{}, wrongShape("facts", "one JSON object of at most 64 KiB, and nothing after it")
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := expect(dec, json.Delim('{'), "facts", "one JSON object"); err != nil {
		return Facts{}, err
	}
	f := Facts{Values: map[string]string{}}
	seen := map[string]bool{}
	for dec.More() {
		if err := s.parseMember(dec, &f, seen); err != nil {
			return Facts{}, err
		}
	}
	return f, nil
}

// Check tells whether every name and code of f is one that the set has. Its errors are those of ParseFacts.
func (s *Set) Check(f Facts) error {
	for _, name := range slices.Sorted(maps.Keys(f.Values)) {
		factor, ok := s.Factor(name)
		if !ok {
			return unknownName("factors", name, s.factorNames())
		}
		if _, ok := factor.Code(f.Values[name]); !ok {
			return unknownCode(factor, f.Values[name])
		}
	}
	if err := allIn("triggers", f.Triggers, s.triggerNames()); err != nil {
		return err
	}
	if err := allIn("floors", f.Floors, s.floorNames()); err != nil {
		return err
	}
	return allIn("content", f.Content, s.contentNames())
}

func (s *Set) parseMember(dec *json.Decoder, f *Facts, seen map[string]bool) error {
	token, err := dec.Token()
	if err != nil {
		return wrongShape("facts", "one complete JSON object")
	}
	name, _ := token.(string) // a key is always a string
	if seen[name] {
		return fault.Wrap(fmt.Errorf("%s stands twice: write it once", clip(name)), fault.Invalid, CodeFactsRepeated, "name", clip(name))
	}
	seen[name] = true
	switch name {
	case "triggers":
		f.Triggers, err = parseNames(dec, name, s.triggerNames())
	case "floors":
		f.Floors, err = parseNames(dec, name, s.floorNames())
	case "content":
		f.Content, err = parseNames(dec, name, s.contentNames())
	case "content_only":
		f.ContentOnly, err = parseYes(dec, name)
	default:
		err = s.parseFactor(dec, name, f)
	}
	return err
}

func (s *Set) parseFactor(dec *json.Decoder, name string, f *Facts) error {
	factor, ok := s.Factor(name)
	if !ok {
		return unknownName("factors", name, append(s.factorNames(), "triggers", "floors", "content", "content_only"))
	}
	token, err := dec.Token()
	if err != nil {
		return wrongShape(name, "a value")
	}
	number, isNumber := token.(json.Number)
	text, isText := token.(string)
	switch {
	case isNumber && name == Vulnerability:
		text = number.String()
	case !isText || name == Vulnerability && text != Unknown:
		return wrongShape(name, "one of "+factor.allowed())
	}
	if _, ok := factor.Code(text); !ok {
		return unknownCode(factor, text)
	}
	f.Values[name] = text
	return nil
}

func parseNames(dec *json.Decoder, list string, allowed []string) ([]string, error) {
	expected := "a list of names, any of " + strings.Join(allowed, ", ")
	if err := expect(dec, json.Delim('['), list, expected); err != nil {
		return nil, err
	}
	var found []string
	for dec.More() {
		token, err := dec.Token()
		name, ok := token.(string)
		if err != nil || !ok {
			return nil, wrongShape(list, expected)
		}
		found = append(found, name)
	}
	if err := expect(dec, json.Delim(']'), list, expected); err != nil {
		return nil, err
	}
	return sortedOnce(found), allIn(list, found, allowed)
}

func parseYes(dec *json.Decoder, name string) (bool, error) {
	token, err := dec.Token()
	yes, ok := token.(bool)
	if err != nil || !ok {
		return false, wrongShape(name, "true or false")
	}
	return yes, nil
}

func expect(dec *json.Decoder, want json.Token, where, expected string) error {
	if token, err := dec.Token(); err != nil || token != want {
		return wrongShape(where, expected)
	}
	return nil
}

func allIn(list string, found, allowed []string) error {
	for _, name := range found {
		if !slices.Contains(allowed, name) {
			return unknownName(list, name, allowed)
		}
	}
	return nil
}

// allowed lists the codes as they are written in FACTS.json.
func (f Factor) allowed() string {
	list := strings.Join(f.codeNames(), ", ")
	if f.Name == Vulnerability {
		return list + " (numbers without quotes)"
	}
	return list
}

func wrongShape(where, expected string) error {
	return fault.Wrap(fmt.Errorf("%s: expected %s", where, expected), fault.Invalid, CodeFactsShape, "where", where, "expected", expected)
}

func unknownName(list, name string, allowed []string) error {
	all := strings.Join(allowed, ", ")
	return fault.Wrap(fmt.Errorf("%s: there is no %s; allowed: %s", list, clip(name), all), fault.Invalid, CodeFactsName, "list", list, "allowed", all)
}

func unknownCode(f Factor, code string) error {
	return fault.Wrap(fmt.Errorf("%s: there is no code %s; allowed: %s", f.Name, clip(code), f.allowed()), fault.Invalid, CodeFactsCode, "name", f.Name, "allowed", f.allowed())
}

// clip quotes a stranger's text and keeps it short, on one line.
func clip(s string) string { return fmt.Sprintf("%q", clipped(s)) }
