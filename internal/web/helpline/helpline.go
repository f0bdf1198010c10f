package helpline

import (
	"embed"
	"errors"
	"strings"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/helpline"
	"amparo/internal/instrument"
	"amparo/internal/intake"
	"amparo/internal/jurisdiction"
	"amparo/internal/page"
	"amparo/internal/promise"
	"amparo/internal/web/staff"
)

//go:embed template/*.html
var templates embed.FS

// Config is what the pages need. Every field is needed.
type Config struct {
	Helpline *helpline.Room
	Promise  *promise.Room
	Pack     *jurisdiction.Pack
	Clock    clock.Clock
}

// pages are the pages of the helpline.
type pages struct {
	Config
	site *staff.Site
}

const home = "/helpline"

func path(id helpline.DraftID, rest string) string { return home + "/call/" + string(id) + rest }

func idOf(v *staff.Visit) helpline.DraftID { return helpline.DraftID(v.R.PathValue("draft")) }

// Add adds the pages to a site, with their place in its menu. It fails when something is missing from the Config, or the pages are there
// already.
func Add(site *staff.Site, c Config) error {
	if c.Helpline == nil || c.Promise == nil || c.Pack == nil || c.Clock == nil {
		return errors.New("the pages of the helpline lack a part of their configuration")
	}
	if err := site.Page.Add(templates, "template/*.html"); err != nil {
		return err
	}
	s := &pages{c, site}
	site.AddPlace(staff.Place{Text: "helpline.place", Href: home, Action: access.HelplineTake, Count: c.Helpline.Waiting, CountWords: "helpline.place_count"})
	site.Handle("GET "+home, func(v *staff.Visit) error { return s.board(v, nil) })
	site.Handle("POST "+home, s.begin)
	site.Handle("POST "+home+"/close", s.close)
	site.Handle("POST "+home+"/anew", s.anew)
	site.Handle("POST "+home+"/back/{closing}", s.takeBack)
	one := home + "/call/{draft}"
	site.Handle("GET "+one, s.write)
	site.Handle("POST "+one, s.save)
	site.Handle("POST "+one+"/autosave", s.autosave)
	site.Handle("GET "+one+"/check", func(v *staff.Visit) error { return s.check(v, nil) })
	site.Handle("POST "+one+"/hand", s.hand)
	site.Handle("GET "+one+"/handed", s.handed)
	site.Handle("POST "+one+"/given", s.given)
	return nil
}

// over tells whether a draft is written no more.
func over(err error) bool { return fault.CodeOf(err) == "fault.call_over" }

// elsewhere leads from a draft that is written no more to where its author finds what became of it; other errors come back as they are.
func (s *pages) elsewhere(v *staff.Visit, err error) error {
	if !over(err) {
		return err
	}
	now, failed := s.Helpline.Glance(v.Context(), v.Actor, idOf(v))
	if failed == nil && now.State == helpline.Handed {
		return v.Go(path(now.ID, "/handed"))
	}
	return err
}

// channels asks for the way in which somebody is listened to.
func (s *pages) channels(v *staff.Visit, chosen intake.Channel, wrong page.Errors) *page.Choices {
	c := &page.Choices{Name: "call_channel", Label: v.T("helpline.channel"), Error: wrong.Of("call_channel")}
	for _, one := range s.Helpline.Offered() {
		c.Items = append(c.Items, page.Choice{Value: string(one), Text: s.channel(v, one), Checked: one == chosen})
	}
	return c
}

func (s *pages) channel(v *staff.Visit, code intake.Channel) string {
	return s.Pack.Word("report_channel", string(code), v.Words.Tag())
}

// ways asks by which questions it is taken down.
func (s *pages) ways(v *staff.Visit, label, chosen string, wrong page.Errors) *page.Choices {
	c := &page.Choices{Name: "call_way", Label: v.T(label), Error: wrong.Of("call_way")}
	for _, way := range helpline.Ways {
		c.Items = append(c.Items, page.Choice{Value: way, Text: s.Pack.Instrument(way).Name.Words(v.Words.Tag()), Checked: way == chosen})
	}
	return c
}

// languages asks for the caller's language.
func (s *pages) languages(v *staff.Visit, chosen string, wrong page.Errors) *page.Choices {
	c := &page.Choices{Name: "call_language", Label: v.T("helpline.language"), Hint: v.T("helpline.language_hint"), Error: wrong.Of("call_language")}
	for _, one := range s.Pack.Languages() {
		c.Items = append(c.Items, page.Choice{Value: one.Code, Text: one.Name, Checked: one.Code == chosen})
	}
	return c
}

// fieldOf asks a question of the list, with what was given.
func fieldOf(v *staff.Visit, q instrument.Question, given []string) staff.Field {
	tag := v.Words.Tag()
	label, hint := q.Label.Words(tag), q.Hint.Words(tag)
	switch {
	case q.Kind == instrument.Line:
		return staff.Field{Input: &page.Input{Name: q.ID, Label: label, Hint: hint, Value: strings.Join(given, "\n")}}
	case !q.Kind.Coded():
		return staff.Field{Textarea: &page.Textarea{Name: q.ID, Label: label, Hint: hint, Value: strings.Join(given, "\n"), Rows: 3}}
	}
	c := &page.Choices{Name: q.ID, Label: label, Hint: hint}
	for _, code := range q.Codes {
		one := page.Choice{Value: code.Name, Text: code.Label.Words(tag), Hint: code.Hint.Words(tag)}
		for _, value := range given {
			one.Checked = one.Checked || value == code.Name
		}
		c.Items = append(c.Items, one)
	}
	switch {
	case q.Kind.Several():
		return staff.Field{Checkboxes: c}
	case q.Kind == instrument.Area:
		c.Items = append([]page.Choice{{Text: v.T("staff.choose")}}, c.Items...)
		return staff.Field{Select: c}
	}
	return staff.Field{Radios: c}
}
