package desk

import (
	"slices"
	"strconv"

	"amparo/internal/page"
	"amparo/internal/ruleset"
	"amparo/internal/triage"
	"amparo/internal/web/staff"
)

// A why is every reason for a priority, in words.
type why struct {
	Content          *contentWhy // of content alone, in place of what follows
	Triggers, Floors []string
	Lapsed           []lapse
	Heaviest         []ruleset.ExplainedFactor
	Factors          page.Table
	Unknown          []string
	NeedsInformation bool
	Sum              int
	Notes            []string // where a person, or another version of the rules, says something else
	RuleSet          string   // id and version by which it was assessed
}

// A contentWhy is every reason for a level: what was told, and within what time the level is to be forwarded.
type contentWhy struct {
	Told   []string
	Within string
}

// content says why content stands at its level; nil for a child.
func (d *desk) content(v *staff.Visit, p triage.Page, e ruleset.Explanation) *contentWhy {
	if !p.Reasons.Priority.Content() {
		return nil
	}
	c := &contentWhy{}
	for _, told := range e.Content {
		c.Told = append(c.Told, v.T("desk.content_told", "Level", told.ID, "Words", told.Words))
	}
	if rule, ok := d.Pack.RuleSet().Content.Rule(p.Priority); ok {
		c.Within = d.Pack.RuleSet().Say(rule.Words, v.Words.Tag())
	}
	return c
}

// A lapse is a trigger that no longer counts.
type lapse struct {
	Words string
	Since string
}

func (d *desk) why(v *staff.Visit, p triage.Page) why {
	set, r := d.Pack.RuleSet(), p.Reasons
	e := set.Explain(r, v.Words.Tag())
	w := why{Heaviest: heaviest(e.Factors, mostReasons), Factors: d.factors(v, e), NeedsInformation: r.NeedsInformation, Sum: r.Sum,
		RuleSet: p.History[0].RuleSet, Content: d.content(v, p, e)}
	for _, t := range e.Triggers {
		w.Triggers = append(w.Triggers, t.Words)
	}
	for _, f := range e.Floors {
		w.Floors = append(w.Floors, f.Words)
	}
	for _, l := range r.Lapsed {
		if t, ok := set.Trigger(l.Name); ok {
			w.Lapsed = append(w.Lapsed, lapse{set.Say(t.Words, v.Words.Tag()), v.Words.Date(l.At, d.Pack.Zone())})
		}
	}
	for _, name := range r.Unknown {
		if f, ok := set.Factor(name); ok {
			w.Unknown = append(w.Unknown, set.Say(f.Words, v.Words.Tag()))
		}
	}
	if r.Priority != p.Priority {
		w.Notes = append(w.Notes, v.T("desk.set_says", "Rules", d.priority(v, r.Priority), "Now", d.priority(v, p.Priority)))
	}
	if w.RuleSet != r.RuleSet {
		w.Notes = append(w.Notes, v.T("desk.set_changed", "Then", w.RuleSet, "Now", r.RuleSet))
	}
	return w
}

// factors is the table of all factors with their points.
func (d *desk) factors(v *staff.Visit, e ruleset.Explanation) page.Table {
	t := page.Table{Caption: v.T("desk.factors"), CaptionHidden: true, Columns: []page.Column{{Text: v.T("desk.factor")},
		{Text: v.T("desk.known_of_it")}, {Text: v.T("desk.points"), Numeric: true}}}
	for _, f := range e.Factors {
		known := page.Cell{Text: f.Words}
		if slices.Contains(e.Unknown, f.Name) {
			known.Tag = &page.Tag{Text: v.T("desk.not_known"), Tone: "quiet"}
		}
		about, _ := d.Pack.RuleSet().Factor(f.Name)
		t.Rows = append(t.Rows, []page.Cell{{Text: d.Pack.RuleSet().Say(about.Words, v.Words.Tag())}, known,
			{Text: strconv.Itoa(f.Points), Numeric: true}})
	}
	return t
}
