package campaign

import (
	"context"
	"embed"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"amparo/internal/access"
	"amparo/internal/campaign"
	"amparo/internal/clock"
	"amparo/internal/education"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/ident"
	"amparo/internal/jurisdiction"
	"amparo/internal/lang"
	"amparo/internal/page"
	"amparo/internal/web/staff"
)

//go:embed template/*.html
var templates embed.FS

// Config is what the pages need. Every field is needed.
type Config struct {
	Campaign *campaign.Room
	Pack     *jurisdiction.Pack
	Clock    clock.Clock
	Words    *lang.Catalog // of the public side, in whose languages signposts are
	// Address gives where the public side is reached, as in "https://help.example.org"; empty where nobody has said so.
	Address func() string
	// Name gives what a colleague is called, by user id; empty when nobody has the id.
	Name func(ctx context.Context, user string) string
}

type pages struct{ Config }

const home = "/campaigns"

// Add adds the pages to a site, with their place in the menu. It fails when something is missing from the Config, or a page is there already.
func Add(site *staff.Site, c Config) error {
	if c.Campaign == nil || c.Pack == nil || c.Clock == nil || c.Words == nil || c.Address == nil || c.Name == nil {
		return errors.New("the pages of campaigns lack a part of their configuration")
	}
	if err := site.Page.Add(templates, "template/*.html"); err != nil {
		return err
	}
	s, one := &pages{c}, home+"/{id}"
	site.AddPlace(staff.Place{Text: "campaign.place", Href: home, Action: access.CampaignRead})
	site.Handle("GET "+home, s.list)
	site.Handle("GET "+home+"/new", func(v *staff.Visit) error { return s.form(v, nil, campaign.Campaign{}) })
	site.Handle("POST "+home+"/new", s.begin)
	site.Handle("GET "+one, func(v *staff.Visit) error { return s.show(v, nil) })
	site.Handle("GET "+one+"/edit", s.edit)
	site.Handle("POST "+one+"/edit", s.write)
	site.Handle("POST "+one+"/approve", s.accept("campaign_approved", func(v *staff.Visit, id campaign.ID) error {
		return s.Campaign.Approve(v.Context(), v.Actor, id, v.Version("version"))
	}))
	site.Handle("POST "+one+"/end", s.accept("campaign_ended", func(v *staff.Visit, id campaign.ID) error {
		return s.Campaign.End(v.Context(), v.Actor, id, v.Version("version"), v.Field("reason"))
	}))
	site.Handle("GET "+one+"/banners", s.banners)
	site.Handle("GET "+one+"/banner.svg", s.banner)
	site.Handle("GET "+one+"/pack.zip", s.pack)
	return nil
}

func idOf(v *staff.Visit) campaign.ID { return campaign.ID(v.R.PathValue("id")) }

func href(id campaign.ID) string { return home + "/" + string(id) }

// A listView is all campaigns.
type listView struct {
	List page.Table
	New  bool // the reader may write one
}

func (s *pages) list(v *staff.Visit) error {
	all, today, err := s.Campaign.List(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	data := listView{New: access.May(v.Actor, access.CampaignWrite)}
	data.List = page.Table{Caption: v.T("campaign.title"), CaptionHidden: true, Columns: []page.Column{{Text: v.T("campaign.name")}, {Text: v.T("campaign.standing")},
		{Text: v.T("campaign.code")}, {Text: v.T("campaign.days")}}}
	for _, c := range all {
		tag := standing(v, c.Standing(today))
		data.List.Rows = append(data.List.Rows, []page.Cell{{Text: c.Name, Href: href(c.ID)}, {Tag: &tag}, {Text: string(c.Code)}, {Text: s.days(v, c.Plan)}})
	}
	return v.Render(http.StatusOK, "campaign_list", v.Frame(v.T("campaign.title")), data)
}

// standing is how a campaign stands, with a tone.
func standing(v *staff.Visit, s campaign.Standing) page.Tag {
	tone := map[campaign.Standing]string{campaign.InDraft: "soon", campaign.Waiting: "calm", campaign.Running: "good", campaign.Over: "quiet", campaign.Stopped: "quiet"}[s]
	return page.Tag{Text: v.T("campaign.standing_" + string(s)), Tone: tone}
}

func (s *pages) days(v *staff.Visit, p campaign.Plan) string {
	return v.T("campaign.from_to", "From", s.day(v, p.First), "To", s.day(v, p.Last))
}

// day says a day of the country.
func (s *pages) day(v *staff.Visit, day string) string {
	at, err := time.ParseInLocation(time.DateOnly, day, s.Pack.Zone())
	if err != nil {
		return day
	}
	return v.Words.Day(at, s.Pack.Zone())
}

func (s *pages) name(v *staff.Visit, user string) string { return v.Called(s.Name, user) }

// signpost names one by its code, with its words in the reader's language where there are some.
func (s *pages) signpost(v *staff.Visit, code string) string {
	for _, one := range s.Pack.Signposts(v.Words.Tag()) {
		if one.Code() == code {
			return where(v, one) + ": " + one.Headline
		}
	}
	return code
}

// where says for whom and for where a signpost is.
func where(v *staff.Visit, one education.Signpost) string {
	said := v.T("reach.for_" + string(one.Audience))
	if one.Place != education.AnyPlace {
		said += ", " + v.T("campaign.place_"+string(one.Place))
	}
	return said
}

// An oneView is one campaign.
type oneView struct {
	Name, Path string
	Standing   page.Tag
	Facts      []page.SummaryRow
	Edit       bool
	Approve    bool
	Own        bool // the reader has written some of it, so that another approves it
	Pack       bool
	NoAddress  bool // nobody has said where the public side is reached
	End        *endView
	Version    int64
	Few        string // what stands where a count is not told
	Served     string
	Reports    string
	Weeks      page.Table
	Days       page.Table
	Parts      page.Table
}

// An endView is the form that ends a campaign.
type endView struct {
	Reason page.Textarea
	Open   bool
}

// show shows a campaign; wrong is why a form could not be taken.
func (s *pages) show(v *staff.Visit, wrong error) error {
	c, today, err := s.Campaign.One(v.Context(), v.Actor, idOf(v))
	if err != nil {
		return err
	}
	counts, err := s.Campaign.Counts(v.Context(), v.Actor, c.ID)
	if err != nil {
		return err
	}
	may := func(a access.Action) bool { return access.May(v.Actor, a) }
	now := c.Standing(today)
	f := v.Frame(v.T("campaign.title"))
	f.Back, f.Errors = &page.Back{Href: home}, page.ErrorsOf(v.Words, wrong)
	data := oneView{Name: c.Name, Path: href(c.ID), Standing: standing(v, now), Facts: s.facts(v, c), Version: c.Version, NoAddress: s.Address() == "",
		Edit: now == campaign.InDraft && may(access.CampaignWrite), Own: slices.Contains(c.Writers, v.Actor.ID)}
	data.Approve = now == campaign.InDraft && !data.Own && may(access.CampaignApprove)
	data.Own = data.Own && now == campaign.InDraft
	data.Pack = (now == campaign.Waiting || now == campaign.Running) && !data.NoAddress
	if now != campaign.Over && now != campaign.Stopped && may(access.CampaignEnd) {
		data.End = &endView{page.Textarea{Name: "reason", Label: v.T("campaign.end_reason"), Hint: v.T("campaign.end_hint"), Rows: 3, Max: campaign.LongestReason,
			Value: v.R.PostForm.Get("reason"), Error: f.Errors.Of("reason")}, v.R.PostForm.Has("reason")}
	}
	s.reached(v, c, counts, &data)
	return v.Render(httpx.StatusOf(wrong), "campaign_one", f, data)
}

// facts are what is written down of a campaign, and what has become of it.
func (s *pages) facts(v *staff.Visit, c campaign.Campaign) []page.SummaryRow {
	row := func(key string, values ...string) page.SummaryRow {
		return page.SummaryRow{Key: v.T(key), Values: values}
	}
	var signposts, languages, kinds, writers []string
	for _, code := range c.Signposts {
		signposts = append(signposts, s.signpost(v, code))
	}
	for _, tag := range c.Languages {
		languages = append(languages, s.Words.For(tag).Name())
	}
	for _, k := range c.Kinds {
		kinds = append(kinds, v.T("campaign.kind_"+string(k)))
	}
	for _, user := range c.Writers {
		writers = append(writers, s.name(v, user))
	}
	list := []page.SummaryRow{row("campaign.code", string(c.Code)), row("campaign.purpose", c.Purpose), row("campaign.signposts", signposts...),
		row("campaign.languages", languages...), row("campaign.kinds", kinds...), row("campaign.days", s.days(v, c.Plan)), row("campaign.written", writers...)}
	if c.ApprovedBy != "" {
		list = append(list, row("campaign.approved", s.name(v, c.ApprovedBy), v.Words.Date(c.Approved, s.Pack.Zone())))
	}
	if c.EndedBy != "" {
		list = append(list, row("campaign.ended", s.name(v, c.EndedBy), v.Words.Date(c.Ended, s.Pack.Zone()), c.Reason))
	}
	return list
}

// reached fills in how far a campaign has reached.
func (s *pages) reached(v *staff.Visit, c campaign.Campaign, counts campaign.Counts, data *oneView) {
	said := func(n campaign.Count) string {
		if n.Few {
			return "–"
		}
		return strconv.Itoa(n.N)
	}
	cell := func(n campaign.Count) page.Cell { return page.Cell{Text: said(n), Numeric: true} }
	data.Few = v.T("campaign.few", "Least", strconv.Itoa(campaign.Least))
	data.Served, data.Reports = v.T("campaign.served_all", "Count", said(counts.Served)), v.T("campaign.reports_all", "Count", said(counts.Reports))
	table := func(caption string, numbers ...string) page.Table {
		t := page.Table{Caption: v.T(caption)}
		for i, text := range numbers {
			t.Columns = append(t.Columns, page.Column{Text: v.T(text), Numeric: i > 0})
		}
		return t
	}
	data.Weeks = table("campaign.by_week", "campaign.week", "campaign.served", "campaign.reports")
	data.Days = table("campaign.by_day", "campaign.day", "campaign.served", "campaign.reports")
	for _, w := range slices.Backward(counts.Weeks) {
		data.Weeks.Rows = append(data.Weeks.Rows, []page.Cell{{Text: v.T("campaign.from_to", "From", s.day(v, w.From), "To", s.day(v, w.To))}, cell(w.Served), cell(w.Reports)})
		for _, d := range slices.Backward(w.Days) {
			data.Days.Rows = append(data.Days.Rows, []page.Cell{{Text: s.day(v, d.Day)}, cell(d.Served), cell(d.Reports)})
		}
	}
	data.Parts = table("campaign.by_signpost", "campaign.signpost", "campaign.served")
	for _, p := range counts.Parts {
		language := p.Language
		if slices.Contains(s.Words.Tags(), p.Language) {
			language = s.Words.For(p.Language).Name()
		}
		data.Parts.Rows = append(data.Parts.Rows, []page.Cell{{Text: s.signpost(v, p.Signpost), Note: language}, cell(p.Served)})
	}
}

// accept does something to a campaign. What stands in its way is said on its page, with what was typed.
func (s *pages) accept(done string, do func(v *staff.Visit, id campaign.ID) error) func(v *staff.Visit) error {
	return func(v *staff.Visit) error {
		id := idOf(v)
		err := do(v, id)
		switch kind := fault.KindOf(err); {
		case err == nil:
			return v.Done(href(id), done)
		case kind == fault.Invalid, kind == fault.Conflict, fault.CodeOf(err) == campaign.CodeYourself:
			return s.show(v, err)
		}
		return err
	}
}

// plan is what was typed.
func plan(v *staff.Visit) campaign.Plan {
	p := campaign.Plan{Name: v.Field("name"), Purpose: v.Field("purpose"), Signposts: v.R.PostForm["signposts"], Languages: v.R.PostForm["languages"],
		First: v.Field("first"), Last: v.Field("last")}
	for _, k := range v.R.PostForm["kinds"] {
		p.Kinds = append(p.Kinds, campaign.Kind(k))
	}
	return p
}

// A formView is the form of a draft.
type formView struct {
	Heading, Action, Button string
	Now                     []page.SummaryRow // what it says now, where somebody else has changed it since it was read
	Fields                  []staff.Field
}

// form shows the form of a draft, or of a new one: with what was typed, else with what is written down.
func (s *pages) form(v *staff.Visit, wrong error, c campaign.Campaign) error {
	if err := s.Campaign.May(v.Context(), v.Actor); err != nil {
		return err
	}
	f := v.Form(wrong, s.Pack.Zone())
	data := formView{Heading: v.T("campaign.new"), Action: home + "/new", Button: v.T("campaign.keep")}
	back := home
	if c.ID != "" {
		data.Heading, data.Action, back = v.T("campaign.edit"), href(c.ID)+"/edit", href(c.ID)
		f.HideVersion("version", c.Version)
		if fault.CodeOf(wrong) == fault.CodeStale {
			data.Now = append([]page.SummaryRow{{Key: v.T("campaign.name"), Values: []string{c.Name}}}, s.facts(v, c)...)
		}
	} else {
		f.Hide("draft", f.Value("draft", ident.New[string](s.Clock.Now())))
	}
	f.Line("name", "campaign.name", c.Name, page.Input{Hint: v.T("campaign.name_hint")})
	f.Text("purpose", "campaign.purpose", c.Purpose, page.Textarea{Rows: 3, Max: campaign.LongestPurpose})
	var signposts, languages, kinds []page.Choice
	for _, one := range s.Pack.Signposts(v.Words.Tag()) {
		signposts = append(signposts, page.Choice{Value: one.Code(), Text: one.Headline, Hint: where(v, one)})
	}
	for _, l := range s.Pack.Languages() {
		languages = append(languages, page.Choice{Value: l.Code, Text: s.Words.For(l.Code).Name()})
	}
	var chosen []string
	for _, k := range campaign.Kinds {
		kinds = append(kinds, page.Choice{Value: string(k), Text: v.T("campaign.kind_" + string(k))})
	}
	for _, k := range c.Kinds {
		chosen = append(chosen, string(k))
	}
	f.Several("signposts", "campaign.signposts", c.Signposts, signposts)
	f.Several("languages", "campaign.languages", c.Languages, languages)
	f.Several("kinds", "campaign.kinds", chosen, kinds)
	f.Line("first", "campaign.first", c.First, page.Input{Type: "date", Width: 12, LTR: true})
	f.Line("last", "campaign.last", c.Last, page.Input{Type: "date", Width: 12, LTR: true})
	data.Fields = f.Fields
	frame := v.Frame(data.Heading)
	frame.Back, frame.Errors = &page.Back{Href: back}, f.Errors
	return v.Render(httpx.StatusOf(wrong), "campaign_form", frame, data)
}

func (s *pages) begin(v *staff.Visit) error {
	id, err := s.Campaign.Begin(v.Context(), v.Actor, v.Field("draft"), plan(v))
	switch kind := fault.KindOf(err); {
	case kind == fault.Invalid, kind == fault.Conflict:
		return s.form(v, err, campaign.Campaign{})
	case err != nil:
		return err
	}
	return v.Done(href(id), "campaign_kept")
}

func (s *pages) edit(v *staff.Visit) error {
	c, _, err := s.Campaign.One(v.Context(), v.Actor, idOf(v))
	if err != nil {
		return err
	}
	if c.State != campaign.Draft {
		return s.show(v, fault.New(fault.Conflict, campaign.CodeNotDraft))
	}
	return s.form(v, nil, c)
}

// write changes a draft. When it was changed meanwhile the form is shown again with what was typed beside what it says now, and takes it the next time; when
// it is no draft any more, its page is shown.
func (s *pages) write(v *staff.Visit) error {
	id := idOf(v)
	err := s.Campaign.Write(v.Context(), v.Actor, id, v.Version("version"), plan(v))
	kind := fault.KindOf(err)
	switch {
	case err == nil:
		return v.Done(href(id), "campaign_kept")
	case kind != fault.Invalid && kind != fault.Conflict:
		return err
	case fault.CodeOf(err) == campaign.CodeNotDraft:
		return s.show(v, err)
	}
	c, _, failed := s.Campaign.One(v.Context(), v.Actor, id)
	if failed != nil {
		return failed
	}
	return s.form(v, err, c)
}

// trimmed is where the public side is reached, without a slash at its end.
func (s *pages) trimmed() string { return strings.TrimSuffix(s.Address(), "/") }
