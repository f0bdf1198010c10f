package app

import (
	"amparo/internal/clock"
	"amparo/internal/insight"
	"amparo/internal/reach"
	"amparo/internal/store"
)

// insight makes the room that tells supervisors how the work stands.
func (r *rooms) insight(s *store.Store) *insight.Room {
	return insight.New(insight.Config{Store: s, Casework: r.cases, Zone: r.pack.Zone(), Clock: clock.System{}})
}

// reach makes the room that tells how far education reaches.
func (r *rooms) reach(s *store.Store) *reach.Room {
	return reach.New(reach.Config{Store: s, Pack: r.pack, Shelf: r.shelf})
}
