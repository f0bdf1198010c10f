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
	Name    string             `yaml:"name"` // a few words for whoever reads the file; nobody is shown it
	Form    string             `yaml:"form"`
	Lang    string             `yaml:"lang"`
	Ago     span               `yaml:"ago"`    // how long before now it came in
	Closed  bool               `yaml:"closed"` // it came in when nobody was at the desk: that long ago, or earlier
	Enter   bool               `yaml:"enter"`  // its receipt is shown to whoever starts the demonstration; one matter has it
	Answers instrument.Answers `yaml:"answers"`
	Then    []step             `yaml:"then"`
}

// a step is one thing that was done. What its fields mean depends on Do.
type step struct {
	After    span     `yaml:"after"` // since the step before
	Do       string   `yaml:"do"`
	By       string   `yaml:"by"` // a sign-in name; without it whoever has the matter
	To       string   `yaml:"to"` // a priority, or the sign-in name of a case manager
	Words    string   `yaml:"words"`
	Outcome  string   `yaml:"outcome"`
	Children []string `yaml:"children"`
	Child    int      `yaml:"child"` // whose case: 0 is the first
	Mode     string   `yaml:"mode"`
	Person   string   `yaml:"person"`
	Safe     string   `yaml:"safe"`
	Kind     string   `yaml:"kind"` // of the task that was done; the oldest open one without it
	Due      span     `yaml:"due"`
	Reason   string   `yaml:"reason"`
	Message  string   `yaml:"message"`
	Next     string   `yaml:"next"`    // the next contact, of a handover
	Risks    string   `yaml:"risks"`   // the open risks, of a handover
	Agency   string   `yaml:"agency"`  // that a part of the case is handed to
	Service  string   `yaml:"service"` // that it is asked for
	Title    string   `yaml:"title"`   // what it is asked, in a few words
	State    string   `yaml:"state"`   // what became of the notice to the hotline
	Handed   int      `yaml:"handed"`  // which part was answered: 0 is the first
}

// matters reads the made-up matters that come with the program.
func matters() ([]*told, error) {
	var file struct {
		Matters []*told `yaml:"matters"`
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(&file); err != nil {
		return nil, fmt.Errorf("reading the made-up matters: %w", err)
	}
	return file.Matters, nil
}

// UnmarshalYAML reads the matter; nothing has become of it yet.
func (m *told) UnmarshalYAML(n *yaml.Node) error { return n.Decode(&m.matter) }

// an event is one step of one matter at its time.
type event struct {
	at   time.Time
	step step // the zero step is the report itself
	told *told
}

// events puts what happened until now in the order in which it happened.
func events(list []*told, now time.Time, staffed func(time.Time) bool) (all []event) {
	for _, m := range list {
		at := m.arrival(now, staffed)
		all = append(all, event{at: at, told: m})
		for _, s := range m.Then {
			at = at.Add(time.Duration(s.After))
			if at.Before(now) {
				all = append(all, event{at, s, m})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b event) int { return a.at.Compare(b.at) })
	return all
}

// arrival is when the report came in.
func (m matter) arrival(now time.Time, staffed func(time.Time) bool) time.Time {
	at := now.Add(-time.Duration(m.Ago))
	for m.Closed && staffed(at) {
		at = at.Add(-15 * time.Minute)
	}
	return at
}
