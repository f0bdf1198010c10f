package identity

import (
	"context"
	"errors"
	"time"

	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/store"
)

const (
	accountColumns = `SELECT id, name, display_name, known_names, active, password, password_once, password_expires_at, totp, totp_step
		FROM user_account`
	accountByNameSQL = accountColumns + ` WHERE name = $1`
	accountByIDSQL   = accountColumns + ` WHERE id = $1`

	insertSessionSQL = `INSERT INTO session (id, user_id, token_hash, pending, factor, totp, created_at, seen_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, NULL, $6, $6, $7)`
	passageSQL = `SELECT id, user_id, factor, totp, expires_at FROM session WHERE token_hash = $1 AND pending AND expires_at > $2`
	factorSQL  = `UPDATE session SET factor = true, totp = NULL WHERE id = $1`
	offerSQL   = `UPDATE session SET totp = $2 WHERE id = $1 AND totp IS NULL`

	authenticateSQL = `SELECT s.id, s.user_id, s.created_at, s.seen_at, s.expires_at, u.name, u.display_name, u.agency, u.languages,
			coalesce(r.role, '')
		FROM session s JOIN user_account u ON u.id = s.user_id LEFT JOIN user_role r ON r.user_id = u.id
		WHERE s.token_hash = $1 AND NOT s.pending AND s.expires_at > $2 AND s.seen_at > $3 AND u.active`
	seenSQL     = `UPDATE session SET seen_at = $2 WHERE id = $1 AND seen_at < $2`
	sessionsSQL = `SELECT s.id, s.user_id, s.created_at, s.seen_at, s.expires_at, u.name, u.display_name, u.agency, u.languages, ''
		FROM session s JOIN user_account u ON u.id = s.user_id
		WHERE s.user_id = $1 AND NOT s.pending AND s.expires_at > $2 AND s.seen_at > $3 ORDER BY s.created_at, s.id`
	sessionOwnerSQL   = `SELECT user_id FROM session WHERE id = $1`
	sessionByTokenSQL = `SELECT id, user_id FROM session WHERE token_hash = $1`
	endSessionSQL     = `DELETE FROM session WHERE id = $1`
	endSessionsSQL    = `DELETE FROM session WHERE user_id = $1 AND id <> $2`
	sweepSessionsSQL  = `DELETE FROM session WHERE expires_at <= $1 OR (NOT pending AND seen_at <= $2)`

	throttleSQL       = `SELECT tries, slow_until, told, last_at FROM sign_in_throttle WHERE key = $1`
	upsertThrottleSQL = `INSERT INTO sign_in_throttle (key, tries, slow_until, told, last_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (key) DO UPDATE SET tries = excluded.tries, slow_until = excluded.slow_until, told = excluded.told,
			last_at = excluded.last_at`
	forgetThrottleSQL = `DELETE FROM sign_in_throttle WHERE key = $1`
	sweepThrottleSQL  = `DELETE FROM sign_in_throttle WHERE last_at <= $1`
)

// An account is what signing in needs to know of a user. The zero account is nobody.
type account struct {
	id           UserID
	name         string
	display      string
	known        string // JSON
	active       bool
	password     string
	once         bool
	passwordEnds time.Time
	totp         []byte // sealed; nil when no second factor is enrolled
	totpStep     int64  // the last period whose code was used
}

// usable tells whether the password may be used at all.
func (a account) usable(now time.Time) bool {
	return a.active && (a.passwordEnds.IsZero() || now.Before(a.passwordEnds))
}

// readAccount reads by one of the two statements; the zero account when there is none.
func readAccount(ctx context.Context, tx store.Tx, statement, key string) (account, error) {
	var a account
	var ends int64
	err := tx.One(ctx, statement, []any{key}, &a.id, &a.name, &a.display, &a.known, &a.active, &a.password, &a.once, &ends, &a.totp, &a.totpStep)
	if errors.Is(err, store.ErrNoRow) {
		return account{}, nil
	}
	a.passwordEnds = clock.FromMicro(ends)
	return a, err
}

// A passage is a pending session with the account it is for.
type passage struct {
	account
	session SessionID
	token   string
	factor  bool   // the second factor was shown in this passage
	offered []byte // sealed secret of an enrolment under way
	expires time.Time
}

// readPassage reads the passage of a token. One that ended, or whose user was deactivated, is Unauthenticated.
func readPassage(ctx context.Context, tx store.Tx, token string) (passage, error) {
	p := passage{token: token}
	hash, ok := tokenHash(token)
	if !ok {
		return p, errEnded()
	}
	var user string
	var expires int64
	err := tx.One(ctx, passageSQL, []any{hash, clock.Micro(tx.Now)}, &p.session, &user, &p.factor, &p.offered, &expires)
	if errors.Is(err, store.ErrNoRow) {
		return p, errEnded()
	}
	if err != nil {
		return p, err
	}
	p.expires = clock.FromMicro(expires)
	if p.account, err = readAccount(ctx, tx, accountByIDSQL, user); err == nil && !p.usable(tx.Now) {
		err = errEnded()
	}
	return p, err
}

func errEnded() error { return fault.New(fault.Unauthenticated, "fault.session_ended") }
