package instrument

import "slices"

// A SummaryRow is one question with what was answered.
type SummaryRow struct {
	Page     string // id: where to go to change it
	Question string // id
	Label    string
	Values   []string // codes in words of the asked language, or the person's own words; empty: not answered
	Coded    bool     // Values were chosen; otherwise they are original words, in the language of who wrote them
	Identity bool
	Cleaned  bool // something was taken out of the words; see Cut
	Shown    Form
}

// Summary gives every question of the shown pages in order, for checking one's answers and for the desk. Labels and
// codes are in lang; original words stay as they were written.
func (in *Instrument) Summary(a Answers, lang string) []SummaryRow {
	var rows []SummaryRow
	pages, kept := in.walk(a)
	for _, p := range pages {
		for _, q := range p.Questions {
			rows = append(rows, SummaryRow{
				Page: p.ID, Question: q.ID, Label: q.Label.Words(lang), Values: said(q, kept[q.ID], lang),
				Coded: q.Kind.Coded(), Identity: q.Privacy == Identity, Shown: q.Shown,
				Cleaned: !q.Kind.Coded() && cleaned(kept[q.ID]),
			})
		}
	}
	return rows
}

// said gives codes in words. A code that this version does not have stays as it is.
func said(q Question, values []string, lang string) []string {
	values = slices.Clone(values)
	if !q.Kind.Coded() {
		return values
	}
	for i, v := range values {
		if c, ok := q.Code(v); ok {
			values[i] = c.Label.Words(lang)
		}
	}
	return values
}
