package desk

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/ident"
	"amparo/internal/instrument"
	"amparo/internal/join"
	"amparo/internal/page"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/triage"
	"amparo/internal/web/staff"
)

// A splitView asks what of a report goes into a second one.
type splitView struct {
	Href, Handle   string
	Priority       page.Tag
	ID             string // the draw of the form
	Version        int64
	Sequence       int64
	Words          []page.Textarea
	Answers, Facts page.Choices
	Area           page.Choices
}

// The names of the form's fields: own words by their question, facts by what they are.
const (
	wordsField    = "told_"
	triggerPrefix = "trigger."
	floorPrefix   = "floor."
	factorPrefix  = "factor."
)

// A cutting is the form as it is shown: what was typed and chosen, or all that was told.
type cutting struct {
	id             string
	words          map[string]string
	answers, facts []string
	area           string
}

// askSplit shows the form with all that was told: what does not go along is taken out by the person.
func (d *desk) askSplit(v *staff.Visit) error {
	p, err := d.divisible(v)
	if err != nil {
		return plainly(v, access.ReportSplit, err)
	}
	c := cutting{id: draw(d), words: map[string]string{}, area: p.Area}
	for id, values := range both(p) {
		c.words[id] = staff.Shown(strings.Join(values, "\n"))
		c.answers = append(c.answers, id)
	}
	for _, f := range d.factItems(v, p) {
		c.facts = append(c.facts, f.Value)
	}
	return d.showSplit(v, p, c, nil)
}

// draw draws the id of a form, so that sending it twice is one split.
func draw(d *desk) string { return string(ident.New[report.ID](d.site.Clock.Now())) }

// divisible reads the report for somebody who may split it.
func (d *desk) divisible(v *staff.Visit) (triage.Page, error) {
	if _, err := d.Triage.Glance(v.Context(), v.Actor, access.ReportSplit, id(v)); err != nil {
		return triage.Page{}, err
	}
	p, err := d.Triage.Read(v.Context(), v.Actor, id(v), nil)
	if err == nil && p.State == report.Resolved {
		err = fault.New(fault.Conflict, "fault.resolved")
	}
	return p, err
}

// both is all that was told.
func both(p triage.Page) instrument.Answers {
	all := instrument.Answers{}
	maps.Copy(all, p.Content)
	maps.Copy(all, p.Identity)
	return all
}

func (d *desk) showSplit(v *staff.Visit, p triage.Page, c cutting, wrong error) error {
	f := v.Frame(v.T("desk.split"))
	f.Back, f.Errors = &page.Back{Href: href(p.ID, "")}, page.ErrorsOf(v.Words, wrong)
	data := splitView{Href: href(p.ID, ""), Handle: handle(p.ID), Priority: d.tag(v, p.Priority), ID: c.id, Version: p.Version, Sequence: p.Sequence}
	d.toldItems(v, p, c, &data, f.Errors)
	data.Answers.Error = f.Errors.Of("answers")
	data.Facts = page.Choices{Name: "facts", Label: v.T("desk.split_facts"), Hint: v.T("desk.split_facts_hint"), Items: d.factItems(v, p)}
	for i := range data.Facts.Items {
		data.Facts.Items[i].Checked = slices.Contains(c.facts, data.Facts.Items[i].Value)
	}
	data.Area = page.Choices{Name: "area", Label: v.T("desk.split_area"), Error: f.Errors.Of("area"), Items: []page.Choice{{Text: v.T("desk.not_said"), Checked: c.area == ""}}}
	data.Area.Items = append(data.Area.Items, d.areaItems(v, "", c.area, "")...)
	return v.Render(httpx.StatusOf(wrong), "desk_split", f, data)
}

// areaItems gives the areas of the country below one, each under the one that it lies in.
func (d *desk) areaItems(v *staff.Visit, parent, chosen, before string) (list []page.Choice) {
	for _, a := range d.Pack.Areas(v.Words.Tag(), parent) {
		list = append(list, page.Choice{Value: a.Code, Text: before + a.Name, Checked: a.Code == chosen})
		list = append(list, d.areaItems(v, a.Code, chosen, before+"– ")...)
	}
	return list
}

// toldItems offers what was told, in the order in which it was asked: own words to be cut, chosen answers to be taken or left. An error
// of a question is said at its field.
func (d *desk) toldItems(v *staff.Visit, p triage.Page, c cutting, data *splitView, wrong page.Errors) {
	all, in := both(p), d.Pack.Instrument(p.Instrument)
	for _, q := range triage.AtLength(in) {
		if all[q.ID] == nil {
			all[q.ID] = []string{}
		}
	}
	data.Answers = page.Choices{Name: "answers", Label: v.T("desk.split_answers"), Hint: v.T("desk.split_answers_hint")}
	for _, q := range asked(in, all) {
		label := d.questionLabel(v, in, q)
		if triage.Chosen(in, q) {
			data.Answers.Items = append(data.Answers.Items, page.Choice{Value: q, Text: label, Hint: strings.Join(d.chosenWords(v, in, q, all[q]), "; "),
				Checked: slices.Contains(c.answers, q)})
			continue
		}
		data.Words = append(data.Words, page.Textarea{Name: wordsField + q, Label: label, Optional: true, Rows: min(10, 2+strings.Count(c.words[q], "\n")+len(c.words[q])/60),
			Max: triage.LongestPart, Value: c.words[q], Error: wrong.Of(q)})
		rename(wrong, q, wordsField+q)
	}
	if len(data.Answers.Items) == 0 && len(data.Words) > 0 && wrong.Of("answers") != "" {
		data.Words[0].Error = wrong.Of("answers")
		rename(wrong, "answers", data.Words[0].Name)
	}
}

// rename has an error lead to the field of another name.
func rename(wrong page.Errors, from, to string) {
	for i := range wrong {
		if wrong[i].Name == from {
			wrong[i].Name = to
		}
	}
}

// asked gives the questions that have answers, in the order in which they are asked; those that are not asked today come last.
func asked(in *instrument.Instrument, all instrument.Answers) (list []string) {
	if in != nil {
		for _, p := range in.Pages {
			for _, q := range p.Questions {
				if all[q.ID] != nil {
					list = append(list, q.ID)
				}
			}
		}
	}
	for _, q := range slices.Sorted(maps.Keys(all)) {
		if !slices.Contains(list, q) {
			list = append(list, q)
		}
	}
	return list
}

func (d *desk) questionLabel(v *staff.Visit, in *instrument.Instrument, id string) string {
	if in != nil {
		if q, ok := in.Question(id); ok {
			return q.Label.Words(v.Words.Tag())
		}
	}
	return v.T("desk.stray", "Question", id)
}

func (d *desk) chosenWords(v *staff.Visit, in *instrument.Instrument, id string, codes []string) []string {
	q, _ := in.Question(id)
	list := make([]string, len(codes))
	for i, code := range codes {
		list[i] = code
		if c, ok := q.Code(code); ok {
			list[i] = c.Label.Words(v.Words.Tag())
		}
	}
	return list
}

// factItems offers what is known of the report and still counts.
func (d *desk) factItems(v *staff.Visit, p triage.Page) (list []page.Choice) {
	set, lang, known := d.Pack.RuleSet(), v.Words.Tag(), held(p)
	for _, name := range known.Triggers {
		if t, ok := set.Trigger(name); ok {
			list = append(list, page.Choice{Value: triggerPrefix + name, Text: set.Say(t.Words, lang)})
		}
	}
	for _, name := range known.Floors {
		if f, ok := set.Floor(name); ok {
			list = append(list, page.Choice{Value: floorPrefix + name, Text: set.Say(f.Words, lang)})
		}
	}
	for _, f := range set.Factors {
		i := slices.IndexFunc(f.Codes, func(c ruleset.Code) bool { return c.Name == known.Values[f.Name] && c.Name != ruleset.Unknown })
		if i >= 0 {
			list = append(list, page.Choice{Value: factorPrefix + f.Name, Text: set.Say(f.Words, lang) + ": " + set.Say(f.Codes[i].Words, lang)})
		}
	}
	return list
}

// cut reads the form.
func (d *desk) cut(v *staff.Visit) (c cutting, in join.SplitInput) {
	form := v.R.PostForm
	c = cutting{id: v.Field("id"), words: map[string]string{}, answers: form["answers"], facts: form["facts"], area: v.Field("area")}
	for name := range form {
		if q, ok := strings.CutPrefix(name, wordsField); ok {
			c.words[q] = form.Get(name)
		}
	}
	in.Version, _ = strconv.ParseInt(v.Field("version"), 10, 64)   // a wrong one is stale
	in.Sequence, _ = strconv.ParseInt(v.Field("sequence"), 10, 64) // as is a wrong one of these
	in.Part.From, in.Part.ID, in.Part.Answers, in.Part.Words, in.Part.Area = id(v), report.ID(c.id), c.answers, c.words, c.area
	in.Part.Facts = ruleset.Facts{Values: map[string]string{}}
	for _, name := range c.facts {
		if t, ok := strings.CutPrefix(name, triggerPrefix); ok {
			in.Part.Facts.Triggers = append(in.Part.Facts.Triggers, t)
		} else if f, ok := strings.CutPrefix(name, floorPrefix); ok {
			in.Part.Facts.Floors = append(in.Part.Facts.Floors, f)
		} else if f, ok := strings.CutPrefix(name, factorPrefix); ok {
			in.Part.Facts.Values[f] = "as known"
		}
	}
	return c, in
}

// split splits the report. When it cannot, what was typed and chosen is shown again, beside the report as it is now.
func (d *desk) split(v *staff.Visit) error {
	c, in := d.cut(v)
	_, wrong := d.Join.Split(v.Context(), v.Actor, in)
	if wrong == nil {
		return v.Done(href(id(v), ""), "desk_split")
	}
	if !slices.Contains([]fault.Kind{fault.Invalid, fault.Conflict}, fault.KindOf(wrong)) {
		return plainly(v, access.ReportSplit, wrong)
	}
	p, err := d.divisible(v)
	if err != nil {
		return wrong
	}
	if fault.KindOf(wrong) == fault.Conflict || fault.CodeOf(wrong) == "fault.form_broken" {
		c.id = draw(d)
	}
	if fault.CodeOf(wrong) == fault.CodeStale {
		wrong = fault.Wrap(wrong, fault.Conflict, "fault.split_stale")
	}
	return d.showSplit(v, p, c, wrong)
}

// undoSplit ends a split; the form names the second report.
func (d *desk) undoSplit(v *staff.Visit) error {
	if err := d.Join.UndoSplit(v.Context(), v.Actor, id(v), report.ID(v.Field("second"))); err != nil {
		return d.refused(v, again{wrong: plainly(v, access.ReportSplit, err)})
	}
	return v.Done(href(id(v), ""), "desk_reunited")
}

// A halfView is the other report of a split.
type halfView struct {
	Words  string // which one it is, and who has split it
	At     page.Event
	Other  []staff.Hit // at most one; none for who may not read it
	Undo   string      // where to end that; empty for whoever may not
	Second string
}

// halves says what the report was split from, and what was split from it.
func (d *desk) halves(v *staff.Visit, p triage.Page, found join.Place, data *reportView) {
	for _, h := range found.Halves {
		one := halfView{Words: v.T("desk.split_from", "Name", d.who(v, h.By)), At: page.Event{When: h.At}}
		if h.From == p.ID {
			one.Words = v.T("desk.split_into", "Name", d.who(v, h.By))
		} else {
			data.Cut = v.T("desk.said_cut", "Name", d.who(v, h.By))
		}
		if h.Other != nil {
			one.Other = v.Hits(d.Pack, []join.Hit{*h.Other})
		}
		if h.Undo {
			one.Undo, one.Second = href(p.ID, "/undo-split"), string(h.Report)
		}
		data.Place.Halves = append(data.Place.Halves, one)
	}
	for _, h := range found.Reunited {
		other, words := h.Report, "desk.reunited_into"
		if h.Report == p.ID {
			other, words = h.From, "desk.reunited_from"
		}
		data.Place.Past = append(data.Place.Past, page.Event{When: h.Undone, By: d.who(v, h.UndoneBy), Title: v.T(words, "Handle", handle(other))})
	}
	data.Split = found.Split && p.State != report.Resolved
}

// behind says what else is open behind the receipt of a report, for whoever writes to its reporter of an end; empty when nothing is.
func (d *desk) behind(v *staff.Visit, id report.ID) (string, error) {
	list, err := d.Join.OpenBehind(v.Context(), v.Actor, id)
	if err != nil || len(list) == 0 {
		return "", err
	}
	handles := make([]string, len(list))
	for i, one := range list {
		handles[i] = handle(one)
	}
	return v.T("desk.split_open", "Handle", strings.Join(handles, ", ")), nil
}
