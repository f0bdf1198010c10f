package report

import (
	"context"
	"errors"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/store"
	"amparo/internal/task"
)

// A Joined says that a report is about the same as an earlier report or a case, and that it is worked there.
type Joined struct {
	Report   ID
	Into     string // the id of a report or of a case
	At       time.Time
	By       string
	Undone   time.Time // zero while it holds
	UndoneBy string
}

// Join notes that the report is joined to a subject. One that is joined already is fault.Conflict "fault.resolved".
func Join(ctx context.Context, tx store.Tx, by access.Proof, id ID, into string) error {
	return move(ctx, tx, joinSQL, "fault.resolved", ident.New[string](tx.Now), string(id), into, clock.Micro(tx.Now), by.Actor().ID)
}

// Unjoin ends the join and puts the report back among the waiting, without an outcome: there is no other way back from one. A
// report that is not joined is fault.Conflict "fault.not_joined".
func Unjoin(ctx context.Context, tx store.Tx, by access.Proof, id ID) error {
	if err := move(ctx, tx, unjoinSQL, "fault.not_joined", string(id), clock.Micro(tx.Now), by.Actor().ID); err != nil {
		return err
	}
	if err := move(ctx, tx, reopenSQL, fault.CodeStale, string(id)); err != nil {
		return err
	}
	return task.Pass(ctx, tx, by, string(id), task.Waiting)
}

// JoinOf gives the join of a report that holds; false when there is none.
func JoinOf(ctx context.Context, tx store.Tx, id ID) (Joined, bool, error) {
	j, err := scanJoin(func(dest ...any) error { return tx.One(ctx, joinOfSQL, []any{string(id)}, dest...) })
	if errors.Is(err, store.ErrNoRow) {
		return j, false, nil
	}
	return j, err == nil, err
}

// Joins gives every join of the report, to it and of it, ended ones too, the oldest first.
func Joins(ctx context.Context, tx store.Tx, subject string) ([]Joined, error) {
	return joins(ctx, tx, joinsSQL, subject)
}

// With gives the report and every report that is joined to it, to those and so on: all who wait for what becomes of it.
func With(ctx context.Context, tx store.Tx, id ID) ([]ID, error) {
	all := []ID{id}
	for i := 0; i < len(all); i++ { // it ends: a report is joined once, and to what was open then
		direct, err := joins(ctx, tx, joinedToSQL, string(all[i]))
		if err != nil {
			return nil, err
		}
		for _, j := range direct {
			all = append(all, j.Report)
		}
	}
	return all, nil
}

func joins(ctx context.Context, tx store.Tx, statement string, args ...any) (list []Joined, err error) {
	err = tx.Each(ctx, statement, args, func(scan func(...any) error) error {
		j, err := scanJoin(scan)
		list = append(list, j)
		return err
	})
	return list, err
}

func scanJoin(scan func(...any) error) (j Joined, err error) {
	var at, undone int64
	err = scan(&j.Report, &j.Into, &at, &j.By, &undone, &j.UndoneBy)
	j.At, j.Undone = clock.FromMicro(at), clock.FromMicro(undone)
	return j, err
}
