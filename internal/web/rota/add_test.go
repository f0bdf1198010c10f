package rota_test

import "amparo/internal/web/rota"

// add adds the pages under test to the site.
func (o office) add() error {
	return rota.Add(o.Site, rota.Config{Rota: o.rota, Pack: o.Pack, Clock: o.Clock()})
}
