package helpline_test

import (
	"amparo/internal/promise"
	"amparo/internal/web/helpline"
)

// add adds the pages under test to the site.
func (d *desk) add(promised *promise.Room) error {
	return helpline.Add(d.Site, helpline.Config{Helpline: d.room, Promise: promised, Pack: d.Pack, Clock: d.Clock()})
}
