package desk

import (
	"slices"
	"strings"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/page"
	"amparo/internal/report"
	"amparo/internal/triage"
	"amparo/internal/web/staff"
)

// A handView asks which colleague gets the report.
type handView struct {
	Handle, Action string
	To             page.Choices
	Note           page.Textarea
}

// askHand shows the form.
func (d *desk) askHand(v *staff.Visit) error { return d.showHand(v, nil) }

// hand gives the report to a colleague.
func (d *desk) hand(v *staff.Visit) error {
	err := d.Triage.Hand(v.Context(), v.Actor, triage.HandInput{Report: id(v), To: v.Field("to"), Note: v.Field("note")})
	if fault.KindOf(err) == fault.Invalid {
		return d.showHand(v, err)
	}
	if err != nil {
		return plainly(v, access.ReportHand, err)
	}
	return v.Done(href(id(v), ""), "desk_handed")
}

func (d *desk) showHand(v *staff.Visit, wrong error) error {
	takers, err := d.Triage.Takers(v.Context(), v.Actor, id(v))
	if err != nil {
		return plainly(v, access.ReportHand, err)
	}
	l, err := d.Triage.Glance(v.Context(), v.Actor, access.ReportHand, id(v))
	if err != nil {
		return err
	}
	f := v.Frame(v.T("desk.hand"))
	f.Back, f.Errors = &page.Back{Href: href(l.ID, "")}, page.ErrorsOf(v.Words, wrong)
	data := handView{Handle: handle(l.ID), Action: href(l.ID, "/hand"),
		To: page.Choices{Name: "to", Label: v.T("desk.hand_to"), Error: f.Errors.Of("to")},
		Note: page.Textarea{Name: "note", Label: v.T("desk.hand_note"), Hint: v.T("desk.hand_note_hint"), Optional: true, Rows: 4,
			Max: triage.LongestReason, Value: v.R.PostForm.Get("note"), Error: f.Errors.Of("note")}}
	for _, p := range takers {
		data.To.Items = append(data.To.Items, page.Choice{Value: p.User, Text: d.who(v, p.User), Hint: d.speaks(v, p, l.Language),
			Checked: p.User == v.Field("to")})
	}
	return v.Render(httpx.StatusOf(wrong), "desk_hand", f, data)
}

// speaks says whether a colleague speaks the report's language, and whether they supervise.
func (d *desk) speaks(v *staff.Visit, p triage.Person, language string) string {
	list := []string{v.T("owner.speaks_not", "Language", staff.Tongue(d.Pack, language))}
	if slices.Contains(p.Languages, language) {
		list[0] = v.T("owner.speaks", "Language", staff.Tongue(d.Pack, language))
	}
	if p.Supervises {
		list = append(list, v.T("desk.supervises"))
	}
	return strings.Join(list, " ")
}

// hands says how the report went from one colleague to another.
func (d *desk) hands(v *staff.Visit, all []triage.Hand) (list []page.Event) {
	for _, h := range all {
		e := page.Event{When: h.Made, Title: v.T("desk.handed_from_to", "From", d.who(v, h.From), "To", d.who(v, h.To)), Text: staff.Shown(h.Note)}
		if h.MadeBy != h.From {
			e.By = d.who(v, h.MadeBy)
		}
		list = append(list, e)
	}
	return list
}

// handedOver is what whoever has the report now was told with it; nil for everybody else.
func (d *desk) handedOver(v *staff.Visit, p triage.Page) *page.Event {
	if len(p.Hands) == 0 || !p.Hands[0].Holds || p.Hands[0].To != v.Actor.ID || p.Outcome == report.OpenedCase {
		return nil
	}
	return &d.hands(v, p.Hands[:1])[0]
}
