package staff

import (
	"time"

	"amparo/internal/contact"
)

// Contact says how it is with telling a reporter, who chose it, that something was written; empty when they did not.
func (v *Visit) Contact(s contact.Standing, zone *time.Location) string {
	switch {
	case !s.Chosen:
		return ""
	case !s.Sends:
		return v.T("desk.contact_off")
	case s.Told.IsZero():
		return v.T("desk.contact_not_yet")
	}
	return v.T("desk.contact_told") + " " + v.Words.Date(s.Told, zone)
}
