package notice

import (
	"context"
	"strings"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/instrument"
	"amparo/internal/jurisdiction"
	"amparo/internal/report"
	"amparo/internal/reveal"
	"amparo/internal/store"
	"amparo/internal/triage"
)

// Config is what a Room needs. Every field is needed.
type Config struct {
	Store  *store.Store
	Reveal *reveal.Room
	Triage *triage.Room
	// Pack is the country: the hotline that takes its notices.
	Pack *jurisdiction.Pack
	// Instrument finds a list of questions by id; nil when there is none.
	Instrument func(id string) *instrument.Instrument
}

// A Room writes notices and follows them. It is safe for use by many goroutines.
type Room struct{ Config }

// New makes a Room.
func New(c Config) *Room { return &Room{c} }

// A Desk is the notices of the reports that the actor may see.
type Desk struct {
	Unsent  []Notice // still, or again, to be sent
	Waiting []Notice // the hotline is to be asked
	Decided []Notice // something came of them, and nobody has closed them
	Closed  []Notice // the latest
}

// The most that the lists show.
const (
	mostOpen   = 200
	mostClosed = 50
)

// Desk gives the notices of the reports that the actor may see. Nothing is opened for it.
func (r *Room) Desk(ctx context.Context, actor access.Actor) (d Desk, err error) {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.NoticeList}); err != nil {
		return d, err
	}
	var open []Notice
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) {
		scope := grant.ScopeFor(actor, access.NoticeRead)
		if open, err = query(ctx, tx, openSQL, scope.Args(mostOpen)...); err != nil {
			return err
		}
		d.Closed, err = query(ctx, tx, pastSQL, scope.Args(mostClosed)...)
		return err
	})
	for _, n := range open {
		switch {
		case n.State.Unsent():
			d.Unsent = append(d.Unsent, n)
		case n.State.Waits():
			d.Waiting = append(d.Waiting, n)
		default:
			d.Decided = append(d.Decided, n)
		}
	}
	return d, err
}

// Show opens a notice for one page; that it was opened is one audit entry. Its addresses are as they were told: a page shows them so that
// nobody follows them.
func (r *Room) Show(ctx context.Context, actor access.Actor, id ID) (Page, error) {
	return r.open(ctx, actor, access.NoticeRead, id)
}

// May tells whether the actor may say what became of the notices of a report, and see them as they are to be sent.
func (r *Room) May(ctx context.Context, actor access.Actor, id report.ID) (may bool, err error) {
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		relations, err := grant.Relations(ctx, tx, actor, string(id))
		may = access.May(actor, access.NoticeWrite, relations...)
		return err
	})
	return may, err
}

// Packet opens a notice for whoever sends it, with the addresses as they are to be sent. That it was is an entry of its own, and whoever may
// only read the notice may not.
func (r *Room) Packet(ctx context.Context, actor access.Actor, id ID) (p Page, err error) {
	n, err := r.find(ctx, id)
	if err != nil {
		return p, err
	}
	q := door.Request{Actor: actor, Action: access.NoticePacket, Subject: string(n.Report)}
	err = door.Do(ctx, r.Store, q, func(context.Context, store.Tx, access.Proof) (map[string]string, error) {
		return map[string]string{"notice": string(id)}, nil
	})
	if err != nil {
		return p, err
	}
	p, err = r.open(ctx, actor, access.NoticePacket, id)
	for i, one := range p.Addresses {
		p.Addresses[i] = asSent.Replace(one)
	}
	return p, err
}

// asSent takes back what somebody did to an address so that nobody follows it.
var asSent = strings.NewReplacer("hxxp", "http", "[.]", ".", "(.)", ".")

func (r *Room) find(ctx context.Context, id ID) (n Notice, err error) {
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) { n, err = load(ctx, tx, id); return err })
	return n, err
}

func (r *Room) open(ctx context.Context, actor access.Actor, action access.Action, id ID) (p Page, err error) {
	n, err := r.find(ctx, id)
	if err != nil {
		return p, err
	}
	by, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: action, Subject: string(n.Report)})
	if err != nil {
		return p, err
	}
	var body []byte
	var lines []sealedEvent
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		return first(
			func() (err error) { p.Notice, err = load(ctx, tx, id); return err },
			func() error { return tx.One(ctx, bodySQL, []any{string(id)}, &body) },
			func() (err error) { lines, err = events(ctx, tx, id); return err },
		)
	})
	if err != nil {
		return p, err
	}
	err = r.Reveal.Show(ctx, by, func(v *reveal.View) error {
		if err := unseal(ctx, v, p.Report, cell("notice", "body", string(id)), body, &p.Body); err != nil {
			return err
		}
		for _, e := range lines {
			if err := unseal(ctx, v, p.Report, cell("notice_event", "said", e.id), e.said, &e.Said); err != nil {
				return err
			}
			p.Thread = append(p.Thread, e.Event)
		}
		return nil
	})
	return p, err
}

// The faults of notices, as the kind fault.Conflict.
const (
	CodeNoHotline  fault.Code = "notice.no_hotline"  // the country names no hotline that takes notices
	CodeNotContent fault.Code = "notice.not_content" // the report is a child's, and nothing of it is to be forwarded
)

// Offer is what a notice about a report can be made of.
type Offer struct {
	triage.Line
	Addresses []string // as they were told, each once
	Hotline   jurisdiction.Hotline
	child     []string // what was told of who the child is
}

// Offer opens a report for whoever drafts a notice about it. A report that is a child's alone is fault.Conflict CodeNotContent; without a
// hotline it is CodeNoHotline.
func (r *Room) Offer(ctx context.Context, actor access.Actor, id report.ID, lang string) (o Offer, err error) {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.NoticeWrite, Subject: string(id)}); err != nil {
		return o, err
	}
	p, err := r.Triage.Read(ctx, actor, id, nil)
	if err != nil {
		return o, err
	}
	o.Line = p.Line
	hotline, ok := r.Pack.NoticeHotline(lang)
	if !ok {
		return o, fault.New(fault.Conflict, CodeNoHotline)
	}
	if o.Hotline = hotline; !forwards(p) {
		return o, fault.New(fault.Conflict, CodeNotContent)
	}
	in := r.Instrument(p.Instrument)
	for _, half := range []instrument.Answers{p.Content, p.Identity} {
		o.Addresses = append(o.Addresses, meant(in, half, instrument.Online)...)
		o.child = append(o.child, meant(in, half, instrument.TheChild)...)
	}
	return o, nil
}

// forwards tells whether something of a report is to go to the hotline, or went there.
func forwards(p triage.Page) bool {
	for _, t := range p.Tasks {
		if t.Kind == triage.TaskForward || t.Kind == triage.TaskAsk {
			return true
		}
	}
	return p.Priority.Content()
}
