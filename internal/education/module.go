package education

import "slices"

// A Topic is what a module is about: one of the five of the field's list education_topic.
type Topic string

// The topics, in the order in which they are read.
const (
	WhatCSEAIs       Topic = "what_csea_is"
	Risks            Topic = "risks"
	HowToReport      Topic = "how_to_report"
	WhatHappens      Topic = "what_happens_when_you_report"
	Responsibilities Topic = "roles_and_responsibilities"
)

// Topics are the topics in the order in which they are read.
var Topics = []Topic{WhatCSEAIs, Risks, HowToReport, WhatHappens, Responsibilities}

// An Audience is for whom a module is written.
type Audience string

// The audiences. The ages are those of the ICO's bands of development.
const (
	Age6To9      Audience = "6_9"
	Age10To12    Audience = "10_12"
	Age13To15    Audience = "13_15"
	Age16To17    Audience = "16_17"
	Parent       Audience = "parent" // and other caregivers
	Professional Audience = "professional"
	Everyone     Audience = "everyone"
)

// Audiences are the audiences in the order in which they are offered.
var Audiences = []Audience{Age6To9, Age10To12, Age13To15, Age16To17, Parent, Professional, Everyone}

// A Key names a module in whatever language it is.
type Key struct {
	Audience Audience
	Topic    Topic
}

// Code is a name for the key that tells nobody what it is about: six characters of an address, the same on every machine.
func (k Key) Code() string { return code("module " + string(k.Audience) + " " + string(k.Topic)) }

// A Module is one text. Its yaml names are those of the front matter of its file.
type Module struct {
	Key           `yaml:"-"`
	Language      string     `yaml:"-"`
	Title         string     `yaml:"title"`
	Summary       string     `yaml:"summary"`
	Version       int        `yaml:"version"`     // raised when the sense of the text changes
	Follows       int        `yaml:"follows"`     // the version of the text in the pack's default language that this one says; 0 in that language itself
	ReviewedBy    Review     `yaml:"reviewed_by"` // names, or "none"
	ReviewBy      string     `yaml:"review_by"`   // the day by which it is to be looked at again, as 2006-01-02
	Opportunities []string   `yaml:"opportunities"`
	Skills        []string   `yaml:"skills"`
	Easy          []EasyLine `yaml:"easy"`
	Check         []Question `yaml:"check"`
	SMS           []string   `yaml:"sms"`
	Body          []Block    `yaml:"-"`
	Text          string     `yaml:"-"` // the Markdown that Body was read from
}

// A Review names who has looked at a module: at its language, and at whether it is safe for whoever reads it.
type Review struct {
	Language     string `yaml:"language"`
	Safeguarding string `yaml:"safeguarding"`
}

// An EasyLine is one sentence of easy read beside its drawing, which is the name of one of the program's pictures.
type EasyLine struct {
	Picture string `yaml:"picture"`
	Say     string `yaml:"say"`
}

// A Question is one that readers ask themselves. No answer is kept or counted.
type Question struct {
	Ask     string   `yaml:"ask"`
	Answers []Answer `yaml:"answers"`
}

// An Answer is one that a reader may think of, and what is to be said about it. Fits tells that it is a good one.
type Answer struct {
	Say     string `yaml:"say"`
	Fits    bool   `yaml:"fits"`
	Because string `yaml:"because"`
}

// said gives everything that a reader of the page reads, piece by piece.
func (m *Module) said() (list []string) {
	list = append(list, m.Title, m.Summary)
	for _, b := range m.Body {
		list = append(list, b.texts()...)
	}
	list = append(append(list, m.Opportunities...), m.Skills...)
	for _, e := range m.Easy {
		list = append(list, e.Say)
	}
	for _, q := range m.Check {
		list = append(list, q.Ask)
		for _, a := range q.Answers {
			list = append(list, a.Say, a.Because)
		}
	}
	return list
}

// Links are the topics to which the text leads, each once.
func (m *Module) Links() (list []Topic) {
	for _, b := range m.Body {
		for _, spans := range append([][]Span{b.Heading, b.Text}, b.Items...) {
			for _, s := range spans {
				if s.Topic != "" && !slices.Contains(list, s.Topic) {
					list = append(list, s.Topic)
				}
			}
		}
	}
	return list
}
