package hotline

import (
	"slices"
	"strconv"

	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/ident"
	"amparo/internal/notice"
	"amparo/internal/page"
	"amparo/internal/report"
	"amparo/internal/web/staff"
)

// An askView is the form by which a notice is written.
type askView struct {
	Post, Handle string
	Level        page.Tag
	Hotline      hotlineView
	Fields       []staff.Field
}

// ask shows the form for a notice about a report; refused is why it could not be taken.
func (s *pages) ask(v *staff.Visit, refused error) error {
	id := report.ID(v.R.PathValue("report"))
	o, err := s.Notice.Offer(v.Context(), v.Actor, id, v.Words.Tag())
	if err != nil {
		return err
	}
	f := v.Form(refused, s.Pack.Zone())
	f.Hide("draft", f.Value("draft", ident.New[string](s.Clock.Now())))
	if len(o.Addresses) > 0 {
		f.Say("addresses", f.T("fault.notice_addresses"))
		f.Add(staff.Field{Checkboxes: s.addresses(f, o)})
	}
	f.Text("more", "notice.more", "", page.Textarea{Hint: f.T("notice.more_hint"), Rows: 2, Max: notice.LongestAddress, Optional: true})
	f.Line("platform", "notice.platform", "", page.Input{Hint: f.T("notice.platform_hint"), Optional: true})
	f.Line("seen", "notice.seen", "", page.Input{Hint: f.T("notice.seen_hint"), Optional: true})
	f.Text("explanation", "notice.explanation", f.T("notice.explanation_begin"), page.Textarea{Hint: f.T("notice.explanation_hint"), Rows: 5, Max: notice.LongestWords})
	f.Add(staff.Field{Checkboxes: s.tick(f, "named", "notice.sender", "notice.named", v.AgencyName(o.Agency))})
	f.Add(staff.Field{Checkboxes: s.tick(f, "faith", "notice.faith", "notice.faith_tick", "")})
	frame := v.Frame(v.T("notice.write"))
	frame.Back, frame.Errors = &page.Back{Href: reportPath(id)}, f.Errors
	return v.Render(httpx.StatusOf(refused), "hotline_ask", frame, askView{Post: reportPath(id) + "/notice", Handle: report.Handle(id),
		Level: v.Priority(s.Pack, o.Priority), Hotline: s.hotlineView(v), Fields: f.Fields})
}

// addresses offers those that were told, all of them chosen at first.
func (s *pages) addresses(f *staff.Form, o notice.Offer) *page.Choices {
	c := &page.Choices{Name: "addresses", Label: f.T("notice.addresses"), Hint: f.T("notice.addresses_hint"), Error: f.Errors.Of("addresses")}
	posted, sent := f.R.PostForm["addresses"], f.R.PostForm != nil && f.R.PostForm.Has("draft")
	for i, one := range o.Addresses {
		value := strconv.Itoa(i)
		c.Items = append(c.Items, page.Choice{Value: value, Text: staff.Address(one), Checked: !sent || slices.Contains(posted, value)})
	}
	return c
}

// tick is one box, not ticked at first.
func (s *pages) tick(f *staff.Form, name, label, text, agency string) *page.Choices {
	return &page.Choices{Name: name, Label: f.T(label), Error: f.Errors.Of(name),
		Items: []page.Choice{{Value: "yes", Text: f.T(text, "Agency", agency), Checked: f.Value(name, "") == "yes"}}}
}

// draft takes the form.
func (s *pages) draft(v *staff.Visit) error {
	in := notice.DraftInput{Report: report.ID(v.R.PathValue("report")), Draft: v.Field("draft"), More: v.Field("more"), Platform: v.Field("platform"),
		Seen: v.Field("seen"), Explanation: v.Field("explanation"), Named: v.Field("named") == "yes", GoodFaith: v.Field("faith") == "yes"}
	for _, one := range v.R.PostForm["addresses"] {
		if i, err := strconv.Atoi(one); err == nil {
			in.Chosen = append(in.Chosen, i)
		}
	}
	id, err := s.Notice.Draft(v.Context(), v.Actor, in)
	switch {
	case fault.KindOf(err) == fault.Invalid:
		return s.ask(v, err)
	case err != nil:
		return err
	}
	return v.Done(pathOf(id), "notice_drafted")
}

// recordForm asks what became of a notice.
func (s *pages) recordForm(f *staff.Form, p notice.Page) {
	f.Hide("draft", f.Value("draft", ident.New[string](s.Clock.Now())))
	f.HideVersion("version", p.Version)
	var to, by []page.Choice
	for _, next := range p.State.Next() {
		to = append(to, page.Choice{Value: string(next), Text: f.T("notice.to_" + string(next))})
	}
	for _, c := range notice.Channels {
		by = append(by, page.Choice{Value: string(c), Text: f.T("notice.channel_" + string(c))})
	}
	f.Radios("to", "notice.to", to)
	c := f.Radios("channel", "notice.channel", by)
	c.Optional, c.Hint = !p.State.Unsent(), f.T("notice.channel_hint")
	f.Line("reference", "notice.reference", "", page.Input{Hint: f.T("notice.reference_hint"), Optional: true, LTR: true})
	f.Text("note", "notice.note", "", page.Textarea{Hint: f.T("notice.note_hint"), Rows: 3, Max: notice.LongestWords, Optional: true})
}

// record takes what became of it.
func (s *pages) record(v *staff.Visit) error {
	err := s.Notice.Record(v.Context(), v.Actor, notice.RecordInput{Notice: idOf(v), Draft: v.Field("draft"), Version: v.Version("version"),
		To: notice.State(v.Field("to")), Channel: notice.Channel(v.Field("channel")), Reference: v.Field("reference"), Note: v.Field("note")})
	if kind := fault.KindOf(err); err != nil && (kind == fault.Invalid || kind == fault.Conflict) {
		return s.show(v, err)
	}
	if err != nil {
		return err
	}
	return v.Done(pathOf(idOf(v)), "notice_recorded")
}
