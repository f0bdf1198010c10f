package campaign

import (
	"context"
	"errors"
	"strings"

	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/store"
)

const (
	columns = `id, code, name, purpose, signposts, languages, kinds, first_day, last_day, state, written_at, written_by, approved_at, approved_by, ended_at, ended_by, reason, version`

	insertSQL = `INSERT INTO campaign (` + columns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`
	updateSQL = `UPDATE campaign SET name = $2, purpose = $3, signposts = $4, languages = $5, kinds = $6, first_day = $7, last_day = $8, state = $9, written_at = $10,
			written_by = $11, approved_at = $12, approved_by = $13, ended_at = $14, ended_by = $15, reason = $16, version = $17
		WHERE id = $1 AND version = $17 - 1`
	oneSQL    = `SELECT ` + columns + ` FROM campaign WHERE id = $1`
	allSQL    = `SELECT ` + columns + ` FROM campaign ORDER BY CASE WHEN state = 'ended' OR last_day < $1 THEN 1 ELSE 0 END, id DESC LIMIT $2`
	draftsSQL = `SELECT count(*) FROM campaign WHERE state = 'draft' AND (written_by = $1 OR written_by LIKE $2)`
	takenSQL  = `SELECT count(*) FROM campaign WHERE code = $1`
	calledSQL = `SELECT name FROM campaign WHERE code = $1`

	runSQL     = `INSERT INTO campaign_running (code, first_day, last_day) VALUES ($1, $2, $3)`
	haltSQL    = `DELETE FROM campaign_running WHERE code = $1`
	runningSQL = `SELECT code, first_day, last_day FROM campaign_running WHERE last_day >= $1`

	// tallySQL counts only what came by a campaign that was approved once: others can have brought nobody here.
	tallySQL = `INSERT INTO campaign_tally (day, campaign, reports) SELECT $1, code, 1 FROM campaign WHERE code = $2 AND approved_at > 0
		ON CONFLICT (day, campaign) DO UPDATE SET reports = campaign_tally.reports + 1`
	tallySinceSQL = `SELECT day, reports FROM campaign_tally WHERE campaign = $1 AND day <= $2`
	pruneSQL      = `DELETE FROM campaign_tally WHERE day < $1`
)

// joined writes a list of codes as one text. None has a space in it.
func joined[T ~string](list []T) string {
	var words []string
	for _, one := range list {
		words = append(words, string(one))
	}
	return strings.Join(words, " ")
}

func split[T ~string](text string) (list []T) {
	for _, word := range strings.Fields(text) {
		list = append(list, T(word))
	}
	return list
}

func insert(ctx context.Context, tx store.Tx, c Campaign) error {
	_, err := tx.Exec(ctx, insertSQL, string(c.ID), string(c.Code), c.Name, c.Purpose, joined(c.Signposts), joined(c.Languages), joined(c.Kinds), c.First, c.Last,
		string(c.State), clock.Micro(c.Written), joined(c.Writers), clock.Micro(c.Approved), c.ApprovedBy, clock.Micro(c.Ended), c.EndedBy, c.Reason, c.Version)
	return err
}

func update(ctx context.Context, tx store.Tx, c Campaign) error {
	rows, err := tx.Exec(ctx, updateSQL, string(c.ID), c.Name, c.Purpose, joined(c.Signposts), joined(c.Languages), joined(c.Kinds), c.First, c.Last, string(c.State),
		clock.Micro(c.Written), joined(c.Writers), clock.Micro(c.Approved), c.ApprovedBy, clock.Micro(c.Ended), c.EndedBy, c.Reason, c.Version)
	if err == nil && rows == 0 {
		err = fault.New(fault.Conflict, fault.CodeStale)
	}
	return err
}

func one(ctx context.Context, tx store.Tx, id ID) (Campaign, error) {
	c, err := scan(func(dest ...any) error { return tx.One(ctx, oneSQL, []any{string(id)}, dest...) })
	if errors.Is(err, store.ErrNoRow) {
		return c, fault.New(fault.Withheld, fault.CodeWithheld)
	}
	return c, err
}

func all(ctx context.Context, tx store.Tx, today string) (list []Campaign, err error) {
	err = tx.Each(ctx, allSQL, []any{today, Most}, func(row func(...any) error) error {
		c, err := scan(row)
		list = append(list, c)
		return err
	})
	return list, err
}

func scan(row func(dest ...any) error) (c Campaign, err error) {
	var signposts, languages, kinds, writers string
	var written, approved, ended int64
	err = row(&c.ID, &c.Code, &c.Name, &c.Purpose, &signposts, &languages, &kinds, &c.First, &c.Last, &c.State, &written, &writers, &approved, &c.ApprovedBy, &ended,
		&c.EndedBy, &c.Reason, &c.Version)
	c.Signposts, c.Languages, c.Kinds, c.Writers = split[string](signposts), split[string](languages), split[Kind](kinds), split[string](writers)
	c.Written, c.Approved, c.Ended = clock.FromMicro(written), clock.FromMicro(approved), clock.FromMicro(ended)
	return c, err
}

// drafts counts those that somebody began: who began one stands first among its writers.
func drafts(ctx context.Context, tx store.Tx, user string) (n int, err error) {
	err = tx.One(ctx, draftsSQL, []any{user, user + " %"}, &n)
	return n, err
}

func codeTaken(ctx context.Context, tx store.Tx, code Code) (bool, error) {
	var n int
	err := tx.One(ctx, takenSQL, []any{string(code)}, &n)
	return n > 0, err
}

func called(ctx context.Context, tx store.Tx, code Code) (name string, err error) {
	err = tx.One(ctx, calledSQL, []any{string(code)}, &name)
	if errors.Is(err, store.ErrNoRow) {
		return "", nil
	}
	return name, err
}

// run lets the public side know of a campaign.
func run(ctx context.Context, tx store.Tx, c Campaign) error {
	_, err := tx.Exec(ctx, runSQL, string(c.Code), c.First, c.Last)
	return err
}

// halt has the public side forget it.
func halt(ctx context.Context, tx store.Tx, code Code) error {
	_, err := tx.Exec(ctx, haltSQL, string(code))
	return err
}
