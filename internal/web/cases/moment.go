package cases

import (
	"time"

	"amparo/internal/web/staff"
)

// moment reads a day and a time of day that were typed, in the country's zone, as staff.Visit.Moment does.
func (s *pages) moment(v *staff.Visit, name string) (at time.Time, wrong []string) {
	return v.Moment(name, s.Pack.Zone())
}

// asDay and asTime write an instant as the fields of a form have it.
func (s *pages) asDay(at time.Time) string  { return at.In(s.Pack.Zone()).Format("2006-01-02") }
func (s *pages) asTime(at time.Time) string { return at.In(s.Pack.Zone()).Format("15:04") }
