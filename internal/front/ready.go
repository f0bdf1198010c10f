package front

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"time"

	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/store"
	"amparo/internal/vault/seal"
)

const pulseSQL = `INSERT INTO pulse (side, at, filler) VALUES ($1, $2, $3) ON CONFLICT (side) DO UPDATE SET at = excluded.at, filler = excluded.filler`

const (
	pulseAgain = time.Second      // is how long it counts that nothing could be written
	pulseEvery = 10 * time.Second // is how long it counts that something could be written
	pulseSize  = 16 << 10         // bytes, about what a report takes; they are of chance, so that no engine makes less of them
)

// Ready gives what tells whether a report that comes in now would be kept: there is a key to seal it to, and what is written stays written. It
// writes for this alone when the last time is longer ago than 10 seconds, so that a full disk or a database that takes no writes is known at once by whoever
// asks.
func Ready(s *store.Store, side store.Side) func(context.Context) error {
	turn := make(chan struct{}, 1) // whoever looks; the others wait, and know then
	var looked time.Time           // when it was last looked; of whoever has the turn
	var found error                // what was found then
	return func(ctx context.Context) error {
		select {
		case turn <- struct{}{}:
			defer func() { <-turn }()
		case <-ctx.Done():
			return fault.Wrap(ctx.Err(), fault.Unavailable, fault.CodeUnavailable)
		}
		since := time.Since(looked)
		if found != nil && since < pulseAgain {
			return found
		}
		if found == nil && since < pulseEvery {
			return s.Read(ctx, func(tx store.Tx) error { return sealable(ctx, tx) })
		}
		err := s.Write(ctx, func(tx store.Tx) error {
			if err := sealable(ctx, tx); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, pulseSQL, string(side), clock.Micro(tx.Now), filler())
			return err
		})
		looked, found = time.Now(), err
		return err
	}
}

// filler is text of chance.
func filler() string {
	b := make([]byte, pulseSize/2)
	rand.Read(b)
	return hex.EncodeToString(b)
}

func sealable(ctx context.Context, tx store.Tx) error {
	_, err := seal.Current(ctx, tx)
	return err
}
