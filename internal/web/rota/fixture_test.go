package rota_test

import (
	"context"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/identity"
	"amparo/internal/rota"
	"amparo/internal/store"
	"amparo/internal/web/staff/stafftest"
)

// An office is a house with the pages of the rota. Its first day is Monday 3 March 2031.
type office struct {
	*stafftest.House
	rota *rota.Room
}

func each(t *testing.T, f func(t *testing.T, o office)) {
	t.Helper()
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		o := office{House: h}
		o.rota = rota.New(rota.Config{Store: h.Main, People: o.workers, Zone: h.Pack.Zone()})
		if err := o.add(); err != nil {
			t.Fatal(err)
		}
		f(t, o)
	})
}

func (o office) workers(ctx context.Context, tx store.Tx, agency string) ([]rota.Person, error) {
	users, err := o.Identity.Colleagues(ctx, tx, identity.AgencyID(agency))
	list := make([]rota.Person, len(users))
	for i, u := range users {
		list[i] = rota.Person{User: string(u.ID), Name: u.DisplayName, Works: u.Actor().Has(access.DutyOfficer) || u.Actor().Supervises()}
	}
	return list, err
}

func (o office) must(err error) {
	o.T.Helper()
	if err != nil {
		o.T.Fatal(err)
	}
}

// at is a time by the clock of the country.
func (o office) at(text string) time.Time {
	o.T.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04", text, o.Pack.Zone())
	o.must(err)
	return when.UTC()
}

// plan plans a shift behind the back of the pages and gives it.
func (o office) plan(who string, kind rota.Kind, from, until string) rota.Shift {
	o.T.Helper()
	begin := o.at(from)
	o.must(o.rota.Plan(o.T.Context(), o.Actor("salma"),
		rota.PlanInput{User: o.ID(who), Kind: kind, From: begin, Until: o.at(until), Weeks: 1}))
	for _, s := range o.sheet().Shifts {
		if s.User == o.ID(who) && s.From.Equal(begin) {
			return s
		}
	}
	o.T.Fatal("what was planned is not there")
	return rota.Shift{}
}

// leave notes an absence and gives it.
func (o office) leave(who, cover, from, until string) rota.Absence {
	o.T.Helper()
	in := rota.AbsenceInput{From: o.at(from), Until: o.at(until)}
	if cover != "" {
		in.Cover = o.ID(cover)
	}
	o.must(o.rota.Leave(o.T.Context(), o.Actor(who), in))
	for _, a := range o.sheet().Absences {
		if a.User == o.ID(who) {
			return a
		}
	}
	o.T.Fatal("the absence is not there")
	return rota.Absence{}
}

// sheet is the rota of half a year.
func (o office) sheet() rota.Sheet {
	o.T.Helper()
	s, err := o.rota.Show(o.T.Context(), o.Actor("salma"), rota.Span{From: stafftest.Start.AddDate(0, 0, -7), Until: stafftest.Start.AddDate(0, 6, 0)})
	o.must(err)
	return s
}
