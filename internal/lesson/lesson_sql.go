package lesson

import (
	"context"
	"errors"
	"strings"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/education"
	"amparo/internal/fault"
	"amparo/internal/store"
)

const columns = `id, language, audience, topic, number, state, writers, checked_by, note, published_at, published_by, ended_at, ended_by, made_at, made_by, version`

const (
	insertSQL = `INSERT INTO lesson (id, language, audience, topic, number, state, source, writers, checked_by, note, published_at, published_by, ended_at, ended_by, made_at, made_by, version)
		VALUES ($1, $2, $3, $4, $5, 'draft', $6, $7, '', '', 0, '', 0, '', $8, $9, 1)`
	writeSQL   = `UPDATE lesson SET state = 'draft', source = $3, writers = $4, checked_by = '', note = '', version = version + 1 WHERE id = $1 AND version = $2`
	standSQL   = `UPDATE lesson SET state = $3, checked_by = $4, note = $5, version = version + 1 WHERE id = $1 AND version = $2`
	publishSQL = `UPDATE lesson SET state = 'published', number = $3, source = $4, note = '', published_at = $5, published_by = $6, version = version + 1 WHERE id = $1 AND version = $2`
	// formerSQL and endSQL end a published version: a later one takes its place, or it is taken back.
	formerSQL = `UPDATE lesson SET state = 'former', ended_at = $4, ended_by = $5, version = version + 1 WHERE language = $1 AND audience = $2 AND topic = $3 AND state = 'published'`
	endSQL    = `UPDATE lesson SET state = 'withdrawn', ended_at = $2, ended_by = $3, version = version + 1 WHERE id = $1`
	dropSQL   = `DELETE FROM lesson WHERE id = $1 AND version = $2`

	loadSQL   = `SELECT ` + columns + ` FROM lesson WHERE id = $1`
	sourceSQL = `SELECT source FROM lesson WHERE id = $1`
	// listSQL has what waits first, then what is published, so that it can be taken back, then drafts, each the latest first.
	listSQL = `SELECT ` + columns + ` FROM lesson WHERE state NOT IN ('former', 'withdrawn')
		ORDER BY CASE state WHEN 'language' THEN 0 WHEN 'safeguarding' THEN 0 WHEN 'published' THEN 1 ELSE 2 END, made_at DESC, id LIMIT $1`
	// historySQL has the versions of one text; what is open comes first, whatever else there is.
	historySQL = `SELECT ` + columns + ` FROM lesson WHERE language = $1 AND audience = $2 AND topic = $3 ORDER BY number DESC LIMIT $4`
	highestSQL = `SELECT coalesce(max(number), 0) FROM lesson WHERE language = $1 AND audience = $2 AND topic = $3`
	openSQL    = `SELECT count(*) FROM lesson WHERE language = $1 AND audience = $2 AND topic = $3 AND state IN ('draft', 'language', 'safeguarding')`
	begunSQL   = `SELECT count(*) FROM lesson WHERE made_by = $1 AND state IN ('draft', 'language', 'safeguarding')`
)

func query(ctx context.Context, tx store.Tx, statement string, args ...any) (list []Lesson, err error) {
	err = tx.Each(ctx, statement, args, func(scan func(...any) error) error {
		var l Lesson
		var writers string
		var published, ended, made int64
		err := scan(&l.ID, &l.Language, &l.Audience, &l.Topic, &l.Number, &l.State, &writers, &l.CheckedBy, &l.Note, &published, &l.PublishedBy, &ended, &l.EndedBy, &made, &l.MadeBy, &l.Version)
		l.Writers, l.Made = strings.Fields(writers), clock.FromMicro(made)
		if published != 0 {
			l.Published = clock.FromMicro(published)
		}
		if ended != 0 {
			l.Ended = clock.FromMicro(ended)
		}
		list = append(list, l)
		return err
	})
	return list, err
}

// load gives one version; one that is not there is fault.Withheld.
func load(ctx context.Context, tx store.Tx, id ID) (Lesson, error) {
	list, err := query(ctx, tx, loadSQL, string(id))
	switch {
	case err != nil:
		return Lesson{}, err
	case len(list) == 0:
		return Lesson{}, fault.New(fault.Withheld, fault.CodeWithheld)
	}
	return list[0], nil
}

// words gives the words of a version.
func words(ctx context.Context, tx store.Tx, l Lesson) (*education.Module, error) {
	var source string
	if err := tx.One(ctx, sourceSQL, []any{string(l.ID)}, &source); errors.Is(err, store.ErrNoRow) {
		return nil, fault.New(fault.Withheld, fault.CodeWithheld)
	} else if err != nil {
		return nil, err
	}
	return education.ReadFile(l.Language, l.Key, []byte(source))
}

func history(ctx context.Context, tx store.Tx, t Text) ([]Lesson, error) {
	return query(ctx, tx, historySQL, t.Language, string(t.Audience), string(t.Topic), MostBefore)
}

// count gives a number about a text.
func count(ctx context.Context, tx store.Tx, statement string, t Text) (n int, err error) {
	err = tx.One(ctx, statement, []any{t.Language, string(t.Audience), string(t.Topic)}, &n)
	return n, err
}

func insert(ctx context.Context, tx store.Tx, by access.Proof, l Lesson, source []byte) error {
	_, err := tx.Exec(ctx, insertSQL, string(l.ID), l.Language, string(l.Audience), string(l.Topic), l.Number, string(source), by.Actor().ID, clock.Micro(tx.Now), by.Actor().ID)
	return err
}

// stand writes where a version stands now, with what was noted beside it.
func stand(ctx context.Context, tx store.Tx, _ access.Proof, l Lesson) error {
	return changed(tx.Exec(ctx, standSQL, string(l.ID), l.Version, string(l.State), l.CheckedBy, l.Note))
}

// changed tells whether a statement has met the version that was read.
func changed(rows int64, err error) error {
	if err == nil && rows == 0 {
		return stale()
	}
	return err
}

func stale() error { return fault.New(fault.Conflict, fault.CodeStale) }
