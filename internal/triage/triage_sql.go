package triage

import (
	"context"
	"errors"
	"time"

	"amparo/internal/clock"
	"amparo/internal/ruleset"
	"amparo/internal/store"
)

const (
	insertSQL = `INSERT INTO assessment (id, subject, sequence, priority, source, rule_set, needs_info, facts, reason, told_at, lapses_at, made_at, made_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`
	standSQL = `INSERT INTO standing (subject, sequence, priority, confirmed, lapses_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (subject) DO UPDATE SET sequence = $2, priority = $3, confirmed = $4, lapses_at = $5`
	standingSQL = `SELECT sequence, priority, confirmed FROM standing WHERE subject = $1`
	lapsedSQL   = `SELECT subject FROM standing WHERE lapses_at > 0 AND lapses_at <= $1 ORDER BY lapses_at LIMIT 100`
	historySQL  = `SELECT id, sequence, priority, source, rule_set, needs_info, facts, reason, told_at, lapses_at, made_at, made_by
		FROM assessment WHERE subject = $1 ORDER BY sequence DESC`
)

// a row is an assessment with what is sealed still sealed.
type row struct {
	id            string
	a             Assessment
	facts, reason []byte
}

func insert(ctx context.Context, tx store.Tx, subject, id string, a Assessment, facts, reason []byte) error {
	_, err := tx.Exec(ctx, insertSQL, id, subject, a.Sequence, string(a.Priority), string(a.Source), a.RuleSet, bit(a.NeedsInformation),
		facts, reason, clock.Micro(a.Told), clock.Micro(a.LapsesAt), clock.Micro(tx.Now), a.MadeBy)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, standSQL, subject, a.Sequence, string(a.Priority), bit(a.byPerson()), clock.Micro(a.LapsesAt))
	return err
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

func history(ctx context.Context, tx store.Tx, subject string) (list []row, err error) {
	err = tx.Each(ctx, historySQL, []any{subject}, func(scan func(...any) error) error {
		var s row
		var priority, source string
		var needs, told, lapses, made int64
		if err := scan(&s.id, &s.a.Sequence, &priority, &source, &s.a.RuleSet, &needs, &s.facts, &s.reason, &told, &lapses, &made, &s.a.MadeBy); err != nil {
			return err
		}
		s.a.Priority, s.a.Source, s.a.NeedsInformation = ruleset.Priority(priority), Source(source), needs == 1
		s.a.Told, s.a.LapsesAt, s.a.Made = clock.FromMicro(told), clock.FromMicro(lapses), clock.FromMicro(made)
		list = append(list, s)
		return nil
	})
	return list, err
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
