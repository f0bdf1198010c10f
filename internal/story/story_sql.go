package story

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/reveal"
	"amparo/internal/store"
)

const columns = `s.id, s.code, s.kind, s.audience, s.state, s.until_at, s.writers, s.checked_by, s.published_at, s.published_by, s.ended_at, s.ended_by, s.ended_why, s.made_at, s.version`

const (
	insertSQL = `INSERT INTO story (id, code, kind, audience, state, until_at, texts, note, writers, checked_by, published_at, published_by, ended_at, ended_by, ended_why, destroyed_at, made_at, version)
		VALUES ($1, $2, $3, $4, 'draft', $5, $6, $7, $8, '', 0, '', 0, '', '', 0, $9, 1)`
	consentSQL = `INSERT INTO story_consent (story, case_id, body, until_at, made_at, made_by, weighed_at) VALUES ($1, $2, $3, $4, $5, $6, 0)`
	textsSQL   = `UPDATE story SET state = 'draft', audience = $3, until_at = $4, texts = $5, note = $6, writers = $7, checked_by = '', published_at = 0, published_by = '', version = version + 1
		WHERE id = $1 AND version = $2`
	standSQL = `UPDATE story SET state = $3, checked_by = $4, note = $5, published_at = $6, published_by = $7, version = version + 1 WHERE id = $1 AND version = $2`
	endSQL   = `UPDATE story SET state = $2, ended_at = $3, ended_by = $4, ended_why = $5, version = version + 1 WHERE id = $1`
	// clearSQL takes away what was written.
	clearSQL     = `UPDATE story SET texts = $2, note = $2 WHERE id = $1`
	forgetSQL    = `DELETE FROM story_consent WHERE story = $1`
	destroyedSQL = `UPDATE story SET destroyed_at = $2 WHERE id = $1`

	loadSQL   = `SELECT ` + columns + ` FROM story s WHERE s.id = $1`
	sealedSQL = `SELECT texts, note FROM story WHERE id = $1`
	agreedSQL = `SELECT case_id, body FROM story_consent WHERE story = $1`
	// listSQL leaves out what is written from cases that the reader must not know of. That something is published everybody may know, and take back.
	listSQL = `SELECT ` + columns + ` FROM story s LEFT JOIN story_consent c ON c.story = s.id
		WHERE (s.kind = 'composite' OR s.state = 'published' OR c.case_id ` + grant.VisibleSQL + `) `
	openSQL = listSQL + `AND s.state NOT IN ('withdrawn', 'expired')
		ORDER BY CASE s.state WHEN 'published' THEN 0 WHEN 'draft' THEN 2 ELSE 1 END, s.made_at DESC, s.id`
	endedSQL   = listSQL + `AND s.state IN ('withdrawn', 'expired') ORDER BY s.made_at DESC, s.id LIMIT $7`
	begunSQL   = `SELECT count(*) FROM story WHERE state IN ('draft', 'language', 'safeguarding') AND (writers = $1 OR writers LIKE $2)`
	weighedSQL = `SELECT weighed_at FROM story_consent WHERE story = $1`
	weighSQL   = `UPDATE story_consent SET weighed_at = $2 WHERE story = $1`
	// overSQL and tiedSQL read what a job has to look at.
	overSQL      = `SELECT s.id FROM story s WHERE s.state = 'published' AND s.until_at <= $1 ORDER BY s.id`
	tieSQL       = `SELECT case_id, until_at FROM story_consent WHERE story = $1`
	tiedSQL      = `SELECT c.story FROM story_consent c JOIN story s ON s.id = c.story WHERE s.state NOT IN ('withdrawn', 'expired') ORDER BY c.story`
	publishedSQL = `SELECT s.id FROM story s WHERE s.state = 'published' ORDER BY s.id`
	asideSQL     = `UPDATE story SET state = 'draft', checked_by = '', published_at = 0, published_by = '', version = version + 1 WHERE id = $1`
	ofCaseSQL    = `SELECT story FROM story_consent WHERE case_id = $1 ORDER BY story`
	keylessSQL   = `SELECT s.id FROM story s WHERE s.kind = 'real' AND s.state IN ('withdrawn', 'expired') AND s.destroyed_at = 0
		AND NOT EXISTS (SELECT 1 FROM story_consent c WHERE c.story = s.id) ORDER BY s.id`
)

func scan(row func(...any) error) (s Story, err error) {
	var until, published, ended, made int64
	var writers string
	err = row(&s.ID, &s.Code, &s.Kind, &s.Audience, &s.State, &until, &writers, &s.CheckedBy, &published, &s.PublishedBy, &ended, &s.EndedBy, &s.Why, &made, &s.Version)
	s.Until, s.Published, s.Ended, s.Made = clock.FromMicro(until), clock.FromMicro(published), clock.FromMicro(ended), clock.FromMicro(made)
	s.Writers = strings.Fields(writers)
	return s, err
}

func query(ctx context.Context, tx store.Tx, statement string, args ...any) (list []Story, err error) {
	err = tx.Each(ctx, statement, args, func(row func(...any) error) error {
		s, err := scan(row)
		list = append(list, s)
		return err
	})
	return list, err
}

// load gives a story; fault.Withheld when there is none.
func load(ctx context.Context, tx store.Tx, id ID) (Story, error) {
	list, err := query(ctx, tx, loadSQL, string(id))
	if err == nil && len(list) == 0 {
		err = fault.New(fault.Withheld, fault.CodeWithheld)
	}
	if err != nil {
		return Story{}, err
	}
	return list[0], nil
}

func ids(ctx context.Context, tx store.Tx, statement string, args ...any) (list []ID, err error) {
	err = tx.Each(ctx, statement, args, func(row func(...any) error) error {
		var id ID
		err := row(&id)
		list = append(list, id)
		return err
	})
	return list, err
}

// agreed gives the case of a real story and its consent, sealed; fault.Withheld when it has none.
func agreed(ctx context.Context, tx store.Tx, id ID) (file casework.ID, sealed []byte, err error) {
	err = tx.One(ctx, agreedSQL, []any{string(id)}, &file, &sealed)
	if errors.Is(err, store.ErrNoRow) {
		err = fault.New(fault.Withheld, fault.CodeWithheld)
	}
	return file, sealed, err
}

// weighed gives when a colleague said that they had weighed what is best for the child; zero while none has.
func weighed(ctx context.Context, tx store.Tx, id ID) (time.Time, error) {
	var micro int64
	err := tx.One(ctx, weighedSQL, []any{string(id)}, &micro)
	return clock.FromMicro(micro), err
}

// begun counts what somebody began and what is neither published nor ended: who began a story stands first among its writers.
func begun(ctx context.Context, tx store.Tx, user string) (n int, err error) {
	err = tx.One(ctx, begunSQL, []any{user, user + " %"}, &n)
	return n, err
}

// changed tells whether a statement has met the version that was read.
func changed(rows int64, err error) error {
	if err == nil && rows == 0 {
		return fault.New(fault.Conflict, fault.CodeStale)
	}
	return err
}

func insert(ctx context.Context, tx store.Tx, by access.Proof, s Story, texts []byte) error {
	_, err := tx.Exec(ctx, insertSQL, string(s.ID), s.Code, string(s.Kind), string(s.Audience), clock.Micro(s.Until), texts, []byte{}, by.Actor().ID, clock.Micro(tx.Now))
	return err
}

// stand writes where a story stands now, with what was noted beside it.
func stand(ctx context.Context, tx store.Tx, _ access.Proof, s Story, note []byte) error {
	return changed(tx.Exec(ctx, standSQL, string(s.ID), s.Version, string(s.State), s.CheckedBy, note, clock.Micro(s.Published), s.PublishedBy))
}

func cell(table, column string, id ID) reveal.Cell {
	return reveal.Cell{Table: table, Column: column, Row: string(id)}
}

// seal seals a value as JSON under the story's key.
func (r *Room) seal(ctx context.Context, id ID, p reveal.Purpose, c reveal.Cell, value any) ([]byte, error) {
	raw, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	return r.Reveal.Seal(ctx, string(id), p, c, raw)
}

// unseal opens what seal has sealed into a value; what is empty leaves it as it is.
func unseal(ctx context.Context, v *reveal.View, id ID, p reveal.Purpose, c reveal.Cell, sealed []byte, into any) error {
	if len(sealed) == 0 {
		return nil
	}
	raw, err := v.Open(ctx, string(id), p, c, sealed)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, into)
}
