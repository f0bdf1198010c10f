package insight_test

import (
	"time"

	"amparo/internal/insight"
	"amparo/internal/web/staff/stafftest"
)

// few is the number of reports of which a figure is given at least.
const few = insight.Few

// room is the room behind the page of a house.
func room(h *stafftest.House, zone *time.Location) *insight.Room {
	return insight.New(insight.Config{Store: h.Main, Casework: h.Casework, Zone: zone, Clock: h.Clock()})
}
