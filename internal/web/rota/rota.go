package rota

import (
	"embed"
	"errors"
	"strconv"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/jurisdiction"
	"amparo/internal/rota"
	"amparo/internal/web/staff"
)

//go:embed template/*.html
var templates embed.FS

// Config is what the pages of the rota need. Every field is needed.
type Config struct {
	Rota  *rota.Room
	Pack  *jurisdiction.Pack
	Clock clock.Clock
}

// pages are the pages of the rota.
type pages struct{ Config }

const (
	home     = "/rota"
	minePath = home + "/mine"
	planPath = home + "/plan"
	awayPath = home + "/away"
)

func shiftPath(id rota.ShiftID) string  { return home + "/shift/" + string(id) }
func backPath(id rota.AbsenceID) string { return awayPath + "/" + string(id) + "/back" }

// Add adds the pages of the rota to a site, with their place in its menu. It fails when something is missing from the Config, or
// the pages are there already.
func Add(site *staff.Site, c Config) error {
	if c.Rota == nil || c.Pack == nil || c.Clock == nil {
		return errors.New("the pages of the rota lack a part of their configuration")
	}
	if err := site.Page.Add(templates, "template/*.html"); err != nil {
		return err
	}
	s := &pages{c}
	site.AddPlace(staff.Place{Text: "rota.place", Href: home, Action: access.RotaRead})
	site.Handle("GET "+home, s.week)
	site.Handle("GET "+minePath, func(v *staff.Visit) error { return s.mine(v, nil) })
	site.Handle("GET "+planPath, func(v *staff.Visit) error { return s.askPlan(v, nil) })
	site.Handle("POST "+planPath, s.plan)
	site.Handle("GET "+awayPath, func(v *staff.Visit) error { return s.askAway(v, nil) })
	site.Handle("POST "+awayPath, s.leave)
	site.Handle("POST "+awayPath+"/{absence}/back", s.back)
	one := home + "/shift/{shift}"
	site.Handle("GET "+one, func(v *staff.Visit) error { return s.askChange(v, nil) })
	site.Handle("POST "+one, s.change)
	site.Handle("POST "+one+"/withdraw", s.withdraw)
	site.Handle("POST "+one+"/offer", s.offer)
	site.Handle("POST "+one+"/keep", s.keep)
	site.Handle("POST "+one+"/take", s.take)
	return nil
}

func shiftOf(v *staff.Visit) rota.ShiftID { return rota.ShiftID(v.R.PathValue("shift")) }

// number is a whole number that a page has sent back; one that cannot be read is no version and no number of anything.
func number(v *staff.Visit, field string) int64 {
	n, err := strconv.ParseInt(v.Field(field), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// mendable tells whether the person can do something about it on the same page.
func mendable(err error) bool {
	kind := fault.KindOf(err)
	return kind == fault.Invalid || kind == fault.Conflict
}

// done leads on after what was asked for; what can be put right is said on the page that asked for it.
func (s *pages) done(v *staff.Visit, href, what string, err error, again func(v *staff.Visit, refused error) error) error {
	if mendable(err) {
		return again(v, err)
	}
	if err != nil {
		return err
	}
	return v.Done(href, what)
}
