package desk

import (
	"maps"
	"slices"

	"amparo/internal/instrument"
	"amparo/internal/triage"
	"amparo/internal/web/staff"
)

// A said is one question with what was answered. Words of the reporter's own have their language.
type said struct {
	Label  string
	Values []string
	Lang   string // of original words; empty where an answer was chosen
	Show   string // asks to show the values, which are addresses or accounts; empty when they are shown at once
	Cut    bool   // something was taken out of the words
}

// said gives what was told, in the order in which it was asked: the rows of content, those that tell who somebody is or how to
// reach them, and the questions that were left out. What the list of questions of today does not know stands at the end, with
// the id of its question.
func (d *desk) said(v *staff.Visit, p triage.Page) (content, identity []said, left []string) {
	known := map[string]bool{}
	add := func(id string, row said, private bool) {
		known[id] = true
		switch {
		case len(row.Values) == 0:
			left = append(left, row.Label)
		case private:
			identity = append(identity, row)
		default:
			content = append(content, row)
		}
	}
	in := d.Pack.Instrument(p.Instrument)
	if in != nil {
		all := maps.Clone(p.Content)
		maps.Copy(all, p.Identity)
		for _, row := range in.Summary(all, v.Words.Tag()) {
			add(row.Question, d.saidRow(v, p, in, row), row.Identity)
		}
	}
	for private, half := range map[bool]instrument.Answers{false: p.Content, true: p.Identity} {
		for _, id := range slices.Sorted(maps.Keys(half)) {
			if !known[id] {
				add(id, d.strayRow(v, p, in, id, half[id]), private)
			}
		}
	}
	return content, identity, left
}

func (d *desk) saidRow(v *staff.Visit, p triage.Page, in *instrument.Instrument, row instrument.SummaryRow) said {
	s := said{Label: row.Label, Values: row.Values, Cut: row.Cleaned}
	if row.Coded {
		return s
	}
	s.Values, s.Lang = shown(row.Values), p.Language
	if q, ok := in.Question(row.Question); ok && q.Kind == instrument.Accounts && len(s.Values) > 0 {
		for i, one := range row.Values {
			s.Values[i] = staff.Address(one)
		}
		s.Show = v.Words.N("desk.show_accounts", len(s.Values))
	}
	return s
}

// strayRow is an answer to a question that is not asked today, or not after these answers.
func (d *desk) strayRow(v *staff.Visit, p triage.Page, in *instrument.Instrument, id string, values []string) said {
	s := said{Label: v.T("desk.stray", "Question", id), Values: shown(values), Lang: p.Language}
	if in == nil {
		return s
	}
	if q, ok := in.Question(id); ok {
		s.Label = q.Label.Words(v.Words.Tag())
	}
	return s
}

func shown(values []string) []string {
	list := make([]string, len(values))
	for i, words := range values {
		list[i] = staff.Shown(words)
	}
	return list
}
