package admin

import (
	"strconv"
	"strings"
	"time"

	"amparo/internal/access"
	"amparo/internal/page"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/triage"
	"amparo/internal/web/staff"
)

// A simulationView is what a rule set would move: as sentences, as a table of numbers, and one by one.
type simulationView struct {
	Heading   string
	Sentences []string
	Counts    page.Table
	Moved     []string    // the same as the table of counts, for whoever reads no table: what moves, and how many
	Why       *page.Table // nil when nothing differs
	Moves     *page.Table // nil when there is none to list
	Notes     []string    // what is in no number or on no list
}

// urgency are the tones of priorities.
var urgency = map[ruleset.Priority]string{ruleset.P1: "urgent", ruleset.P2: "soon", ruleset.P3: "calm", ruleset.P4: "quiet"}

// simulation says a simulation in the person's language. It went over the reports that came in since then, all when it is zero.
func (a *pages) simulation(v *staff.Visit, s triage.Simulation, since time.Time) simulationView {
	view := simulationView{Heading: v.T("admin.sim_heading", "Rules", s.RuleSet, "Against", s.Against), Counts: a.counts(v, s)}
	say := func(id string, n int) { view.Sentences = append(view.Sentences, v.Words.N(id, n)) }
	say("admin.sim_reports", s.Reports)
	if !since.IsZero() {
		view.Sentences = append(view.Sentences, v.T("admin.sim_since", "Since", v.Words.Date(since, a.Pack.Zone())))
	}
	say("admin.sim_up", s.Up)
	say("admin.sim_down", s.Down)
	say("admin.sim_unchanged", s.Unchanged)
	if s.Up+s.Down > 0 {
		say("admin.sim_rising", s.Rising)
		say("admin.sim_staying", s.Staying)
	}
	for _, c := range s.Counts {
		if c.From != c.To {
			view.Moved = append(view.Moved, v.T("admin.sim_moved", "From", a.priority(v, c.From), "To", a.priority(v, c.To), "Reports", v.Words.N("admin.sim_count", c.Reports)))
		}
	}
	view.Why, view.Moves = a.reasons(v, s), a.moves(v, s)
	note := func(id string, n int) {
		if n > 0 {
			view.Notes = append(view.Notes, v.Words.N(id, n))
		}
	}
	if s.More {
		note("admin.sim_more", s.Reports+s.Unreadable)
	}
	note("admin.sim_unreadable", s.Unreadable)
	note("admin.sim_left", s.Left)
	switch {
	case s.Others == 0:
	case access.May(v.Actor, access.ReportList):
		note("admin.sim_others", s.Others)
	default:
		view.Notes = append(view.Notes, v.T("admin.sim_no_reports"))
	}
	return view
}

// counts is how many reports go from each priority to each.
func (a *pages) counts(v *staff.Visit, s triage.Simulation) page.Table {
	t := page.Table{Caption: v.T("admin.sim_counts"), Columns: []page.Column{{Text: v.T("admin.sim_from")}}}
	number := map[triage.Moved]int{}
	for _, c := range s.Counts {
		number[triage.Moved{From: c.From, To: c.To}] = c.Reports
	}
	for _, to := range ruleset.Priorities() {
		t.Columns = append(t.Columns, page.Column{Text: v.T("admin.sim_to", "Priority", string(to)), Numeric: true})
	}
	for _, from := range ruleset.Priorities() {
		row := []page.Cell{{Tag: &page.Tag{Text: a.priority(v, from), Tone: urgency[from]}}}
		for _, to := range ruleset.Priorities() {
			row = append(row, page.Cell{Text: strconv.Itoa(number[triage.Moved{From: from, To: to}]), Numeric: true})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// reasons are what comes and goes, with how many reports it moves; nil when nothing does.
func (a *pages) reasons(v *staff.Visit, s triage.Simulation) *page.Table {
	if len(s.Why) == 0 {
		return nil
	}
	t := &page.Table{Caption: v.T("admin.sim_why"), Columns: []page.Column{{Text: v.T("admin.sim_reason")}, {Text: v.T("admin.sim_raised"), Numeric: true},
		{Text: v.T("admin.sim_lowered"), Numeric: true}}}
	for _, r := range s.Why {
		t.Rows = append(t.Rows, []page.Cell{{Text: a.cause(v, r.Cause, r.Added)}, {Text: strconv.Itoa(r.Up), Numeric: true}, {Text: strconv.Itoa(r.Down), Numeric: true}})
	}
	return t
}

// moves are the reports that would move, of those that the person may read; nil when there is none.
func (a *pages) moves(v *staff.Visit, s triage.Simulation) *page.Table {
	if len(s.Moves) == 0 {
		return nil
	}
	t := &page.Table{Caption: v.T("admin.sim_moves"), Columns: []page.Column{{Text: v.T("admin.sim_report")}, {Text: v.T("admin.sim_move")},
		{Text: v.T("admin.sim_stands")}, {Text: v.T("admin.sim_because")}}}
	for _, m := range s.Moves {
		name := page.Cell{Text: handle(m.Report), Href: "/desk/" + string(m.Report)}
		if !m.Open {
			name.Note = v.T("admin.sim_resolved")
		}
		var why []string
		for _, c := range m.Added {
			why = append(why, a.cause(v, c, true))
		}
		for _, c := range m.Removed {
			why = append(why, a.cause(v, c, false))
		}
		way := page.Tag{Text: v.T("admin.sim_goes_up", "From", string(m.From), "To", string(m.To)), Tone: "soon"}
		if m.From.MoreUrgent(m.To) {
			way = page.Tag{Text: v.T("admin.sim_goes_down", "From", string(m.From), "To", string(m.To)), Tone: "quiet"}
		}
		t.Rows = append(t.Rows, []page.Cell{name, {Tag: &way}, {Text: string(m.Stands)}, {Text: strings.Join(why, " · ")}})
	}
	return t
}

// handle is what colleagues call a report on the duty desk: the end of its id.
func handle(id report.ID) string { return strings.ToUpper(string(id)[max(0, len(id)-5):]) }

// cause says a reason that comes or goes in the words of the country.
func (a *pages) cause(v *staff.Visit, c ruleset.Cause, added bool) string {
	set, tag := a.Triage.Rulebook.PackRules(), v.Words.Tag()
	words := ""
	switch c.Kind {
	case ruleset.CauseFactor:
		f, _ := set.Factor(c.Name)
		code, _ := f.Code(c.Code)
		return v.T("admin.cause_factor", "About", set.Say(f.Words, tag), "Words", set.Say(code.Words, tag), "Was", c.Was, "Is", c.Is)
	case ruleset.CauseTrigger:
		t, _ := set.Trigger(c.Name)
		words = set.Say(t.Words, tag)
	case ruleset.CauseFloor:
		f, _ := set.Floor(c.Name)
		words = set.Say(f.Words, tag)
	default:
		words = v.T("admin.cause_" + string(c.Kind))
	}
	if added {
		return v.T("admin.cause_came", "Words", words)
	}
	return v.T("admin.cause_went", "Words", words)
}

// priority says a priority by its code and what the country calls it.
func (a *pages) priority(v *staff.Visit, p ruleset.Priority) string {
	return v.T("admin.priority_words", "Code", string(p), "Name", a.Pack.Word("priority", string(p), v.Words.Tag()))
}
