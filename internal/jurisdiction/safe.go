package jurisdiction

import "time"

// SafeFrom gives the next time from at on that is safe to write to somebody by the codes of times that they chose, which is at itself when it
// is. It is false when the country has hours for none of the codes.
func (p *Pack) SafeFrom(codes []string, at time.Time) (from time.Time, ok bool) {
	for _, code := range codes {
		calendar := p.safe[code]
		if calendar == nil {
			continue
		}
		if next, _ := calendar.NextStaffed(at); !ok || next.Before(from) {
			from, ok = next, true
		}
	}
	return from, ok
}
