package notice

import (
	"context"
	"encoding/json"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/ident"
	"amparo/internal/report"
	"amparo/internal/reveal"
	"amparo/internal/store"
)

const columns = `id, report, state, level, target, drafted_at, drafted_by, sent_at, due_at, version`

const (
	insertSQL = `INSERT INTO notice (id, report, state, level, target, body, drafted_at, drafted_by, sent_at, due_at, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 1)`
	standSQL    = `UPDATE notice SET state = $2, sent_at = $3, due_at = $4, version = version + 1 WHERE id = $1`
	loadSQL     = `SELECT ` + columns + ` FROM notice WHERE id = $1`
	bodySQL     = `SELECT body FROM notice WHERE id = $1`
	ofReportSQL = `SELECT ` + columns + ` FROM notice WHERE report = $1 ORDER BY drafted_at, id`
	// openSQL and pastSQL read what is under way, and the latest that have ended.
	openSQL  = `SELECT ` + columns + ` FROM notice WHERE state <> 'closed' AND report ` + grant.VisibleSQL + ` ORDER BY drafted_at, id LIMIT $7`
	pastSQL  = `SELECT ` + columns + ` FROM notice WHERE state = 'closed' AND report ` + grant.VisibleSQL + ` ORDER BY drafted_at DESC, id LIMIT $7`
	eventSQL = `INSERT INTO notice_event (id, notice, sequence, state, channel, said, at, made_by)
		VALUES ($1, $2, (SELECT count(*) FROM notice_event WHERE notice = $2), $3, $4, $5, $6, $7)`
	writtenSQL = `SELECT count(*) FROM notice_event WHERE id = $1 AND notice = $2`
	eventsSQL  = `SELECT id, state, channel, said, at, made_by FROM notice_event WHERE notice = $1 ORDER BY sequence`
)

// load gives a notice; fault.Withheld when there is none.
func load(ctx context.Context, tx store.Tx, id ID) (Notice, error) {
	list, err := query(ctx, tx, loadSQL, string(id))
	if err == nil && len(list) == 0 {
		err = fault.New(fault.Withheld, fault.CodeWithheld)
	}
	if err != nil {
		return Notice{}, err
	}
	return list[0], nil
}

func query(ctx context.Context, tx store.Tx, statement string, args ...any) (list []Notice, err error) {
	err = tx.Each(ctx, statement, args, func(scan func(...any) error) error {
		var n Notice
		var drafted, sent, due int64
		err := scan(&n.ID, &n.Report, &n.State, &n.Level, &n.Target, &drafted, &n.DraftedBy, &sent, &due, &n.Version)
		n.DraftedAt, n.SentAt, n.Due = clock.FromMicro(drafted), clock.FromMicro(sent), clock.FromMicro(due)
		list = append(list, n)
		return err
	})
	return list, err
}

// Of gives the notices of a report, the oldest first. Who may know of them was decided by the caller.
func Of(ctx context.Context, tx store.Tx, id report.ID) ([]Notice, error) {
	return query(ctx, tx, ofReportSQL, string(id))
}

func insert(ctx context.Context, tx store.Tx, _ access.Proof, n Notice, body []byte) error {
	_, err := tx.Exec(ctx, insertSQL, string(n.ID), string(n.Report), string(n.State), string(n.Level), n.Target, body, clock.Micro(n.DraftedAt), n.DraftedBy)
	return err
}

// stand writes where a notice stands now.
func stand(ctx context.Context, tx store.Tx, _ access.Proof, n Notice) error {
	_, err := tx.Exec(ctx, standSQL, string(n.ID), string(n.State), clock.Micro(n.SentAt), clock.Micro(n.Due))
	return err
}

// event adds a line to what became of a notice, with an id when it has none.
func (r *Room) event(ctx context.Context, tx store.Tx, by access.Proof, n Notice, id string, e Event) error {
	if id == "" {
		id = ident.New[string](tx.Now)
	}
	said, err := r.seal(ctx, n.Report, cell("notice_event", "said", id), e.Said)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, eventSQL, id, string(n.ID), string(e.State), string(e.Channel), said, clock.Micro(tx.Now), by.Actor().ID)
	return err
}

// a sealedEvent carries its words still sealed.
type sealedEvent struct {
	Event
	id   string
	said []byte
}

func events(ctx context.Context, tx store.Tx, id ID) (list []sealedEvent, err error) {
	err = tx.Each(ctx, eventsSQL, []any{string(id)}, func(scan func(...any) error) error {
		var e sealedEvent
		var at int64
		err := scan(&e.id, &e.State, &e.Channel, &e.said, &at, &e.By)
		e.At = clock.FromMicro(at)
		list = append(list, e)
		return err
	})
	return list, err
}

func cell(table, column, row string) reveal.Cell {
	return reveal.Cell{Table: table, Column: column, Row: row}
}

// seal seals a value as JSON under the report's key.
func (r *Room) seal(ctx context.Context, id report.ID, c reveal.Cell, value any) ([]byte, error) {
	raw, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	return r.Reveal.Seal(ctx, string(id), reveal.Content, c, raw)
}

// unseal opens what seal has sealed into a value.
func unseal(ctx context.Context, v *reveal.View, id report.ID, c reveal.Cell, sealed []byte, into any) error {
	raw, err := v.Open(ctx, string(id), reveal.Content, c, sealed)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, into)
}
