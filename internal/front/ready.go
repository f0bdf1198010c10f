package front

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"sync/atomic"
	"time"

	"amparo/internal/clock"
	"amparo/internal/store"
	"amparo/internal/vault/seal"
)

const pulseSQL = `INSERT INTO pulse (side, at, filler) VALUES ($1, $2, $3) ON CONFLICT (side) DO UPDATE SET at = excluded.at, filler = excluded.filler`

const (
	pulseEvery = 10 * time.Second // is how long it counts that something could be written
	pulseSize  = 16 << 10         // bytes, about what a report takes; they are of chance, so that no engine makes less of them
)

// Ready gives what tells whether a report that comes in now would be kept: there is a key to seal it to, and what is written stays written. It
// writes for this alone when the last time is longer ago than 10 seconds, so that a full disk or a database that takes no writes is known at once by whoever
// asks.
func Ready(s *store.Store, side store.Side) func(context.Context) error {
	var wrote atomic.Int64 // when it last could, in the microseconds of the clock
	return func(ctx context.Context) error {
		if since := time.Since(clock.FromMicro(wrote.Load())); 0 <= since && since < pulseEvery {
			return s.Read(ctx, func(tx store.Tx) error { return sealable(ctx, tx) })
		}
		err := s.Write(ctx, func(tx store.Tx) error {
			if err := sealable(ctx, tx); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, pulseSQL, string(side), clock.Micro(tx.Now), filler())
			return err
		})
		if err == nil {
			wrote.Store(clock.Micro(time.Now()))
		}
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
