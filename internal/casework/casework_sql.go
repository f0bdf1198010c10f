package casework

import (
	"context"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/report"
	"amparo/internal/store"
)

const columns = `id, state, priority, pack, language, area, agency, opened_at, closed_at, closure_reason, version, held_at`

const (
	insertSQL = `INSERT INTO case_file (id, state, priority, pack, language, area, agency, opened_at, closed_at, closure_reason, version)
		VALUES ($1, 'open', $2, $3, $4, $5, $6, $7, 0, '', 1)`
	joinSQL    = `INSERT INTO case_report (case_id, report) VALUES ($1, $2) ON CONFLICT DO NOTHING`
	leaveSQL   = `DELETE FROM case_report WHERE report = $1`
	urgeSQL    = `UPDATE case_file SET priority = $2, version = version + 1 WHERE id = $1`
	ofSQL      = `SELECT case_id FROM case_report WHERE report = $1 ORDER BY case_id`
	childSQL   = `INSERT INTO case_child (case_id, label) VALUES ($1, $2)`
	contactSQL = `INSERT INTO case_contact (id, case_id, sealed, at, made_by) VALUES ($1, $2, $3, $4, $5)`
	eventSQL   = `INSERT INTO case_event (id, case_id, kind, note, at, made_by) VALUES ($1, $2, $3, $4, $5, $6)`

	touchSQL  = `UPDATE case_file SET version = version + 1 WHERE id = $1 AND version = $2 AND state = $3`
	closeSQL  = `UPDATE case_file SET state = 'closed', closed_at = $2, closure_reason = $3 WHERE id = $1`
	heldSQL   = `UPDATE case_file SET held_at = $2 WHERE id = $1`
	reopenSQL = `UPDATE case_file SET state = 'open', closed_at = 0, closure_reason = '' WHERE id = $1`

	loadSQL     = `SELECT ` + columns + ` FROM case_file WHERE id = $1`
	listSQL     = `SELECT ` + columns + ` FROM case_file WHERE id ` + grant.VisibleSQL + ` ORDER BY state DESC, priority, opened_at, id`
	reportsSQL  = `SELECT report FROM case_report WHERE case_id = $1 ORDER BY report`
	labelSQL    = `SELECT label FROM case_child WHERE case_id = $1`
	labelsSQL   = `SELECT case_id, label FROM case_child WHERE case_id ` + grant.VisibleSQL
	contactsSQL = `SELECT id, sealed, at, made_by FROM case_contact WHERE case_id = $1 ORDER BY at, id`
	eventsSQL   = `SELECT id, kind, note, at, made_by FROM case_event WHERE case_id = $1 ORDER BY at, id`
	// ownedSQL counts for a person what others must not know of: no more than numbers comes of it, less what their reader must not know of.
	ownedSQL = `SELECT c.id, c.priority, c.agency, c.held_at, coalesce(g.grantee, ''),
			(SELECT count(*) FROM conflict_of_interest x WHERE x.subject = c.id AND x.user_id = g.grantee)
		FROM case_file c LEFT JOIN access_grant g ON g.subject = c.id AND g.relation = 'manager' AND g.ended_at = 0
		WHERE c.state = 'open' AND $1 IN ('', g.grantee) AND $2 IN ('', c.id)
			AND NOT EXISTS (SELECT 1 FROM conflict_of_interest x WHERE x.subject = c.id AND x.user_id = $3) ORDER BY c.id`
	relatedSQL  = `SELECT DISTINCT o.case_id FROM case_report c JOIN case_report o ON o.report = c.report WHERE c.case_id = $1 ORDER BY o.case_id`
	overruleSQL = `INSERT INTO load_override (case_id, manager, given_by, given_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`
	siblingsSQL = `SELECT count(*) FROM case_report r JOIN case_file c ON c.id = r.case_id WHERE r.report = $1 AND r.case_id <> $2 AND c.state = 'open'`
)

// touch takes the version that was read for a change to a case in the state; a case that is there in another version
// is fault.Conflict, and so is one in another state.
func touch(ctx context.Context, tx store.Tx, id ID, version int64, state State) (Case, error) {
	rows, err := tx.Exec(ctx, touchSQL, string(id), version, string(state))
	if err != nil {
		return Case{}, err
	}
	now, err := load(ctx, tx, id)
	switch {
	case err != nil || rows == 1:
		return now, err
	case state == Open && now.State == Closed:
		return now, fault.New(fault.Conflict, "fault.case_closed")
	}
	return now, fault.New(fault.Conflict, fault.CodeStale)
}

func load(ctx context.Context, tx store.Tx, id ID) (c Case, err error) {
	found := false
	err = tx.Each(ctx, loadSQL, []any{string(id)}, func(scan func(...any) error) (err error) {
		found = true
		c, err = scanCase(scan)
		return err
	})
	if err == nil && !found {
		return c, fault.New(fault.Withheld, fault.CodeWithheld)
	}
	return c, err
}

func scanCase(scan func(...any) error) (c Case, err error) {
	var opened, closed, held int64
	err = scan(&c.ID, &c.State, &c.Priority, &c.Pack, &c.Language, &c.Area, &c.Agency, &opened, &closed, &c.ClosureReason, &c.Version, &held)
	c.Opened, c.Closed, c.Held = clock.FromMicro(opened), clock.FromMicro(closed), clock.FromMicro(held)
	return c, err
}

// labels gives what the child of each case that the actor may read is called, sealed.
func labels(ctx context.Context, tx store.Tx, actor access.Actor, into map[string][]byte) error {
	return tx.Each(ctx, labelsSQL, grant.ScopeFor(actor, access.CaseRead).Args(), func(scan func(...any) error) error {
		var id string
		var label []byte
		err := scan(&id, &label)
		into[id] = label
		return err
	})
}

func reports(ctx context.Context, tx store.Tx, id ID) (list []report.ID, err error) {
	err = tx.Each(ctx, reportsSQL, []any{string(id)}, func(scan func(...any) error) error {
		var r report.ID
		err := scan(&r)
		list = append(list, r)
		return err
	})
	return list, err
}

// related gives the cases that share a report with the case, that one among them.
func related(ctx context.Context, tx store.Tx, id ID) (list []ID, err error) {
	err = tx.Each(ctx, relatedSQL, []any{string(id)}, func(scan func(...any) error) error {
		var one ID
		err := scan(&one)
		list = append(list, one)
		return err
	})
	return list, err
}

// a sealedContact and a sealedEvent carry their words still sealed.
type sealedContact struct {
	Contact
	sealed []byte
}

type sealedEvent struct {
	Event
	note []byte
}

func contacts(ctx context.Context, tx store.Tx, id ID) (list []sealedContact, err error) {
	err = tx.Each(ctx, contactsSQL, []any{string(id)}, func(scan func(...any) error) error {
		var c sealedContact
		var at int64
		err := scan(&c.ID, &c.sealed, &at, &c.By)
		c.At = clock.FromMicro(at)
		list = append(list, c)
		return err
	})
	return list, err
}

func events(ctx context.Context, tx store.Tx, id ID) (list []sealedEvent, err error) {
	err = tx.Each(ctx, eventsSQL, []any{string(id)}, func(scan func(...any) error) error {
		var e sealedEvent
		var at int64
		err := scan(&e.ID, &e.Kind, &e.note, &at, &e.By)
		e.At = clock.FromMicro(at)
		list = append(list, e)
		return err
	})
	return list, err
}
