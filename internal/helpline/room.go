package helpline

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/instrument"
	"amparo/internal/intake"
	"amparo/internal/jurisdiction"
	"amparo/internal/promise"
	"amparo/internal/reveal"
	"amparo/internal/store"
)

// Config is what a Room needs. Every field is needed.
type Config struct {
	Store   *store.Store
	Reveal  *reveal.Room
	Intake  *intake.Room
	Promise *promise.Room
	Pack    *jurisdiction.Pack
	// Unfinished gives the words at the head of what the program handed in, in a language of staff.
	Unfinished func(tag string) string
}

// A Room keeps drafts. It is safe for use by many goroutines.
type Room struct{ Config }

// New makes a Room. It fails when the country has a way in without a question that takes free words, for what is taken down would have no
// place, and when it has words for no channel.
func New(c Config) (*Room, error) {
	for _, way := range Ways {
		if in := c.Pack.Instrument(way); in == nil || WordsOf(in) == "" {
			return nil, errors.New("the country has no list of questions with the id " + way + " that takes free words on a page which is always shown")
		}
	}
	r := &Room{c}
	if len(r.Offered()) == 0 {
		return nil, errors.New("the country has words for no channel by which people are listened to, such as phone")
	}
	return r, nil
}

// Offered are the channels that the country has words for.
func (r *Room) Offered() (list []intake.Channel) {
	for _, c := range Channels {
		if slices.ContainsFunc(r.Pack.List("report_channel", ""), func(n jurisdiction.Named) bool { return n.Code == string(c) }) {
			list = append(list, c)
		}
	}
	return list
}

// spoken tells whether the country offers a language to whoever reports.
func (r *Room) spoken(tag string) bool {
	return slices.ContainsFunc(r.Pack.Languages(), func(l jurisdiction.Language) bool { return l.Code == tag })
}

// check finds what is wrong with how somebody is listened to.
func (r *Room) check(channel intake.Channel, way, language string) error {
	wrong := fault.New(fault.Invalid, "fault.form")
	if !slices.Contains(r.Offered(), channel) {
		wrong.With("call_channel", "fault.answer_required")
	}
	if !slices.Contains(Ways, way) {
		wrong.With("call_way", "fault.answer_required")
	}
	if !r.spoken(language) {
		wrong.With("call_language", "fault.answer_required")
	}
	if wrong.Wrong() {
		return wrong
	}
	return nil
}

// A BeginInput is how somebody is listened to.
type BeginInput struct {
	Channel       intake.Channel
	Way, Language string
}

// Begin begins a draft. It gives fault.Invalid with the fields call_channel, call_way and call_language.
func (r *Room) Begin(ctx context.Context, actor access.Actor, in BeginInput) (id DraftID, err error) {
	q := door.Request{Actor: actor, Action: access.HelplineTake}
	if _, err := door.See(ctx, r.Store, q); err != nil { // before keys are made
		return "", err
	}
	if err := r.check(in.Channel, in.Way, in.Language); err != nil {
		return "", err
	}
	if err := r.Store.Read(ctx, func(tx store.Tx) error { id = ident.New[DraftID](tx.Now); return nil }); err != nil {
		return "", err
	}
	if err := r.Reveal.MakeKeys(ctx, string(id)); err != nil {
		return "", err
	}
	return id, door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, _ access.Proof) (map[string]string, error) {
		sealed, err := r.seal(ctx, id, Notes{Way: in.Way, Language: in.Language})
		if err != nil {
			return nil, err
		}
		_, err = tx.Exec(ctx, beginSQL, string(id), actor.ID, actor.Agency, string(in.Channel), sealed, []byte{}, clock.Micro(tx.Now))
		return map[string]string{"did": "begin", "draft": string(id), "channel": string(in.Channel)}, err
	})
}

// A SaveInput is what a page holds of a draft, and the version that it was made from.
type SaveInput struct {
	Draft   DraftID
	Version int64
	Channel intake.Channel
	Notes
	Tag string // the author's language, for what goes into the free words
}

// Autosave keeps what is being written, as often as it is written. The log does not tell of it: it tells when a draft was begun, opened,
// saved by hand and handed in. What another window has saved meanwhile is fault.Conflict, and nothing is changed.
func (r *Room) Autosave(ctx context.Context, actor access.Actor, in SaveInput) (version int64, err error) {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.HelplineTake}); err != nil {
		return 0, err
	}
	if err := r.check(in.Channel, in.Way, in.Language); err != nil {
		return 0, err
	}
	err = r.Store.Write(ctx, func(tx store.Tx) (err error) { version, err = r.save(ctx, tx, actor, in); return err })
	return version, r.refused(ctx, actor, err)
}

// Save keeps what was written, once by hand. Where another window has saved meanwhile the two are put together, and together is true. It
// gives fault.Invalid as Begin does, and fault.Conflict when the draft was handed in or closed.
func (r *Room) Save(ctx context.Context, actor access.Actor, in SaveInput) (together bool, err error) {
	q := door.Request{Actor: actor, Action: access.HelplineTake}
	for range 3 {
		err = door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, _ access.Proof) (map[string]string, error) {
			if err := r.check(in.Channel, in.Way, in.Language); err != nil {
				return nil, err
			}
			_, err := r.save(ctx, tx, actor, in)
			return map[string]string{"did": "save", "draft": string(in.Draft)}, err
		})
		if fault.CodeOf(err) != fault.CodeStale {
			return together, err
		}
		there, err := r.Read(ctx, actor, in.Draft)
		if err != nil {
			return false, err
		}
		list := r.Pack.Instrument(in.Way)
		stored := Turn(r.Pack.Instrument(there.Way), list, there.Notes, in.Tag)
		in.Notes, in.Version, together = merge(list, stored, in.Notes, in.Tag), there.Version, true
	}
	return together, err
}

// save keeps what was written, of the version that it was made from.
func (r *Room) save(ctx context.Context, tx store.Tx, actor access.Actor, in SaveInput) (int64, error) {
	there, err := open(ctx, tx, actor, in.Draft)
	if err != nil {
		return 0, err
	}
	if there.Version != in.Version {
		return 0, fault.New(fault.Conflict, fault.CodeStale)
	}
	sealed, err := r.seal(ctx, in.Draft, in.Notes)
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, saveSQL, string(in.Draft), sealed, string(in.Channel), clock.Micro(tx.Now))
	return there.Version + 1, err
}

// open finds a draft of somebody that is being written.
func open(ctx context.Context, tx store.Tx, actor access.Actor, id DraftID) (row, error) {
	there, err := mine(ctx, tx, actor, id)
	if err == nil && there.State != Open {
		err = fault.New(fault.Conflict, "fault.call_over")
	}
	return there, err
}

// refused records it when somebody asked for what is not theirs, where the door did not see it.
func (r *Room) refused(ctx context.Context, actor access.Actor, err error) error {
	if fault.KindOf(err) != fault.Withheld {
		return err
	}
	return door.Do(ctx, r.Store, door.Request{Actor: actor, Action: access.HelplineTake},
		func(context.Context, store.Tx, access.Proof) (map[string]string, error) { return nil, err })
}

// Read opens a draft that is being written, for its author. It gives fault.Conflict when it was handed in or closed.
func (r *Room) Read(ctx context.Context, actor access.Actor, id DraftID) (Page, error) {
	there, by, err := r.find(ctx, actor, id, Open)
	if err != nil {
		return Page{}, err
	}
	notes, err := r.notes(ctx, by, there)
	return Page{there.Draft, notes}, err
}

// find finds a draft of somebody that is in a state.
func (r *Room) find(ctx context.Context, actor access.Actor, id DraftID, in State) (there row, by access.Proof, err error) {
	if by, err = door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.HelplineTake}); err != nil {
		return there, by, err
	}
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) { there, err = mine(ctx, tx, actor, id); return err })
	if err == nil && there.State != in {
		err = fault.New(fault.Conflict, "fault.call_over")
	}
	return there, by, r.refused(ctx, actor, err)
}

// Glance finds a draft of somebody in whichever state it is, without opening it.
func (r *Room) Glance(ctx context.Context, actor access.Actor, id DraftID) (d Draft, err error) {
	if _, err = door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.HelplineTake}); err != nil {
		return d, err
	}
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		there, err := mine(ctx, tx, actor, id)
		d = there.Draft
		return err
	})
	return d, r.refused(ctx, actor, err)
}

func cell(column string, id DraftID) reveal.Cell {
	return reveal.Cell{Table: "call_draft", Column: column, Row: string(id)}
}

func (r *Room) seal(ctx context.Context, id DraftID, n Notes) ([]byte, error) {
	plain, err := json.Marshal(n)
	if err != nil {
		return nil, err
	}
	return r.Reveal.Seal(ctx, string(id), reveal.Content, cell("content", id), plain)
}

// notes opens what stands in a draft, and records that it was opened.
func (r *Room) notes(ctx context.Context, by access.Proof, there row) (n Notes, err error) {
	err = r.Reveal.Show(ctx, by, func(v *reveal.View) error {
		plain, err := v.Open(ctx, string(there.ID), reveal.Content, cell("content", there.ID), there.content)
		if err != nil {
			return err
		}
		return json.Unmarshal(plain, &n)
	})
	if n.Answers == nil {
		n.Answers = instrument.Answers{}
	}
	return n, err
}

// Board gives what the first page shows to somebody. Nothing is opened for it.
func (r *Room) Board(ctx context.Context, actor access.Actor) (b Board, err error) {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.HelplineTake}); err != nil {
		return b, err
	}
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) {
		b = Board{Now: tx.Now, Today: r.day(tx.Now)}
		if b.Drafts, err = draftsOf(ctx, tx, actor.ID); err != nil {
			return err
		}
		b.Drafts = slices.DeleteFunc(b.Drafts, func(d Draft) bool { return shown(d, tx.Now) != nil })
		if b.Closings, err = closingsOf(ctx, tx, actor.ID); err != nil {
			return err
		}
		if err := tx.One(ctx, silentSQL, []any{actor.Agency, b.Today}, &b.Silent); err != nil || !access.May(actor, access.HelplineCount) {
			return err
		}
		var oldest int64
		if err := tx.One(ctx, lyingSQL, []any{actor.Agency}, &b.Lying, &oldest); err != nil {
			return err
		}
		b.Oldest = clock.FromMicro(oldest)
		b.Tallies, err = talliesSince(ctx, tx, actor.Agency, r.day(tx.Now.AddDate(0, 0, -6)))
		return err
	})
	return b, err
}

// Waiting counts the drafts that wait for their author, for the menu.
func (r *Room) Waiting(ctx context.Context, actor access.Actor) (n int, err error) {
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		list, err := draftsOf(ctx, tx, actor.ID)
		n = len(slices.DeleteFunc(list, func(d Draft) bool { return shown(d, tx.Now) != nil }))
		return err
	})
	return n, err
}

// day is a day by the country's clock.
func (r *Room) day(at time.Time) string { return at.In(r.Pack.Zone()).Format(time.DateOnly) }
