package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/store"
)

// A SessionID names one session. It is no secret: only the token opens the session.
type SessionID string

// SessionInfo is what a page may know of a session.
type SessionInfo struct {
	ID          SessionID
	User        UserID
	Name        string // the sign-in name
	DisplayName string
	Agency      AgencyID
	Languages   []string  // the user's, the preferred first
	SignedInAt  time.Time // UTC
	SeenAt      time.Time // the last use that was noted
	ExpiresAt   time.Time // when it ends at the latest
}

// seenEvery is how often the use of a session is noted.
const seenEvery = time.Minute

const tokenBytes = 32

// newToken draws 256 bits and gives the token (43 characters, safe in a cookie) and what is stored of it.
func newToken() (token string, hash []byte) {
	raw := make([]byte, tokenBytes)
	rand.Read(raw)
	sum := sha256.Sum256(raw)
	return base64.RawURLEncoding.EncodeToString(raw), sum[:]
}

// tokenHash gives what is stored of a token, and whether it has the shape of one.
func tokenHash(token string) ([]byte, bool) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	sum := sha256.Sum256(raw)
	return sum[:], err == nil && len(raw) == tokenBytes && base64.RawURLEncoding.EncodeToString(raw) == token
}

// Authenticate tells whose session the token opens, and keeps the session from idling out. It gives an Unauthenticated
// fault, "fault.session_ended", for everything else: an unknown, idle, expired or ended session, a deactivated user, a
// sign-in that is not completed.
func (r *Room) Authenticate(ctx context.Context, token string) (access.Actor, SessionInfo, error) {
	actor, info, now, err := r.authenticate(ctx, token)
	if err == nil && now.Sub(info.SeenAt) >= seenEvery {
		err = r.seen(ctx, info.ID)
	}
	if err != nil {
		return access.Actor{}, SessionInfo{}, err
	}
	return actor, info, nil
}

// Glance is Authenticate for what a page does by itself, without a person: the session idles on.
func (r *Room) Glance(ctx context.Context, token string) (access.Actor, SessionInfo, error) {
	actor, info, _, err := r.authenticate(ctx, token)
	return actor, info, err
}

func (r *Room) authenticate(ctx context.Context, token string) (access.Actor, SessionInfo, time.Time, error) {
	hash, ok := tokenHash(token)
	if !ok {
		return access.Actor{}, SessionInfo{}, time.Time{}, errEnded()
	}
	var info SessionInfo
	var held []access.Role
	var now time.Time
	err := r.c.Store.Read(ctx, func(tx store.Tx) error {
		info, held, now = SessionInfo{}, nil, tx.Now
		return tx.Each(ctx, authenticateSQL, []any{hash, clock.Micro(now), r.idleSince(now)}, func(scan func(dest ...any) error) error {
			role, err := info.scan(scan)
			held = append(held, role)
			return err
		})
	})
	if err == nil && info.ID == "" {
		err = errEnded()
	}
	if err != nil {
		return access.Actor{}, SessionInfo{}, now, err
	}
	held, _ = validRoles(held)
	return access.Actor{Kind: access.Staff, ID: string(info.User), Agency: string(info.Agency), Roles: held}, info, now, nil
}

// idleSince is the stored form of the last use before which a session has idled out.
func (r *Room) idleSince(now time.Time) int64 { return clock.Micro(now.Add(-r.c.IdleLife)) }

func (r *Room) seen(ctx context.Context, id SessionID) error {
	return r.c.Store.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, seenSQL, string(id), clock.Micro(tx.Now))
		return err
	})
}

// scan reads a row of authenticateSQL or sessionsSQL and gives its role.
func (s *SessionInfo) scan(scan func(dest ...any) error) (role access.Role, err error) {
	var created, seen, expires int64
	var languages string
	err = scan(&s.ID, &s.User, &created, &seen, &expires, &s.Name, &s.DisplayName, &s.Agency, &languages, &role)
	s.SignedInAt, s.SeenAt, s.ExpiresAt = clock.FromMicro(created), clock.FromMicro(seen), clock.FromMicro(expires)
	s.Languages = strings.Fields(languages)
	return role, err
}

// own is the action of doing something to a user's sessions: one's own account, or other people's.
func own(actor access.Actor, id UserID) access.Action {
	if actor.Kind == access.Staff && actor.ID == string(id) {
		return access.OwnAccount
	}
	return access.UserWrite
}

// Sessions lists a user's open sessions, the oldest first. It needs access.OwnAccount for oneself, access.UserWrite for
// others.
func (r *Room) Sessions(ctx context.Context, actor access.Actor, id UserID) ([]SessionInfo, error) {
	d := deed{actor: actor, action: own(actor, id), what: "list_sessions", subjects: on(id)}
	if err := r.may(ctx, d); err != nil {
		return nil, err
	}
	var list []SessionInfo
	err := r.c.Store.Read(ctx, func(tx store.Tx) error {
		list = nil
		return tx.Each(ctx, sessionsSQL, []any{string(id), clock.Micro(tx.Now), r.idleSince(tx.Now)}, func(scan func(dest ...any) error) error {
			var s SessionInfo
			_, err := s.scan(scan)
			list = append(list, s)
			return err
		})
	})
	return list, err
}

// SignOut ends the session, or the sign-in under way, that the token opens. A token that opens nothing is no error.
func (r *Room) SignOut(ctx context.Context, token string) error {
	hash, ok := tokenHash(token)
	if !ok {
		return nil
	}
	var id SessionID
	var user UserID
	err := r.c.Store.Read(ctx, func(tx store.Tx) error { return tx.One(ctx, sessionByTokenSQL, []any{hash}, &id, &user) })
	if errors.Is(err, store.ErrNoRow) {
		return nil
	}
	if err != nil {
		return err
	}
	actor := access.Actor{Kind: access.Staff, ID: string(user)}
	d := deed{actor: actor, action: access.OwnAccount, what: "sign_out", subjects: on(string(user), string(id))}
	return r.write(ctx, d, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, endSessionSQL, string(id))
		return err
	})
}

// EndSession ends one session at once. It needs access.OwnAccount for one's own, access.UserWrite for others'. One that
// is not there is Withheld.
func (r *Room) EndSession(ctx context.Context, actor access.Actor, id SessionID) error {
	var owner UserID
	err := r.c.Store.Read(ctx, func(tx store.Tx) error { return tx.One(ctx, sessionOwnerSQL, []any{string(id)}, &owner) })
	if err != nil && !errors.Is(err, store.ErrNoRow) {
		return err
	}
	d := deed{actor: actor, action: own(actor, owner), what: "end_session", subjects: on(string(owner), string(id))}
	if err := r.may(ctx, d); err != nil {
		return err
	}
	return r.write(ctx, d, func(tx store.Tx) error {
		n, err := tx.Exec(ctx, endSessionSQL, string(id))
		if err == nil && n == 0 {
			err = fault.New(fault.Withheld, fault.CodeWithheld)
		}
		return err
	})
}

// EndAll ends all sessions and sign-ins under way of a user. It needs access.OwnAccount for oneself, access.UserWrite for
// others.
func (r *Room) EndAll(ctx context.Context, actor access.Actor, id UserID) error {
	d := deed{actor: actor, action: own(actor, id), what: "end_all_sessions", subjects: on(id)}
	if err := r.may(ctx, d); err != nil {
		return err
	}
	return r.write(ctx, d, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, endSessionsSQL, string(id), "")
		return err
	})
}

// Sweep deletes sessions that have ended by themselves and throttles that are forgotten, and tells how many rows that
// were. It is for a job, every few minutes; nothing depends on when.
func (r *Room) Sweep(ctx context.Context, actor access.Actor) (int64, error) {
	if _, err := access.Own(actor, access.OwnAccount); err != nil {
		return 0, r.refuse(ctx, deed{actor: actor, action: access.OwnAccount, what: "sweep"}, err)
	}
	var swept int64
	err := r.c.Store.Write(ctx, func(tx store.Tx) error {
		sessions, err := tx.Exec(ctx, sweepSessionsSQL, clock.Micro(tx.Now), r.idleSince(tx.Now))
		if err != nil {
			return err
		}
		throttles, err := tx.Exec(ctx, sweepThrottleSQL, clock.Micro(tx.Now.Add(-forgetAfter)))
		swept = sessions + throttles
		return err
	})
	return swept, err
}
