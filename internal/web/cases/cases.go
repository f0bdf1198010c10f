package cases

import (
	"context"
	"embed"
	"errors"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/clock"
	"amparo/internal/contact"
	"amparo/internal/jurisdiction"
	"amparo/internal/mailbox"
	"amparo/internal/referral"
	"amparo/internal/store"
	"amparo/internal/triage"
	"amparo/internal/web/staff"
)

//go:embed template/*.html
var templates embed.FS

// Config is what the pages of cases need. Every field is needed.
type Config struct {
	Store    *store.Store
	Pack     *jurisdiction.Pack
	Casework *casework.Room
	Mailbox  *mailbox.Room
	Contact  *contact.Room
	Referral *referral.Room
	Triage   *triage.Room // opens what was told in the reports that led to a case
	Clock    clock.Clock
	// Name gives what a colleague is called, by user id; empty when nobody has the id.
	Name func(ctx context.Context, user string) string
}

func (c Config) complete() bool {
	return c.Store != nil && c.Pack != nil && c.Casework != nil && c.Mailbox != nil && c.Contact != nil && c.Triage != nil && c.Referral != nil && c.Clock != nil && c.Name != nil
}

// pages are the pages of cases.
type pages struct{ Config }

const home = "/cases"

// Add adds the pages of cases to a site, with their place in its menu. It fails when something is missing from the Config, or
// the pages are there already.
func Add(site *staff.Site, c Config) error {
	if !c.complete() {
		return errors.New("the pages of cases lack a part of their configuration")
	}
	if err := site.Page.Add(templates, "template/*.html"); err != nil {
		return err
	}
	s := &pages{c}
	site.AddPlace(staff.Place{Text: "cases.place", Href: home, Action: access.CaseList, Count: s.waiting, CountWords: "cases.new_replies"})
	site.Handle("GET "+home, s.list)
	site.Handle("GET "+home+"/{case}", func(v *staff.Visit) error { return s.show(v, nil, draft{}) })
	site.Handle("POST "+home+"/{case}/done", s.finish)
	site.Handle("POST "+home+"/{case}/go-on", s.goOn)
	site.Handle("POST "+home+"/{case}/reply", s.reply)
	site.Handle("POST "+home+"/{case}/read", s.markRead)
	site.Handle("GET "+home+"/{case}/conflict", s.conflict)
	site.Handle("POST "+home+"/{case}/conflict", s.declare)
	for _, f := range forms {
		site.Handle("GET "+home+"/{case}/"+f.name, s.offer(f))
		site.Handle("POST "+home+"/{case}/"+f.name, s.accept(f))
	}
	return nil
}

// waiting counts what reporters said in the actor's own cases and nobody has read.
func (s *pages) waiting(ctx context.Context, actor access.Actor) (n int, err error) {
	err = s.Store.Read(ctx, func(tx store.Tx) error {
		n = 0
		unread, err := mailbox.UnreadHeld(ctx, tx, actor, access.CaseRead, access.Manager)
		for _, waiting := range unread {
			n += waiting
		}
		return err
	})
	return n, err
}

// caseOf is the case that the address names.
func caseOf(v *staff.Visit) casework.ID { return casework.ID(v.R.PathValue("case")) }

func pathOf(id casework.ID) string { return home + "/" + string(id) }

// number is what people call a case by, on paper and among themselves: it tells nothing about the child.
func number(id casework.ID) string { return staff.Number(string(id)) }
