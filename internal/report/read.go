package report

import (
	"context"
	"errors"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/store"
)

// Load gives a report with its sealed answers. One that is not there is fault.Withheld. Who may see it is the
// caller's to decide.
func Load(ctx context.Context, tx store.Tx, id ID) (Report, Sealed, error) {
	var s Sealed
	r, err := scanReport(func(dest ...any) error {
		return tx.One(ctx, loadSQL, []any{string(id)}, append(dest, &s.Content, &s.Identity, &s.CameBy)...)
	})
	if errors.Is(err, store.ErrNoRow) {
		return r, s, fault.New(fault.Withheld, fault.CodeWithheld)
	}
	return r, s, err
}

// Some gives the reports of those ids that are there, by id. Who may see them was decided by whoever gives the ids.
func Some(ctx context.Context, tx store.Tx, ids []string) (map[ID]Report, error) {
	all := make(map[ID]Report, len(ids))
	err := tx.Many(ctx, someSQL, ids, func(scan func(...any) error) error {
		r, err := scanReport(scan)
		all[r.ID] = r
		return err
	})
	return all, err
}

// SealedOf gives the sealed answers of those of the reports that are there. Who may see them was decided by whoever gives the ids.
func SealedOf(ctx context.Context, tx store.Tx, ids []string) (map[ID]Sealed, error) {
	all := make(map[ID]Sealed, len(ids))
	err := tx.Many(ctx, sealedOfSQL, ids, func(scan func(...any) error) error {
		var id ID
		var s Sealed
		err := scan(&id, &s.Content, &s.Identity)
		all[id] = s
		return err
	})
	return all, err
}

// Unresolved lists the reports without an outcome that the actor may see, the longest waiting first.
func Unresolved(ctx context.Context, tx store.Tx, actor access.Actor) ([]Report, error) {
	var list []Report
	err := tx.Each(ctx, unresolvedSQL, grant.ScopeFor(actor, access.ReportRead).Args(), func(scan func(...any) error) error {
		r, err := scanReport(scan)
		list = append(list, r)
		return err
	})
	return list, err
}

func scanReport(scan func(...any) error) (Report, error) {
	var r Report
	var quarantine, received, opened, resolved int64
	err := scan(&r.ID, &r.Pack, &r.Language, &r.Reader, &r.Channel, &r.Area, &r.Agency, &r.Instrument, &r.State, &r.Outcome,
		&quarantine, &received, &opened, &resolved, &r.ResolvedBy, &r.Version)
	r.Quarantined = quarantine == 1
	r.Received, r.Opened, r.ResolvedAt = clock.FromMicro(received), clock.FromMicro(opened), clock.FromMicro(resolved)
	return r, err
}
