package jurisdiction

import (
	"cmp"
	"slices"
)

// A Situation is what an acknowledgement is fitted to.
type Situation string

// The situations: immediate danger said; the priority that the rule set gave; content without a known child.
const (
	Danger      Situation = "danger"
	P1          Situation = "P1"
	P2          Situation = "P2"
	P3          Situation = "P3"
	P4          Situation = "P4"
	ContentOnly Situation = "content_only"
)

// A State is how far a matter is, as its mailbox says it in quiet words.
type State string

// The states of progress.
const (
	Received       State = "received"
	BeingRead      State = "being_read"
	QuestionForYou State = "question_for_you"
	WorkingOnIt    State = "someone_is_working_on_it"
	PassedOn       State = "passed_on"
	Finished       State = "finished"
)

// An Acknowledgement is what is said to somebody who has just reported: what happens next, by whom, by when, and what
// there is day and night. ByWhen has the place {{.Due}}; AnyTime has a number.
type Acknowledgement struct {
	Heading, Next, ByWhom, ByWhen, AnyTime Text
}

// Acknowledgement gives the words for the reader and situation; a situation that is not known has the words of P3.
func (p *Pack) Acknowledgement(reader Reader, s Situation, lang string) Acknowledgement {
	bySituation := p.said.Acknowledgements[p.reader(reader)]
	byLanguage, ok := bySituation[s]
	if !ok {
		byLanguage = bySituation[P3]
	}
	w := byLanguage[p.Language(lang)]
	return Acknowledgement{Text(w.Heading), Text(w.Next), Text(w.ByWhom), Text(w.ByWhen), Text(w.AnyTime)}
}

// OutcomeMessage is what the reporter is told, in quiet words, when a report leaves triage; empty when the outcome is
// not one of Outcomes.
func (p *Pack) OutcomeMessage(outcome string, reader Reader, lang string) Text {
	return Text(p.say(p.said.Outcomes[outcome].of(reader), lang))
}

// Progress is the quiet words for a state; a state that is not known has the words of Received.
func (p *Pack) Progress(s State, reader Reader, lang string) string {
	words, ok := p.said.Progress[s]
	if !ok {
		words = p.said.Progress[Received]
	}
	return p.say(words.of(reader), lang)
}

// Before is what is read before the first question.
type Before struct {
	WhoReads     Text
	HowSoon      Text // has the place {{.NextStaffed}}
	StaysPrivate Text
	MustTell     Text     // introduces Duties
	Duties       []string // when we must tell somebody
	YourChoice   Text
}

// Before gives the words for the reader.
func (p *Pack) Before(reader Reader, lang string) Before {
	w := p.before.Readers[p.reader(reader)][p.Language(lang)]
	b := Before{Text(w.WhoReads), Text(w.HowSoon), Text(w.StaysPrivate), Text(w.MustTell), nil, Text(w.YourChoice)}
	for _, d := range p.Duties(reader, lang) {
		b.Duties = append(b.Duties, d.Text)
	}
	return b
}

// reader takes whoever is not a child for an adult.
func (p *Pack) reader(r Reader) Reader {
	if r == Child {
		return Child
	}
	return Adult
}

// An Item is one line of the first-hour checklist, in one language.
type Item struct {
	Code     string
	Words    string
	Required bool // the report leaves triage only when it is answered
	Answer   AnswerKind
	Raises   string // the trigger that the answer yes makes true; empty when it makes none
}

// An AnswerKind says what an item of the checklist is answered with.
type AnswerKind string

// The kinds of answers.
const (
	Done   AnswerKind = "done"
	YesNo  AnswerKind = "yes_no" // or a reason of the list "could_not_ask"
	Person AnswerKind = "person" // a qualified colleague
)

// Checklist gives the items for what is true of a report, in the pack's order: names of triggers and floors, as in the
// rule set, and the priority. An item is there once, for whichever reason.
func (p *Pack) Checklist(triggers, floors []string, priority, lang string) []Item {
	var list []Item
	for _, item := range p.checklist.Items {
		if item.Show.Always || overlap(item.Show.Triggers, triggers) || overlap(item.Show.Floors, floors) ||
			overlap(item.Show.Priorities, []string{priority}) {
			list = append(list, p.item(item, priority, lang))
		}
	}
	return list
}

// Items gives every item of the checklist, in the pack's order. None counts as required.
func (p *Pack) Items(lang string) []Item {
	list := make([]Item, len(p.checklist.Items))
	for i, item := range p.checklist.Items {
		list[i] = p.item(item, "", lang)
	}
	return list
}

func (p *Pack) item(i checkItem, priority, lang string) Item {
	return Item{Code: i.Code, Words: p.say(i.Words, lang), Required: overlap(i.RequiredFor, []string{priority}),
		Answer: cmp.Or(i.Answer, Done), Raises: i.Raises}
}

// Required gives the items without which no report leaves triage at the priority, in the pack's order.
func (p *Pack) Required(priority, lang string) []Item {
	return slices.DeleteFunc(p.Checklist(nil, nil, priority, lang), func(i Item) bool { return !i.Required })
}

// messageFile is acknowledgements.yaml.
type messageFile struct {
	ReviewedBy       Words                                        `yaml:"reviewed_by"`
	Acknowledgements map[Reader]map[Situation]map[string]ackWords `yaml:"acknowledgements"`
	Outcomes         map[string]byReader                          `yaml:"outcomes"`
	Progress         map[State]byReader                           `yaml:"progress"`
}

type ackWords struct {
	Heading string `yaml:"heading"`
	Next    string `yaml:"next"`
	ByWhom  string `yaml:"by_whom"`
	ByWhen  string `yaml:"by_when"`
	AnyTime string `yaml:"any_time"`
}

// beforeFile is before_you_start.yaml.
type beforeFile struct {
	ReviewedBy Words                             `yaml:"reviewed_by"`
	Readers    map[Reader]map[string]beforeWords `yaml:"readers"`
}

type beforeWords struct {
	WhoReads     string `yaml:"who_reads"`
	HowSoon      string `yaml:"how_soon"`
	StaysPrivate string `yaml:"stays_private"`
	MustTell     string `yaml:"must_tell"`
	YourChoice   string `yaml:"your_choice"`
}

// checklistFile is checklists.yaml.
type checklistFile struct {
	ReviewedBy Words       `yaml:"reviewed_by"`
	Items      []checkItem `yaml:"items"`
}

type checkItem struct {
	Code string `yaml:"code"`
	Show struct {
		Always     bool     `yaml:"always"`
		Triggers   []string `yaml:"triggers"`
		Floors     []string `yaml:"floors"`
		Priorities []string `yaml:"priorities"`
	} `yaml:"show"`
	RequiredFor []string   `yaml:"required_for"`
	Answer      AnswerKind `yaml:"answer"`
	Raises      string     `yaml:"raises"`
	Words       Words      `yaml:"words"`
}

// wordFile is words.yaml; codes keep their order.
type wordFile struct {
	ReviewedBy Words                `yaml:"reviewed_by"`
	Lists      map[string]codeWords `yaml:"lists"`
}

func overlap(a, b []string) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}
