package education

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// fence stands before and after the front matter of a file.
const fence = "---\n"

// CutFront divides a file into the YAML between the two lines of ---, with the first of them, and what comes after. Lines keep their numbers.
func CutFront(data []byte) (front, body []byte, ok bool) {
	if !bytes.HasPrefix(data, []byte(fence)) {
		return nil, nil, false
	}
	at := bytes.Index(data[len(fence):], []byte("\n"+fence))
	if at < 0 {
		return nil, nil, false
	}
	end := len(fence) + at + 1
	return data[:end], data[end+len(fence):], true
}

// ReadFile reads a module's file as it lies in a pack, and judges nothing: what is wrong with the form of its body is left out of it.
func ReadFile(language string, k Key, data []byte) (*Module, error) {
	front, body, ok := CutFront(data)
	if !ok {
		return nil, errors.New("there is no front matter")
	}
	m := &Module{}
	if err := yaml.Unmarshal(front, m); err != nil {
		return nil, fmt.Errorf("reading the front matter: %w", err)
	}
	m.Key, m.Language, m.Text = k, language, string(body)
	m.Body, _ = ParseBody(body)
	return m, nil
}

// File writes a module as its file lies in a pack. Reading it again gives the same module.
func (m *Module) File() ([]byte, error) {
	front := struct {
		Title         string     `yaml:"title"`
		Summary       string     `yaml:"summary"`
		Version       int        `yaml:"version"`
		Follows       int        `yaml:"follows,omitempty"`
		ReviewedBy    Review     `yaml:"reviewed_by"`
		ReviewBy      string     `yaml:"review_by"`
		Opportunities []string   `yaml:"opportunities"`
		Skills        []string   `yaml:"skills"`
		Easy          []EasyLine `yaml:"easy"`
		Check         []Question `yaml:"check"`
		SMS           []string   `yaml:"sms"`
	}{m.Title, m.Summary, m.Version, m.Follows, m.ReviewedBy, m.ReviewBy, m.Opportunities, m.Skills, m.Easy, m.Check, m.SMS}
	var b bytes.Buffer
	b.WriteString(fence)
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := errors.Join(enc.Encode(front), enc.Close()); err != nil {
		return nil, fmt.Errorf("writing the front matter: %w", err)
	}
	b.WriteString(fence)
	if text := strings.TrimRight(m.Text, "\n"); text != "" {
		b.WriteString(text + "\n")
	}
	return b.Bytes(), nil
}
