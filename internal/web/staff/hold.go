package staff

import (
	"strconv"
	"time"

	"amparo/internal/page"
	"amparo/internal/task"
)

// HoldDays are the times for which a clock may stand still at once, in days, to choose from.
func (v *Visit) HoldDays() (list []page.Choice) {
	for _, days := range []int{1, 3, 7, 14, int(task.LongestPause / (24 * time.Hour))} {
		list = append(list, page.Choice{Value: strconv.Itoa(days), Text: v.Words.N("task.pause_days", days)})
	}
	return list
}

// Standing says why a clock stands still, in the country's words for the reason, and until when.
func (v *Visit) Standing(reason string, until time.Time, zone *time.Location) string {
	return v.T("task.paused", "Reason", reason, "Until", v.Words.Date(until, zone))
}
