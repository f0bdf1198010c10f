package rota

import (
	"net/http"
	"time"

	"amparo/internal/access"
	"amparo/internal/page"
	"amparo/internal/rota"
	"amparo/internal/web/staff"
)

// A weekView is the rota of one week.
type weekView struct {
	Agency               string
	AtDesk, OnCall       []string // who is there now
	Next                 time.Time
	Caption              string
	Days                 []dayView
	Before, This, After  string // addresses of other weeks; This is empty on the week that it is
	Absences             []absenceView
	Plan, Own            bool // what may be offered
	PlanPath, Away, Mine string
}

// A dayView is one row of the table.
type dayView struct {
	Name, Date     string
	Today          bool
	AtDesk, OnCall []lineView
}

// A lineView is one shift.
type lineView struct {
	When    string
	Who     string
	Tag     *page.Tag
	Note    string // that somebody is away, and who stands in
	Href    string // where it is changed; empty for whoever may not
	ID      rota.ShiftID
	Version int64
	Kind    string
}

// An absenceView is one absence.
type absenceView struct {
	Who, Cover  string
	From, Until time.Time
	Post        string // where it is ended; empty for whoever may not
	Version     int64
}

// week shows the week that the address names, by a day in it.
func (s *pages) week(v *staff.Visit) error {
	monday := s.monday(v.R.URL.Query().Get("week"))
	sheet, err := s.Rota.Show(v.Context(), v.Actor, rota.Span{From: monday, Until: monday.AddDate(0, 0, 7)})
	if err != nil {
		return err
	}
	view := weekView{Agency: v.AgencyName(v.Actor.Agency), AtDesk: names(sheet.Now.AtDesk), OnCall: names(sheet.Now.OnCall), Next: sheet.Next,
		Caption: v.T("rota.week_of", "Day", v.Words.Day(monday, s.Pack.Zone())),
		Before:  weekPath(monday.AddDate(0, 0, -7)), After: weekPath(monday.AddDate(0, 0, 7)),
		Plan: access.May(v.Actor, access.RotaPlan), Own: access.May(v.Actor, access.RotaOwn), PlanPath: planPath, Away: awayPath, Mine: minePath}
	if !monday.Equal(s.monday("")) {
		view.This = home
	}
	for n := range 7 {
		view.Days = append(view.Days, s.day(v, sheet, monday.AddDate(0, 0, n)))
	}
	for _, a := range sheet.Absences {
		view.Absences = append(view.Absences, s.absence(v, sheet, a))
	}
	return v.Render(http.StatusOK, "rota_week", v.Frame(v.T("rota.title")), view)
}

// monday is the beginning of the week of a day, as in "2031-03-27", by the clock of the country: of this week when there is none.
func (s *pages) monday(day string) time.Time {
	at, err := time.ParseInLocation(time.DateOnly, day, s.Pack.Zone())
	if err != nil || at.Year() < 2000 || at.Year() > 2200 {
		at = s.Clock.Now().In(s.Pack.Zone())
	}
	y, m, d := at.Date()
	return time.Date(y, m, d-(int(at.Weekday())+6)%7, 0, 0, 0, 0, s.Pack.Zone())
}

func weekPath(monday time.Time) string { return home + "?week=" + monday.Format(time.DateOnly) }

// day gives the shifts of a day, those that began before it or end after it, too.
func (s *pages) day(v *staff.Visit, sheet rota.Sheet, day time.Time) dayView {
	next := day.AddDate(0, 0, 1)
	now := s.Clock.Now()
	d := dayView{Name: v.T("rota.day_" + weekdays[day.Weekday()]), Date: v.Words.Day(day, s.Pack.Zone()), Today: !now.Before(day) && now.Before(next)}
	for _, one := range sheet.Shifts {
		if !one.From.Before(next) || !one.Until.After(day) {
			continue
		}
		if l := s.line(v, sheet, one); one.Kind == rota.AtDesk {
			d.AtDesk = append(d.AtDesk, l)
		} else {
			d.OnCall = append(d.OnCall, l)
		}
	}
	return d
}

// weekdays are the days' names in the catalogue.
var weekdays = [...]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

// line is one shift of a sheet.
func (s *pages) line(v *staff.Visit, sheet rota.Sheet, one rota.Shift) lineView {
	l := lineView{When: s.when(v, one), Who: called(v, sheet, one.User), ID: one.ID, Version: one.Version, Kind: v.T("rota.kind_" + string(one.Kind))}
	if one.State == rota.Offered {
		l.Tag = &page.Tag{Text: v.T("rota.offered"), Tone: "soon"}
	}
	if a, gone := sheet.Gone(one.User, rota.Span{From: one.From, Until: one.Until}); gone {
		l.Note = v.T("rota.away_nobody")
		if who, there := sheet.StandIn(one.User, later(a.From, one.From)); there {
			l.Note = v.T("rota.away_cover", "Name", who.Name)
		}
		if a.From.After(one.From) || a.Until.Before(one.Until) {
			l.Note = v.T("rota.away_part", "What", l.Note)
		}
	}
	if access.May(v.Actor, access.RotaPlan) && s.Clock.Now().Before(one.Until) {
		l.Href = shiftPath(one.ID)
	}
	return l
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// when says from when until when a shift lasts: the times alone when it lies in one day.
func (s *pages) when(v *staff.Visit, one rota.Shift) string {
	from, until := one.From.In(s.Pack.Zone()), one.Until.In(s.Pack.Zone())
	y, m, d := from.Date()
	if end := time.Date(y, m, d+1, 0, 0, 0, 0, s.Pack.Zone()); until.Before(end) {
		return v.T("rota.times", "From", from.Format("15:04"), "Until", until.Format("15:04"))
	} else if until.Equal(end) {
		return v.T("rota.times", "From", from.Format("15:04"), "Until", "24:00")
	}
	return v.T("rota.times", "From", v.Words.Date(from, s.Pack.Zone()), "Until", v.Words.Date(until, s.Pack.Zone()))
}

// called is what somebody of the sheet is called.
func called(v *staff.Visit, sheet rota.Sheet, user string) string {
	if name := sheet.Name(user); name != "" {
		return name
	}
	return v.T("rota.not_here")
}

func (s *pages) absence(v *staff.Visit, sheet rota.Sheet, a rota.Absence) absenceView {
	view := absenceView{Who: called(v, sheet, a.User), From: a.From, Until: a.Until, Version: a.Version}
	if a.Cover != "" {
		view.Cover = called(v, sheet, a.Cover)
	}
	mine := a.User == v.Actor.ID && access.May(v.Actor, access.RotaOwn)
	if (mine || access.May(v.Actor, access.RotaPlan)) && s.Clock.Now().Before(a.Until) {
		view.Post = backPath(a.ID)
	}
	return view
}

func names(people []rota.Person) (list []string) {
	for _, p := range people {
		list = append(list, p.Name)
	}
	return list
}
