package identity

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"amparo/internal/access"
	"amparo/internal/audit"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/store"
)

// everybody is the throttle of all names together; it counts failures of one minute.
const everybody = "everybody"

// forgetAfter is how long after the last try a throttle is forgotten.
const forgetAfter = time.Hour

// A throttle counts the tries of one name, or the failures of everybody.
type throttle struct {
	key       string
	tries     int
	slowUntil time.Time
	told      bool // that it is slow was audited
	lastAt    time.Time
}

// nameKey is the key of a name's throttle. People type passwords where the name belongs, so it is a digest.
func nameKey(name string) string {
	sum := sha256.Sum256([]byte("sign-in name\x00" + name))
	return hex.EncodeToString(sum[:16])
}

// wait gives how long to wait after so many tries: nothing, then 1, 2, 4, 8 minutes and so on up to the longest.
func wait(tries, free int, longest time.Duration) time.Duration {
	if tries < free {
		return 0
	}
	return min(longest, time.Minute<<min(tries-free, 16))
}

// slow gives the fault of somebody who must wait until then: whole minutes, at least one.
func slow(now, until time.Time) error {
	minutes := int((until.Sub(now) + time.Minute - 1) / time.Minute)
	return fault.New(fault.TooMany, "fault.sign_in_slow", "Minutes", max(1, minutes))
}

// reserve counts a try of the name before it is looked at. It gives a TooMany fault as refusal when it is too soon; that
// one is not an error of the transaction, so that it can be audited once for each wait.
func (r *Room) reserve(ctx context.Context, tx store.Tx, name string) (refusal, err error) {
	for _, key := range []string{everybody, nameKey(name)} {
		t, err := readThrottle(ctx, tx, key)
		if err != nil {
			return nil, err
		}
		if tx.Now.Before(t.slowUntil) {
			return slow(tx.Now, t.slowUntil), tell(ctx, tx, t, signingIn)
		}
		if key == everybody {
			continue
		}
		if tx.Now.Sub(t.lastAt) > forgetAfter {
			t.tries = 0
		}
		t.tries++
		t.told, t.lastAt = false, tx.Now
		t.slowUntil = tx.Now.Add(wait(t.tries, r.c.FreeTries, r.c.LongestWait))
		if err := writeThrottle(ctx, tx, t); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// failed counts a failure for everybody. The try itself was counted by reserve.
func (r *Room) failed(ctx context.Context, tx store.Tx) error {
	t, err := readThrottle(ctx, tx, everybody)
	if err != nil {
		return err
	}
	t.count(tx.Now, r.c.FailuresMinute)
	return writeThrottle(ctx, tx, t)
}

// count counts a failure of this minute; as many as most make everybody wait for a minute.
func (t *throttle) count(now time.Time, most int) {
	if minute := now.Truncate(time.Minute); t.lastAt.Before(minute) {
		t.tries, t.told = 0, false
	}
	t.tries++
	t.lastAt = now
	if t.tries >= most {
		t.slowUntil = now.Add(time.Minute)
	}
}

// signingIn is what an entry says that tells of a throttle of signing in.
var signingIn = deed{actor: access.Anyone, action: access.OwnAccount, what: "sign_in"}

// tell audits once that a throttle slows, so that trying on does not fill the log.
func tell(ctx context.Context, tx store.Tx, t throttle, d deed) error {
	if t.told {
		return nil
	}
	t.told = true
	if err := writeThrottle(ctx, tx, t); err != nil {
		return err
	}
	return audit.Record(ctx, tx, d.entry(audit.Refused, "fault.sign_in_slow"))
}

// giveBack takes back a try that reserve counted and that turned out right, with the wait that it began: what comes next
// is counted by itself.
func giveBack(ctx context.Context, tx store.Tx, name string) error {
	t, err := readThrottle(ctx, tx, nameKey(name))
	if err != nil {
		return err
	}
	t.tries, t.slowUntil = max(0, t.tries-1), time.Time{}
	return writeThrottle(ctx, tx, t)
}

// forget frees a name.
func forget(ctx context.Context, tx store.Tx, name string) error {
	_, err := tx.Exec(ctx, forgetThrottleSQL, nameKey(name))
	return err
}

func readThrottle(ctx context.Context, tx store.Tx, key string) (throttle, error) {
	t := throttle{key: key}
	var until, last int64
	err := tx.One(ctx, throttleSQL, []any{key}, &t.tries, &until, &t.told, &last)
	if errors.Is(err, store.ErrNoRow) {
		return t, nil
	}
	t.slowUntil, t.lastAt = clock.FromMicro(until), clock.FromMicro(last)
	return t, err
}

func writeThrottle(ctx context.Context, tx store.Tx, t throttle) error {
	_, err := tx.Exec(ctx, upsertThrottleSQL, t.key, t.tries, clock.Micro(t.slowUntil), t.told, clock.Micro(t.lastAt))
	return err
}
