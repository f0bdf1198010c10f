package programme

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/education"
	"amparo/internal/fault"
	"amparo/internal/store"
)

const (
	columns = `id, agency, title, audience, form, topics, languages, aim, qualifications, bands, lead_user, at_once, quiet_place, contacts, no_secrets, state, written_at, writers,
		approved_at, approved_by, ended_at, ended_by, reason, version`

	insertSQL = `INSERT INTO programme (` + columns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)`
	updateSQL = `UPDATE programme SET title = $2, audience = $3, form = $4, topics = $5, languages = $6, aim = $7, qualifications = $8, bands = $9, lead_user = $10, at_once = $11,
			quiet_place = $12, contacts = $13, no_secrets = $14, state = $15, written_at = $16, writers = $17, approved_at = $18, approved_by = $19, ended_at = $20, ended_by = $21,
			reason = $22, version = version + 1
		WHERE id = $1 AND version = $23`
	oneSQL    = `SELECT ` + columns + ` FROM programme WHERE id = $1`
	listSQL   = `SELECT ` + columns + ` FROM programme ORDER BY CASE state WHEN 'ended' THEN 1 ELSE 0 END, id DESC LIMIT $1`
	draftsSQL = `SELECT count(*) FROM programme WHERE state = 'draft' AND (writers = $1 OR writers LIKE $2)`

	sessionColumns = `id, programme, begins_at, minutes, place_kind, place, area, platform, moderated, language, facilitators, second_adult, state, reason, attended, answers, debriefed,
		written_up_at, written_up_by, made_at, made_by, version`
	beginSessionSQL = `INSERT INTO programme_session (` + sessionColumns + `)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, 1)`
	turnSessionSQL = `UPDATE programme_session SET begins_at = $2, minutes = $3, place_kind = $4, place = $5, area = $6, platform = $7, moderated = $8, language = $9, facilitators = $10,
			second_adult = $11, state = $12, reason = $13, attended = $14, answers = $15, debriefed = $16, written_up_at = $17, written_up_by = $18, version = version + 1
		WHERE id = $1 AND version = $19`
	sessionSQL    = `SELECT ` + sessionColumns + ` FROM programme_session WHERE id = $1`
	sessionsSQL   = `SELECT ` + sessionColumns + ` FROM programme_session WHERE programme = $1 ORDER BY begins_at DESC, id DESC LIMIT $2`
	comingSQL     = `SELECT ` + sessionColumns + ` FROM programme_session WHERE state = 'planned' AND begins_at > $1 ORDER BY begins_at, id LIMIT $2`
	unwrittenSQL  = `SELECT ` + sessionColumns + ` FROM programme_session WHERE state = 'planned' AND begins_at <= $1 ORDER BY begins_at, id LIMIT $2`
	heldSQL       = `SELECT ` + sessionColumns + ` FROM programme_session WHERE state = 'held' ORDER BY written_up_at, id`
	sessionsOfSQL = `SELECT count(*) FROM programme_session WHERE programme = $1`
	cancelSQL     = `UPDATE programme_session SET state = 'cancelled', reason = $2, version = version + 1 WHERE programme = $1 AND state = 'planned' AND begins_at > $3`

	insertNameSQL = `INSERT INTO programme_name (id, session, kind, body, until_at, made_at, made_by, gone_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 0)`
	nameSQL       = `SELECT session, kind, gone_at FROM programme_name WHERE id = $1`
	namesSQL      = `SELECT id, kind, body, until_at, made_by FROM programme_name WHERE session = $1 AND gone_at = 0 AND until_at > $2 ORDER BY kind, made_at, id`
	guestSQL      = `SELECT id FROM programme_name WHERE session = $1 AND kind = 'guest' AND gone_at = 0 AND until_at > $2 ORDER BY id`
	countNamesSQL = `SELECT count(*) FROM programme_name WHERE session = $1 AND gone_at = 0`
	awaySQL       = `UPDATE programme_name SET body = $2, gone_at = $3 WHERE id = $1 AND gone_at = 0`
	// overSQL finds names whose day has come, or whose programme had its last session long ago.
	overSQL = `SELECT n.id FROM programme_name n JOIN programme_session s ON s.id = n.session WHERE n.gone_at = 0 AND (n.until_at <= $1
		OR (SELECT max(l.begins_at) FROM programme_session l WHERE l.programme = s.programme AND l.state <> 'cancelled') <= $2
		OR NOT EXISTS (SELECT 1 FROM programme_session l WHERE l.programme = s.programme AND l.state <> 'cancelled')) ORDER BY n.id`
	goneSQL    = `SELECT id FROM programme_name WHERE gone_at > 0 ORDER BY id`
	forgetSQL  = `DELETE FROM programme_name WHERE id = $1 AND gone_at > 0`
	allAwaySQL = `UPDATE programme_name SET body = $1, gone_at = $2 WHERE gone_at = 0`
	lastSQL    = `SELECT COALESCE(max(begins_at), 0) FROM programme_session WHERE programme = $1 AND state <> 'cancelled'`
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

func bit(so bool) int64 {
	if so {
		return 1
	}
	return 0
}

func insert(ctx context.Context, tx store.Tx, c Programme) error {
	_, err := tx.Exec(ctx, insertSQL, string(c.ID), c.Agency, c.Title, string(c.Audience), string(c.Form), joined(c.Topics), joined(c.Languages), c.Aim, joined(c.Qualifications),
		string(c.Bands), c.Lead, c.AtOnce, c.Quiet, joined(c.Contacts), bit(c.NoSecrets), string(c.State), clock.Micro(c.Written), joined(c.Writers), clock.Micro(c.Approved),
		c.ApprovedBy, clock.Micro(c.Ended), c.EndedBy, c.Reason, c.Version)
	return err
}

// update writes a programme over the version that it was read in.
func update(ctx context.Context, tx store.Tx, c Programme) error {
	return changed(tx.Exec(ctx, updateSQL, string(c.ID), c.Title, string(c.Audience), string(c.Form), joined(c.Topics), joined(c.Languages), c.Aim, joined(c.Qualifications),
		string(c.Bands), c.Lead, c.AtOnce, c.Quiet, joined(c.Contacts), bit(c.NoSecrets), string(c.State), clock.Micro(c.Written), joined(c.Writers), clock.Micro(c.Approved),
		c.ApprovedBy, clock.Micro(c.Ended), c.EndedBy, c.Reason, c.Version))
}

// changed tells whether a statement has met the version that was read.
func changed(rows int64, err error) error {
	if err == nil && rows == 0 {
		return fault.New(fault.Conflict, fault.CodeStale)
	}
	return err
}

func withheld(err error) error {
	if errors.Is(err, store.ErrNoRow) {
		return fault.New(fault.Withheld, fault.CodeWithheld)
	}
	return err
}

func one(ctx context.Context, tx store.Tx, id ID) (Programme, error) {
	c, err := scan(func(dest ...any) error { return tx.One(ctx, oneSQL, []any{string(id)}, dest...) })
	return c, withheld(err)
}

func list(ctx context.Context, tx store.Tx, most int) (all []Programme, err error) {
	err = tx.Each(ctx, listSQL, []any{most}, func(row func(...any) error) error {
		c, err := scan(row)
		all = append(all, c)
		return err
	})
	return all, err
}

func scan(row func(dest ...any) error) (c Programme, err error) {
	var topics, languages, qualifications, contacts, writers string
	var secrets, written, approved, ended int64
	err = row(&c.ID, &c.Agency, &c.Title, &c.Audience, &c.Form, &topics, &languages, &c.Aim, &qualifications, &c.Bands, &c.Lead, &c.AtOnce, &c.Quiet, &contacts, &secrets, &c.State,
		&written, &writers, &approved, &c.ApprovedBy, &ended, &c.EndedBy, &c.Reason, &c.Version)
	c.Topics, c.Languages, c.Qualifications, c.Contacts, c.Writers = split[education.Topic](topics), split[string](languages), split[string](qualifications), split[string](contacts), split[string](writers)
	c.NoSecrets, c.Written, c.Approved, c.Ended = secrets > 0, clock.FromMicro(written), clock.FromMicro(approved), clock.FromMicro(ended)
	return c, err
}

// drafts counts those that somebody began.
func drafts(ctx context.Context, tx store.Tx, user string) (n int, err error) {
	err = tx.One(ctx, draftsSQL, []any{user, user + " %"}, &n)
	return n, err
}

func sessionsOf(ctx context.Context, tx store.Tx, id ID) (n int, err error) {
	err = tx.One(ctx, sessionsOfSQL, []any{string(id)}, &n)
	return n, err
}

// put writes a session: a new one when its version is 0, else over the version that it was read in.
func put(ctx context.Context, tx store.Tx, s Session) error {
	p := s.Place
	if s.Version == 0 {
		_, err := tx.Exec(ctx, beginSessionSQL, string(s.ID), string(s.Programme), clock.Micro(s.Begins), s.Minutes, string(p.Kind), p.Name, p.Area, string(p.Platform), bit(p.Moderated),
			s.Language, joined(s.Facilitators), s.Second, string(s.State), s.Reason, marshal(s.Attended), marshal(s.Answers), bit(s.Debriefed), clock.Micro(s.WrittenUp), s.WrittenUpBy,
			clock.Micro(s.Made), s.MadeBy)
		return err
	}
	return changed(tx.Exec(ctx, turnSessionSQL, string(s.ID), clock.Micro(s.Begins), s.Minutes, string(p.Kind), p.Name, p.Area, string(p.Platform), bit(p.Moderated), s.Language,
		joined(s.Facilitators), s.Second, string(s.State), s.Reason, marshal(s.Attended), marshal(s.Answers), bit(s.Debriefed), clock.Micro(s.WrittenUp), s.WrittenUpBy, s.Version))
}

func scanSession(row func(dest ...any) error) (s Session, err error) {
	var begins, moderated, debriefed, written, made int64
	var facilitators, attended, answers string
	err = row(&s.ID, &s.Programme, &begins, &s.Minutes, &s.Place.Kind, &s.Place.Name, &s.Place.Area, &s.Place.Platform, &moderated, &s.Language, &facilitators, &s.Second, &s.State,
		&s.Reason, &attended, &answers, &debriefed, &written, &s.WrittenUpBy, &made, &s.MadeBy, &s.Version)
	if err != nil {
		return s, err
	}
	s.Facilitators, s.Place.Moderated, s.Debriefed = split[string](facilitators), moderated > 0, debriefed > 0
	s.Begins, s.WrittenUp, s.Made = clock.FromMicro(begins), clock.FromMicro(written), clock.FromMicro(made)
	return s, errors.Join(json.Unmarshal([]byte(attended), &s.Attended), json.Unmarshal([]byte(answers), &s.Answers))
}

func session(ctx context.Context, tx store.Tx, id SessionID) (Session, error) {
	s, err := scanSession(func(dest ...any) error { return tx.One(ctx, sessionSQL, []any{string(id)}, dest...) })
	return s, withheld(err)
}

func sessions(ctx context.Context, tx store.Tx, statement string, args ...any) (all []Session, err error) {
	err = tx.Each(ctx, statement, args, func(row func(...any) error) error {
		s, err := scanSession(row)
		all = append(all, s)
		return err
	})
	return all, err
}

func cancelComing(ctx context.Context, tx store.Tx, id ID, reason string) error {
	_, err := tx.Exec(ctx, cancelSQL, string(id), reason, clock.Micro(tx.Now))
	return err
}

func insertName(ctx context.Context, tx store.Tx, by access.Proof, id NameID, s SessionID, kind string, sealed []byte, until time.Time) error {
	_, err := tx.Exec(ctx, insertNameSQL, string(id), string(s), kind, sealed, clock.Micro(until), clock.Micro(tx.Now), by.Actor().ID)
	return err
}

// guestOf gives the adult from outside who helps in a session; empty for none.
func guestOf(ctx context.Context, tx store.Tx, s SessionID) (NameID, error) {
	list, err := names(ctx, tx, guestSQL, string(s), clock.Micro(tx.Now))
	if err != nil || len(list) == 0 {
		return "", err
	}
	return list[0], nil
}

func names(ctx context.Context, tx store.Tx, statement string, args ...any) (list []NameID, err error) {
	err = tx.Each(ctx, statement, args, func(row func(...any) error) error {
		var id NameID
		err := row(&id)
		list = append(list, id)
		return err
	})
	return list, err
}

// away takes a name away; its keys are destroyed by whoever commits this, or by the job.
func away(ctx context.Context, tx store.Tx, id NameID) error {
	_, err := tx.Exec(ctx, awaySQL, string(id), []byte{}, clock.Micro(tx.Now))
	return err
}
