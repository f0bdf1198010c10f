package partner

import (
	"context"
	"embed"
	"errors"
	"net/http"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/jurisdiction"
	"amparo/internal/page"
	"amparo/internal/referral"
	"amparo/internal/store"
	"amparo/internal/web/staff"
)

//go:embed template/*.html
var templates embed.FS

// Config is what the pages of specialists need. Every field is needed.
type Config struct {
	Store    *store.Store
	Pack     *jurisdiction.Pack
	Referral *referral.Room
	Clock    clock.Clock
	// Name gives what a colleague is called, by user id; empty when nobody has the id.
	Name func(ctx context.Context, user string) string
}

// pages are the pages of specialists.
type pages struct{ Config }

const home = "/referrals"

// Add adds the pages of specialists to a site, with their place in its menu. It fails when something is missing from the Config, or
// the pages are there already.
func Add(site *staff.Site, c Config) error {
	if c.Store == nil || c.Pack == nil || c.Referral == nil || c.Clock == nil || c.Name == nil {
		return errors.New("the pages of specialists lack a part of their configuration")
	}
	if err := site.Page.Add(templates, "template/*.html"); err != nil {
		return err
	}
	s := &pages{c}
	site.AddPlace(staff.Place{Text: "referral.place", Href: home, Action: access.ReferralList, Count: s.waiting, CountWords: "referral.waiting"})
	site.Handle("GET "+home, s.list)
	site.Handle("GET "+home+"/{referral}", s.show)
	site.Handle("GET "+home+"/{referral}/conflict", s.conflict)
	site.Handle("POST "+home+"/{referral}/conflict", s.declare)
	for _, f := range forms {
		site.Handle("GET "+home+"/{referral}/"+f.name, func(v *staff.Visit) error { return s.ask(v, f, nil) })
		site.Handle("POST "+home+"/{referral}/"+f.name, func(v *staff.Visit) error { return s.accept(v, f) })
	}
	return nil
}

// waiting counts what nobody has answered.
func (s *pages) waiting(ctx context.Context, actor access.Actor) (n int, err error) {
	err = s.Store.Read(ctx, func(tx store.Tx) (err error) { n, err = referral.Waiting(ctx, tx, actor); return err })
	return n, err
}

func idOf(v *staff.Visit) referral.ID { return referral.ID(v.R.PathValue("referral")) }

func pathOf(id referral.ID) string { return home + "/" + string(id) }

// A listView is a specialist's desk.
type listView struct{ Tables []page.Table }

// list shows what lies with the specialist's agency.
func (s *pages) list(v *staff.Visit) error {
	d, err := s.Referral.Desk(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	var data listView
	for _, part := range []struct {
		words string
		list  []referral.Referral
	}{{"referral.to_answer", d.ToAnswer}, {"referral.mine", d.Mine}, {"referral.others", d.Others}, {"referral.ended", d.Ended}} {
		if len(part.list) > 0 {
			data.Tables = append(data.Tables, s.table(v, part.words, part.list))
		}
	}
	return v.Render(http.StatusOK, "partner_list", v.Frame(v.T("referral.place")), data)
}

// table is a list of referrals.
func (s *pages) table(v *staff.Visit, words string, list []referral.Referral) page.Table {
	t := page.Table{Caption: v.T(words)}
	for _, id := range []string{"referral.service", "referral.priority", "referral.next_step", "referral.state", "referral.who", "referral.from"} {
		t.Columns = append(t.Columns, page.Column{Text: v.T(id)})
	}
	for _, r := range list {
		urgent, state := v.Priority(s.Pack, r.Priority), v.ReferralState(r.State)
		next := page.Cell{Tag: v.ReferralDue(r, s.Clock.Now()), When: r.Due}
		if !r.State.Open() {
			urgent.Tone, next = "quiet", page.Cell{Text: v.ReferralReason(s.Pack, r.State, r.Reason), When: r.Ended}
			if r.ToRead && r.Taker == v.Actor.ID {
				next.Tag = &page.Tag{Text: v.T("referral.to_read"), Tone: "calm"}
			}
		}
		t.Rows = append(t.Rows, []page.Cell{{Text: s.word(v, "service_type", r.Service), Href: pathOf(r.ID), Note: number(r.ID)}, {Tag: &urgent}, next,
			{Tag: &state}, {Text: s.name(v, r.Taker)}, {Text: v.AgencyName(r.From), Note: v.Area(s.Pack, r.Area)}})
	}
	return t
}

// A showView is one part of a case, as far as the specialist may know of it.
type showView struct {
	Path, Title, Number string
	Priority, State     page.Tag
	Service, From       string
	Late                *page.Tag
	Due                 time.Time // zero when nothing is left to do
	Reason, Has         string    // why it ended; who has it
	Take, TakeOver      bool
	Decline, Answer     bool
	Conflict            bool
	Facts               []fact
	Thread              []staff.Event
}

// A fact is a line of what was shared.
type fact struct {
	Key, Text string
	Told      bool // in the words of a person
}

// show shows one referral.
func (s *pages) show(v *staff.Visit) error {
	p, err := s.Referral.Show(v.Context(), v.Actor, idOf(v))
	if err != nil {
		return err
	}
	mine := p.Taker == v.Actor.ID
	view := showView{Path: pathOf(p.ID), Title: staff.Shown(p.Asked.Title), Number: number(p.ID), Priority: v.Priority(s.Pack, p.Priority),
		State: v.ReferralState(p.State), Service: s.word(v, "service_type", p.Service), From: v.AgencyName(p.From), Late: v.ReferralDue(p.Referral, s.Clock.Now()),
		Reason: v.ReferralReason(s.Pack, p.State, p.Reason), Has: s.name(v, p.Taker), Facts: s.facts(v, p),
		Take: p.State.Waits(), Decline: p.State.Waits(), TakeOver: p.State.Answered() && !mine, Answer: mine && p.Taker != "", Conflict: p.State.Open(),
		Thread: v.ReferralThread(s.Pack, p, func(user string) string { return s.name(v, user) })}
	if p.State.Open() {
		view.Due = p.Due
	} else {
		view.Priority.Tone = "quiet"
	}
	return v.Render(http.StatusOK, "partner_show", v.Frame(v.T("referral.one", "Number", number(p.ID))), view)
}

// facts is what was shared, and by what right.
func (s *pages) facts(v *staff.Visit, p referral.Page) (list []fact) {
	for _, f := range []fact{{"referral.your_need", p.Asked.Need, true}, {"referral.safety", p.Asked.Safety, true}, {"referral.your_known", p.Asked.Known, true},
		{"referral.name", p.Person.Name, true}, {"referral.contact", p.Person.Contact, true}, {"referral.basis", v.ReferralBasis(s.Pack, p.Basis), false},
		{"referral.area", v.Area(s.Pack, p.Area), false}, {"referral.language", staff.Tongue(s.Pack, p.Language), false}} {
		if f.Text != "" {
			list = append(list, fact{v.T(f.Key), staff.Shown(f.Text), f.Told})
		}
	}
	return list
}

// number is what both sides call a referral by: it tells nothing about the child.
func number(id referral.ID) string { return staff.Number(string(id)) }

func (s *pages) word(v *staff.Visit, list, code string) string {
	return s.Pack.Word(list, code, v.Words.Tag())
}

func (s *pages) name(v *staff.Visit, user string) string {
	if user == "" {
		return ""
	}
	return s.Name(v.Context(), user)
}
