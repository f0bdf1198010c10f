package desk

import (
	"net/url"
	"slices"
	"strconv"

	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/page"
	"amparo/internal/ruleset"
	"amparo/internal/triage"
	"amparo/internal/web/staff"
)

// A filterView chooses what the queue shows.
type filterView struct {
	On          bool // something is left out
	Fields      []page.Choices
	Translation page.Choices
	Burst       page.Choices
	Kept        []keptFilter
	Keep        *page.Input // the name under which the filter is kept; nil while there is none to keep
	Hidden      [][2]string // what is kept, with the name
	Open        bool
}

// A keptFilter is a link to what somebody looks at again and again.
type keptFilter struct {
	Name, Href, ID string
	Current        bool
}

// filterOf reads a filter from the values of a form.
func filterOf(q url.Values) triage.Filter {
	return triage.Filter{Priority: ruleset.Priority(q.Get("priority")), Area: q.Get("area"), Language: q.Get("language"),
		Channel: q.Get("channel"), Whose: triage.Whose(q.Get("whose")), Translation: q.Get("translation") == "yes", Burst: q.Get("burst") == "yes"}
}

// fieldsOf gives the values of the form that a filter is made of; those that leave nothing out are not among them.
func fieldsOf(f triage.Filter) (list [][2]string) {
	yes := map[bool]string{true: "yes"}
	for _, one := range [][2]string{{"priority", string(f.Priority)}, {"area", f.Area}, {"language", f.Language}, {"channel", f.Channel},
		{"whose", string(f.Whose)}, {"translation", yes[f.Translation]}, {"burst", yes[f.Burst]}} {
		if one[1] != "" {
			list = append(list, one)
		}
	}
	return list
}

// queueHref is the address of one page of what a filter shows.
func queueHref(f triage.Filter, at sheet) string {
	q := url.Values{}
	for _, one := range fieldsOf(f) {
		q.Set(one[0], one[1])
	}
	if at.number > 0 {
		q.Set("page", strconv.Itoa(at.number+1))
	}
	if at.after != "" {
		q.Set("after", at.after)
	}
	if len(q) == 0 {
		return Path
	}
	return Path + "?" + q.Encode()
}

// filterView offers what the queue can be filtered by, and the filters that the person keeps.
func (d *desk) filterView(v *staff.Visit, f triage.Filter, wrong error) (filterView, error) {
	kept, err := d.Triage.Filters(v.Context(), v.Actor)
	if err != nil {
		return filterView{}, err
	}
	view := filterView{On: f != triage.Filter{}, Open: wrong != nil}
	view.Fields = []page.Choices{
		d.choose(v, "priority", "desk.column_priority", string(f.Priority), d.priorities(v)),
		d.choose(v, "whose", "desk.filter_whose", string(f.Whose), []page.Choice{{Value: string(triage.Mine), Text: v.T("desk.filter_mine")},
			{Value: string(triage.Nobodys), Text: v.T("desk.filter_nobody")}, {Value: string(triage.Late), Text: v.T("desk.filter_late")}}),
		d.choose(v, "language", "desk.language", f.Language, d.languages()),
		d.choose(v, "channel", "desk.channel", f.Channel, d.channels(v)),
		d.choose(v, "area", "desk.area", f.Area, d.areas(v, "")),
	}
	view.Translation = page.Choices{Name: "translation", Label: v.T("desk.translation"),
		Items: []page.Choice{{Value: "yes", Text: v.T("desk.filter_translation"), Checked: f.Translation}}}
	view.Burst = page.Choices{Name: "burst", Label: v.T("desk.quarantined"),
		Items: []page.Choice{{Value: "yes", Text: v.T("desk.filter_burst"), Checked: f.Burst}}}
	same := false
	for _, k := range kept {
		same = same || k.Filter == f
		view.Kept = append(view.Kept, keptFilter{Name: k.Name, Href: queueHref(k.Filter, sheet{}), ID: string(k.ID), Current: k.Filter == f})
	}
	if view.On && !same || wrong != nil {
		view.Keep = &page.Input{Name: "name", Label: v.T("desk.filter_name"), Hint: v.T("desk.filter_name_hint"), Width: 20,
			Value: v.R.PostForm.Get("name"), Error: page.ErrorsOf(v.Words, wrong).Of("name")}
		view.Hidden = fieldsOf(f)
	}
	return view, nil
}

// choose is one field of the filter.
func (d *desk) choose(v *staff.Visit, name, label, chosen string, items []page.Choice) page.Choices {
	c := page.Choices{Name: name, Label: v.T(label), Items: append([]page.Choice{{Text: v.T("desk.filter_all")}}, items...)}
	for i := range c.Items {
		c.Items[i].Checked = c.Items[i].Value == chosen
	}
	return c
}

func (d *desk) priorities(v *staff.Visit) (list []page.Choice) {
	for _, p := range slices.Concat(ruleset.Priorities(), ruleset.Levels()) {
		list = append(list, page.Choice{Value: string(p), Text: d.priority(v, p)})
	}
	return list
}

func (d *desk) languages() (list []page.Choice) {
	for _, l := range d.Pack.Languages() {
		list = append(list, page.Choice{Value: l.Code, Text: l.Name})
	}
	return list
}

func (d *desk) channels(v *staff.Visit) (list []page.Choice) {
	for _, n := range d.Pack.List("report_channel", v.Words.Tag()) {
		list = append(list, page.Choice{Value: n.Code, Text: n.Name})
	}
	return list
}

// areas gives the areas in one, each before those that lie in it.
func (d *desk) areas(v *staff.Visit, parent string) (list []page.Choice) {
	for _, a := range d.Pack.Areas(v.Words.Tag(), parent) {
		list = append(list, page.Choice{Value: a.Code, Text: a.Name})
		list = append(list, d.areas(v, a.Code)...)
	}
	return list
}

// keepFilter keeps the filter under a name.
func (d *desk) keepFilter(v *staff.Visit) error {
	f := filterOf(v.R.PostForm)
	if err := d.Triage.KeepFilter(v.Context(), v.Actor, v.Field("name"), f); err != nil {
		if fault.KindOf(err) != fault.Invalid {
			return err
		}
		return d.showQueue(v, f, sheet{}, httpx.StatusOf(err), err)
	}
	return v.Done(queueHref(f, sheet{}), "filter_kept")
}

// dropFilter takes a filter away.
func (d *desk) dropFilter(v *staff.Visit) error {
	if err := d.Triage.DropFilter(v.Context(), v.Actor, triage.FilterID(v.Field("filter"))); err != nil {
		return err
	}
	return v.Done(Path, "filter_dropped")
}
