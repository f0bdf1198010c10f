// Package reach tells whoever answers for education how far it reaches: which texts there are in which language, which of them are out of date or not
// reviewed, and how often signposts were served. It reads; it changes nothing.
package reach

import (
	"context"
	"time"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/education"
	"amparo/internal/jurisdiction"
	"amparo/internal/shelf"
	"amparo/internal/signpost"
	"amparo/internal/store"
)

// Back is how many days are looked back, today among them.
const Back = 30

// Config is what a Room needs.
type Config struct {
	Store *store.Store
	Pack  *jurisdiction.Pack
	Shelf *shelf.Room // what there is to read now
}

// A Room tells how far education reaches. It is safe for use by many goroutines.
type Room struct{ Config }

// New makes a Room.
func New(c Config) *Room { return &Room{c} }

// An Overview is how far education reaches.
type Overview struct {
	Languages []string         // the one that the others follow first
	Cells     []education.Cell // by audience, topic, language and format
	Overdue   []education.Key  // texts in the first language that were to be looked at again by now
	Served    []signpost.Day   // the latest day first
	Today     string           // in the country
}

// Covered gives how many of the texts that there must be are there.
func (o Overview) Covered() (there, required int) {
	for _, c := range o.Cells {
		if c.Required && c.Format == education.AsPage {
			required++
			if c.There {
				there++
			}
		}
	}
	return there, required
}

// Read gives the overview. It needs access.EducationRead.
func (r *Room) Read(ctx context.Context, actor access.Actor) (o Overview, err error) {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.EducationRead}); err != nil {
		return o, err
	}
	o.Languages = []string{r.Pack.Default()}
	for _, l := range r.Pack.Languages() {
		if l.Code != r.Pack.Default() {
			o.Languages = append(o.Languages, l.Code)
		}
	}
	library, err := r.Shelf.Renew(ctx)
	if err != nil {
		return o, err
	}
	o.Cells = library.Coverage(o.Languages, r.Pack.EducationRequired())
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) {
		now := tx.Now.In(r.Pack.Zone())
		o.Today, o.Overdue = now.Format(time.DateOnly), nil
		for _, a := range education.Audiences {
			for _, m := range library.For(o.Languages[0], a) {
				if m.ReviewBy < o.Today {
					o.Overdue = append(o.Overdue, m.Key)
				}
			}
		}
		o.Served, err = signpost.Days(ctx, tx, now.AddDate(0, 0, 1-Back).Format(time.DateOnly))
		return err
	})
	return o, err
}
