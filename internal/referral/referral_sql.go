package referral

import (
	"cmp"
	"context"
	"encoding/json"

	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/ident"
	"amparo/internal/reveal"
	"amparo/internal/store"
)

const columns = `id, case_id, agency, from_agency, service, priority, language, area, basis, state, reason, sent_at, sent_by, due_at, ended_at, case_task, taker, version,
	(SELECT count(*) FROM task WHERE subject = referral.id AND kind = 'referral_answered' AND state = 'open')`

const (
	insertSQL = `INSERT INTO referral (id, case_id, draft, agency, from_agency, service, priority, language, area, basis, state, reason, asked, person,
			agreed, sent_at, sent_by, due_at, ended_at, case_task, taker, released, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $18, '', $11, $12, $13, $14, $15, $16, 0, $17, '', 0, 1)`
	handSQL     = `UPDATE referral SET sent_at = $2 WHERE id = $1`
	draftSQL    = `SELECT id, case_id FROM referral WHERE draft = $1`
	touchSQL    = `UPDATE referral SET version = version + 1 WHERE id = $1 AND (version = $2 OR $2 < 0)`
	urgeSQL     = `UPDATE referral SET priority = $2 WHERE id = $1`
	takersSQL   = `SELECT DISTINCT agency, taker FROM referral WHERE ended_at = 0 AND taker <> '' ORDER BY agency, taker`
	takenSQL    = `SELECT ` + columns + ` FROM referral WHERE ended_at = 0 AND agency = $1 AND taker = $2 ORDER BY id`
	standSQL    = `UPDATE referral SET state = $2, reason = $3, due_at = $4, ended_at = $5, case_task = $6, taker = $7 WHERE id = $1`
	releasedSQL = `UPDATE referral SET released = 1 WHERE id = $1`
	loadSQL     = `SELECT ` + columns + ` FROM referral WHERE id = $1`
	ofCaseSQL   = `SELECT ` + columns + ` FROM referral WHERE case_id = $1 ORDER BY sent_at, id`
	handedSQL   = `SELECT ` + columns + ` FROM referral WHERE id ` + grant.HandedSQL + ` ORDER BY due_at, id`
	waitSQL     = `SELECT count(*) FROM referral WHERE state IN ('sent', 'received') AND id ` + grant.HandedSQL
	overSQL     = `SELECT ` + columns + ` FROM referral WHERE ended_at > 0 AND ended_at <= $1 AND released = 0 ORDER BY id LIMIT 500`
	askedSQL    = `SELECT asked FROM referral WHERE id = $1`
	sealedSQL   = `SELECT asked, person, agreed FROM referral WHERE id = $1`
	eventSQL    = `INSERT INTO referral_event (id, referral, sequence, kind, said, at, made_by)
		VALUES ($1, $2, (SELECT count(*) FROM referral_event WHERE referral = $2), $3, $4, $5, $6)`
	writtenSQL = `SELECT count(*) FROM referral_event WHERE id = $1 AND made_by = $2`
	eventsSQL  = `SELECT id, kind, said, at, made_by FROM referral_event WHERE referral = $1 ORDER BY sequence`
)

// load gives a referral; fault.Withheld when there is none.
func load(ctx context.Context, tx store.Tx, id ID) (Referral, error) {
	list, err := query(ctx, tx, loadSQL, string(id))
	if err == nil && len(list) == 0 {
		err = fault.New(fault.Withheld, fault.CodeWithheld)
	}
	if err != nil {
		return Referral{}, err
	}
	return list[0], nil
}

// anyVersion is the version of what does not depend on how the referral stands.
const anyVersion = -1

// touch takes the version that was read, or anyVersion; another one is fault.Conflict.
func touch(ctx context.Context, tx store.Tx, id ID, version int64) (Referral, error) {
	rows, err := tx.Exec(ctx, touchSQL, string(id), version)
	if err != nil {
		return Referral{}, err
	}
	now, err := load(ctx, tx, id)
	if err == nil && rows == 0 {
		err = fault.New(fault.Conflict, fault.CodeStale)
	}
	return now, err
}

func query(ctx context.Context, tx store.Tx, statement string, args ...any) (list []Referral, err error) {
	err = tx.Each(ctx, statement, args, func(scan func(...any) error) error {
		var r Referral
		var sent, due, ended, read int64
		err := scan(&r.ID, &r.Case, &r.Agency, &r.From, &r.Service, &r.Priority, &r.Language, &r.Area, &r.Basis, &r.State, &r.Reason, &sent, &r.SentBy,
			&due, &ended, &r.caseTask, &r.Taker, &r.Version, &read)
		r.SentAt, r.Due, r.Ended = clock.FromMicro(sent), clock.FromMicro(due), clock.FromMicro(ended)
		r.ToRead = read > 0
		list = append(list, r)
		return err
	})
	return list, err
}

// stand writes where a referral stands now.
func stand(ctx context.Context, tx store.Tx, r Referral) error {
	_, err := tx.Exec(ctx, standSQL, string(r.ID), string(r.State), r.Reason, clock.Micro(r.Due), clock.Micro(r.Ended), string(r.caseTask), r.Taker)
	return err
}

func cell(table, column, row string) reveal.Cell {
	return reveal.Cell{Table: table, Column: column, Row: row}
}

// seal seals a value as JSON.
func (r *Room) seal(ctx context.Context, subject string, p reveal.Purpose, c reveal.Cell, value any) ([]byte, error) {
	raw, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	return r.Reveal.Seal(ctx, subject, p, c, raw)
}

// unseal opens what seal has sealed into a value.
func unseal(ctx context.Context, v *reveal.View, subject string, p reveal.Purpose, c reveal.Cell, sealed []byte, into any) error {
	raw, err := v.Open(ctx, subject, p, c, sealed)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, into)
}

// event adds a line to the thread now, with an id when it has none.
func (r *Room) event(ctx context.Context, tx store.Tx, id ID, e Event) error {
	row := cmp.Or(e.ID, ident.New[string](tx.Now))
	sealed, err := r.seal(ctx, string(id), reveal.Content, cell("referral_event", "said", row), e.Said)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, eventSQL, row, string(id), e.Kind, sealed, clock.Micro(tx.Now), e.By)
	return err
}

// written tells whether the thread has the line.
func written(ctx context.Context, tx store.Tx, e Event) (bool, error) {
	n := 0
	err := tx.One(ctx, writtenSQL, []any{e.ID, e.By}, &n)
	return n > 0, err
}

// a sealedEvent carries its words still sealed.
type sealedEvent struct {
	Event
	said []byte
}

func events(ctx context.Context, tx store.Tx, id ID) (list []sealedEvent, err error) {
	err = tx.Each(ctx, eventsSQL, []any{string(id)}, func(scan func(...any) error) error {
		var e sealedEvent
		var at int64
		err := scan(&e.ID, &e.Kind, &e.said, &at, &e.By)
		e.At = clock.FromMicro(at)
		list = append(list, e)
		return err
	})
	return list, err
}
