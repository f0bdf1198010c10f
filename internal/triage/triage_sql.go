package triage

import (
	"context"
	"errors"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/ruleset"
	"amparo/internal/store"
)

const (
	insertSQL = `INSERT INTO assessment (id, subject, sequence, priority, source, rule_set, needs_info, facts, reason, told_at, lapses_at, made_at, made_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`
	standSQL = `INSERT INTO standing (subject, sequence, priority, confirmed, lapses_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (subject) DO UPDATE SET sequence = $2, priority = $3, confirmed = $4, lapses_at = $5`
	settleSQL   = `UPDATE standing SET lapses_at = 0 WHERE subject = $1`
	unsettleSQL = `UPDATE standing SET lapses_at = (SELECT a.lapses_at FROM assessment a WHERE a.subject = standing.subject
		AND a.sequence = standing.sequence) WHERE subject = $1`
	decidedSQL  = `SELECT count(*) FROM assessment WHERE subject = $1 AND source IN ('confirmed', 'raised', 'lowered')`
	standingSQL = `SELECT sequence, priority, confirmed FROM standing WHERE subject = $1`
	lapsedSQL   = `SELECT subject FROM standing WHERE lapses_at > 0 AND lapses_at <= $1 ORDER BY lapses_at LIMIT 100`

	columns    = `id, sequence, priority, source, rule_set, needs_info, facts, reason, told_at, lapses_at, made_at, made_by`
	historySQL = `SELECT ` + columns + ` FROM assessment WHERE subject = $1 ORDER BY sequence DESC`
	latestSQL  = `SELECT ` + columns + ` FROM assessment WHERE subject = $1 ORDER BY sequence DESC LIMIT 1`

	insertCheckSQL = `INSERT INTO triage_check (id, subject, sequence, item, person, answer, made_at, made_by)
		SELECT $1, $2, coalesce(max(sequence), 0) + 1, $3, $4, $5, $6, $7 FROM triage_check WHERE subject = $2`
	checksSQL = `SELECT id, item, person, answer, made_at, made_by FROM triage_check WHERE subject = $1 ORDER BY sequence`

	// standingsSQL and latestOfSQL ask for many subjects at once; arguments that are left over are empty.
	standingsSQL = `SELECT subject, sequence, priority, confirmed FROM standing WHERE subject IN (` + store.Many + `)`
	latestOfSQL  = `SELECT a.subject, a.id, a.sequence, a.priority, a.source, a.rule_set, a.needs_info, a.facts, a.reason, a.told_at, a.lapses_at,
		a.made_at, a.made_by FROM standing s JOIN assessment a ON a.subject = s.subject AND a.sequence = s.sequence WHERE s.subject IN (` + store.Many + `)`
)

// a row is an assessment with what is sealed still sealed.
type row struct {
	id            string
	a             Assessment
	facts, reason []byte
}

func insert(ctx context.Context, tx store.Tx, by access.Proof, subject, id string, a Assessment, facts, reason []byte) error {
	_, err := tx.Exec(ctx, insertSQL, id, subject, a.Sequence, string(a.Priority), string(a.Source), a.RuleSet, bit(a.NeedsInformation),
		facts, reason, clock.Micro(a.Told), clock.Micro(a.LapsesAt), clock.Micro(tx.Now), a.MadeBy)
	if err != nil {
		return err
	}
	if _, err = tx.Exec(ctx, standSQL, subject, a.Sequence, string(a.Priority), bit(a.byPerson()), clock.Micro(a.LapsesAt)); err != nil {
		return err
	}
	return rank(ctx, tx, by, subject, Standing{Priority: a.Priority, Confirmed: a.byPerson()})
}

func standing(ctx context.Context, tx store.Tx, subject string) (Standing, error) {
	var s Standing
	var confirmed int
	err := tx.One(ctx, standingSQL, []any{subject}, &s.Sequence, &s.Priority, &confirmed)
	if errors.Is(err, store.ErrNoRow) {
		return Standing{}, nil
	}
	s.Confirmed = confirmed == 1
	return s, err
}

func lapsed(ctx context.Context, tx store.Tx, now time.Time) (list []string, err error) {
	err = tx.Each(ctx, lapsedSQL, []any{clock.Micro(now)}, func(scan func(...any) error) error {
		var subject string
		err := scan(&subject)
		list = append(list, subject)
		return err
	})
	return list, err
}

// standings gives where each of the subjects stands.
func standings(ctx context.Context, tx store.Tx, subjects []string) (map[string]Standing, error) {
	all := make(map[string]Standing, len(subjects))
	err := tx.Many(ctx, standingsSQL, subjects, func(scan func(...any) error) error {
		var s Standing
		var subject string
		var confirmed int
		err := scan(&subject, &s.Sequence, &s.Priority, &confirmed)
		s.Confirmed = confirmed == 1
		all[subject] = s
		return err
	})
	return all, err
}

// latestRows gives the latest assessment of each of the subjects, sealed.
func latestRows(ctx context.Context, tx store.Tx, subjects []string) (map[string]row, error) {
	all := make(map[string]row, len(subjects))
	err := tx.Many(ctx, latestOfSQL, subjects, func(scan func(...any) error) error {
		var subject string
		one, err := scanRow(func(dest ...any) error { return scan(append([]any{&subject}, dest...)...) })
		all[subject] = one
		return err
	})
	return all, err
}

func history(ctx context.Context, tx store.Tx, subject string) (list []row, err error) {
	err = tx.Each(ctx, historySQL, []any{subject}, func(scan func(...any) error) error {
		s, err := scanRow(scan)
		list = append(list, s)
		return err
	})
	return list, err
}

// latestRow gives the subject's latest assessment, sealed.
func latestRow(ctx context.Context, tx store.Tx, subject string) (row, error) {
	return scanRow(func(dest ...any) error { return tx.One(ctx, latestSQL, []any{subject}, dest...) })
}

func scanRow(scan func(...any) error) (s row, err error) {
	var priority, source string
	var needs, told, lapses, made int64
	err = scan(&s.id, &s.a.Sequence, &priority, &source, &s.a.RuleSet, &needs, &s.facts, &s.reason, &told, &lapses, &made, &s.a.MadeBy)
	s.a.Priority, s.a.Source, s.a.NeedsInformation = ruleset.Priority(priority), Source(source), needs == 1
	s.a.Told, s.a.LapsesAt, s.a.Made = clock.FromMicro(told), clock.FromMicro(lapses), clock.FromMicro(made)
	return s, err
}

// a sealedCheck is a check whose answer is still sealed.
type sealedCheck struct {
	Check
	id     string
	person string // the user who is named; empty for other answers
	answer []byte
}

func insertCheck(ctx context.Context, tx store.Tx, id, subject, person string, answer []byte, c Check) error {
	_, err := tx.Exec(ctx, insertCheckSQL, id, subject, c.Item, person, answer, clock.Micro(tx.Now), c.MadeBy)
	return err
}

// checks gives what was answered to the subject's items, the latest last.
func checks(ctx context.Context, tx store.Tx, subject string) (list []sealedCheck, err error) {
	err = tx.Each(ctx, checksSQL, []any{subject}, func(scan func(...any) error) error {
		var c sealedCheck
		var made int64
		err := scan(&c.id, &c.Item, &c.person, &c.answer, &made, &c.MadeBy)
		c.Made = clock.FromMicro(made)
		list = append(list, c)
		return err
	})
	return list, err
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
