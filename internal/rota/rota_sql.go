package rota

import (
	"context"
	"time"

	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/store"
)

const (
	shiftColumns   = `id, agency, user_id, kind, state, starts_at, ends_at, version`
	absenceColumns = `id, agency, user_id, cover, starts_at, ends_at, version`
)

const (
	planSQL   = `INSERT INTO shift (` + shiftColumns + `) VALUES ($1, $2, $3, $4, 'planned', $5, $6, 1)`
	changeSQL = `UPDATE shift SET user_id = $2, kind = $3, state = $4, starts_at = $5, ends_at = $6, version = version + 1 WHERE id = $1`
	shiftSQL  = `SELECT ` + shiftColumns + ` FROM shift WHERE id = $1`
	shiftsSQL = `SELECT ` + shiftColumns + ` FROM shift WHERE agency = $1 AND state <> 'withdrawn' AND ends_at > $2 AND starts_at < $3
		ORDER BY starts_at, ends_at, id`
	busySQL = `SELECT count(*) FROM shift WHERE user_id = $1 AND state <> 'withdrawn' AND ends_at > $2 AND starts_at < $3 AND id <> $4`

	leaveSQL    = `INSERT INTO absence (` + absenceColumns + `) VALUES ($1, $2, $3, $4, $5, $6, 1)`
	endSQL      = `UPDATE absence SET ends_at = $2, version = version + 1 WHERE id = $1`
	absenceSQL  = `SELECT ` + absenceColumns + ` FROM absence WHERE id = $1`
	absencesSQL = `SELECT ` + absenceColumns + ` FROM absence WHERE $1 IN ('', agency) AND ends_at > $2 AND starts_at < $3 AND ends_at > starts_at
		ORDER BY starts_at, ends_at, id`
)

func insertShift(ctx context.Context, tx store.Tx, s Shift) error {
	_, err := tx.Exec(ctx, planSQL, string(s.ID), s.Agency, s.User, string(s.Kind), clock.Micro(s.From), clock.Micro(s.Until))
	return err
}

func changeShift(ctx context.Context, tx store.Tx, s Shift) error {
	_, err := tx.Exec(ctx, changeSQL, string(s.ID), s.User, string(s.Kind), string(s.State), clock.Micro(s.From), clock.Micro(s.Until))
	return err
}

func scanShift(scan func(...any) error) (s Shift, err error) {
	var from, until int64
	err = scan(&s.ID, &s.Agency, &s.User, &s.Kind, &s.State, &from, &until, &s.Version)
	s.From, s.Until = clock.FromMicro(from), clock.FromMicro(until)
	return s, err
}

// shiftOf reads a shift of the agency; one of another agency is withheld, as is one that is not there.
func shiftOf(ctx context.Context, tx store.Tx, id ShiftID, agency string) (s Shift, err error) {
	err = tx.Each(ctx, shiftSQL, []any{string(id)}, func(scan func(...any) error) (err error) {
		s, err = scanShift(scan)
		return err
	})
	return s, hidden(err, s.Agency, agency)
}

// hidden withholds what is not the agency's.
func hidden(err error, have, agency string) error {
	if err == nil && (have == "" || have != agency) {
		return fault.New(fault.Withheld, fault.CodeWithheld)
	}
	return err
}

// shifts gives the agency's shifts that are not withdrawn and lie in a span, at least in part.
func shifts(ctx context.Context, tx store.Tx, agency string, in Span) (list []Shift, err error) {
	err = tx.Each(ctx, shiftsSQL, []any{agency, clock.Micro(in.From), clock.Micro(in.Until)}, func(scan func(...any) error) error {
		s, err := scanShift(scan)
		list = append(list, s)
		return err
	})
	return list, err
}

// busy tells whether somebody has another shift than this one in a span, at least in part.
func busy(ctx context.Context, tx store.Tx, user string, in Span, but ShiftID) (bool, error) {
	var n int
	err := tx.One(ctx, busySQL, []any{user, clock.Micro(in.From), clock.Micro(in.Until), string(but)}, &n)
	return n > 0, err
}

func insertAbsence(ctx context.Context, tx store.Tx, a Absence) error {
	_, err := tx.Exec(ctx, leaveSQL, string(a.ID), a.Agency, a.User, a.Cover, clock.Micro(a.From), clock.Micro(a.Until))
	return err
}

func endAbsence(ctx context.Context, tx store.Tx, id AbsenceID, at time.Time) error {
	_, err := tx.Exec(ctx, endSQL, string(id), clock.Micro(at))
	return err
}

func scanAbsence(scan func(...any) error) (a Absence, err error) {
	var from, until int64
	err = scan(&a.ID, &a.Agency, &a.User, &a.Cover, &from, &until, &a.Version)
	a.From, a.Until = clock.FromMicro(from), clock.FromMicro(until)
	return a, err
}

// absenceOf reads an absence of the agency, as shiftOf does.
func absenceOf(ctx context.Context, tx store.Tx, id AbsenceID, agency string) (a Absence, err error) {
	err = tx.Each(ctx, absenceSQL, []any{string(id)}, func(scan func(...any) error) (err error) {
		a, err = scanAbsence(scan)
		return err
	})
	return a, hidden(err, a.Agency, agency)
}

// absences gives who of an agency, of any when it is empty, is away in a span, at least in part.
func absences(ctx context.Context, tx store.Tx, agency string, in Span) (list Absences, err error) {
	err = tx.Each(ctx, absencesSQL, []any{agency, clock.Micro(in.From), clock.Micro(in.Until)}, func(scan func(...any) error) error {
		a, err := scanAbsence(scan)
		list = append(list, a)
		return err
	})
	return list, err
}
