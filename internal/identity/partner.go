package identity

import (
	"cmp"
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"amparo/internal/access"
	"amparo/internal/audit"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/store"
)

// A PartnerID is the code by which an organization outside is known, as in "harbour-hotline".
type PartnerID string

// A PartnerKeyID names one key. It is no secret: only the key itself opens anything.
type PartnerKeyID string

var partnerShape = regexp.MustCompile(`^[a-z][a-z0-9-]{1,39}$`)

// PartnerKeyLife is how long a key lives that was given no end.
const PartnerKeyLife = 365 * 24 * time.Hour

// keyMark is what every key begins with, so that people and programs that look for lost secrets know it when they see it.
const keyMark = "amparo-partner-"

// A Partner is an organization outside whose program hands in reports.
type Partner struct {
	ID   PartnerID
	Name string
	Keys []PartnerKey // the newest first
}

// A PartnerKey is what may be known of a key: all but the key itself.
type PartnerKey struct {
	ID        PartnerKeyID
	CreatedAt time.Time
	ExpiresAt time.Time
	RevokedAt time.Time // zero while it was not
	UsedOn    string    // the last day on which it was used, UTC, as yyyy-mm-dd; empty when it never was
}

// A PartnerKeyState says whether a key opens anything.
type PartnerKeyState string

// The states of a key.
const (
	KeyInForce PartnerKeyState = "in_force"
	KeyEnded   PartnerKeyState = "ended"
	KeyRevoked PartnerKeyState = "revoked"
)

// State tells whether the key opens anything at the time given; why not, otherwise.
func (k PartnerKey) State(at time.Time) PartnerKeyState {
	switch {
	case !k.RevokedAt.IsZero():
		return KeyRevoked
	case !at.Before(k.ExpiresAt):
		return KeyEnded
	}
	return KeyInForce
}

// InForce tells whether the key opens anything at the time given.
func (k PartnerKey) InForce(at time.Time) bool { return k.State(at) == KeyInForce }

// AddPartnerKeyInput asks for a key. A partner that has none yet is made known by it. Name is what staff call the partner; a partner that
// has one needs none, and gets no other.
type AddPartnerKeyInput struct {
	Partner PartnerID
	Name    string
	Expires time.Time // zero: PartnerKeyLife from now
}

// An AddedPartnerKey is a new key. It is shown here and never again.
type AddedPartnerKey struct {
	ID        PartnerKeyID
	Key       string
	ExpiresAt time.Time
}

// AddPartnerKey makes a key for a partner, beside those that it has: one takes the place of another without a gap. It needs
// access.PartnerKeys. It gives an Invalid fault, "fault.partner", with the fields partner, name and expires.
func (r *Room) AddPartnerKey(ctx context.Context, actor access.Actor, in AddPartnerKeyInput) (AddedPartnerKey, error) {
	now := r.c.Clock.Now()
	token, hash := newToken()
	added := AddedPartnerKey{ID: ident.New[PartnerKeyID](now), Key: keyMark + token, ExpiresAt: in.Expires}
	if added.ExpiresAt.IsZero() {
		added.ExpiresAt = now.Add(PartnerKeyLife)
	}
	d := deed{actor: actor, action: access.PartnerKeys, what: "add_key", subjects: on(added.ID)}
	if err := r.may(ctx, d); err != nil {
		return AddedPartnerKey{}, err
	}
	if err := in.check(added.ExpiresAt, now); err != nil {
		return AddedPartnerKey{}, r.refuse(ctx, d, err)
	}
	d.subjects = append([]string{string(in.Partner)}, d.subjects...)
	err := r.write(ctx, d, func(tx store.Tx) error {
		if err := keepPartner(ctx, tx, in); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, insertPartnerKeySQL, string(added.ID), string(in.Partner), hash, clock.Micro(tx.Now), clock.Micro(added.ExpiresAt))
		return err
	})
	if err != nil {
		return AddedPartnerKey{}, err
	}
	return added, nil
}

func (in AddPartnerKeyInput) check(expires, now time.Time) error {
	wrong := fault.New(fault.Invalid, "fault.partner")
	if !partnerShape.MatchString(string(in.Partner)) {
		wrong.With("partner", "fault.partner_code")
	}
	if _, ok := personName(in.Name); !ok && in.Name != "" {
		wrong.With("name", "fault.name")
	}
	if !expires.After(now) {
		wrong.With("expires", "fault.partner_expires")
	}
	if wrong.Wrong() {
		return wrong
	}
	return nil
}

// keepPartner makes the partner known, by the name given. A partner that is not known needs one; one that is known keeps its own, and another is refused:
// whoever chose a code by chance would hand out a key to somebody else's reports.
func keepPartner(ctx context.Context, tx store.Tx, in AddPartnerKeyInput) error {
	name, _ := personName(in.Name)
	if name != "" {
		if _, err := tx.Exec(ctx, insertPartnerSQL, string(in.Partner), name, clock.Micro(tx.Now)); err != nil {
			return err
		}
	}
	var known string
	err := tx.One(ctx, partnerNameSQL, []any{string(in.Partner)}, &known)
	switch {
	case errors.Is(err, store.ErrNoRow):
		return fault.New(fault.Invalid, "fault.partner").With("name", "fault.partner_name")
	case err == nil && name != "" && name != known:
		return fault.New(fault.Invalid, "fault.partner").With("name", "fault.partner_renamed")
	}
	return err
}

// RevokePartnerKey ends a key at once. It needs access.PartnerKeys. A key that is not there is Withheld; ending one again changes nothing.
func (r *Room) RevokePartnerKey(ctx context.Context, actor access.Actor, id PartnerKeyID) error {
	d := deed{actor: actor, action: access.PartnerKeys, what: "revoke_key", subjects: on(id)}
	if err := r.may(ctx, d); err != nil {
		return err
	}
	return r.write(ctx, d, func(tx store.Tx) error {
		n, err := tx.Exec(ctx, revokePartnerKeySQL, string(id), clock.Micro(tx.Now))
		if err == nil && n == 0 {
			err = fault.New(fault.Withheld, fault.CodeWithheld)
		}
		return err
	})
}

// Partners lists all partners by name, each with all its keys. It needs access.PartnerKeys.
func (r *Room) Partners(ctx context.Context, actor access.Actor) (list []Partner, err error) {
	if err := r.may(ctx, deed{actor: actor, action: access.PartnerKeys, what: "list_keys"}); err != nil {
		return nil, err
	}
	err = r.c.Store.Read(ctx, func(tx store.Tx) error {
		list = nil
		return tx.Each(ctx, partnersSQL, nil, func(scan func(...any) error) error {
			var p Partner
			k, err := scanPartnerKey(scan, &p.ID, &p.Name)
			if last := len(list) - 1; last < 0 || list[last].ID != p.ID {
				list = append(list, p)
			}
			last := &list[len(list)-1]
			last.Keys = append(last.Keys, k)
			return err
		})
	})
	return list, err
}

// scanPartnerKey reads a row that ends with the columns of a key.
func scanPartnerKey(scan func(...any) error, before ...any) (k PartnerKey, err error) {
	var created, expires, revoked int64
	err = scan(slices.Concat(before, []any{&k.ID, &created, &expires, &revoked, &k.UsedOn})...)
	k.CreatedAt, k.ExpiresAt, k.RevokedAt = clock.FromMicro(created), clock.FromMicro(expires), clock.FromMicro(revoked)
	return k, err
}

// PartnerName is what staff call a partner; empty when there is none of that code. It decides nothing: who works here may know it.
func (r *Room) PartnerName(ctx context.Context, id PartnerID) (name string, err error) {
	err = r.c.Store.Read(ctx, func(tx store.Tx) error { return tx.One(ctx, partnerNameSQL, []any{string(id)}, &name) })
	if errors.Is(err, store.ErrNoRow) {
		return "", nil
	}
	return name, err
}

// partnerTries is the throttle of keys that open nothing. A key cannot be guessed; the throttle keeps the log small.
const partnerTries = "partner key"

// PartnerOf tells whose key it is. It gives an Unauthenticated fault, "fault.partner_key", for a key that is unknown, has ended or was revoked,
// always the same; and a TooMany fault, "fault.sign_in_slow", when there were too many of those within a minute. A key in force is never slowed.
// unnoted is for the log: why the day could not be noted on which the key was used. The key opens all the same.
func (r *Room) PartnerOf(ctx context.Context, key string) (actor access.Actor, unnoted, err error) {
	partner, k, now, err := r.findKey(ctx, key)
	if err != nil {
		return access.Actor{}, nil, err
	}
	if partner == "" || !k.InForce(now) {
		return access.Actor{}, nil, r.refuseKey(ctx, k.ID)
	}
	return access.Actor{Kind: access.Partner, ID: string(partner)}, r.used(ctx, k, now), nil
}

// findKey finds a key by its digest; the partner is empty when there is none.
func (r *Room) findKey(ctx context.Context, key string) (partner PartnerID, k PartnerKey, now time.Time, err error) {
	token, marked := strings.CutPrefix(key, keyMark)
	hash, shaped := tokenHash(token)
	if !marked || !shaped {
		return "", k, now, nil
	}
	err = r.c.Store.Read(ctx, func(tx store.Tx) error {
		now = tx.Now
		return tx.Each(ctx, partnerKeySQL, []any{hash}, func(scan func(...any) error) (err error) {
			k, err = scanPartnerKey(scan, &partner)
			return err
		})
	})
	return partner, k, now, err
}

// used notes the day on which a key was used, once. A clock that is behind another's notes nothing.
func (r *Room) used(ctx context.Context, k PartnerKey, now time.Time) error {
	day := clock.Day(now, time.UTC)
	if k.UsedOn >= day {
		return nil
	}
	return r.c.Store.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, usedPartnerKeySQL, string(k.ID), day)
		return err
	})
}

// refuseKey counts a key that opens nothing, and records it, until there are too many: then it records that once and counts no more.
func (r *Room) refuseKey(ctx context.Context, id PartnerKeyID) error {
	var refusal error
	d := deed{actor: access.Anyone, action: access.PartnerReport, what: "partner_key", subjects: on(id)}
	err := r.c.Store.Write(ctx, func(tx store.Tx) error {
		refusal = fault.New(fault.Unauthenticated, "fault.partner_key")
		t, err := readThrottle(ctx, tx, partnerTries)
		if err != nil {
			return err
		}
		if tx.Now.Before(t.slowUntil) {
			refusal = slow(tx.Now, t.slowUntil)
			return tell(ctx, tx, t, d)
		}
		t.count(tx.Now, r.c.FailuresMinute)
		if err := writeThrottle(ctx, tx, t); err != nil {
			return err
		}
		return audit.Record(ctx, tx, d.entry(audit.Refused, string(fault.CodeOf(refusal))))
	})
	return cmp.Or(err, refusal)
}
