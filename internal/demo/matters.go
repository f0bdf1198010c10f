package demo

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"

	"amparo/internal/instrument"
)

//go:embed matters.yaml
var data []byte

// a span is a duration as the file spells it, for example "26h".
type span time.Duration

// UnmarshalYAML reads a span.
func (s *span) UnmarshalYAML(n *yaml.Node) error {
	d, err := time.ParseDuration(n.Value)
	*s = span(d)
	return err
}

// a matter is a made-up report and what was done about it.
type matter struct {
	Form    string             `yaml:"form"`
	Lang    string             `yaml:"lang"`
	Ago     span               `yaml:"ago"` // how long before now it came in
	Answers instrument.Answers `yaml:"answers"`
	Then    []step             `yaml:"then"`
}

// a step is one thing that was done. What its fields mean depends on Do.
type step struct {
	After    span     `yaml:"after"` // since the step before
	Do       string   `yaml:"do"`
	To       string   `yaml:"to"`
	Words    string   `yaml:"words"`
	Outcome  string   `yaml:"outcome"`
	Children []string `yaml:"children"`
	Mode     string   `yaml:"mode"`
	Person   string   `yaml:"person"`
	Safe     string   `yaml:"safe"`
	Due      span     `yaml:"due"`
	Reason   string   `yaml:"reason"`
	Message  string   `yaml:"message"`
}

// matters reads the made-up matters that come with the program.
func matters() ([]matter, error) {
	var file struct {
		Matters []matter `yaml:"matters"`
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(&file); err != nil {
		return nil, fmt.Errorf("reading the made-up matters: %w", err)
	}
	return file.Matters, nil
}

// an event is one step of one matter at its time.
type event struct {
	at   time.Time
	step step // the zero step is the report itself
	told *told
}

// events puts what happened until now in the order in which it happened.
func events(list []matter, now time.Time) (all []event) {
	for _, m := range list {
		told := &told{matter: m}
		at := now.Add(-time.Duration(m.Ago))
		all = append(all, event{at: at, told: told})
		for _, s := range m.Then {
			at = at.Add(time.Duration(s.After))
			if at.Before(now) {
				all = append(all, event{at, s, told})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b event) int { return a.at.Compare(b.at) })
	return all
}
