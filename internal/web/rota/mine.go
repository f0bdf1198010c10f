package rota

import (
	"time"

	"amparo/internal/access"
	"amparo/internal/httpx"
	"amparo/internal/page"
	"amparo/internal/rota"
	"amparo/internal/web/staff"
)

// ahead is how far one's own shifts are shown.
const ahead = 7 * rota.MostWeeks

// A mineView is one's own shifts and absences, and what colleagues offer.
type mineView struct {
	Home, Away string
	Own        bool
	Shifts     []mineLine
	Offers     []mineLine
	Absences   []absenceView
}

// A mineLine is a shift with what its reader may do about it.
type mineLine struct {
	lineView
	Day               string
	Offer, Keep, Take string // where it is sent; empty when it is not offered
}

// mine shows one's own shifts; refused is why something could not be done.
func (s *pages) mine(v *staff.Visit, refused error) error {
	now := s.Clock.Now()
	sheet, err := s.Rota.Show(v.Context(), v.Actor, rota.Span{From: now, Until: now.AddDate(0, 0, ahead)})
	if err != nil {
		return err
	}
	view := mineView{Home: home, Away: awayPath, Own: access.May(v.Actor, access.RotaOwn)}
	for _, one := range sheet.Shifts {
		l := mineLine{lineView: s.line(v, sheet, one), Day: s.on(v, one.From)}
		switch {
		case one.User == v.Actor.ID && one.State == rota.Offered:
			l.Keep = shiftPath(one.ID) + "/keep"
			view.Shifts = append(view.Shifts, l)
		case one.User == v.Actor.ID:
			l.Offer = shiftPath(one.ID) + "/offer"
			view.Shifts = append(view.Shifts, l)
		case one.State == rota.Offered:
			l.Take = shiftPath(one.ID) + "/take"
			view.Offers = append(view.Offers, l)
		}
	}
	for _, a := range sheet.Absences {
		if a.User == v.Actor.ID {
			view.Absences = append(view.Absences, s.absence(v, sheet, a))
		}
	}
	f := v.Frame(v.T("rota.mine"))
	f.Back, f.Errors = &page.Back{Href: home}, page.ErrorsOf(v.Words, refused)
	return v.Render(httpx.StatusOf(refused), "rota_mine", f, view)
}

// on says a day with its name.
func (s *pages) on(v *staff.Visit, at time.Time) string {
	at = at.In(s.Pack.Zone())
	return v.T("rota.on_day", "Name", v.T("rota.day_"+weekdays[at.Weekday()]), "Date", v.Words.Day(at, s.Pack.Zone()))
}

func (s *pages) offer(v *staff.Visit) error {
	return s.done(v, minePath, "rota_offered", s.Rota.Offer(v.Context(), v.Actor, shiftOf(v), number(v, "version")), s.mine)
}

func (s *pages) keep(v *staff.Visit) error {
	return s.done(v, minePath, "rota_kept", s.Rota.Keep(v.Context(), v.Actor, shiftOf(v), number(v, "version")), s.mine)
}

func (s *pages) take(v *staff.Visit) error {
	return s.done(v, minePath, "rota_taken", s.Rota.Take(v.Context(), v.Actor, shiftOf(v)), s.mine)
}

// back ends an absence.
func (s *pages) back(v *staff.Visit) error {
	id := rota.AbsenceID(v.R.PathValue("absence"))
	return s.done(v, minePath, "rota_back", s.Rota.Return(v.Context(), v.Actor, id, number(v, "version")), s.mine)
}
