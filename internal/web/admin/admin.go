package admin

import (
	"context"
	"embed"
	"errors"
	"log/slog"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/identity"
	"amparo/internal/jurisdiction"
	"amparo/internal/store"
	"amparo/internal/triage"
	"amparo/internal/web/staff"
)

//go:embed template/*.html
var templates embed.FS

// Config is what the pages need; all of it.
type Config struct {
	Identity *identity.Room
	Store    *store.Store // the main database: the log is in it
	Pack     *jurisdiction.Pack
	Triage   *triage.Room
	Clock    clock.Clock
	// Name gives what a colleague is called.
	Name func(ctx context.Context, user string) string
	// KeysCopied tells whether there is a copy of the keys as they are now.
	KeysCopied func(ctx context.Context) (bool, error)
}

// pages are all of them.
type pages struct {
	Config
	log *slog.Logger
}

// Add adds the pages to the site, and their places to its menu.
func Add(site *staff.Site, c Config) error {
	if c.Identity == nil || c.Store == nil || c.Pack == nil || c.Triage == nil || c.Name == nil || c.Clock == nil || c.KeysCopied == nil {
		return errors.New("the administrators' pages lack a part of their configuration")
	}
	if err := site.Page.Add(templates, "template/*.html"); err != nil {
		return err
	}
	a := &pages{Config: c, log: site.Log}
	site.AddPlace(staff.Place{Text: "admin.people", Href: peoplePath, Action: access.UserList})
	site.AddPlace(staff.Place{Text: "admin.log", Href: logPath, Action: access.AuditRead})
	site.Handle("GET "+peoplePath, a.people)
	site.Handle("GET "+newPath, func(v *staff.Visit) error { return a.showNew(v, nil) })
	site.Handle("POST "+newPath, a.takeNew)
	a.addPerson(site)
	site.Handle("GET "+logPath, a.showLog)
	a.addRules(site)
	a.addPartners(site)
	return nil
}

// again tells whether an error is about what was asked for, and so is shown above the form that asked.
func again(err error) bool {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict, fault.Forbidden:
		return true
	}
	return false
}

// names says a list of names as a sentence would; empty for none.
func names(v *staff.Visit, list []string) string {
	if len(list) == 0 {
		return ""
	}
	return v.T("admin.names", "Names", list)
}
