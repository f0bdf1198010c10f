package education

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits are what a country asks of its modules. Its yaml names are those of education/limits.yaml.
type Limits struct {
	Audiences map[Audience]AudienceLimits `yaml:"audiences"`
	Required  []Required                  `yaml:"required"`
	// PlainWords are hard words of a language, each with what is said instead: for languages in which no measure is known to be valid.
	PlainWords map[string][]PlainWord `yaml:"plain_words"`
}

// A PlainWord is a hard word, or a few that go together, and the plainer one.
type PlainWord struct {
	Hard string `yaml:"hard"`
	Say  string `yaml:"say"`
}

// AudienceLimits are those of one audience. Numbers by language leave out languages for which there is no such measure.
type AudienceLimits struct {
	Words    [2]int             `yaml:"words"`         // of the body: at least and at most
	Grade    map[string]float64 `yaml:"grade"`         // Flesch-Kincaid, where it is valid: English
	Sentence map[string]int     `yaml:"sentence"`      // the most words of one
	Easy     map[string]int     `yaml:"easy_sentence"` // the same for easy read
}

// Required says which modules must be there: all five topics for each of the audiences in each of the languages.
type Required struct {
	Languages []string   `yaml:"languages"`
	Audiences []Audience `yaml:"audiences"`
}

// Sections are the ids of the sections that a module of each topic must have: what its readers ask.
var Sections = map[Topic][]string{
	WhatCSEAIs:       {"what", "online", "not_your_fault"},
	Risks:            {"risks", "signs", "what_helps"},
	HowToReport:      {"ways", "without_a_name", "what_you_need"},
	WhatHappens:      {"who_reads", "when_you_hear", "private", "why_tell", "if_nobody_tells"},
	Responsibilities: {"you", "adults", "services"},
}

// A Fault is what is wrong with a module beyond its form. Field is the name of the front matter's field, empty for the body. Code and Params name the fault
// for whoever says it in other words; Params are names and values in turn.
type Fault struct {
	Field, Message string
	Code           string
	Params         []any
}

// The codes of faults.
const (
	NoSection    = "section"  // ID, Sections
	WrongLength  = "length"   // Count, Min, Max
	HardToRead   = "grade"    // Grade, Max
	LongSentence = "sentence" // Count, Max, Text
	LongEasy     = "easy"     // Count, Max, Text
	NothingFits  = "fits"     // Text
	LongSMS      = "sms"      // Count, Max, Text
	HardWord     = "hard"     // Word, Say
)

// Check measures a module against the limits of the country: its length, how hard it is to read, sections, texts for telephones.
// It gives everything that is wrong, in the order of the page.
func (l Limits) Check(m *Module) []Fault {
	c := &measuring{m: m, limits: l.Audiences[m.Audience], plain: l.PlainWords[m.Language]}
	c.sections()
	c.length()
	c.reading()
	c.easy()
	c.questions()
	c.sms()
	c.hard()
	return c.faults
}

type measuring struct {
	m      *Module
	limits AudienceLimits
	plain  []PlainWord
	faults []Fault
}

func (c *measuring) report(f Fault, format string, args ...any) {
	f.Message = fmt.Sprintf(format, args...)
	c.faults = append(c.faults, f)
}

func (c *measuring) sections() {
	have := map[string]bool{}
	for _, b := range c.m.Body {
		have[b.ID] = true
	}
	for _, id := range Sections[c.m.Topic] {
		if !have[id] {
			c.report(Fault{Code: NoSection, Params: []any{"ID", id, "Sections", strings.Join(Sections[c.m.Topic], ", ")}}, "the section {#%s} is missing; expected %s", id, strings.Join(Sections[c.m.Topic], ", "))
		}
	}
}

func (c *measuring) length() {
	n := c.m.words()
	if at := c.limits.Words; n < at[0] || n > at[1] {
		c.report(Fault{Code: WrongLength, Params: []any{"Count", n, "Min", at[0], "Max", at[1]}}, "the text has %d words; expected %d to %d", n, at[0], at[1])
	}
}

func (c *measuring) reading() {
	said := c.m.said()
	if at, ok := c.limits.Grade[c.m.Language]; ok {
		if g := Grade(said); g > at {
			c.report(Fault{Code: HardToRead, Params: []any{"Grade", tenth(g), "Max", tenth(at)}}, "it reads like grade %.1f; expected at most %.1f: shorter sentences and words", g, at)
		}
	}
	most, ok := c.limits.Sentence[c.m.Language]
	if !ok {
		return
	}
	for _, t := range said {
		for _, s := range Sentences(t) {
			if n := len(Words(s)); n > most {
				c.report(Fault{Code: LongSentence, Params: []any{"Count", n, "Max", most, "Text", clip(s)}}, "a sentence has %d words; expected at most %d: %q", n, most, clip(s))
			}
		}
	}
}

func (c *measuring) easy() {
	most, ok := c.limits.Easy[c.m.Language]
	for _, e := range c.m.Easy {
		if n := len(Words(e.Say)); ok && n > most {
			c.report(Fault{Field: "easy", Code: LongEasy, Params: []any{"Count", n, "Max", most, "Text", clip(e.Say)}}, "a sentence of easy read has %d words; expected at most %d: %q", n, most, clip(e.Say))
		}
	}
}

func (c *measuring) questions() {
	for _, q := range c.m.Check {
		if !slices.ContainsFunc(q.Answers, func(a Answer) bool { return a.Fits }) {
			c.report(Fault{Field: "check", Code: NothingFits, Params: []any{"Text", clip(q.Ask)}}, "no answer fits; expected one at least: %q", clip(q.Ask))
		}
	}
}

func (c *measuring) sms() {
	for _, s := range c.m.SMS {
		if n, most := utf8.RuneCountInString(s), SMSLimit(s); n > most {
			c.report(Fault{Field: "sms", Code: LongSMS, Params: []any{"Count", n, "Max", most, "Text", clip(s)}}, "a text has %d characters; expected at most %d with these letters: %q", n, most, clip(s))
		}
	}
}

// A Measure is how a short text was measured against the limits of its audience. Sentence is the longest that is too long; it and Grade are zero where
// nothing is wrong.
type Measure struct {
	Words            int
	Grade, MostGrade float64
	Sentence         string
	Long, MostInOne  int // words of Sentence, and how many one may have
}

// Measure measures a short text that is no module, for an audience and in a language: how hard it is to read. Its length is its caller's to judge.
func (l Limits) Measure(a Audience, language, title string, body []Block) (found Measure) {
	at, said := l.Audiences[a], []string{title}
	for _, b := range body {
		said = append(said, b.texts()...)
	}
	for _, t := range said[1:] {
		found.Words += len(Words(t))
	}
	if most, ok := at.Grade[language]; ok {
		if g := Grade(said); g > most {
			found.Grade, found.MostGrade = g, most
		}
	}
	if most, ok := at.Sentence[language]; ok {
		for _, t := range said {
			for _, s := range Sentences(t) {
				if n := len(Words(s)); n > most && n > found.Long {
					found.Sentence, found.Long, found.MostInOne = clip(s), n, most
				}
			}
		}
	}
	return found
}

// tenth writes a grade with one digit after its point.
func tenth(grade float64) string { return strconv.FormatFloat(grade, 'f', 1, 64) }
