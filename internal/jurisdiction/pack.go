package jurisdiction

import (
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // a pack's time zone must be there on a machine that has none

	"go.yaml.in/yaml/v3"

	"amparo/internal/education"
	"amparo/internal/instrument"
	"amparo/internal/ruleset"
	"amparo/internal/vault/seal"
)

// A Pack is a country as the program knows it. Only Load makes one, so it is complete. Accessors that take a language
// give the default language's words when the pack does not have the one asked for.
type Pack struct {
	profile   profile
	targets   Targets
	contacts  contactFile
	said      messageFile
	before    beforeFile
	checklist checklistFile
	words     wordFile
	replies   replyFile
	spelling  map[string]*seal.Words // by language: what receipts are spelt with
	rules     *ruleset.Set

	instruments map[string]*instrument.Instrument // by id
	library     *education.Library
	teaching    education.Limits
	signposts   signpostFile
	programmes  programmeFile

	start    time.Time
	calendar *Calendar
	safe     map[string]*Calendar // by code of an answer about safe times
	open     map[string]*Calendar // hours of contacts that do not always answer
	desks    map[string]string    // area code, or everywhere, to desk
	hash     string
	live     []Problem
}

// Code is the pack's short name, for example "demo".
func (p *Pack) Code() string { return p.profile.Code }

// Version is the pack's own version, for example "2026.1".
func (p *Pack) Version() string { return p.profile.Version }

// Hash is the SHA-256 of the names and bytes of all files of the pack, in hex: it changes when any of them does.
func (p *Pack) Hash() string { return p.hash }

// Live tells whether the pack is for real people. A pack that is not is served only as a demonstration.
func (p *Pack) Live() bool { return p.profile.Live }

// LiveProblems says what keeps the pack from being served to real people: it is not live, words that nobody has
// reviewed, contacts that are not verified by two people or are overdue at the start. Empty when nothing does.
func (p *Pack) LiveProblems() []Problem { return slices.Clone(p.live) }

// Name is the country's name.
func (p *Pack) Name(lang string) string { return p.say(p.profile.Names, lang) }

// Languages gives the languages that everything is in which whoever reports may read, in the order in which people choose.
func (p *Pack) Languages() []Language { return slices.Clone(p.profile.Languages.Offered) }

// StaffLanguages gives the tags of the languages that everything is in, also what only staff read.
func (p *Pack) StaffLanguages() []string { return slices.Clone(p.profile.Languages.forStaff()) }

// Default is the language for whoever has chosen none.
func (p *Pack) Default() string { return p.profile.Languages.Default }

// Language gives the pack's language that serves lang: itself, or its base ("ar" for "ar-EG"), or the default.
func (p *Pack) Language(lang string) string {
	base, _, _ := strings.Cut(lang, "-")
	for _, want := range []string{lang, base} {
		if slices.ContainsFunc(p.profile.Languages.Offered, func(l Language) bool { return l.Code == want }) {
			return want
		}
	}
	return p.Default()
}

// Zone is the country's time zone.
func (p *Pack) Zone() *time.Location { return p.calendar.zone }

// ExitTarget is the neutral https page that leaving goes to.
func (p *Pack) ExitTarget() string { return p.profile.ExitTarget }

// Targets gives the clocks of the pack.
func (p *Pack) Targets() Targets { return p.targets }

// NextStaffed gives now and true while somebody is at the desk, else when somebody will be, in UTC.
func (p *Pack) NextStaffed(now time.Time) (from time.Time, staffedNow bool) {
	return p.calendar.NextStaffed(now)
}

// AddServiceTime gives the instant by which d of service time has passed since from; see Calendar.
func (p *Pack) AddServiceTime(from time.Time, d time.Duration) time.Time {
	return p.calendar.AddServiceTime(from, d)
}

// RuleSet is the pack's rule set, in the languages of staff.
func (p *Pack) RuleSet() *ruleset.Set { return p.rules }

// ClosureReasons gives the reasons for closing a case that people here may choose.
func (p *Pack) ClosureReasons(lang string) []Named {
	return p.named("closure_reason", p.profile.ClosureReasons, lang)
}

// Outcomes gives the outcomes of triage that people here may choose.
func (p *Pack) Outcomes(lang string) []Named { return p.named("outcome", p.profile.Outcomes, lang) }

// List gives a list of words.yaml in its order, for example "relation"; nil when there is no such list.
func (p *Pack) List(list, lang string) []Named { return p.named(list, p.words.Lists[list].codes, lang) }

// Word is the words for a code of a list; the code itself when the pack has no words for it.
func (p *Pack) Word(list, code, lang string) string {
	if w, ok := p.words.Lists[list].words[code]; ok {
		return p.say(w, lang)
	}
	return code
}

func (p *Pack) named(list string, codes []string, lang string) []Named {
	var out []Named
	for _, code := range codes {
		out = append(out, Named{code, p.Word(list, code, lang)})
	}
	return out
}

// say gives the words in the language. What only staff read is not in every one that is offered; where it is asked for in another,
// it is said in the first of staff.
func (p *Pack) say(w Words, lang string) string {
	if said, ok := w[p.Language(lang)]; ok {
		return said
	}
	return w[p.profile.Languages.forStaff()[0]]
}

// codeWords are the codes of one list in the file's order, with their words.
type codeWords struct {
	codes []string
	words map[string]Words
}

// UnmarshalYAML keeps the order, which a map would lose.
func (c *codeWords) UnmarshalYAML(n *yaml.Node) error {
	c.words = map[string]Words{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		c.codes = append(c.codes, n.Content[i].Value)
	}
	return n.Decode(&c.words)
}
